//! Errors of sync and what goes with it, as the client-server API spells them.

use herold_sync::SyncError;
use http::StatusCode;
use ruma::api::error::{ErrorKind, UnknownTokenErrorData};

use super::ApiError;

impl From<SyncError> for ApiError {
    fn from(error: SyncError) -> Self {
        let text = error.to_string();
        match error {
            SyncError::InvalidToken | SyncError::InvalidThread(_) | SyncError::InvalidRequest(_) => {
                Self::new(ErrorKind::InvalidParam, text)
            }
            SyncError::UnknownPosition | SyncError::UnknownConnection => {
                // The error code has no kind of its own in ruma; the specification lists it for sync.
                let body = serde_json::json!({ "errcode": "M_UNKNOWN_POS", "error": text });
                Self::with_body(StatusCode::BAD_REQUEST, body)
            }
            SyncError::UnknownFilter
            | SyncError::UnknownEvent
            | SyncError::UnknownRule
            | SyncError::UnknownPresence => Self::new(ErrorKind::NotFound, text),
            SyncError::InvalidFilter(_) => Self::new(ErrorKind::BadJson, text),
            SyncError::NotInRoom | SyncError::PresenceForbidden | SyncError::PresenceOff => {
                Self::new(ErrorKind::Forbidden, text)
            }
            SyncError::NotInThread => Self::new(ErrorKind::NotInThread, text),
            SyncError::LeftThread => {
                Self::with_status(StatusCode::CONFLICT, ErrorKind::ConflictingUnsubscription, text)
            }
            SyncError::TooManyThreads { .. } => Self::new(ErrorKind::TooLarge, text),
            SyncError::InvalidRule(_) => Self::new(ErrorKind::InvalidParam, text),
            SyncError::Read(error) => error.into(),
            SyncError::SignedOut => Self::new(ErrorKind::UnknownToken(UnknownTokenErrorData::new()), text),
            SyncError::Full => Self::full(text),
            SyncError::Unavailable => Self::unavailable(text),
            SyncError::Storage(error) => Self::internal(&error),
        }
    }
}
