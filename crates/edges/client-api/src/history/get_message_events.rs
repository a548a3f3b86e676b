//! GET /_matrix/client/v3/rooms/{roomId}/messages

use herold_accounts::Device;
use herold_rooms::read::{ClientEvent, Direction, EventFilter, MessagesQuery};
use ruma::api::Direction as RequestedDirection;
use ruma::api::client::message::get_message_events::v3::{Request, Response};

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let direction = match request.dir {
        RequestedDirection::Backward => Direction::Backward,
        RequestedDirection::Forward => Direction::Forward,
    };
    let limit = request.filter.limit.map_or(request.limit, |limit| limit.min(request.limit));
    let query = MessagesQuery {
        from: request.from,
        to: request.to,
        direction,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        filter: EventFilter::from_request(&request.filter),
    };
    let page = api.rooms.messages(person(&device), &request.room_id, query).await?;
    let now_ms = api.clock.now_ms();
    let mut response = Response::new();
    response.start = page.start;
    response.end = page.end;
    response.chunk = page.chunk.iter().map(|event| event.to_raw(now_ms, true)).collect();
    response.state = page.state.iter().map(|event: &ClientEvent| event.to_raw(now_ms, true)).collect();
    Ok(response)
}
