//! POST /_matrix/client/unstable/io.element.msc4388/rendezvous

use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

#[derive(Deserialize)]
struct Body {
    data: String,
}

pub(crate) async fn serve(api: SharedApi, request: JsonRequest) -> Result<Response, ApiError> {
    let Body { data } = request.body()?;
    let (id, payload) = api.rendezvous.create(data)?;
    let expires_in_ms = payload.expires_at.saturating_sub(api.clock.now_ms());
    Ok(call::answer_json(&json!({
        "id": id, "sequence_token": payload.sequence_token, "expires_in_ms": expires_in_ms,
    })))
}
