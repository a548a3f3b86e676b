//! Why a server cannot start or run.

use std::net::SocketAddr;
use std::path::PathBuf;

use herold_storage::StorageError;

use crate::http::TlsError;

/// An error of starting or running a server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The database cannot be used.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] StorageError),
    /// The data folder cannot be made.
    #[error("the data folder {} cannot be made: {error}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// TLS cannot be used.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// The operating system refused something else.
    #[error("cannot serve: {0}")]
    System(#[from] std::io::Error),
}
