//! What only old room versions know: aliases, redactions with rules of their own, fractional power levels.

use herold_room_rules::NewEvent;
use ruma::events::TimelineEventType;
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};

use super::{Allowed, Attempt, Case, Rejected, run};
use crate::room::{ALICE, BOB, CAROL, DAVE, Room, user};

fn alias(room: &mut Room, state_key: Option<&str>) -> Attempt {
    room.send(CAROL, "m.room.aliases", state_key, json!({ "aliases": [] }))
}

const ALIASES: &[Case] = &[
    Case(
        "a stranger for their own server",
        1..=5,
        Room::public,
        |room| alias(room, Some("far.example")),
        Allowed,
    ),
    Case("for another server", 1..=5, Room::public, |room| alias(room, Some("here.example")), Rejected),
    Case("without a state key", 1..=5, Room::public, |room| alias(room, None), Rejected),
    Case(
        "now a state event like any other",
        6..=12,
        Room::public,
        |room| alias(room, Some("far.example")),
        Rejected,
    ),
];

#[test]
fn aliases() {
    run(ALIASES);
}

/// `sender` redacts an event whose id belongs to `server`.
fn redact(room: &mut Room, sender: &str, server: &str) -> Attempt {
    let sender = user(sender);
    let auth_events =
        [("m.room.create", ""), ("m.room.power_levels", ""), ("m.room.member", sender.as_str())]
            .iter()
            .filter(|entry| entry.0 != "m.room.create" || room.version < 12)
            .map(|entry| room.event(entry.0, entry.1).unwrap())
            .collect();
    let event = NewEvent {
        room_id: Some(room.create.as_ref().unwrap().room_id().to_owned()),
        kind: TimelineEventType::RoomRedaction,
        state_key: None,
        content: to_raw_value(&json!({})).unwrap(),
        redacts: Some(format!("$target:{server}").try_into().unwrap()),
        prev_events: Vec::new(),
        auth_events: Vec::new(),
        depth: 20,
        origin_server_ts: room.now_ms,
        legacy: None,
        sender: sender.clone(),
    };
    let event = room.build(event, auth_events, sender.server_name());
    room.check(&event)?;
    Ok(event)
}

fn moderated(v: u8) -> Room {
    let mut room = Room::bare(v);
    let levels = room.levels(json!({ BOB: 50 }), json!({}));
    room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
    room.join_rule("public").unwrap();
    for user in [BOB, CAROL, DAVE] {
        room.join(user).unwrap();
    }
    room
}

const REDACTIONS: &[Case] = &[
    Case(
        "an event of one's own server",
        1..=2,
        moderated,
        |room| redact(room, CAROL, "far.example"),
        Allowed,
    ),
    Case(
        "an event of another server",
        1..=2,
        moderated,
        |room| redact(room, CAROL, "here.example"),
        Rejected,
    ),
    Case("any event by a moderator", 1..=2, moderated, |room| redact(room, BOB, "far.example"), Allowed),
    Case(
        "always allowed; it takes effect or not",
        3..=12,
        moderated,
        |room| redact(room, CAROL, "here.example"),
        Allowed,
    ),
];

#[test]
fn redactions() {
    run(REDACTIONS);
}

/// ALICE sets these levels, as raw JSON.
fn set_levels(room: &mut Room, content: &str) -> Attempt {
    let content = RawValue::from_string(content.to_owned()).unwrap();
    let sender = user(ALICE);
    let auth_events = [("m.room.create", ""), ("m.room.power_levels", ""), ("m.room.member", ALICE)]
        .iter()
        .map(|entry| room.event(entry.0, entry.1).unwrap())
        .collect();
    let event = NewEvent {
        room_id: Some(room.create.as_ref().unwrap().room_id().to_owned()),
        kind: TimelineEventType::RoomPowerLevels,
        state_key: Some(String::new()),
        content,
        redacts: None,
        prev_events: Vec::new(),
        auth_events: Vec::new(),
        depth: 20,
        origin_server_ts: room.now_ms,
        legacy: None,
        sender: sender.clone(),
    };
    let event = room.build(event, auth_events, sender.server_name());
    room.check(&event)?;
    room.accept(event.clone());
    Ok(event)
}

#[test]
fn fractional_levels_count_as_whole_ones() {
    for version in 1..=5 {
        let mut room = Room::public(version);
        let content = r#"{"users":{"@alice:here.example":1e2,"@bob:here.example":50.57},"ban":5.9E1}"#;
        let event = set_levels(&mut room, content).unwrap();
        assert!(event.content().get().contains("50.57"), "the event itself stays as it is");
        room.send(BOB, "m.room.topic", Some(""), json!({})).unwrap();
        room.member(BOB, CAROL, json!({ "membership": "ban" })).unwrap_err();
        room.send(ALICE, "m.room.power_levels", Some(""), json!({ "users": { ALICE: 100, BOB: 0 } }))
            .unwrap();
        set_levels(&mut Room::public(version), r#"{"users":{"@bob:here.example":1e300}}"#).unwrap_err();
    }
}
