//! Errors about keys, messages to devices and backups, as the client-server API spells them.

use herold_encryption::EncryptionError;
use http::StatusCode;
use ruma::api::error::{ErrorKind, UnknownTokenErrorData, WrongRoomKeysVersionErrorData};
use serde_json::json;

use super::ApiError;

impl From<EncryptionError> for ApiError {
    fn from(error: EncryptionError) -> Self {
        let kind = match &error {
            EncryptionError::InvalidSignature(_) => {
                let body = json!({ "errcode": errcode(&error), "error": error.to_string() });
                return Self::with_body(StatusCode::BAD_REQUEST, body);
            }
            EncryptionError::Busy => {
                return Self::with_status(StatusCode::CONFLICT, ErrorKind::Unknown, error.to_string());
            }
            EncryptionError::Full => return Self::full(error.to_string()),
            EncryptionError::Unavailable => return Self::unavailable(error.to_string()),
            EncryptionError::Storage(_) => return Self::internal(&error),
            EncryptionError::WrongBackupVersion { current } => {
                ErrorKind::WrongRoomKeysVersion(WrongRoomKeysVersionErrorData::new(current.clone()))
            }
            EncryptionError::SignedOut => ErrorKind::UnknownToken(UnknownTokenErrorData::new()),
            EncryptionError::BadJson(_) => ErrorKind::BadJson,
            EncryptionError::InvalidParam(_) => ErrorKind::InvalidParam,
            EncryptionError::NoMasterKey => ErrorKind::MissingParam,
            EncryptionError::NameInUse | EncryptionError::Forbidden(_) => ErrorKind::Forbidden,
            EncryptionError::OneTimeKeyExists { .. } => ErrorKind::Unknown,
            EncryptionError::TooLarge(_) => ErrorKind::TooLarge,
            EncryptionError::NotFound(_) => ErrorKind::NotFound,
        };
        Self::new(kind, error.to_string())
    }
}

/// The errcode of an error about one signature among several.
pub(crate) fn errcode(error: &EncryptionError) -> &'static str {
    match error {
        EncryptionError::InvalidSignature(_) => "M_INVALID_SIGNATURE",
        EncryptionError::NotFound(_) => "M_NOT_FOUND",
        EncryptionError::BadJson(_) => "M_BAD_JSON",
        _ => "M_UNKNOWN",
    }
}
