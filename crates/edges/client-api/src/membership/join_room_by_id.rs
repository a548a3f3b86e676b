//! POST /_matrix/client/v3/rooms/{roomId}/join

use herold_accounts::Device;
use ruma::api::client::membership::join_room_by_id::v3::{Request, Response};

use super::joining::Joining;
use super::{Asked, join};
use crate::call::{Read, SharedApi};
use crate::error::ApiError;

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Joining { request, content }): Read<Joining<Request>>,
) -> Result<Response, ApiError> {
    let asked = Asked { reason: request.reason, signed: request.third_party_signed, content };
    join(&api, device, request.room_id.clone(), asked).await?;
    Ok(Response::new(request.room_id))
}
