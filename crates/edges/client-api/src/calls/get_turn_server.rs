//! GET /_matrix/client/v3/voip/turnServer

use axum::response::Response;
use herold_accounts::Device;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

/// Answers an empty object where there are no TURN servers, which clients know and ruma's type cannot say.
pub(crate) async fn serve(api: SharedApi, device: Device, _: JsonRequest) -> Result<Response, ApiError> {
    let Some(credentials) = api.calls.turn_credentials(&device.user_id) else {
        return Ok(call::answer_json(&json!({})));
    };
    Ok(call::answer_json(&json!({
        "username": credentials.username,
        "password": credentials.password,
        "uris": credentials.uris,
        "ttl": credentials.lifetime.as_secs(),
    })))
}
