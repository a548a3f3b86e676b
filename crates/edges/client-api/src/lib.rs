//! The Matrix client-server API over HTTP: thin handlers, one endpoint each, named as in the
//! specification. Nothing here may reach storage or the network; deciding happens in the domain.

mod account;
mod admin;
mod api;
mod backup;
mod call;
mod caller;
mod calls;
mod capabilities;
mod config;
mod dehydrated_device;
mod delayed_events;
mod device;
mod directory;
mod error;
mod filter;
mod history;
mod keys;
mod limits;
mod media;
mod membership;
mod presence;
mod profile;
mod push;
mod reading;
mod relations;
mod reporting;
mod room;
mod routes;
mod search;
mod sending;
mod session;
mod space;
mod standing;
mod sync;
mod tag;
mod third_party;
mod to_device;
mod typing;
mod uiaa;
mod user_directory;
mod well_known;

pub use api::Api;
pub use limits::{Class, Limits, Rate};
pub use routes::{Operation, operations, router};
pub use well_known::WellKnown;
