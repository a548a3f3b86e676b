//! POST /_matrix/client/v3/rooms/{roomId}/leave

use herold_accounts::Device;
use herold_rooms::RoomsError;
use ruma::RoomId;
use ruma::api::client::membership::leave_room::v3::{Request, Response};
use ruma::api::error::ErrorKind;
use ruma::events::room::member::MembershipState;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    check_may_leave(&api, &device, &request.room_id).await?;
    api.rooms.leave(&request.room_id, &device.user_id, request.reason.as_deref()).await?;
    Ok(Response::new())
}

/// Nobody refuses the invite to the room in which the server writes to them.
async fn check_may_leave(api: &SharedApi, device: &Device, room_id: &RoomId) -> Result<(), ApiError> {
    if api.moderation.notice_room(device.user_number).await?.as_deref() != Some(room_id) {
        return Ok(());
    }
    let membership = api.rooms.membership(device.user_number, room_id).await.map_err(RoomsError::from)?;
    if membership == Some(MembershipState::Invite) {
        let text = "In this room the server writes to you: you can leave it once you have been in it.";
        return Err(ApiError::new(ErrorKind::CannotLeaveServerNoticeRoom, text));
    }
    Ok(())
}
