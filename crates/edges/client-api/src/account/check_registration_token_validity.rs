//! GET /_matrix/client/v1/register/m.login.registration_token/validity

use herold_accounts::Registration;
use ruma::api::client::account::check_registration_token_validity::v1::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Visitor, request: Request) -> Result<Response, ApiError> {
    if !matches!(api.accounts.settings().registration, Registration::Token(_)) {
        return Err(ApiError::forbidden("Nobody registers with a token on this server."));
    }
    Ok(Response::new(api.accounts.is_registration_token(&request.token)))
}
