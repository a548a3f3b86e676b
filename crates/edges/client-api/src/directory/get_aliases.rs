//! GET /_matrix/client/v3/rooms/{roomId}/aliases

use herold_accounts::Device;
use ruma::api::client::room::aliases::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    Ok(Response::new(api.rooms.aliases(&request.room_id, &device.user_id).await?))
}
