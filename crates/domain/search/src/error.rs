//! What can go wrong with a search.

use herold_rooms::read::ReadError;
use herold_storage::StorageError;

/// An error of a search.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The token of the next results was not made by this server, or not for such a search.
    #[error("this token of the next results was not made for this search")]
    InvalidToken,
    /// A room could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<StorageError> for SearchError {
    fn from(error: StorageError) -> Self {
        Self::Read(error.into())
    }
}

impl SearchError {
    /// Whether it comes of what is read or written, and not of a database that is away (see
    /// [`StorageError::is_of_content`]).
    pub(crate) fn is_of_content(&self) -> bool {
        match self {
            Self::InvalidToken => false,
            Self::Read(error) => error.is_of_content(),
        }
    }
}
