//! What can go wrong with reading a room.

use herold_storage::StorageError;

/// An error of the reading side.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The person is not in the room and its history is not open to them; or there is no such room,
    /// which looks the same from outside.
    #[error("you are not a member of this room, or it does not exist")]
    Forbidden,
    /// There is no such event or state, or the person may not see it.
    #[error("there is no such event here, or you may not see it")]
    NotFound,
    /// A pagination token was not made by this server.
    #[error("this pagination token was not made by this server")]
    InvalidToken,
    /// The database holds an event that cannot be read.
    #[error("event {event_number} in the database is damaged: {reason}")]
    Damaged {
        /// The event's row number.
        event_number: i64,
        /// What is wrong with it.
        reason: String,
    },
    /// The database does not answer.
    #[error("the database of this server does not answer at the moment; try again in a few seconds")]
    Unavailable,
    /// The database failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for ReadError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(error),
        }
    }
}

impl ReadError {
    /// Whether it comes of what is read, and not of a database that is away (see [`StorageError::is_of_content`]).
    pub fn is_of_content(&self) -> bool {
        match self {
            Self::Damaged { .. } => true,
            Self::Storage(error) => error.is_of_content(),
            Self::Forbidden | Self::NotFound | Self::InvalidToken | Self::Unavailable => false,
        }
    }
}
