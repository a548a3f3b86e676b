//! GET /_matrix/client/v3/room_keys/version/{version}

use herold_accounts::Device;
use ruma::api::client::backup::get_backup_info::v3::{Request, Response};

use super::algorithm;
use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let backup = api.encryption.backup(&caller(device), &request.version).await?;
    let algorithm = algorithm(&backup)?;
    Ok(Response::new(algorithm, backup.state.count, backup.state.etag, backup.version))
}
