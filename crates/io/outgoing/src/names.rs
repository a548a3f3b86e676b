//! Where the names of hosts lead. Whether an address may be called is decided elsewhere.

use std::io;
use std::net::SocketAddr;

use futures::future::BoxFuture;

/// Says where names lead.
pub trait Names: Send + Sync {
    /// The addresses of `host`, the first to be tried first. A port other than 0 is called where the URL has none.
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
}

/// What the system says: its files and the domain name system.
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
    }
}
