//! What an operator may set.

use std::net::SocketAddr;
use std::path::PathBuf;

use herold_storage::Database;
use ruma::OwnedServerName;

/// The configuration of one server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's own name: the part after the colon of its users' ids.
    pub server_name: OwnedServerName,
    /// Where clients connect; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Where the data lies.
    pub database: Database,
    /// The folder for files: media, keys.
    pub data: PathBuf,
}
