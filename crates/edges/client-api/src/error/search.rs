//! Errors of searches, as the client-server API spells them.

use herold_search::SearchError;

use super::ApiError;

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::InvalidToken => Self::invalid_param(error.to_string()),
            SearchError::Read(error) => error.into(),
        }
    }
}
