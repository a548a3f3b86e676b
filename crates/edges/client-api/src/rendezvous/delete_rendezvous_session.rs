//! DELETE /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}, and the same of MSC4108

use axum::response::Response;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, request: JsonRequest) -> Result<Response, ApiError> {
    api.rendezvous.delete(request.argument(0))?;
    Ok(call::answer_json(&json!({})))
}
