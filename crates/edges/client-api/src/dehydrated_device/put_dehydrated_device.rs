//! PUT /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device

use std::collections::BTreeMap;

use axum::response::Response;
use herold_accounts::Device;
use herold_encryption::{DehydratedUpload, KeysUpload};
use ruma::encryption::{DeviceKeys, OneTimeKey};
use ruma::serde::Raw;
use ruma::{OwnedDeviceId, OwnedOneTimeKeyId};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::call::{self, JsonRequest, SharedApi};
use crate::error::ApiError;
use crate::keys::caller;

#[derive(Deserialize)]
struct Body {
    device_id: OwnedDeviceId,
    initial_device_display_name: Option<String>,
    device_data: Box<RawValue>,
    device_keys: Raw<DeviceKeys>,
    #[serde(default)]
    one_time_keys: BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>,
    #[serde(default)]
    fallback_keys: BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>,
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: JsonRequest,
) -> Result<Response, ApiError> {
    let body: Body = request.body()?;
    let upload = DehydratedUpload {
        device_id: body.device_id.clone(),
        display_name: body.initial_device_display_name,
        data: body.device_data,
        keys: KeysUpload {
            device_keys: Some(body.device_keys),
            one_time_keys: body.one_time_keys,
            fallback_keys: body.fallback_keys,
        },
    };
    api.encryption.dehydrate(&caller(device), upload).await?;
    Ok(call::answer_json(&json!({ "device_id": body.device_id })))
}
