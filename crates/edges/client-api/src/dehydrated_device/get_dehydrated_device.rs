//! GET /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device

use axum::response::Response;
use herold_accounts::Device;
use ruma::OwnedDeviceId;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;
use crate::keys::caller;

#[derive(Serialize)]
struct Answer {
    device_id: OwnedDeviceId,
    device_data: Box<RawValue>,
}

pub(crate) async fn serve(api: SharedApi, device: Device, _: JsonRequest) -> Result<Response, ApiError> {
    let found = api.encryption.dehydrated(&caller(device)).await?;
    call::answer_ready(&Answer { device_id: found.device_id, device_data: found.data })
}
