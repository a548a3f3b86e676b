//! The Matrix client-server API over HTTP.
