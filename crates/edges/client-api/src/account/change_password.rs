//! POST /_matrix/client/v3/account/password

use herold_accounts::Device;
use ruma::api::client::account::change_password::v3::{Request, Response};
use serde_json::json;

use crate::call::{Read, SharedApi};
use crate::error::ApiError;
use crate::uiaa::{self, Proven};

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Proven(request)): Read<Proven<Request>>,
) -> Result<Response, ApiError> {
    let Request { new_password, logout_devices, auth, .. } = request;
    api.accounts.check_password(&new_password)?;
    let subject = json!({ "new_password": new_password, "logout_devices": logout_devices });
    uiaa::require(&api, &device, auth.as_ref(), "POST /account/password", &subject).await?;
    api.accounts.change_password(&device, new_password, logout_devices).await?;
    Ok(Response::new())
}
