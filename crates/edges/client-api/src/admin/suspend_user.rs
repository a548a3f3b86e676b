//! PUT /_matrix/client/v1/admin/suspend/{userId}

use herold_accounts::Device;
use ruma::api::client::admin::suspend_user::v1::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let suspended = request.suspended;
    let decided =
        super::decide(&api, &device, &request.user_id, move |standing| standing.suspended = suspended);
    Ok(Response::new(decided.await?.suspended))
}
