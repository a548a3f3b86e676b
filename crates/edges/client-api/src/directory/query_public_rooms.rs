//! POST /_matrix/client/v3/publicRooms

use herold_accounts::Device;
use herold_rooms::read::{DirectoryPage, DirectoryQuery};
use ruma::UInt;
use ruma::api::client::directory::get_public_rooms_filtered::v3::{Request, Response};
use ruma::directory::RoomNetwork;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Device, request: Request) -> Result<Response, ApiError> {
    super::check_own(&api, request.server.as_deref())?;
    let page = match request.room_network {
        // No other network is connected, so none has rooms here.
        RoomNetwork::ThirdParty(_) => DirectoryPage::default(),
        _ => {
            let limit = request.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
            let query = DirectoryQuery { limit, since: request.since, filter: request.filter };
            api.rooms.public_rooms(query).await?
        }
    };
    let mut response = Response::new();
    response.chunk = page.rooms;
    response.next_batch = page.next;
    response.prev_batch = page.previous;
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    Ok(response)
}
