//! GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}

use herold_accounts::Device;
use ruma::api::client::relations::get_relating_events::v1::{Request, Response};

use super::{depth, query};
use crate::call::SharedApi;
use crate::error::ApiError;
use crate::history::person;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let query = query(request.dir, request.from, request.to, request.limit, request.recurse);
    let page = api.rooms.relations(person(&device), &request.room_id, &request.event_id, query).await?;
    let now_ms = api.clock.now_ms();
    let mut response = Response::new(page.chunk.iter().map(|event| event.to_raw(now_ms, true)).collect());
    response.next_batch = page.next;
    response.prev_batch = page.previous;
    response.recursion_depth = depth(request.recurse);
    Ok(response)
}
