//! Wiring: from a configuration to a running server. Nothing is decided here.

mod administer;
pub mod backup;
pub mod chores;
pub mod config;
mod error;
mod followers;
mod http;
mod identity;
mod logging;
mod push;
mod serve;
mod services;
mod web;

pub use administer::administer;
pub use config::Config;
pub use error::ServerError;
pub use http::TlsError;
pub use logging::start_logging;
pub use push::check_push;
pub use serve::{SOCKET, Server, check_certificates, check_media};
pub use web::check_logo;
