//! GET /_matrix/client/v3/room_keys/version

use herold_accounts::Device;
use ruma::api::client::backup::get_latest_backup_info::v3::{Request, Response};

use super::algorithm;
use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, _: Request) -> Result<Response, ApiError> {
    let backup = api.encryption.current_backup(&caller(device)).await?;
    let algorithm = algorithm(&backup)?;
    Ok(Response::new(algorithm, backup.state.count, backup.state.etag, backup.version))
}
