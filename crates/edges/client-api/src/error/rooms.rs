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
