//! POST /_matrix/client/v3/delete_devices

use herold_accounts::Device;
use ruma::api::client::device::delete_devices::v3::{Request, Response};
use serde_json::json;

use crate::call::{Read, SharedApi};
use crate::error::ApiError;
use crate::uiaa::{self, Proven};

/// Devices deleted by one request at most.
const DEVICES_MAX: usize = 10_000;

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Proven(request)): Read<Proven<Request>>,
) -> Result<Response, ApiError> {
    if request.devices.len() > DEVICES_MAX {
        return Err(ApiError::invalid_param(format!("Delete at most {DEVICES_MAX} devices at once.")));
    }
    let subject = json!({ "devices": request.devices });
    uiaa::require(&api, &device, request.auth.as_ref(), "POST /delete_devices", &subject).await?;
    api.accounts.delete_devices(device.user_number, &request.devices).await?;
    Ok(Response::new())
}
