//! Errors about reports, as the client-server API spells them.

use herold_moderation::ModerationError;
use ruma::api::error::{ErrorKind, LimitExceededErrorData};

use super::ApiError;

impl From<ModerationError> for ApiError {
    fn from(error: ModerationError) -> Self {
        let text = error.to_string();
        match error {
            ModerationError::NoEvent | ModerationError::NoReport => Self::not_found(text),
            ModerationError::TooLong { .. } => Self::new(ErrorKind::TooLarge, text),
            ModerationError::TooMany => {
                Self::new(ErrorKind::LimitExceeded(LimitExceededErrorData::new()), text)
            }
            ModerationError::Full => Self::full(text),
            ModerationError::Storage(_) => Self::internal(&error),
        }
    }
}
