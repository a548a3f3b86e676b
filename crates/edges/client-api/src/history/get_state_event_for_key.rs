//! GET /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}

use herold_accounts::Device;
use ruma::api::client::state::get_state_event_for_key::v3::StateEventFormat;
use ruma::api::client::state::get_state_event_for_key::v3::{Request, Response};
use ruma::events::AnyStateEvent;
use ruma::serde::Raw;
use serde_json::value::RawValue;

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let kind = request.event_type.to_string();
    let event = api.rooms.state_event(person(&device), &request.room_id, &kind, &request.state_key).await?;
    let event: Raw<AnyStateEvent> = event.to_raw(api.clock.now_ms(), true);
    if request.format == StateEventFormat::Event {
        return Ok(event.into());
    }
    let content: Option<Box<RawValue>> =
        event.get_field("content").map_err(|error| ApiError::internal(&error))?;
    Ok(Response::new(content.unwrap_or_else(|| RawValue::NULL.to_owned())))
}
