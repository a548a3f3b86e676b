//! GET /_matrix/client/v3/devices/{deviceId}

use herold_accounts::Device;
use ruma::api::client::device::get_device::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let found = api.accounts.own_device(device.user_number, &request.device_id).await?;
    Ok(Response::new(super::shown(found)))
}
