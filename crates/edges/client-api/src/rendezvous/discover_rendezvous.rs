//! GET /_matrix/client/unstable/io.element.msc4388/rendezvous

use axum::response::Response;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

pub(crate) async fn serve(_: SharedApi, _: JsonRequest) -> Result<Response, ApiError> {
    Ok(call::answer_json(&json!({ "create_available": true })))
}
