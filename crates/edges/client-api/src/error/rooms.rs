//! Errors of rooms, as the client-server API spells them.

use herold_rooms::RoomsError;
use http::StatusCode;
use ruma::api::error::ErrorKind;
use serde_json::json;

use super::ApiError;

impl From<RoomsError> for ApiError {
    fn from(error: RoomsError) -> Self {
        let text = error.to_string();
        let kind = match error {
            RoomsError::Forbidden(_) => ErrorKind::Forbidden,
            RoomsError::NotFound(_) => ErrorKind::NotFound,
            RoomsError::GuestForbidden => ErrorKind::GuestAccessForbidden,
            RoomsError::UnsupportedRoomVersion(_) => ErrorKind::UnsupportedRoomVersion,
            RoomsError::InvalidRoomState(_) => ErrorKind::InvalidRoomState,
            RoomsError::AliasTaken => ErrorKind::RoomInUse,
            RoomsError::AliasExists => {
                return Self::with_status(StatusCode::CONFLICT, ErrorKind::Unknown, text);
            }
            RoomsError::BadAlias(_) => ErrorKind::BadAlias,
            RoomsError::BadState(_) => ErrorKind::BadState,
            RoomsError::DuplicateAnnotation => ErrorKind::DuplicateAnnotation,
            RoomsError::StillInRoom => ErrorKind::Unknown,
            RoomsError::ThreadWithinRelation => {
                return Self::with_status(StatusCode::BAD_REQUEST, ErrorKind::Unknown, text);
            }
            RoomsError::BadJson(_) => ErrorKind::BadJson,
            RoomsError::InvalidParam(_) => ErrorKind::InvalidParam,
            RoomsError::TooLarge => ErrorKind::TooLarge,
            RoomsError::UnableToAuthoriseJoin => ErrorKind::UnableToAuthorizeJoin,
            RoomsError::UnableToGrantJoin => ErrorKind::UnableToGrantJoin,
            RoomsError::Unreachable(_) => ErrorKind::Forbidden,
            RoomsError::ThirdPartyDenied => {
                return Self::with_status(StatusCode::FORBIDDEN, ErrorKind::ThreepidDenied, text);
            }
            RoomsError::Busy | RoomsError::TooMany(_) => {
                ErrorKind::LimitExceeded(ruma::api::error::LimitExceededErrorData::new())
            }
            RoomsError::OriginalGone => {
                let errcode = "FI.MAU.MSC2815_UNREDACTED_CONTENT_DELETED";
                let body = json!({ "errcode": errcode, "error": text });
                return Self::with_body(StatusCode::NOT_FOUND, body);
            }
            RoomsError::PolicyRefused { status, kind, .. } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
                return Self::with_status(status, kind, text);
            }
            RoomsError::PolicyUnknown { .. } => {
                return Self::with_status(StatusCode::BAD_GATEWAY, ErrorKind::ConnectionFailed, text);
            }
            RoomsError::Full => return Self::full(text),
            RoomsError::Unavailable => return Self::unavailable(text),
            RoomsError::MissingEvents(_)
            | RoomsError::UnknownVersion(_)
            | RoomsError::Damaged(_)
            | RoomsError::Resolve(_)
            | RoomsError::Storage(_) => return Self::internal(&error),
        };
        Self::new(kind, text)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::response::IntoResponse;
    use http::header::RETRY_AFTER;
    use ruma::api::error::{LimitExceededErrorData, RetryAfter};

    use super::*;

    #[test]
    fn what_a_policy_server_says_reaches_the_client() {
        let refused = |status, kind| {
            ApiError::from(RoomsError::PolicyRefused { status, kind, text: "no".to_owned() }).into_response()
        };
        let mut limit = LimitExceededErrorData::new();
        limit.retry_after = Some(RetryAfter::Delay(Duration::from_secs(3)));
        let response = refused(429, ErrorKind::LimitExceeded(limit));
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[RETRY_AFTER], "3");
        for status in [400, 403] {
            assert_eq!(refused(status, ErrorKind::Forbidden).status(), status);
        }
        let via = "policy.example".try_into().unwrap();
        let away = ApiError::from(RoomsError::PolicyUnknown { via, reason: "no answer in time".to_owned() });
        assert_eq!(away.into_response().status(), StatusCode::BAD_GATEWAY);
    }
}
