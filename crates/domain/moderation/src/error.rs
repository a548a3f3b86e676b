//! What can go wrong with reports.

use herold_storage::StorageError;

/// An error about reports. Texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum ModerationError {
    /// There is no such event where the reporter is, or the reporter is not there.
    #[error("there is no such event, or you are not in its room")]
    NoEvent,
    /// There is no open report of this number.
    #[error("there is no open report of this number")]
    NoReport,
    /// The reason is too long.
    #[error("a reason has at most {bytes_max} bytes")]
    TooLong {
        /// Bytes that it may have.
        bytes_max: usize,
    },
    /// The reporter has many open reports.
    #[error("you have made many reports that are not dealt with yet: wait until they are")]
    TooMany,
    /// The disk is full.
    #[error("the server has no room left to store this; nothing was changed")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for ModerationError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            error => Self::Storage(error),
        }
    }
}
