//! What can go wrong with accounts.

use herold_storage::StorageError;

/// An error about accounts, devices, tokens or profiles. Texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// No device has this access token.
    #[error("This access token is not known, or was signed out.")]
    UnknownToken {
        /// Whether the device still exists and may sign in again, keeping its keys.
        soft_logout: bool,
    },
    /// The name or password is wrong, or the account has no password. Which of them is not told.
    #[error("The user name or the password is wrong.")]
    WrongCredentials,
    /// A token that signs a device in is unknown, used or expired.
    #[error("This login token is not known, was used, or has expired.")]
    WrongLoginToken,
    /// The account was closed for good.
    #[error("This account has been closed.")]
    Deactivated,
    /// The account is locked by an administrator.
    #[error("This account is locked. Ask the administrators of this server.")]
    Locked,
    /// The caller has yet to agree to the terms of this server.
    #[error("To go on, agree to the terms of this server: {consent_uri}")]
    ConsentNotGiven {
        /// The page where they can, for a while.
        consent_uri: String,
    },
    /// The name cannot be a user's.
    #[error("{0}")]
    InvalidUsername(String),
    /// The name is a user's already, or was one's.
    #[error("This user name is taken.")]
    UserInUse,
    /// Accounts are made by administrators only.
    #[error("Registration is closed: ask an administrator of this server for an account.")]
    RegistrationClosed,
    /// The server has no guests.
    #[error("This server has no guest accounts: register or sign in.")]
    NoGuests,
    /// The password is too easy to guess.
    #[error("{0}")]
    WeakPassword(String),
    /// Too many passwords are being checked at this moment.
    #[error("Too many people are signing in at this moment. Try again in a few seconds.")]
    Busy,
    /// The account has as many devices as it may, and all of them are in use.
    #[error(
        "This account is signed in on {limit} devices, which is the most: sign out on one of them first."
    )]
    TooManyDevices {
        /// How many it may have.
        limit: i64,
    },
    /// Somebody to be invited wants no invites.
    #[error("Somebody whom you invite takes no invites at present.")]
    InviteBlocked,
    /// There is no such account, device, field or data.
    #[error("{0}")]
    NotFound(String),
    /// The caller may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// Something given is not in its proper form.
    #[error("{0}")]
    InvalidParam(String),
    /// Something given is JSON, but not what it must be.
    #[error("{0}")]
    BadJson(String),
    /// The server alone writes this.
    #[error("{0}")]
    ServerManaged(String),
    /// A profile would become too large.
    #[error("A profile has less than 64 KiB.")]
    ProfileTooLarge,
    /// The name of a profile field is too long.
    #[error("The name of a profile field has at most 255 bytes.")]
    KeyTooLarge,
    /// Something given is larger than it may be.
    #[error("{0}")]
    TooLarge(String),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hashing(String),
    /// The disk is full.
    #[error("This server has no room left to store this. Nothing was changed.")]
    Full,
    /// The database does not answer.
    #[error("The database of this server does not answer at the moment. Try again in a few seconds.")]
    Unavailable,
    /// The database failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for AccountsError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(error),
        }
    }
}
