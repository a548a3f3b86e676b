//! What can go wrong with pushers.

use herold_storage::StorageError;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The pusher is not what the specification says it is.
    #[error("the pusher cannot be set: {0}")]
    Invalid(String),
    /// The disk is full.
    #[error("the server has no room left to store this; nothing was changed")]
    Full,
    /// The database does not answer.
    #[error("The database of this server does not answer at the moment. Try again in a few seconds.")]
    Unavailable,
    /// The database failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for PushError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(error),
        }
    }
}
