//! POST /_matrix/client/v3/rooms/{roomId}/join

use herold_accounts::Device;
use ruma::api::client::membership::join_room_by_id::v3::{Request, Response};

use super::join;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let room_id = request.room_id;
    join(&api, device, room_id.clone(), request.reason, request.third_party_signed).await?;
    Ok(Response::new(room_id))
}
