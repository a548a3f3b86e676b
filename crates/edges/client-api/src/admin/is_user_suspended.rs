//! GET /_matrix/client/v1/admin/suspend/{userId}

use herold_accounts::Device;
use ruma::api::client::admin::is_user_suspended::v1::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    Ok(Response::new(super::standing(&api, &device, &request.user_id).await?.suspended))
}
