//! PUT /_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{eventId}/subscription

use axum::response::Response;
use herold_accounts::Device;
use ruma::OwnedEventId;
use serde::Deserialize;
use serde_json::json;

use super::thread;
use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

#[derive(Deserialize)]
struct Body {
    /// The event for which a client follows the thread by itself.
    automatic: Option<OwnedEventId>,
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: JsonRequest,
) -> Result<Response, ApiError> {
    let Body { automatic } = request.body()?;
    api.sync.subscribe_to_thread(&device, thread(&request)?, automatic).await?;
    Ok(call::answer_json(&json!({})))
}
