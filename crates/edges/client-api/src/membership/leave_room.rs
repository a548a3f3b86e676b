//! POST /_matrix/client/v3/rooms/{roomId}/leave

use herold_accounts::Device;
use ruma::api::client::membership::leave_room::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    api.rooms.leave(&request.room_id, &device.user_id, request.reason.as_deref()).await?;
    Ok(Response::new())
}
