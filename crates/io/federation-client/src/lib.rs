//! Requests to other servers: where a server's name leads, and requests that are signed as this server's.
//!
//! Never to a private address that the operator did not allow, and never for longer than the caller waits. Nothing
//! here knows of rooms.
//!
//! * `place.rs`: what a server's name says by itself (pure).
//! * `well_known.rs`: to whom a name is delegated.
//! * `services.rs`: service records of the domain name system.
//! * `client.rs`: one request, one answer.

mod client;
mod place;
mod services;
mod well_known;

pub use client::{FederationClient, FederationError, Settings};
pub use services::{Directory, Services};
