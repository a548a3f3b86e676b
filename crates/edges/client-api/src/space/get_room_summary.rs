//! GET /_matrix/client/v1/room_summary/{roomIdOrAlias}

use ruma::api::client::room::get_summary::v1::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::directory::seeking_device;
use crate::error::ApiError;
use crate::membership::room_id;

pub(crate) async fn serve(api: SharedApi, visitor: Visitor, request: Request) -> Result<Response, ApiError> {
    let device = seeking_device(&api, &visitor).await?;
    let room_id = room_id(&api, &request.room_id_or_alias).await?;
    let user_number = device.map(|device| device.user_number);
    let (summary, membership) = api.rooms.summary(user_number, &room_id).await?;
    let mut response = Response::new(summary);
    response.membership = membership;
    Ok(response)
}
