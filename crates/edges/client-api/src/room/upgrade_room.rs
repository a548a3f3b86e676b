//! POST /_matrix/client/v3/rooms/{roomId}/upgrade

use herold_accounts::Device;
use herold_rooms::Upgrade;
use ruma::api::client::room::upgrade_room::v3::{Request, Response};

use super::profile;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let upgrade = Upgrade {
        profile: profile(&api, &device.user_id).await?,
        room_id: request.room_id,
        user_id: device.user_id.clone(),
        version: request.new_version,
        additional_creators: request.additional_creators,
    };
    let room_id = api.rooms.upgrade(upgrade).await?;
    api.sync.carry_over(&device, &room_id).await?;
    Ok(Response::new(room_id))
}
