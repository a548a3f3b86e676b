//! PUT /_matrix/client/v3/directory/list/room/{roomId}

use herold_accounts::Device;
use ruma::api::client::directory::set_room_visibility::v3::{Request, Response};
use ruma::api::client::room::Visibility;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let published = match request.visibility {
        Visibility::Public => true,
        Visibility::Private => false,
        _ => return Err(ApiError::invalid_param("A room is \"public\" or \"private\" in the directory.")),
    };
    api.rooms.set_published(&request.room_id, &device.user_id, device.admin, published).await?;
    Ok(Response::new())
}
