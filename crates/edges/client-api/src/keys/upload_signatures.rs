//! POST /_matrix/client/v3/keys/signatures/upload

use std::collections::BTreeMap;

use herold_accounts::Device;
use herold_encryption::EncryptionError;
use ruma::api::client::keys::upload_signatures::v3::{Failure, Request, Response, SignedKeys};
use serde_json::json;

use super::caller;
use crate::call::SharedApi;
use crate::error::{ApiError, encryption};

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let by_name =
        |keys: SignedKeys| keys.iter().map(|(name, key)| (name.to_owned(), key.to_owned())).collect();
    let signed = request.signed_keys.into_iter().map(|(user, keys)| (user, by_name(keys))).collect();
    let failures = api.encryption.upload_signatures(&caller(device), signed).await?;
    let mut response = Response::new();
    for (user, failed) in failures {
        let failed: Result<BTreeMap<_, _>, ApiError> =
            failed.into_iter().map(|(name, error)| Ok((name, failure(error)?))).collect();
        response.failures.insert(user, failed?);
    }
    Ok(response)
}

/// One signature's failure. ruma lets nobody but its parser make one.
fn failure(error: EncryptionError) -> Result<Failure, ApiError> {
    let told = json!({ "errcode": encryption::errcode(&error), "error": error.to_string() });
    serde_json::from_value(told).map_err(|error| ApiError::internal(&error))
}
