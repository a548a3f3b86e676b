//! What became of a notification, and when one that was not taken may be tried again.

use herold_outgoing::{Answer, OutgoingError};
use http::HeaderMap;
use http::header::RETRY_AFTER;

/// A service that wants to be left alone is left alone for a day at most, milliseconds.
const RETRY_AFTER_MAX_MS: i64 = 24 * 60 * 60 * 1_000;

/// What became of a notification.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Taken,
    /// The device is not there any more.
    Rejected,
    /// It is to be tried again: not before so many milliseconds, where the other end said so.
    NotTaken {
        reason: String,
        retry_after_ms: Option<i64>,
    },
}

impl Delivery {
    /// It is to be tried again because of something here.
    pub(crate) fn not_now(reason: &str) -> Self {
        Self::NotTaken { reason: reason.to_owned(), retry_after_ms: None }
    }

    /// What an answer means that is neither consent nor refusal, received at `now_ms`.
    pub(crate) fn not_taken(answer: Result<Answer, OutgoingError>, now_ms: i64) -> Self {
        match answer {
            Ok(answer) => Self::NotTaken {
                reason: answer.status.as_str().to_owned(),
                retry_after_ms: retry_after_ms(&answer.headers, now_ms),
            },
            Err(error) => Self::not_now(&error.to_string()),
        }
    }
}

/// For how long the other end wants to be left alone.
fn retry_after_ms(headers: &HeaderMap, now_ms: i64) -> Option<i64> {
    let written = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait_ms = match written.parse::<u32>() {
        Ok(seconds) => i64::from(seconds) * 1_000,
        Err(_) => {
            let at = httpdate::parse_http_date(written).ok()?;
            let at_ms = at.duration_since(std::time::UNIX_EPOCH).ok()?.as_millis();
            i64::try_from(at_ms).ok()? - now_ms
        }
    };
    Some(wait_ms.clamp(0, RETRY_AFTER_MAX_MS))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_service_says_how_long_it_wants_to_be_left_alone() {
        let wait = |written: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(written))]);
            retry_after_ms(&headers, 1_700_000_000_000)
        };
        assert_eq!(wait("7"), Some(7_000));
        assert_eq!(wait("Tue, 14 Nov 2023 22:13:50 GMT"), Some(30_000));
        assert_eq!(wait("Tue, 14 Nov 2000 22:13:50 GMT"), Some(0));
        assert_eq!(wait("4000000000"), Some(RETRY_AFTER_MAX_MS));
        assert_eq!((wait("soon"), wait("-5"), retry_after_ms(&HeaderMap::new(), 0)), (None, None, None));
    }
}
