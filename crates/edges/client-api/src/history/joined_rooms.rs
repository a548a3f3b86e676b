//! GET /_matrix/client/v3/joined_rooms

use herold_accounts::Device;
use ruma::api::client::membership::joined_rooms::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    Ok(Response::new(api.rooms.joined_rooms(device.user_number).await?))
}
