//! POST /_matrix/client/v3/user/{userId}/openid/request_token

use std::time::Duration;

use herold_accounts::{Device, OPENID_TOKEN_MS};
use ruma::api::client::account::request_openid_token::v3::{Request, Response};
use ruma::authentication::TokenType;

use crate::call::SharedApi;
use crate::config::check_own;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    check_own(&device, &request.user_id)?;
    let token = api.accounts.openid_token(&device).await?;
    let lifetime = Duration::from_millis(OPENID_TOKEN_MS.unsigned_abs());
    Ok(Response::new(token, TokenType::Bearer, api.accounts.server_name().to_owned(), lifetime))
}
