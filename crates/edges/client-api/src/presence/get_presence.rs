//! GET /_matrix/client/v3/presence/{userId}/status

use herold_accounts::Device;
use ruma::api::client::presence::get_presence::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let presence = api.sync.presence(&device, &request.user_id).await?;
    let mut response = Response::new(presence.state);
    response.status_msg = presence.status;
    response.last_active_ago = presence.last_active_ago;
    response.currently_active = Some(presence.currently_active);
    Ok(response)
}
