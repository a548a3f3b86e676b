//! GET /_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{eventId}/subscription

use axum::response::Response;
use herold_accounts::Device;
use serde_json::json;

use super::thread;
use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: JsonRequest,
) -> Result<Response, ApiError> {
    let automatic = api.sync.thread_subscription(&device, thread(&request)?).await?;
    Ok(call::answer_json(&json!({ "automatic": automatic })))
}
