//! GET /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}

use herold_accounts::Device;
use ruma::api::client::backup::get_backup_keys_for_session::v3::{Request, Response};
use ruma::serde::Raw;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::keys::caller;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let (version, caller) = (request.version, caller(device));
    let key = api.encryption.room_key(&caller, &version, request.room_id, request.session_id).await?;
    Ok(Response::new(Raw::from_json(key)))
}
