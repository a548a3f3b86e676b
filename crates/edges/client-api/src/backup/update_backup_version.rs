//! PUT /_matrix/client/v3/room_keys/version/{version}

use herold_accounts::Device;
use herold_encryption::NewBackup;
use ruma::api::client::backup::update_backup_version::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let changed = NewBackup::parse(request.algorithm.json())?;
    api.encryption.update_backup(&caller(device), &request.version, changed).await?;
    Ok(Response::new())
}
