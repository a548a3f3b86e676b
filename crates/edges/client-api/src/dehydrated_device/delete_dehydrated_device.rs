//! DELETE /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device

use axum::response::Response;
use herold_accounts::Device;
use serde_json::json;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, _: JsonRequest) -> Result<Response, ApiError> {
    let device_id = api.encryption.forget_dehydrated(&caller(device)).await?;
    Ok(call::answer_json(&json!({ "device_id": device_id })))
}
