//! DELETE /_matrix/client/v3/directory/room/{roomAlias}

use herold_accounts::Device;
use ruma::api::client::alias::delete_alias::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let (user_id, user_number) = (&device.user_id, device.user_number);
    api.rooms.delete_alias(&request.room_alias, user_id, user_number, device.admin).await?;
    Ok(Response::new())
}
