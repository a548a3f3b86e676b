//! POST /_matrix/client/v3/keys/claim

use herold_accounts::Device;
use ruma::api::client::keys::claim_keys::v3::{Request, Response};

use super::failures;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, _: Device, request: Request) -> Result<Response, ApiError> {
    let claimed = api.encryption.claim_keys(&request.one_time_keys).await?;
    let mut response = Response::new(claimed.one_time_keys);
    response.failures = failures(claimed.unreachable);
    Ok(response)
}
