//! Errors about files, as the client-server API spells them.

use std::time::Duration;

use herold_media::MediaError;
use http::StatusCode;
use ruma::api::error::{ErrorKind, LimitExceededErrorData, RetryAfter, UserLimitExceededErrorData};

use super::ApiError;

/// How long somebody waits before asking again for a thumbnail.
const BUSY_RETRY: Duration = Duration::from_secs(1);

impl From<MediaError> for ApiError {
    fn from(error: MediaError) -> Self {
        let text = error.to_string();
        match error {
            MediaError::NotFound => Self::not_found(text),
            MediaError::NotYetUploaded => Self::new(ErrorKind::NotYetUploaded, text),
            MediaError::CannotOverwrite => Self::new(ErrorKind::CannotOverwriteMedia, text),
            MediaError::NotYours => Self::forbidden(text),
            MediaError::TooLarge { .. } | MediaError::PictureTooLarge => Self::new(ErrorKind::TooLarge, text),
            MediaError::TooManyAwaited { retry_after_ms }
            | MediaError::DayQuotaReached { retry_after_ms, .. } => {
                later(Duration::from_millis(retry_after_ms), text)
            }
            MediaError::QuotaReached { info_uri, .. } => {
                let data = UserLimitExceededErrorData::new(info_uri);
                Self::with_status(StatusCode::FORBIDDEN, ErrorKind::UserLimitExceeded(data), text)
            }
            MediaError::Busy => later(BUSY_RETRY, text),
            MediaError::FileNameTooLong | MediaError::ContentType | MediaError::NoSize => {
                Self::invalid_param(text)
            }
            MediaError::NoPicture => Self::with_status(StatusCode::BAD_REQUEST, ErrorKind::Unknown, text),
            MediaError::Full => Self::full(text),
            MediaError::Unavailable => Self::unavailable(text),
            MediaError::StoreAway { reason } | MediaError::Damaged { reason } => {
                Self::store_away(text, &reason)
            }
            error @ (MediaError::Blobs(_) | MediaError::Storage(_) | MediaError::BrokenOff) => {
                Self::internal(&error)
            }
        }
    }
}

pub(super) fn later(retry_after: Duration, text: String) -> ApiError {
    let mut data = LimitExceededErrorData::new();
    data.retry_after = Some(RetryAfter::Delay(retry_after));
    ApiError::new(ErrorKind::LimitExceeded(data), text)
}
