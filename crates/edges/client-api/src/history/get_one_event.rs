//! GET /_matrix/client/v3/events/{eventId}

use axum::response::Response;
use herold_accounts::Device;
use ruma::EventId;

use super::person;
use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;

/// Deprecated for the one that names the room; old clients and links still ask.
pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: JsonRequest,
) -> Result<Response, ApiError> {
    let event_id = EventId::parse(request.argument(0))
        .map_err(|_| ApiError::invalid_param("An event's id begins with a dollar sign."))?;
    let event = api.rooms.event_anywhere(person(&device), &event_id).await?;
    call::answer_ready(&event.to_raw::<()>(api.clock.now_ms(), true))
}
