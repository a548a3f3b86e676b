//! GET /_matrix/client/v1/rooms/{roomId}/hierarchy

use herold_accounts::Device;
use herold_rooms::read::HierarchyQuery;
use ruma::api::client::space::get_hierarchy::v1::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::history::person;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let limit = request.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    if limit == Some(0) {
        return Err(ApiError::invalid_param("`limit` is more than 0."));
    }
    let query = HierarchyQuery {
        from: request.from,
        limit,
        max_depth: request.max_depth.map(u64::from),
        suggested_only: request.suggested_only,
    };
    let page = api.rooms.hierarchy(person(&device), &request.room_id, query).await?;
    let mut response = Response::new();
    response.rooms = page.rooms;
    response.next_batch = page.next;
    Ok(response)
}
