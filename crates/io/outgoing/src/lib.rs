//! HTTP to places that people name: push gateways and push services. Never to addresses inside the operator's
//! own networks unless they are allowed, never further than the place that was named (no redirects), never
//! for long, and never more of an answer than is asked for. Nothing here knows of Matrix.

mod address;
mod client;

pub use address::is_public;
pub use client::{Answer, Outgoing, OutgoingError, Settings};
