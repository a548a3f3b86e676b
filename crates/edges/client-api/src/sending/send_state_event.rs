//! PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}

use herold_accounts::Device;
use herold_rooms::SendState;
use ruma::api::client::state::send_state_event::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let state = SendState {
        room_id: request.room_id,
        sender: device.user_id,
        kind: request.event_type,
        state_key: request.state_key,
        content: request.body.into_json(),
        origin_server_ts: None,
    };
    Ok(Response::new(api.rooms.send_state(state).await?))
}
