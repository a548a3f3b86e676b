//! GET /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags

use herold_accounts::Device;
use ruma::api::client::tag::get_tags::v3::{Request, Response};

use crate::call::SharedApi;
use crate::config::check_own;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    check_own(&device, &request.user_id)?;
    Ok(Response::new(api.accounts.tags(&device, &request.room_id).await?))
}
