//! GET /_matrix/client/v3/register/available

use herold_accounts::{AccountsError, Registration};
use ruma::api::client::account::get_username_availability::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Visitor, request: Request) -> Result<Response, ApiError> {
    if api.accounts.settings().registration == Registration::Closed {
        return Err(AccountsError::RegistrationClosed.into());
    }
    api.accounts.check_username(&request.username).await?;
    Ok(Response::new(true))
}
