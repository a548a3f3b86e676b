//! GET /_matrix/client/v3/rooms/{roomId}/event/{eventId}

use axum::response::Response;
use herold_accounts::Device;
use ruma::api::client::room::get_room_event::v3::{self, Request};
use serde::Deserialize;

use super::person;
use crate::call::{self, SharedApi};
use crate::error::ApiError;

/// The parameters of the query.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    /// Whether what a redacted event said is wanted (MSC2815).
    #[serde(rename = "fi.mau.msc2815.include_unredacted_content", default)]
    original: bool,
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: Request,
    wanted: Wanted,
) -> Result<Response, ApiError> {
    let (room_id, event_id) = (&request.room_id, &request.event_id);
    let event = if wanted.original {
        api.rooms.original(person(&device), room_id, event_id).await?
    } else {
        api.rooms.event(person(&device), room_id, event_id).await?
    };
    call::answer(v3::Response::new(event.to_raw(api.clock.now_ms(), true)))
}
