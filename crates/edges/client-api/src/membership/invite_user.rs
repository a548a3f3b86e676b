//! POST /_matrix/client/v3/rooms/{roomId}/invite

use herold_accounts::Device;
use herold_rooms::{Invite, RoomsError};
use ruma::api::client::membership::invite_user::v3::{InvitationRecipient, Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::room::profile;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let InvitationRecipient::UserId(recipient) = request.recipient else {
        return Err(RoomsError::ThirdPartyDenied.into());
    };
    api.accounts.check_invitable(std::slice::from_ref(&recipient.user_id)).await?;
    let invite = Invite {
        room_id: request.room_id,
        sender: device.user_id,
        target_profile: profile(&api, &recipient.user_id).await?,
        target: recipient.user_id,
        reason: recipient.reason,
        is_direct: false,
    };
    api.rooms.invite(invite).await?;
    Ok(Response::new())
}
