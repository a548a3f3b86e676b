//! The pages that people see in a browser. Until the web app is here, that is one page which says
//! what this server is. Nothing here may load anything from another server or keep anything.

mod landing;
mod language;

pub use landing::{Landing, router};
