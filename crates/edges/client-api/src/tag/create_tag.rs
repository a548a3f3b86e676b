//! PUT /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}

use herold_accounts::Device;
use ruma::api::client::tag::create_tag::v3::{Request, Response};

use crate::call::SharedApi;
use crate::config::check_own;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    check_own(&device, &request.user_id)?;
    api.accounts.set_tag(&device, &request.room_id, request.tag, request.tag_info).await?;
    Ok(Response::new())
}
