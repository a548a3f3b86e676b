//! PUT /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}

use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

#[derive(Deserialize)]
struct Body {
    sequence_token: String,
    data: String,
}

pub(crate) async fn serve(api: SharedApi, request: JsonRequest) -> Result<Response, ApiError> {
    let Body { sequence_token, data } = request.body()?;
    let payload = api.rendezvous.update(request.argument(0), &sequence_token, data)?;
    Ok(call::answer_json(&json!({ "sequence_token": payload.sequence_token })))
}
