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
        user_id: device.user_id,
        version: request.new_version,
        additional_creators: request.additional_creators,
    };
    Ok(Response::new(api.rooms.upgrade(upgrade).await?))
}
