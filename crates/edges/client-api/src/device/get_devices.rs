//! GET /_matrix/client/v3/devices

use herold_accounts::Device;
use ruma::api::client::device::get_devices::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    let devices = api.accounts.devices(device.user_number).await?;
    Ok(Response::new(devices.into_iter().map(super::shown).collect()))
}
