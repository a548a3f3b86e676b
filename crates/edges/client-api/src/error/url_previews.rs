//! Errors about previews of URLs. The specification names none but the limit of requests.

use std::time::Duration;

use herold_url_previews::UrlPreviewError;

use super::ApiError;
use super::media::later;

/// How long somebody waits before asking again for a preview.
const BUSY_RETRY: Duration = Duration::from_secs(2);

impl From<UrlPreviewError> for ApiError {
    fn from(error: UrlPreviewError) -> Self {
        let text = error.to_string();
        match error {
            UrlPreviewError::Off | UrlPreviewError::Forbidden => Self::forbidden(text),
            UrlPreviewError::Url => Self::invalid_param(text),
            UrlPreviewError::None => Self::not_found(text),
            UrlPreviewError::Busy => later(BUSY_RETRY, text),
            UrlPreviewError::Full => Self::full(text),
            UrlPreviewError::Unavailable => Self::unavailable(text),
            error @ (UrlPreviewError::Storage(_) | UrlPreviewError::BrokenOff) => Self::internal(&error),
        }
    }
}
