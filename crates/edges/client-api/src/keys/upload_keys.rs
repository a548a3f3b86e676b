//! POST /_matrix/client/v3/keys/upload

use herold_accounts::Device;
use herold_encryption::KeysUpload;
use ruma::api::client::keys::upload_keys::v3::{Request, Response};

use super::caller;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let upload = KeysUpload {
        device_keys: request.device_keys,
        one_time_keys: request.one_time_keys,
        fallback_keys: request.fallback_keys,
    };
    Ok(Response::new(api.encryption.upload_keys(&caller(device), upload).await?))
}
