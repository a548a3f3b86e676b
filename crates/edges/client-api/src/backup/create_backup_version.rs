//! POST /_matrix/client/v3/room_keys/version

use herold_accounts::Device;
use herold_encryption::NewBackup;
use ruma::api::client::backup::create_backup_version::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let new = NewBackup::parse(request.algorithm.json())?;
    Ok(Response::new(api.encryption.create_backup(&caller(device), new).await?))
}
