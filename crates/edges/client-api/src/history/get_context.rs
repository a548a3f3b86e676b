//! GET /_matrix/client/v3/rooms/{roomId}/context/{eventId}

use herold_accounts::Device;
use herold_rooms::read::EventFilter;
use ruma::api::client::context::get_context::v3::{Request, Response};

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let filter = EventFilter::from_request(&request.filter);
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let (room_id, event_id) = (&request.room_id, &request.event_id);
    let context = api.rooms.context(person(&device), room_id, event_id, limit, filter).await?;
    let now_ms = api.clock.now_ms();
    let mut response = Response::new();
    response.start = Some(context.start);
    response.end = Some(context.end);
    response.events_before = context.before.iter().map(|event| event.to_raw(now_ms, true)).collect();
    response.event = Some(context.event.to_raw(now_ms, true));
    response.events_after = context.after.iter().map(|event| event.to_raw(now_ms, true)).collect();
    response.state = context.state.iter().map(|event| event.to_raw(now_ms, true)).collect();
    Ok(response)
}
