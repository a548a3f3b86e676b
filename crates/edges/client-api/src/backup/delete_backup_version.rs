//! DELETE /_matrix/client/v3/room_keys/version/{version}

use herold_accounts::Device;
use ruma::api::client::backup::delete_backup_version::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    api.encryption.delete_backup(&caller(device), &request.version).await?;
    Ok(Response::new())
}
