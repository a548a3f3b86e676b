//! How many files and connections the operating system allows this process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that a server needs beside its connections.
const BESIDE_CONNECTIONS: u64 = 256;

/// Files that are needed for so many connections.
fn needed(connections_max: u32) -> u64 {
    u64::from(connections_max) + BESIDE_CONNECTIONS
}

/// Raises this process's limit as far as its user may, and says in the log where that is too little.
pub(crate) fn allow(connections_max: u32) {
    let needed = needed(connections_max);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < needed) {
        let current = Some(maximum.map_or(needed, |maximum| maximum.min(needed)));
        if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current, maximum }) {
            tracing::warn!(%error, "the limit of open files could not be raised");
        }
    }
    if let Some(allowed) = too_few(connections_max) {
        tracing::warn!(allowed, needed, "fewer files may be open than listen.connections_max needs");
    }
}

/// How many files may be open at most, where that is too little for so many connections.
pub(crate) fn too_few(connections_max: u32) -> Option<u64> {
    getrlimit(Resource::Nofile).maximum.filter(|maximum| *maximum < needed(connections_max))
}
