//! POST /_matrix/client/v3/rooms/{roomId}/unban

use herold_accounts::Device;
use herold_rooms::{Removal, Remove};
use ruma::api::client::membership::unban_user::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let remove = Remove {
        room_id: request.room_id,
        sender: device.user_id,
        target: request.user_id,
        removal: Removal::Unban,
        reason: request.reason,
    };
    api.rooms.remove(remove).await?;
    Ok(Response::new())
}
