//! POST /_matrix/client/v3/join/{roomIdOrAlias}

use herold_accounts::Device;
use ruma::api::client::membership::join_room_by_id_or_alias::v3::{Request, Response};

use super::{join, room_id};
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let room_id = room_id(&api, &request.room_id_or_alias).await?;
    join(&api, device, room_id.clone(), request.reason, request.third_party_signed).await?;
    Ok(Response::new(room_id))
}
