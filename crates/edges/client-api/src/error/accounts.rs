//! Errors about accounts, as the client-server API spells them.

use herold_accounts::AccountsError;
use ruma::api::error::{ErrorKind, UnknownTokenErrorData};

use super::ApiError;

impl From<AccountsError> for ApiError {
    fn from(error: AccountsError) -> Self {
        let text = error.to_string();
        match error {
            AccountsError::UnknownToken { soft_logout } => {
                let mut data = UnknownTokenErrorData::new();
                data.soft_logout = soft_logout;
                Self::new(ErrorKind::UnknownToken(data), text)
            }
            AccountsError::Storage(error) => Self::internal(&error),
        }
    }
}
