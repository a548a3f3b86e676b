//! GET /_matrix/client/v3/rooms/{roomId}/state

use herold_accounts::Device;
use ruma::api::client::state::get_state_events::v3::{Request, Response};

use super::person;
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let state = api.rooms.state(person(&device), &request.room_id).await?;
    let now_ms = api.clock.now_ms();
    Ok(Response::new(state.iter().map(|event| event.to_raw(now_ms, true)).collect()))
}
