//! Errors of reading rooms, as the client-server API spells them.

use herold_rooms::read::ReadError;
use ruma::api::error::ErrorKind;

use super::ApiError;

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        let text = error.to_string();
        match error {
            ReadError::Forbidden => Self::new(ErrorKind::Forbidden, text),
            ReadError::NotFound => Self::new(ErrorKind::NotFound, text),
            ReadError::InvalidToken => Self::new(ErrorKind::InvalidParam, text),
            ReadError::Unavailable => Self::unavailable(text),
            ReadError::Damaged { .. } | ReadError::Storage(_) => Self::internal(&error),
        }
    }
}
