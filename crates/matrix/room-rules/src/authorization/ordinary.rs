//! The rules for events that change neither who is in the room nor who may do what: messages and most state.
//! The same in all room versions; the tests hold them against ruma-state-res.

use std::ops::Deref;

use ruma::events::room::member::MembershipState;
use ruma::events::{StateEventType, TimelineEventType};
use ruma::room_version_rules::AuthorizationRules;
use serde::Deserialize;

use super::Rejection;
use crate::content::membership;
use crate::pdu::Pdu;
use crate::power_levels::PowerLevels;

/// Whether no other rules than these are for such events.
pub(super) fn is_ordinary(rules: &AuthorizationRules, event: &Pdu) -> bool {
    match event.kind() {
        TimelineEventType::RoomCreate
        | TimelineEventType::RoomMember
        | TimelineEventType::RoomPowerLevels => false,
        TimelineEventType::RoomRedaction => !rules.special_case_room_redaction,
        kind => !rules.special_case_room_aliases || *kind != TimelineEventType::from("m.room.aliases"),
    }
}

pub(super) fn authorize<E: Deref<Target = Pdu>>(
    rules: &AuthorizationRules,
    event: &Pdu,
    state: impl Fn(&StateEventType, &str) -> Option<E>,
) -> Result<(), Rejection> {
    let Some(create) = state(&StateEventType::RoomCreate, "") else {
        return reject("the room has no create event");
    };
    let sender = event.sender();
    if create.sender().server_name() != sender.server_name() && !federates(&create)? {
        return reject("the room is only for users of the server that created it");
    }
    let member = state(&StateEventType::RoomMember, sender.as_str());
    if member.is_none_or(|member| membership(&member) != MembershipState::Join) {
        return reject("the sender is not in the room");
    }
    let power_levels = state(&StateEventType::RoomPowerLevels, "");
    let levels = PowerLevels::new(rules, &create, power_levels.as_deref());
    let level = levels.user(sender);
    if *event.kind() == TimelineEventType::RoomThirdPartyInvite {
        return if level >= levels.invite() { Ok(()) } else { reject("the sender has no power to invite") };
    }
    if level < levels.to_send(event.kind(), event.state_key().is_some()) {
        return reject(&format!("the sender has no power to send events of type {}", event.kind()));
    }
    if event.state_key().is_some_and(|key| key.starts_with('@') && key != sender.as_str()) {
        return reject("the state key is the id of another user");
    }
    Ok(())
}

fn federates(create: &Pdu) -> Result<bool, Rejection> {
    #[derive(Deserialize)]
    struct Content {
        #[serde(rename = "m.federate")]
        federate: Option<bool>,
    }
    match serde_json::from_str::<Content>(create.content().get()) {
        Ok(content) => Ok(content.federate.unwrap_or(true)),
        Err(_) => Err(Rejection { reason: "the create event is malformed".to_owned() }),
    }
}

fn reject(reason: &str) -> Result<(), Rejection> {
    Err(Rejection { reason: reason.to_owned() })
}
