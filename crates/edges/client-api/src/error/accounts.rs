//! Errors about accounts, as the client-server API spells them.

use herold_accounts::AccountsError;
use http::StatusCode;
use ruma::api::error::{ErrorKind, LimitExceededErrorData, RetryAfter, UnknownTokenErrorData};
use serde_json::json;

use super::ApiError;
use crate::standing;

/// How long somebody waits who found the password pool full.
const BUSY_RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(2);

impl From<AccountsError> for ApiError {
    fn from(error: AccountsError) -> Self {
        let text = error.to_string();
        let kind = match &error {
            AccountsError::UnknownToken { soft_logout } => {
                let mut data = UnknownTokenErrorData::new();
                data.soft_logout = *soft_logout;
                ErrorKind::UnknownToken(data)
            }
            AccountsError::WrongCredentials
            | AccountsError::WrongLoginToken
            | AccountsError::RegistrationClosed
            | AccountsError::Forbidden(_) => ErrorKind::Forbidden,
            AccountsError::NoGuests => ErrorKind::GuestAccessForbidden,
            AccountsError::InviteBlocked => ErrorKind::InviteBlocked,
            AccountsError::Deactivated => ErrorKind::UserDeactivated,
            AccountsError::Locked => return standing::locked(),
            AccountsError::ConsentNotGiven { consent_uri } => {
                let body =
                    json!({ "errcode": "M_CONSENT_NOT_GIVEN", "error": text, "consent_uri": consent_uri });
                return Self::with_body(StatusCode::FORBIDDEN, body);
            }
            AccountsError::InvalidUsername(_) => ErrorKind::InvalidUsername,
            AccountsError::UserInUse => ErrorKind::UserInUse,
            AccountsError::WeakPassword(_) => ErrorKind::WeakPassword,
            AccountsError::Busy => {
                let mut data = LimitExceededErrorData::new();
                data.retry_after = Some(RetryAfter::Delay(BUSY_RETRY_AFTER));
                ErrorKind::LimitExceeded(data)
            }
            // Waiting does not help, so no time is given.
            AccountsError::TooManyDevices { .. } => ErrorKind::LimitExceeded(LimitExceededErrorData::new()),
            AccountsError::NotFound(_) => ErrorKind::NotFound,
            AccountsError::BadJson(_) => ErrorKind::BadJson,
            AccountsError::ServerManaged(_) => {
                return Self::with_status(StatusCode::METHOD_NOT_ALLOWED, ErrorKind::BadJson, text);
            }
            // ruma has no names for these two.
            AccountsError::ProfileTooLarge => return bad_request("M_PROFILE_TOO_LARGE", &text),
            AccountsError::KeyTooLarge => return bad_request("M_KEY_TOO_LARGE", &text),
            AccountsError::InvalidParam(_) => ErrorKind::InvalidParam,
            AccountsError::TooLarge(_) => ErrorKind::TooLarge,
            AccountsError::Full => return Self::full(text),
            AccountsError::Unavailable => return Self::unavailable(text),
            AccountsError::Hashing(_) | AccountsError::Storage(_) => return Self::internal(&error),
        };
        Self::new(kind, text)
    }
}

fn bad_request(errcode: &str, error: &str) -> ApiError {
    ApiError::with_body(StatusCode::BAD_REQUEST, json!({ "errcode": errcode, "error": error }))
}
