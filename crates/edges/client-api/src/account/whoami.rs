//! GET /_matrix/client/v3/account/whoami

use herold_accounts::Device;
use ruma::api::client::account::whoami::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(_: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    let mut response = Response::new(device.user_id, device.guest);
    response.device_id = Some(device.device_id);
    Ok(response)
}
