//! POST /_matrix/client/v3/keys/query

use herold_accounts::Device;
use ruma::api::client::keys::get_keys::v3::{Request, Response};

use super::{caller, failures};
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let found = api.encryption.query_keys(&caller(device), request.device_keys).await?;
    let mut response = Response::new();
    response.failures = failures(found.unreachable);
    response.device_keys = found.device_keys;
    response.master_keys = found.master_keys;
    response.self_signing_keys = found.self_signing_keys;
    response.user_signing_keys = found.user_signing_keys;
    Ok(response)
}
