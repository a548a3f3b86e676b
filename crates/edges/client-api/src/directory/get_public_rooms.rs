//! GET /_matrix/client/v3/publicRooms

use herold_rooms::read::DirectoryQuery;
use ruma::UInt;
use ruma::api::client::directory::get_public_rooms::v3::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, visitor: Visitor, request: Request) -> Result<Response, ApiError> {
    super::seeking_device(&api, &visitor).await?;
    super::check_own(&api, request.server.as_deref())?;
    let limit = request.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let query = DirectoryQuery { limit, since: request.since, ..DirectoryQuery::default() };
    let page = api.rooms.public_rooms(query).await?;
    let mut response = Response::new(page.rooms);
    response.next_batch = page.next;
    response.prev_batch = page.previous;
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    Ok(response)
}
