//! GET /_matrix/client/v1/admin/lock/{userId}

use herold_accounts::Device;
use ruma::api::client::admin::is_user_locked::v1::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    Ok(Response::new(super::standing(&api, &device, &request.user_id).await?.locked))
}
