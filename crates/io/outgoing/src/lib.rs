//! HTTP to places that people name: push gateways, and pages that are previewed. Never to addresses inside the
//! operator's own networks unless they are allowed, never for long, and never more of an answer than is asked for.
//! A redirect is followed only where the caller asks for it, and only to where the first call could have gone as
//! well. Nothing here knows of Matrix.

mod address;
mod client;
mod fetch;

pub use address::is_public;
pub use client::{Answer, Outgoing, OutgoingError, Settings};
pub use fetch::{Fetch, Fetched};
pub use reqwest::Url;
