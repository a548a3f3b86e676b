//! Errors about events that are sent later, as clients read those of MSC4140 today.

use herold_delayed_events::{DELAY_MS_MAX, DelayedError};
use http::StatusCode;
use ruma::api::error::{ErrorKind, LimitExceededErrorData, RetryAfter};
use serde_json::json;

use super::ApiError;

impl From<DelayedError> for ApiError {
    fn from(error: DelayedError) -> Self {
        let text = error.to_string();
        let kind = match error {
            DelayedError::TooLong => {
                let body = json!({
                    "errcode": "M_UNKNOWN",
                    "error": text,
                    "org.matrix.msc4140.errcode": "M_MAX_DELAY_EXCEEDED",
                    "org.matrix.msc4140.max_delay": DELAY_MS_MAX,
                });
                return Self::with_body(StatusCode::BAD_REQUEST, body);
            }
            DelayedError::TooMany { retry_after } => {
                let mut data = LimitExceededErrorData::new();
                data.retry_after = Some(RetryAfter::Delay(retry_after));
                ErrorKind::LimitExceeded(data)
            }
            DelayedError::NotFound => ErrorKind::NotFound,
            DelayedError::Conflict(_) => {
                return Self::with_status(StatusCode::CONFLICT, ErrorKind::Unknown, text);
            }
            DelayedError::InvalidParam(_) => ErrorKind::InvalidParam,
            DelayedError::BadJson => ErrorKind::BadJson,
            DelayedError::TooLarge => ErrorKind::TooLarge,
            DelayedError::Standing => ErrorKind::Forbidden,
            DelayedError::Rooms(error) => return error.into(),
        };
        Self::new(kind, text)
    }
}
