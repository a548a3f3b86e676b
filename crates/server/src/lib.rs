//! Wiring: from a configuration to a running server. Nothing is decided here.

mod config;
mod error;
mod serve;

pub use config::Config;
pub use error::ServerError;
pub use serve::Server;
