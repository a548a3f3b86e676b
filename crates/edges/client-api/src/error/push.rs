//! Errors of pushers, as the client-server API spells them.

use herold_push::PushError;

use super::ApiError;

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
