//! Why a server cannot start or run.

use herold_storage::StorageError;

/// An error of starting or running a server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The database cannot be used.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] StorageError),
    /// The network cannot be used.
    #[error("cannot listen or serve: {0}")]
    Network(#[from] std::io::Error),
}
