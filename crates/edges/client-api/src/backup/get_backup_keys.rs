//! GET /_matrix/client/v3/room_keys/keys

use herold_accounts::Device;
use herold_encryption::RoomKeysFilter;
use ruma::api::client::backup::RoomKeyBackup;
use ruma::api::client::backup::get_backup_keys::v3::{Request, Response};

use super::sessions;
use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let filter = RoomKeysFilter::default();
    let rooms = api.encryption.room_keys(&caller(device), &request.version, filter).await?;
    let rooms = rooms.into_iter().map(|(room, keys)| (room, RoomKeyBackup::new(sessions(keys))));
    Ok(Response::new(rooms.collect()))
}
