//! The parameter `org.matrix.msc4140.delay` of sending, and what becomes of a request that has one.

use axum::response::Response;
use herold_accounts::Device;
use herold_delayed_events::NewDelayedEvent;
use herold_rooms::RoomsError;
use ruma::OwnedRoomId;
use ruma::events::room::member::MembershipState;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::call::{self, SharedApi};
use crate::error::ApiError;

/// The parameters of the query.
#[derive(Deserialize)]
pub(crate) struct Delay {
    /// Milliseconds.
    #[serde(rename = "org.matrix.msc4140.delay")]
    pub(crate) delay_ms: Option<i64>,
}

/// An event that was asked to be sent later.
pub(crate) struct Delayed {
    pub(crate) room_id: OwnedRoomId,
    pub(crate) kind: String,
    pub(crate) state_key: Option<String>,
    pub(crate) content: Box<RawValue>,
    pub(crate) delay_ms: i64,
    pub(crate) transaction_id: Option<String>,
}

/// Schedules an event and answers its name.
pub(crate) async fn schedule(
    api: &SharedApi,
    device: &Device,
    delayed: Delayed,
) -> Result<Response, ApiError> {
    // Whether it may be sent is asked when its time has come; of whom it never could be, nothing is kept.
    let membership =
        api.rooms.membership(device.user_number, &delayed.room_id).await.map_err(RoomsError::from)?;
    if membership != Some(MembershipState::Join) {
        return Err(ApiError::forbidden("You are not in this room."));
    }
    let event = NewDelayedEvent {
        user_number: device.user_number,
        device_number: device.device_number,
        room_id: delayed.room_id,
        kind: delayed.kind,
        state_key: delayed.state_key,
        content: delayed.content,
        delay_ms: delayed.delay_ms,
        transaction_id: delayed.transaction_id,
    };
    let delay_id = api.delayed_events.schedule(event).await?;
    Ok(call::answer_json(&json!({ "delay_id": delay_id })))
}
