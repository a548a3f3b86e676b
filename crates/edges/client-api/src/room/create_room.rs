//! POST /_matrix/client/v3/createRoom

use herold_accounts::Device;

use herold_rooms::{CreateRoom, InitialState, Preset, RoomsError};
use ruma::api::client::room::Visibility;
use ruma::api::client::room::create_room::v3::{Request, Response, RoomPreset};
use ruma::events::AnyInitialStateEvent;
use ruma::serde::Raw;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{profile, profiles};
use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    if !request.invite_3pid.is_empty() {
        return Err(RoomsError::ThirdPartyDenied.into());
    }
    let published = request.visibility == Visibility::Public;
    if published {
        api.rooms.check_may_publish(device.admin)?;
    }
    api.accounts.check_invitable(&request.invite).await?;
    let room = CreateRoom {
        creator_profile: profile(&api, &device.user_id).await?,
        creator: device.user_id.clone(),
        version: request.room_version,
        preset: preset(request.preset, published)?,
        published,
        alias_localpart: request.room_alias_name,
        name: request.name,
        topic: request.topic,
        invite: profiles(&api, request.invite).await?,
        is_direct: request.is_direct,
        creation_content: request.creation_content.map(Raw::into_json),
        initial_state: request.initial_state.iter().map(initial_state).collect::<Result<_, _>>()?,
        power_levels: request.power_level_content_override.map(Raw::into_json),
    };
    let replaces = room.creation_content.is_some();
    let room_id = api.rooms.create(room).await?;
    if replaces {
        api.sync.carry_over(&device, &room_id).await?;
    }
    Ok(Response::new(room_id))
}

fn preset(asked: Option<RoomPreset>, published: bool) -> Result<Preset, ApiError> {
    match asked {
        Some(RoomPreset::PrivateChat) => Ok(Preset::PrivateChat),
        Some(RoomPreset::TrustedPrivateChat) => Ok(Preset::TrustedPrivateChat),
        Some(RoomPreset::PublicChat) => Ok(Preset::PublicChat),
        Some(_) => Err(ApiError::invalid_param("There is no such preset.")),
        None if published => Ok(Preset::PublicChat),
        None => Ok(Preset::PrivateChat),
    }
}

fn initial_state(event: &Raw<AnyInitialStateEvent>) -> Result<InitialState, ApiError> {
    #[derive(Deserialize)]
    struct Given {
        r#type: String,
        #[serde(default)]
        state_key: String,
        content: Box<RawValue>,
    }
    let given: Given = event
        .deserialize_as_unchecked()
        .map_err(|error| ApiError::bad_json(format!("An event of `initial_state` is malformed: {error}")))?;
    Ok(InitialState { kind: given.r#type, state_key: given.state_key, content: given.content })
}
