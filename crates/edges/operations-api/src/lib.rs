//! Health, readiness and metrics for operators, on a listener of their own: it is not meant for the
//! internet. Nothing here may tell who uses the server or what they write.

mod metrics;
mod process;
mod routes;

pub use metrics::{Metrics, measure};
pub use routes::{Readiness, router};
