//! The endpoint suite: every area in a file of its own, one test binary for all.

#[path = "suite/paths.rs"]
mod paths;
