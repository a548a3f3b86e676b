//! HTTP to places that people name: push gateways, pages that are previewed, other servers. Never to addresses inside
//! the operator's own networks unless they are allowed, never for long, and never more of an answer than is asked for.
//! A redirect is followed only where the caller asks for it, and only to where the first call could have gone as
//! well. Nothing here knows of Matrix.

mod address;
mod client;
mod fetch;
mod names;

pub use address::is_public;
pub use client::{Answer, Outgoing, OutgoingError, Settings};
pub use fetch::{Fetch, Fetched};
pub use names::{Names, SystemNames};
pub use reqwest::Url;
pub use rustls::pki_types::CertificateDer;
