//! HTTP as clients reach it: connections, TLS, who is behind a proxy, and what is measured of each
//! request. Nothing here knows an endpoint.

mod answers;
mod automatic;
mod connections;
mod observe;
mod patient;
mod proxies;
mod refusal;
mod tls;
mod unread;

pub(crate) use connections::{Connections, Patience, serve};
pub(crate) use observe::observed;
pub(crate) use proxies::TrustedProxies;
pub(crate) use tls::Certificates;
pub use tls::TlsError;
