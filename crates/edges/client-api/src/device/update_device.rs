//! PUT /_matrix/client/v3/devices/{deviceId}

use herold_accounts::Device;
use ruma::api::client::device::update_device::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    match request.display_name {
        Some(name) => api.accounts.rename_device(device.user_number, &request.device_id, name).await?,
        None => drop(api.accounts.own_device(device.user_number, &request.device_id).await?),
    }
    Ok(Response::new())
}
