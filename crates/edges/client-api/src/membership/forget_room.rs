//! POST /_matrix/client/v3/rooms/{roomId}/forget

use herold_accounts::Device;
use ruma::api::client::membership::forget_room::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    api.rooms.forget(&request.room_id, device.user_number).await?;
    Ok(Response::new())
}
