//! POST /_matrix/client/v3/keys/device_signing/upload

use herold_accounts::Device;
use herold_encryption::{SigningKeysOutcome, SigningKeysUpload};
use ruma::api::client::keys::upload_signing_keys::v3::{Request, Response};
use ruma::api::error::ErrorKind;

use super::caller;
use crate::call::{Read, SharedApi};
use crate::error::ApiError;
use crate::uiaa::{self, Proven};

/// What the user's proof is bound to.
const OPERATION: &str = "POST /_matrix/client/v3/keys/device_signing/upload";

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Proven(request)): Read<Proven<Request>>,
) -> Result<Response, ApiError> {
    // JSON may be well formed and say what no text is: half of a surrogate pair.
    let asked =
        serde_json::to_value([&request.master_key, &request.self_signing_key, &request.user_signing_key]);
    let asked = asked.map_err(|error| ApiError::new(ErrorKind::BadJson, format!("The keys: {error}.")))?;
    let upload = SigningKeysUpload {
        master_key: request.master_key,
        self_signing_key: request.self_signing_key,
        user_signing_key: request.user_signing_key,
    };
    let caller = caller(device.clone());
    if api.encryption.upload_signing_keys(&caller, &upload, false).await?
        == SigningKeysOutcome::NeedsAuthentication
    {
        uiaa::require(&api, &device, request.auth.as_ref(), OPERATION, &asked).await?;
        api.encryption.upload_signing_keys(&caller, &upload, true).await?;
    }
    Ok(Response::new())
}
