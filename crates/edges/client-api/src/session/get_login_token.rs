//! POST /_matrix/client/v1/login/get_token

use herold_accounts::Device;
use ruma::api::client::session::get_login_token::v1::{Request, Response};
use serde_json::json;

use crate::call::{Read, SharedApi};
use crate::error::ApiError;
use crate::uiaa::Proven;
use crate::{session, uiaa};

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Proven(request)): Read<Proven<Request>>,
) -> Result<Response, ApiError> {
    let operation = "POST /login/get_token";
    uiaa::require(&api, &device, request.auth.as_ref(), operation, &json!({})).await?;
    let token = api.accounts.login_token(&device).await?;
    let lifetime = session::lifetime(Some(api.accounts.settings().login_token_ms));
    Ok(Response::new(lifetime.unwrap_or_default(), token))
}
