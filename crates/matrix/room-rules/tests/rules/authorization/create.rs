//! The first event of a room, the auth events of the others, and rooms that stay on one server.

use std::sync::Arc;

use herold_room_rules::{NewEvent, Pdu, check_auth_events};
use ruma::events::TimelineEventType;
use serde_json::json;
use serde_json::value::to_raw_value;

use super::{Allowed, Case, Rejected, run};
use crate::room::{ALICE, ALL, BOB, CAROL, Room, user};

const CREATING: &[Case] = &[
    Case(
        "with a creator",
        1..=10,
        Room::empty,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({ "creator": ALICE })),
        Allowed,
    ),
    Case(
        "without a creator",
        1..=10,
        Room::empty,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({})),
        Rejected,
    ),
    Case(
        "the sender is the creator",
        11..=12,
        Room::empty,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({})),
        Allowed,
    ),
    Case(
        "in a room of another server",
        1..=11,
        Room::empty,
        |room| room.send(CAROL, "m.room.create", Some(""), json!({ "creator": CAROL })),
        Rejected,
    ),
    Case(
        "after another event",
        ALL,
        Room::public,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({ "creator": ALICE })),
        Rejected,
    ),
    Case(
        "with more creators",
        12..=12,
        Room::empty,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({ "additional_creators": [BOB] })),
        Allowed,
    ),
    Case(
        "with creators that are no users",
        12..=12,
        Room::empty,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({ "additional_creators": ["bob"] })),
        Rejected,
    ),
    Case(
        "with creators that are no list",
        12..=12,
        Room::empty,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({ "additional_creators": BOB })),
        Rejected,
    ),
    Case(
        "more creators meant nothing before",
        11..=11,
        Room::empty,
        |room| room.send(ALICE, "m.room.create", Some(""), json!({ "additional_creators": "anything" })),
        Allowed,
    ),
    Case(
        "only the creator joins first",
        ALL,
        |v| {
            let mut room = Room::empty(v);
            room.send(ALICE, "m.room.create", Some(""), json!({ "creator": ALICE })).unwrap();
            room
        },
        |room| room.join(BOB),
        Rejected,
    ),
];

/// From room version 12 on the create event must not say which room it opens.
#[test]
fn a_create_event_with_a_room_id() {
    let mut room = Room::empty(12);
    let event = NewEvent {
        room_id: Some("!room:here.example".try_into().unwrap()),
        sender: user(ALICE),
        kind: TimelineEventType::RoomCreate,
        state_key: Some(String::new()),
        content: to_raw_value(&json!({ "room_version": "12" })).unwrap(),
        redacts: None,
        prev_events: Vec::new(),
        auth_events: Vec::new(),
        depth: 1,
        origin_server_ts: room.now_ms,
        legacy: None,
    };
    let event = room.build(event, Vec::new(), user(ALICE).server_name());
    check_auth_events(&room.rules.authorization, &event, |id| room.fetch(id)).unwrap_err();
}

#[test]
fn creating() {
    run(CREATING);
}

fn local(v: u8) -> Room {
    let mut room = Room::created_with(v, json!({ "m.federate": false }));
    room.join_rule("public").unwrap();
    room
}

const ROOMS_THAT_DO_NOT_FEDERATE: &[Case] = &[
    Case("a user of the same server joins", ALL, local, |room| room.join(BOB), Allowed),
    Case("a user of another server joins", ALL, local, |room| room.join(CAROL), Rejected),
];

#[test]
fn rooms_that_do_not_federate() {
    run(ROOMS_THAT_DO_NOT_FEDERATE);
}

/// A message of BOB with these auth events.
fn with_auth_events(room: &mut Room, auth_events: Vec<Arc<Pdu>>) -> super::Attempt {
    let event = NewEvent {
        room_id: Some(room.create.as_ref().unwrap().room_id().to_owned()),
        sender: user(BOB),
        kind: TimelineEventType::RoomMessage,
        state_key: None,
        content: to_raw_value(&json!({})).unwrap(),
        redacts: None,
        prev_events: Vec::new(),
        auth_events: Vec::new(),
        depth: 9,
        origin_server_ts: room.now_ms,
        legacy: None,
    };
    let server = user(BOB).server_name().to_owned();
    let event = room.build(event, auth_events, &server);
    check_auth_events(&room.rules.authorization, &event, |id| room.fetch(id))?;
    Ok(event)
}

fn needed(room: &Room) -> Vec<Arc<Pdu>> {
    let mut events =
        vec![room.event("m.room.power_levels", "").unwrap(), room.event("m.room.member", BOB).unwrap()];
    if !room.rules.authorization.room_create_event_id_as_room_id {
        events.push(room.create.clone().unwrap());
    }
    events
}

const AUTH_EVENTS: &[Case] = &[
    Case(
        "as selected",
        ALL,
        Room::public,
        |room| {
            let events = needed(room);
            with_auth_events(room, events)
        },
        Allowed,
    ),
    Case(
        "none but the create event",
        1..=11,
        Room::public,
        |room| {
            let create = room.create.clone().unwrap();
            with_auth_events(room, vec![create])
        },
        Allowed,
    ),
    Case("none", 1..=11, Room::public, |room| with_auth_events(room, vec![]), Rejected),
    Case(
        "none, where the room id is enough",
        12..=12,
        Room::public,
        |room| with_auth_events(room, vec![]),
        Allowed,
    ),
    Case(
        "the create event, where the room id says it",
        12..=12,
        Room::public,
        |room| {
            let create = room.create.clone().unwrap();
            with_auth_events(room, vec![create])
        },
        Rejected,
    ),
    Case(
        "one that is not asked for",
        ALL,
        Room::public,
        |room| {
            let mut events = needed(room);
            events.push(room.event("m.room.join_rules", "").unwrap());
            with_auth_events(room, events)
        },
        Rejected,
    ),
    Case(
        "two of a kind",
        ALL,
        Room::public,
        |room| {
            let mut events = needed(room);
            room.join(BOB).unwrap();
            events.push(room.event("m.room.member", BOB).unwrap());
            with_auth_events(room, events)
        },
        Rejected,
    ),
    Case(
        "a rejected one",
        ALL,
        Room::public,
        |room| {
            let events = needed(room);
            let rejected = Pdu::clone(&events[1]).with_rejected(true);
            room.events.insert(rejected.event_id().to_owned(), Arc::new(rejected));
            with_auth_events(room, events)
        },
        Rejected,
    ),
    Case(
        "an unknown one",
        ALL,
        Room::public,
        |room| {
            let events = needed(room);
            room.events.remove(events[1].event_id());
            with_auth_events(room, events)
        },
        Rejected,
    ),
    Case(
        "one of another room",
        12..=12,
        Room::public,
        |room| {
            let mut other = Room::created_with(room.version, json!({ "m.other": true }));
            let levels = other.send(ALICE, "m.room.power_levels", Some(""), json!({})).unwrap();
            room.events.insert(levels.event_id().to_owned(), levels.clone());
            with_auth_events(room, vec![levels])
        },
        Rejected,
    ),
    Case(
        "a rejected create event",
        12..=12,
        Room::public,
        |room| {
            let events = needed(room);
            let rejected = Pdu::clone(room.create.as_ref().unwrap()).with_rejected(true);
            room.events.insert(rejected.event_id().to_owned(), Arc::new(rejected));
            with_auth_events(room, events)
        },
        Rejected,
    ),
    Case(
        "a room whose create event is unknown",
        12..=12,
        Room::public,
        |room| {
            let events = needed(room);
            let create = room.create.clone().unwrap();
            room.events.remove(create.event_id());
            with_auth_events(room, events)
        },
        Rejected,
    ),
];

#[test]
fn auth_events() {
    run(AUTH_EVENTS);
}
