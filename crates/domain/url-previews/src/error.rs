//! Why there is no preview.

use std::sync::Arc;

use herold_outgoing::OutgoingError;
use herold_storage::StorageError;

use crate::URL_BYTES_MAX;

/// An error about previews of URLs. The texts are for people, and none holds a URL.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UrlPreviewError {
    /// The operator does not want them.
    #[error("This server shows no previews of links.")]
    Off,
    /// This is no URL of a page.
    #[error(
        "Only http and https addresses of up to {URL_BYTES_MAX} bytes, without a password in them, have a preview."
    )]
    Url,
    /// The operator does not want this one, or it is not public.
    #[error("This server shows no preview of this address.")]
    Forbidden,
    /// The page cannot be had. Why is not told: it would show what the server's own networks look like.
    #[error("There is no preview of this address at the moment.")]
    None,
    /// Too many pages are being fetched.
    #[error("Too many previews are being made. Try again in a moment.")]
    Busy,
    /// The disk is full.
    #[error("The server has no room left. Nothing was stored.")]
    Full,
    /// The database does not answer.
    #[error("The database of this server does not answer at the moment. Try again in a few seconds.")]
    Unavailable,
    /// The database failed.
    #[error("storage: {0}")]
    Storage(Arc<StorageError>),
    /// The work ended before its answer, because of a panic or the server's end.
    #[error("the work on a preview was broken off")]
    BrokenOff,
}

impl From<StorageError> for UrlPreviewError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full(_) => Self::Full,
            StorageError::Unavailable(_) => Self::Unavailable,
            error => Self::Storage(Arc::new(error)),
        }
    }
}

/// Of a check, before anything is called.
impl From<OutgoingError> for UrlPreviewError {
    fn from(error: OutgoingError) -> Self {
        match error {
            OutgoingError::Url => Self::Url,
            OutgoingError::Forbidden => Self::Forbidden,
            _ => Self::None,
        }
    }
}
