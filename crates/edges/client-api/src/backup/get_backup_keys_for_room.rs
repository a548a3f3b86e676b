//! GET /_matrix/client/v3/room_keys/keys/{roomId}

use herold_accounts::Device;
use herold_encryption::RoomKeysFilter;
use ruma::api::client::backup::get_backup_keys_for_room::v3::{Request, Response};

use super::sessions;
use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let filter = RoomKeysFilter { room_id: Some(request.room_id), session_id: None };
    let rooms = api.encryption.room_keys(&caller(device), &request.version, filter).await?;
    Ok(Response::new(sessions(rooms.into_values().next().unwrap_or_default())))
}
