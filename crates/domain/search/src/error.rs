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
