//! GET /_matrix/client/v3/rooms/{roomId}/event/{eventId}

use herold_accounts::Device;
use ruma::api::client::room::get_room_event::v3::{Request, Response};

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let event = api.rooms.event(person(&device), &request.room_id, &request.event_id).await?;
    Ok(Response::new(event.to_raw(api.clock.now_ms(), true)))
}
