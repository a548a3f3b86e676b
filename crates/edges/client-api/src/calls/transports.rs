//! GET /_matrix/client/unstable/org.matrix.msc4143/rtc/transports

use axum::response::Response;
use herold_accounts::Device;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

/// MSC4143. Without media servers the list is empty: calls of two still work.
pub(crate) async fn serve(api: SharedApi, _: Device, _: JsonRequest) -> Result<Response, ApiError> {
    Ok(call::answer_json(&json!({ "rtc_transports": super::rtc_transports(&api.calls) })))
}
