//! PUT /_matrix/client/v3/directory/room/{roomAlias}

use herold_accounts::Device;
use ruma::api::client::alias::create_alias::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    api.rooms.create_alias(&request.room_alias, &request.room_id, &device.user_id).await?;
    Ok(Response::new())
}
