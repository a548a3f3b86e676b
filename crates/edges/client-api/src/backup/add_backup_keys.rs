//! PUT /_matrix/client/v3/room_keys/keys

use herold_accounts::Device;
use ruma::api::client::backup::add_backup_keys::v3::{Request, Response};

use super::rooms_keys;
use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let keys = rooms_keys(request.rooms.into_iter().map(|(room, backup)| (room, backup.sessions)));
    let state = api.encryption.put_room_keys(&caller(device), &request.version, &keys).await?;
    Ok(Response::new(state.etag, state.count))
}
