//! GET /_matrix/client/v3/keys/changes

use herold_accounts::Device;
use ruma::api::client::keys::get_key_changes::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let changes = api.sync.key_changes(&device, &request.from, &request.to).await?;
    Ok(Response::new(changes.changed, changes.left))
}
