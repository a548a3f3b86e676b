//! Why a server cannot start or run.

use std::net::SocketAddr;
use std::path::PathBuf;

use herold_blobs::BlobError;
use herold_media::MediaError;
use herold_storage::StorageError;
use ruma::OwnedServerName;

use crate::config::ConfigError;
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
    /// The store for uploaded files cannot be used.
    #[error("uploaded files: {0}")]
    Blobs(#[from] BlobError),
    /// A file that the configuration names cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Files that were in flight when the last run ended cannot be settled.
    #[error("uploaded files cannot be settled: {0}")]
    Media(#[from] MediaError),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// The database belongs to a server of another name.
    #[error(
        "the database belongs to the server {found}, but server_name is {configured}; \
         a server's name can never change: set server_name to {found}, or start with an empty database"
    )]
    OtherName {
        /// The name in the database.
        found: String,
        /// The name in the configuration.
        configured: OwnedServerName,
    },
    /// The database holds a signing key that is none.
    #[error("the signing key in the database is broken; restore the database from a backup")]
    SigningKey,
    /// The database holds a key for notifications that is none.
    #[error("the key for notifications in the database is broken; restore the database from a backup")]
    PushKey,
    /// Credentials for a push service cannot be used.
    #[error("{section}: {} {reason}", file.display())]
    PushCredentials {
        /// The section of the configuration that names the file.
        section: &'static str,
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// An administrator's command was not carried out; the text is for people.
    #[error("{0}")]
    Command(String),
    /// The file of the logo cannot be shown.
    #[error("web.logo: {} {reason}", file.display())]
    Logo {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// TLS cannot be used.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// The operating system refused something else.
    #[error("cannot serve: {0}")]
    System(#[from] std::io::Error),
}
