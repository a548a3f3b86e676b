//! What can go wrong between a blob and where it is kept.

use std::io;

use crate::BlobKey;

/// An error of the blob store.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no room left; what was being written is removed.
    #[error("the disk for media is full")]
    Full,
    /// No blob has this key.
    #[error("there is no such blob")]
    Missing,
    /// The disk could not be read or written.
    #[error("cannot read or write media: {0}")]
    Disk(io::Error),
    /// What is kept is shorter than what arrived, or has other bytes. Asking a bucket again later may help.
    #[error("the store for media does not give back {}: it is too short or has other bytes", .0.as_str())]
    Damaged(BlobKey),
    /// The bucket does not answer, or not as it should. Asking again later may help.
    #[error("the store for media does not answer: {0}")]
    Away(String),
    /// The bucket does not let this program in, or is not there.
    #[error("the store for media refuses: {0}")]
    Refused(String),
    /// The settings of the bucket are wrong.
    #[error("the store for media cannot be used: {0}")]
    Settings(String),
    /// The program is ending, or a disk operation panicked.
    #[error("the blob store is closed")]
    Closed,
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Disk(error),
        }
    }
}

impl From<tokio::task::JoinError> for BlobError {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::Closed
    }
}
