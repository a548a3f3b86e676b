//! Who is in a room: invites, joins, knocks, leaving, removing, forgetting.

mod ban_user;
mod forget_room;
mod invite_user;
mod join_room_by_id;
mod join_room_by_id_or_alias;
mod joining;
mod kick_user;
mod knock_room;
mod leave_room;
mod unban_user;

use herold_accounts::Device;
use herold_rooms::{Join, ThirdPartySigned};
use ruma::api::client::membership::ThirdPartySigned as Signed;
use ruma::{OwnedRoomId, OwnedRoomOrAliasId, RoomAliasId, RoomId};
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};

use crate::call::SharedApi;
use crate::error::ApiError;
use crate::limits::Class;
use crate::room::profile;
use crate::routing::Routes;

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

/// Lets the caller into `room_id`, with all that goes along to it.
async fn join(api: &SharedApi, device: Device, room_id: OwnedRoomId, asked: Asked) -> Result<(), ApiError> {
    let third_party_signed = match asked.signed {
        Some(signed) => Some(ThirdPartySigned {
            signed: to_raw_value(&signed).map_err(|error| ApiError::internal(&error))?,
            sender: signed.sender,
        }),
        None => None,
    };
    let join = Join {
        room_id: room_id.clone(),
        user_id: device.user_id.clone(),
        profile: profile(api, &device.user_id).await?,
        reason: asked.reason,
        guest: device.guest,
        third_party_signed,
        content: asked.content,
    };
    api.rooms.join(join).await?;
    Ok(api.sync.carry_over(&device, &room_id).await?)
}

/// What is sent with a join.
struct Asked {
    reason: Option<String>,
    signed: Option<Signed>,
    content: Map<String, Value>,
}
