//! PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}

use herold_accounts::Device;
use herold_rooms::SendState;
use ruma::OwnedUserId;
use ruma::api::client::state::send_state_event::v3::{Request, Response};
use ruma::events::StateEventType;
use ruma::events::room::member::MembershipState;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    if let Some(invited) = invited(&request) {
        api.accounts.check_invitable(&[invited]).await?;
    }
    let state = SendState {
        room_id: request.room_id,
        sender: device.user_id,
        kind: request.event_type,
        state_key: request.state_key,
        content: request.body.into_json(),
        guest: device.guest,
        origin_server_ts: None,
    };
    Ok(Response::new(api.rooms.send_state(state).await?))
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
