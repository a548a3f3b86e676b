//! DELETE /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}

use herold_accounts::Device;
use herold_encryption::RoomKeysFilter;
use ruma::api::client::backup::delete_backup_keys_for_session::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let filter = RoomKeysFilter { room_id: Some(request.room_id), session_id: Some(request.session_id) };
    let state = api.encryption.delete_room_keys(&caller(device), &request.version, filter).await?;
    Ok(Response::new(state.etag, state.count))
}
