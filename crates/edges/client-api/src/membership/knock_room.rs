//! POST /_matrix/client/v3/knock/{roomIdOrAlias}

use herold_accounts::Device;
use herold_rooms::Knock;
use ruma::api::client::knock::knock_room::v3::{Request, Response};

use super::room_id;
use crate::call::SharedApi;
use crate::error::ApiError;
use crate::room::profile;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let room_id = room_id(&api, &request.room_id_or_alias).await?;
    let profile = profile(&api, &device.user_id).await?;
    let (user_id, reason) = (device.user_id, request.reason);
    api.rooms.knock(Knock { room_id: room_id.clone(), user_id, profile, reason }).await?;
    Ok(Response::new(room_id))
}
