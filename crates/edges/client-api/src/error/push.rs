//! Errors of pushers and of the push gateway, as the client-server API spells them.

use std::time::Duration;

use herold_push::{NotifyError, PushError};
use http::StatusCode;
use ruma::api::error::ErrorKind;

use super::{ApiError, media};

/// When whoever finds the gateway busy may ask again.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(5);

impl From<PushError> for ApiError {
    fn from(error: PushError) -> Self {
        let text = error.to_string();
        match error {
            PushError::Invalid(_) => Self::invalid_param(text),
            PushError::Full => Self::full(text),
            PushError::Unavailable => Self::unavailable(text),
            PushError::Storage(error) => Self::internal(&error),
        }
    }
}

impl From<NotifyError> for ApiError {
    fn from(error: NotifyError) -> Self {
        let text = error.to_string();
        match error {
            NotifyError::Closed => Self::new(ErrorKind::Unrecognized, text),
            NotifyError::TooManyDevices => Self::invalid_param(text),
            NotifyError::Busy => media::later(BUSY_RETRY_AFTER, text),
            NotifyError::NotTaken { retry_after_ms: Some(wait_ms) } => {
                media::later(Duration::from_millis(wait_ms.unsigned_abs()), text)
            }
            NotifyError::NotTaken { retry_after_ms: None } => {
                Self::with_status(StatusCode::BAD_GATEWAY, ErrorKind::Unknown, text)
            }
        }
    }
}
