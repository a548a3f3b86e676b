//! What can go wrong with sync and what goes with it.

use herold_rooms::read::ReadError;
use herold_storage::StorageError;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// `since` or `from` was not made by this server.
    #[error("this token was not made by this server")]
    InvalidToken,
    /// `since` lies beyond the end of the log: the database was put back to an earlier state.
    #[error("this token is newer than anything this server knows; begin with a sync without a token")]
    UnknownPosition,
    /// The connection of a `pos` is gone, or the `pos` was never given to this device.
    #[error("this connection is not known any more; begin with a request without pos")]
    UnknownConnection,
    /// A request of sliding sync asks for more, or for something else, than there can be.
    #[error("{0}")]
    InvalidRequest(String),
    /// The account has no such filter.
    #[error("there is no such filter; store it again")]
    UnknownFilter,
    /// A filter is not what the specification says it is.
    #[error("the filter cannot be used: {0}")]
    InvalidFilter(String),
    /// The caller is not in the room, or there is none.
    #[error("you are not in this room")]
    NotInRoom,
    /// The event of a receipt is not in the room, or may not be seen.
    #[error("there is no such event in this room")]
    UnknownEvent,
    /// The thread id of a receipt does not fit.
    #[error("the thread_id does not fit: {0}")]
    InvalidThread(&'static str),
    /// The event for which a client follows a thread is not in it.
    #[error("this event is not in the thread")]
    NotInThread,
    /// The caller left the thread after what would have their client follow it.
    #[error("you have left this thread since then")]
    LeftThread,
    /// The caller follows, or followed, as many threads as they may.
    #[error("you have followed {limit} threads, which is the most")]
    TooManyThreads {
        /// How many that are.
        limit: i64,
    },
    /// Nobody has set a presence for this user, or the caller may not know it.
    #[error("there is no presence of this user to be seen")]
    UnknownPresence,
    /// The server does not do presence.
    #[error("presence is switched off on this server")]
    PresenceOff,
    /// The presence of others is nobody's to see who shares no room with them.
    #[error("you share no room with this user")]
    PresenceForbidden,
    /// A push rule is not there.
    #[error("there is no such push rule")]
    UnknownRule,
    /// A push rule cannot be changed like this.
    #[error("the push rule cannot be changed like this: {0}")]
    InvalidRule(String),
    /// The device was signed out while it waited.
    #[error("this device was signed out")]
    SignedOut,
    /// A room could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
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

impl From<StorageError> for SyncError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(error),
        }
    }
}

impl SyncError {
    /// Whether it comes of what is read or written, and not of a database that is away (see
    /// [`StorageError::is_of_content`]).
    pub(crate) fn is_of_content(&self) -> bool {
        match self {
            Self::Read(error) => error.is_of_content(),
            Self::Storage(error) => error.is_of_content(),
            _ => false,
        }
    }
}
