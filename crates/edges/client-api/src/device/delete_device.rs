//! DELETE /_matrix/client/v3/devices/{deviceId}

use herold_accounts::Device;
use ruma::api::client::device::delete_device::v3::{Request, Response};
use serde_json::json;

use crate::call::{Read, SharedApi};
use crate::error::ApiError;
use crate::uiaa::{self, Proven};

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Proven(request)): Read<Proven<Request>>,
) -> Result<Response, ApiError> {
    let subject = json!({ "device": request.device_id });
    uiaa::require(&api, &device, request.auth.as_ref(), "DELETE /devices", &subject).await?;
    api.accounts.delete_devices(device.user_number, &[request.device_id]).await?;
    Ok(Response::new())
}
