//! What can go wrong with keys, messages to devices, and backups.

use herold_storage::StorageError;

/// An error about encryption. Texts are for people and hold no keys.
#[derive(Debug, thiserror::Error)]
pub enum EncryptionError {
    /// Something sent has not the shape that the specification wants.
    #[error("{0}")]
    BadJson(String),
    /// Something sent has the right shape and is wrong all the same.
    #[error("{0}")]
    InvalidParam(String),
    /// A signature does not fit the key it is said to be made with.
    #[error("{0}")]
    InvalidSignature(String),
    /// There is no master key to hang the other keys on.
    #[error("there is no master signing key: upload one first, or with these keys")]
    NoMasterKey,
    /// A cross-signing key and a device would have the same name.
    #[error("a device and a cross-signing key of one user cannot have the same name")]
    NameInUse,
    /// A one-time key was uploaded before with other content.
    #[error("the one-time key {key_id} was uploaded before with other content")]
    OneTimeKeyExists {
        /// Algorithm and name of the key.
        key_id: String,
    },
    /// More than this server keeps or takes at once.
    #[error("{0}")]
    TooLarge(String),
    /// No such backup, or no such key in it.
    #[error("{0}")]
    NotFound(String),
    /// This is not the caller's to read.
    #[error("{0}")]
    Forbidden(String),
    /// Keys go into the current version of the backup only.
    #[error("this is not the current version of the key backup")]
    WrongBackupVersion {
        /// The current version.
        current: String,
    },
    /// The device that asks was signed out meanwhile.
    #[error("this device was signed out")]
    SignedOut,
    /// The same user's keys were changed by other devices at the same moment, again and again.
    #[error("the keys are being changed from another device: try again")]
    Busy,
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

impl From<StorageError> for EncryptionError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(error),
        }
    }
}

impl EncryptionError {
    pub(crate) fn bad_json(error: &serde_json::Error) -> Self {
        Self::BadJson(error.to_string())
    }
}
