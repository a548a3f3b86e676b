//! What can go wrong with accounts.

use herold_storage::StorageError;

/// An error about accounts, devices, tokens or profiles.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// No device has this access token.
    #[error("this access token is not known, or was signed out")]
    UnknownToken {
        /// Whether the device still exists and may sign in again, keeping its keys.
        soft_logout: bool,
    },
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
