//! The contents that a new room begins with (client-server API, `POST /createRoom`).

use herold_room_rules::{Preset, initial_power_levels};
use ruma::OwnedRoomAliasId;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{CreateRoom, InitialState};
use crate::RoomsError;
use crate::head::Head;
use crate::member;
use crate::turn::Proposal;

/// The event that makes the room.
pub(super) fn create_event(head: &Head, room: &CreateRoom) -> Result<Proposal, RoomsError> {
    let mut content = object(room.creation_content.as_deref(), "creation_content")?;
    let rules = &head.rules.authorization;
    content.insert("room_version".to_owned(), json!(head.version));
    if rules.use_room_create_sender {
        content.remove("creator");
    } else {
        content.insert("creator".to_owned(), json!(room.creator));
    }
    if rules.additional_room_creators && room.preset == Preset::TrustedPrivateChat {
        let creators = content.entry("additional_creators").or_insert_with(|| json!([]));
        if let Value::Array(creators) = creators {
            for (user, _) in room.invite.iter().filter(|(user, _)| *user != room.creator) {
                let user = json!(user);
                if !creators.contains(&user) {
                    creators.push(user);
                }
            }
        }
    }
    Ok(Proposal::state(&room.creator, "m.room.create".to_owned(), "", member::json(&content)?))
}

/// The state after the creator has joined: power levels, alias, what the preset says, what the request
/// says, name and topic. What the request says in `initial_state` replaces what the preset says.
pub(super) fn states(
    head: &Head,
    room: &CreateRoom,
    alias: Option<&OwnedRoomAliasId>,
) -> Result<Vec<InitialState>, RoomsError> {
    let says = |kind: &str| {
        room.initial_state.iter().rev().find(|state| state.kind == kind && state.state_key.is_empty())
    };
    let mut states = Vec::with_capacity(room.initial_state.len() + 8);
    states.push(match says("m.room.power_levels") {
        Some(given) if room.power_levels.is_none() => given.clone(),
        _ => state("m.room.power_levels", &power_levels(head, room)?)?,
    });
    if let Some(alias) = alias
        && says("m.room.canonical_alias").is_none()
    {
        states.push(state("m.room.canonical_alias", &json!({ "alias": alias }))?);
    }
    for (kind, content) in preset_states(room.preset) {
        if says(kind).is_none() {
            states.push(state(kind, &content)?);
        }
    }
    let set_already = |given: &&InitialState| {
        given.state_key.is_empty()
            && (given.kind == "m.room.power_levels"
                || (given.kind == "m.room.name" && room.name.is_some())
                || (given.kind == "m.room.topic" && room.topic.is_some()))
    };
    states.extend(room.initial_state.iter().filter(|given| !set_already(given)).cloned());
    if let Some(name) = &room.name {
        states.push(state("m.room.name", &json!({ "name": name }))?);
    }
    if let Some(topic) = &room.topic {
        let text = json!({ "topic": topic, "m.topic": { "m.text": [{ "body": topic }] } });
        states.push(state("m.room.topic", &text)?);
    }
    Ok(states)
}

fn preset_states(preset: Preset) -> [(&'static str, Value); 3] {
    let (join_rule, guest_access) = match preset {
        Preset::PrivateChat | Preset::TrustedPrivateChat => ("invite", "can_join"),
        Preset::PublicChat => ("public", "forbidden"),
    };
    [
        ("m.room.join_rules", json!({ "join_rule": join_rule })),
        ("m.room.history_visibility", json!({ "history_visibility": "shared" })),
        ("m.room.guest_access", json!({ "guest_access": guest_access })),
    ]
}

fn power_levels(head: &Head, room: &CreateRoom) -> Result<Value, RoomsError> {
    let invited: Vec<_> = room.invite.iter().map(|(user, _)| user.clone()).collect();
    let rules = &head.rules.authorization;
    let mut content = initial_power_levels(rules, &room.creator, &invited, room.preset);
    content.extend(object(room.power_levels.as_deref(), "power_level_content_override")?);
    Ok(Value::Object(content))
}

fn state(kind: &str, content: &Value) -> Result<InitialState, RoomsError> {
    Ok(InitialState { kind: kind.to_owned(), state_key: String::new(), content: member::json(content)? })
}

fn object(given: Option<&RawValue>, name: &str) -> Result<Map<String, Value>, RoomsError> {
    let Some(given) = given else { return Ok(Map::new()) };
    serde_json::from_str(given.get())
        .map_err(|_| RoomsError::BadJson(format!("`{name}` is not a JSON object that can be read")))
}
