//! What can go wrong with a file.

use std::sync::Arc;

use herold_blobs::BlobError;
use herold_storage::StorageError;

use crate::upload::{CONTENT_TYPE_MAX, FILE_NAME_MAX};

/// An error about uploaded files. The texts are for people.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MediaError {
    /// No such file, or none any more.
    #[error("There is no such file on this server.")]
    NotFound,
    /// The URI exists, its bytes do not yet.
    #[error("The file is not uploaded yet. Ask again later.")]
    NotYetUploaded,
    /// The URI has its bytes already.
    #[error("This file was uploaded already and cannot be replaced. Upload it under a new address.")]
    CannotOverwrite,
    /// Somebody else created the URI.
    #[error("Only who created this address may upload to it.")]
    NotYours,
    /// The file is larger than allowed.
    #[error("The file is larger than the {limit} bytes this server accepts.")]
    TooLarge {
        /// Bytes at most.
        limit: u64,
    },
    /// The user's files take all that they may.
    #[error(
        "Your files take all the room you have on this server, {limit} bytes. Ask its administrators for more."
    )]
    QuotaReached {
        /// Bytes at most.
        limit: u64,
        /// A page that says more.
        info_uri: String,
    },
    /// The user has uploaded as much as they may within a day.
    #[error("You may upload {limit} bytes within a day. Try again later.")]
    DayQuotaReached {
        /// Bytes at most.
        limit: u64,
        /// When the first of them counts no more, milliseconds from now.
        retry_after_ms: u64,
    },
    /// The user created too many URIs without uploading.
    #[error("Too many uploads are announced and not made. Upload one of them first.")]
    TooManyAwaited {
        /// When the first of them ends, milliseconds from now.
        retry_after_ms: u64,
    },
    /// The name is longer than allowed.
    #[error("The file name is longer than {FILE_NAME_MAX} bytes.")]
    FileNameTooLong,
    /// The content type is longer than allowed or not plain text.
    #[error("The content type is longer than {CONTENT_TYPE_MAX} bytes or has letters outside ASCII.")]
    ContentType,
    /// The size asked for is no size.
    #[error("A thumbnail needs a width and a height above zero.")]
    NoSize,
    /// The file is no picture that can be decoded here.
    #[error("No thumbnail can be made of this file.")]
    NoPicture,
    /// The picture takes more memory than allowed.
    #[error("The picture is too large for a thumbnail.")]
    PictureTooLarge,
    /// Too many thumbnails are being made.
    #[error("Too many thumbnails are being made. Try again in a moment.")]
    Busy,
    /// The disk is full.
    #[error("The server has no room left for files. Nothing was stored.")]
    Full,
    /// The database does not answer.
    #[error("The database of this server does not answer at the moment. Try again in a few seconds.")]
    Unavailable,
    /// The store for files does not answer, or does not let this server in.
    #[error("The store for files of this server does not answer at the moment. Try again in a few seconds.")]
    StoreAway {
        /// Why, for the log.
        reason: String,
    },
    /// The store for files gave back less than was uploaded, or something else.
    #[error(
        "This file came back damaged from the store of this server. Try again in a few seconds; if it stays so, tell \
         its administrators."
    )]
    Damaged {
        /// Which of its bytes, for the log.
        reason: String,
    },
    /// The blob store failed.
    #[error("blobs: {0}")]
    Blobs(Arc<BlobError>),
    /// The database failed.
    #[error("storage: {0}")]
    Storage(Arc<StorageError>),
    /// The work ended before its answer, because of a panic or the server's end.
    #[error("the work on a file was broken off")]
    BrokenOff,
}

impl From<StorageError> for MediaError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(Arc::new(error)),
        }
    }
}

impl From<BlobError> for MediaError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::Full,
            BlobError::Away(_) | BlobError::Refused(_) => Self::StoreAway { reason: error.to_string() },
            BlobError::Damaged(_) => Self::Damaged { reason: error.to_string() },
            error => Self::Blobs(Arc::new(error)),
        }
    }
}
