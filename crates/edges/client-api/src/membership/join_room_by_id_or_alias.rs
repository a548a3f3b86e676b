//! POST /_matrix/client/v3/join/{roomIdOrAlias}

use herold_accounts::Device;
use ruma::api::client::membership::join_room_by_id_or_alias::v3::{Request, Response};

use super::joining::Joining;
use super::{Asked, join, room_id};
use crate::call::{Read, SharedApi};
use crate::error::ApiError;

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Joining { request, content }): Read<Joining<Request>>,
) -> Result<Response, ApiError> {
    let room_id = room_id(&api, &request.room_id_or_alias).await?;
    let asked = Asked { reason: request.reason, signed: request.third_party_signed, content };
    join(&api, device, room_id.clone(), asked).await?;
    Ok(Response::new(room_id))
}
