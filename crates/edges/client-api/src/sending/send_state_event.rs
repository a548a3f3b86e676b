//! PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}

use axum::response::Response;
use herold_accounts::Device;
use herold_rooms::SendState;
use ruma::OwnedUserId;
use ruma::api::client::state::send_state_event::v3::{self, Request};
use ruma::events::StateEventType;
use ruma::events::room::member::MembershipState;

use crate::call::{self, SharedApi};
use crate::delayed_events::{Delay, Delayed, schedule};
use crate::error::ApiError;

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    request: Request,
    delay: Delay,
) -> Result<Response, ApiError> {
    if let Some(invited) = invited(&request) {
        api.accounts.check_invitable(&[invited]).await?;
    }
    if let Some(delay_ms) = delay.delay_ms {
        let delayed = Delayed {
            room_id: request.room_id,
            kind: request.event_type.to_string(),
            state_key: Some(request.state_key),
            content: request.body.into_json(),
            delay_ms,
            transaction_id: None,
        };
        return schedule(&api, &device, delayed).await;
    }
    let state = SendState {
        room_id: request.room_id,
        sender: device.user_id,
        kind: request.event_type,
        state_key: request.state_key,
        content: request.body.into_json(),
        guest: device.guest,
        transaction: None,
        origin_server_ts: None,
    };
    call::answer(v3::Response::new(api.rooms.send_state(state).await?))
}

/// Whom the event would invite, if it is an invite.
fn invited(request: &Request) -> Option<OwnedUserId> {
    if request.event_type != StateEventType::RoomMember {
        return None;
    }
    let membership: Option<MembershipState> = request.body.get_field("membership").ok().flatten();
    let user_id = OwnedUserId::try_from(request.state_key.as_str()).ok()?;
    (membership == Some(MembershipState::Invite)).then_some(user_id)
}
