//! POST /_matrix/client/v3/account/deactivate

use herold_accounts::Device;
use ruma::api::client::account::ThirdPartyIdRemovalStatus;
use ruma::api::client::account::deactivate::v3::{Request, Response};
use serde_json::json;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::uiaa;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let subject = json!({ "erase": request.erase });
    uiaa::require(&api, &device, request.auth.as_ref(), "POST /account/deactivate", &subject).await?;
    // First the rooms: when this fails halfway, the owner can still ask again.
    api.rooms.leave_all(&device.user_id).await?;
    api.accounts.deactivate(device.user_number, request.erase).await?;
    Ok(Response::new(ThirdPartyIdRemovalStatus::Success))
}
