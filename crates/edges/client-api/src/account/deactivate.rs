//! POST /_matrix/client/v3/account/deactivate

use herold_accounts::Device;
use ruma::api::client::account::ThirdPartyIdRemovalStatus;
use ruma::api::client::account::deactivate::v3::{Request, Response};
use serde_json::json;

use crate::call::{Read, SharedApi};
use crate::error::ApiError;
use crate::uiaa::{self, Proven};

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Proven(request)): Read<Proven<Request>>,
) -> Result<Response, ApiError> {
    let subject = json!({ "erase": request.erase });
    uiaa::require(&api, &device, request.auth.as_ref(), "POST /account/deactivate", &subject).await?;
    // To its end, even when the client does not wait for it: the owner cannot ask again.
    let closing = tokio::spawn(async move {
        // First the account, so that it joins nothing more.
        api.accounts.deactivate(device.user_number, request.erase).await?;
        Ok::<_, ApiError>(api.rooms.leave_all(&device.user_id).await?)
    });
    closing.await.map_err(|error| ApiError::internal(&error))??;
    Ok(Response::new(ThirdPartyIdRemovalStatus::Success))
}
