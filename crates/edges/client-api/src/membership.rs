//! Who is in a room: invites, joins, knocks, leaving, removing, forgetting.

mod ban_user;
mod forget_room;
mod invite_user;
mod join_room_by_id;
mod join_room_by_id_or_alias;
mod kick_user;
mod knock_room;
mod leave_room;
mod unban_user;

use herold_accounts::Device;
use herold_rooms::{Join, ThirdPartySigned};
use ruma::api::client::membership::ThirdPartySigned as Signed;
use ruma::{OwnedRoomId, OwnedRoomOrAliasId, RoomAliasId, RoomId};
use serde_json::value::to_raw_value;

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::limits::Class;
use crate::room::profile;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Join, invite_user::serve)
        .signed_in(Class::Join, join_room_by_id::serve)
        .signed_in(Class::Join, join_room_by_id_or_alias::serve)
        .signed_in(Class::Join, knock_room::serve)
        .signed_in(Class::Send, leave_room::serve)
        .signed_in(Class::Send, forget_room::serve)
        .signed_in(Class::Send, kick_user::serve)
        .signed_in(Class::Send, ban_user::serve)
        .signed_in(Class::Send, unban_user::serve)
}

/// The room that is meant; `via` names servers to ask, and there are none to ask.
pub(crate) async fn room_id(api: &SharedApi, room: &OwnedRoomOrAliasId) -> Result<OwnedRoomId, ApiError> {
    if let Ok(room_id) = <&RoomId>::try_from(room.as_str()) {
        return Ok(room_id.to_owned());
    }
    let alias = <&RoomAliasId>::try_from(room.as_str());
    let alias = alias.map_err(|_| ApiError::invalid_param("This is neither a room id nor an alias."))?;
    Ok(api.rooms.resolve_alias(alias).await?)
}

async fn join(
    api: &SharedApi,
    device: Device,
    room_id: OwnedRoomId,
    reason: Option<String>,
    signed: Option<Signed>,
) -> Result<(), ApiError> {
    let third_party_signed = match signed {
        Some(signed) => Some(ThirdPartySigned {
            signed: to_raw_value(&signed).map_err(|error| ApiError::internal(&error))?,
            sender: signed.sender,
        }),
        None => None,
    };
    let profile = profile(api, &device.user_id).await?;
    let join =
        Join { room_id, user_id: device.user_id, profile, reason, guest: device.guest, third_party_signed };
    Ok(api.rooms.join(join).await?)
}
