//! Why a run ended early. No error is hidden: a server under load must not fail a request.

use std::path::PathBuf;
use std::time::Duration;

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The server's address cannot be used.
    #[error("{0} is no address like http://127.0.0.1:8008")]
    Address(String),
    /// The request did not get an answer.
    #[error("{request}: {reason}")]
    Transport {
        /// Method and path.
        request: String,
        /// Why.
        reason: String,
    },
    /// The server limits the rate of requests, so that nothing can be measured.
    #[error("{0}: the server limits the rate; turn its limits off for a load test")]
    RateLimited(String),
    /// The server refused a request.
    #[error("{request}: {status} {body}")]
    Refused {
        /// Method and path.
        request: String,
        /// Status of HTTP.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
    /// An answer that is not what the specification says.
    #[error("{request}: {reason}")]
    Answer {
        /// Method and path.
        request: String,
        /// What is wrong.
        reason: String,
    },
    /// Figures of a process cannot be read.
    #[error("process {pid}: {reason}")]
    Process {
        /// Its id.
        pid: u32,
        /// Why.
        reason: String,
    },
    /// The file of accounts cannot be read or written.
    #[error("{}: {reason}", path.display())]
    Accounts {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The scenario's numbers make no sense together.
    #[error("{0}")]
    Arguments(&'static str),
    /// A part of the load ended in a panic.
    #[error("a part of the load ended unexpectedly: {0}")]
    Ended(String),
    /// The run took longer than allowed.
    #[error("not finished within {} s", .0.as_secs())]
    TimeLimit(Duration),
}
