//! GET /_matrix/client/v3/directory/list/room/{roomId}

use ruma::api::client::directory::get_room_visibility::v3::{Request, Response};
use ruma::api::client::room::Visibility;

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Visitor, request: Request) -> Result<Response, ApiError> {
    let published = api.rooms.is_published(&request.room_id).await?;
    Ok(Response::new(if published { Visibility::Public } else { Visibility::Private }))
}
