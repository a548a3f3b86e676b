//! PUT /_matrix/client/v1/admin/lock/{userId}

use herold_accounts::Device;
use ruma::api::client::admin::lock_user::v1::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let locked = request.locked;
    let decided = super::decide(&api, &device, &request.user_id, move |standing| standing.locked = locked);
    Ok(Response::new(decided.await?.locked))
}
