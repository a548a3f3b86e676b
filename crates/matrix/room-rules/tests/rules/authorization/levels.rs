//! Who may send what, and who may change the power levels how.

use serde_json::{Value, json};

use super::{Allowed, Attempt, Case, Rejected, run};
use crate::room::{ALICE, ALL, BOB, CAROL, DAVE, Room};

/// BOB has 50 and DAVE 20; everybody is in.
fn leveled(version: u8, extra: Value) -> Room {
    let mut room = Room::bare(version);
    let levels = room.levels(json!({ BOB: 50, DAVE: 20 }), extra);
    room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
    room.join_rule("public").unwrap();
    for user in [BOB, CAROL, DAVE] {
        room.join(user).unwrap();
    }
    room
}

fn plain(version: u8) -> Room {
    leveled(version, json!({}))
}

/// BOB may change the levels, besides what is his to change.
fn open(version: u8) -> Room {
    leveled(
        version,
        json!({ "events": { "m.room.power_levels": 50, "m.high": 60, "m.low": 10 },
        "notifications": { "room": 60, "here": 10 }, "ban": 60, "kick": 40 }),
    )
}

/// `sender` puts `change` over the current levels; `null` removes.
fn change(room: &mut Room, sender: &str, change: Value) -> Attempt {
    let current = room.event("m.room.power_levels", "").unwrap();
    let mut content: Value = serde_json::from_str(current.content().get()).unwrap();
    merge(&mut content, change);
    room.send(sender, "m.room.power_levels", Some(""), content)
}

fn merge(into: &mut Value, change: Value) {
    for (key, value) in change.as_object().unwrap() {
        match value {
            Value::Null => _ = into.as_object_mut().unwrap().remove(key),
            Value::Object(_) if into[key].is_object() => merge(&mut into[key], value.clone()),
            value => into[key] = value.clone(),
        }
    }
}

const SENDING: &[Case] = &[
    Case("a message by a member", ALL, plain, |room| room.message(CAROL), Allowed),
    Case("a message from outside", ALL, plain, |room| room.message("@erin:far.example"), Rejected),
    Case(
        "a message by who left",
        ALL,
        plain,
        |room| {
            room.member(CAROL, CAROL, json!({ "membership": "leave" })).unwrap();
            room.message(CAROL)
        },
        Rejected,
    ),
    Case(
        "state by a member",
        ALL,
        plain,
        |room| room.send(CAROL, "m.room.topic", Some(""), json!({})),
        Rejected,
    ),
    Case(
        "state by a moderator",
        ALL,
        plain,
        |room| room.send(BOB, "m.room.topic", Some(""), json!({})),
        Allowed,
    ),
    Case(
        "a message where messages need power",
        ALL,
        |v| leveled(v, json!({ "events_default": 1 })),
        |room| room.message(CAROL),
        Rejected,
    ),
    Case(
        "an event type with a level of its own",
        ALL,
        |v| leveled(v, json!({ "events": { "m.room.topic": 20 } })),
        |room| room.send(DAVE, "m.room.topic", Some(""), json!({})),
        Allowed,
    ),
    Case(
        "a type of its own counts for messages too",
        ALL,
        |v| leveled(v, json!({ "events": { "m.room.message": 21 } })),
        |room| room.message(DAVE),
        Rejected,
    ),
    Case(
        "the default level of users",
        ALL,
        |v| leveled(v, json!({ "users_default": 50 })),
        |room| room.send(CAROL, "m.room.topic", Some(""), json!({})),
        Allowed,
    ),
    Case(
        "without levels the creator may",
        ALL,
        Room::bare,
        |room| room.send(ALICE, "m.room.topic", Some(""), json!({})),
        Allowed,
    ),
    Case(
        "without levels others may not",
        ALL,
        |v| {
            let mut room = Room::bare(v);
            room.join_rule("public").unwrap();
            room.join(BOB).unwrap();
            room
        },
        |room| room.send(BOB, "m.room.topic", Some(""), json!({})),
        Rejected,
    ),
    Case(
        "a state key that is one's own id",
        ALL,
        |v| leveled(v, json!({ "state_default": 0 })),
        |room| room.send(CAROL, "m.mine", Some(CAROL), json!({})),
        Allowed,
    ),
    Case(
        "a state key that is another's id",
        ALL,
        |v| leveled(v, json!({ "state_default": 0 })),
        |room| room.send(CAROL, "m.mine", Some(BOB), json!({})),
        Rejected,
    ),
    Case(
        "a state key that looks like an id",
        ALL,
        plain,
        |room| room.send(ALICE, "m.mine", Some("@"), json!({})),
        Rejected,
    ),
    Case(
        "a third-party invite with the power to invite",
        ALL,
        |v| leveled(v, json!({ "invite": 20 })),
        |room| room.send(DAVE, "m.room.third_party_invite", Some("token"), json!({})),
        Allowed,
    ),
    Case(
        "a third-party invite without it",
        ALL,
        |v| leveled(v, json!({ "invite": 20 })),
        |room| room.send(CAROL, "m.room.third_party_invite", Some("token"), json!({})),
        Rejected,
    ),
];

#[test]
fn sending() {
    run(SENDING);
}

const CHANGING_LEVELS: &[Case] = &[
    Case(
        "without the power to send them",
        ALL,
        plain,
        |room| change(room, DAVE, json!({ "kick": 10 })),
        Rejected,
    ),
    Case("a level below one's own", ALL, open, |room| change(room, BOB, json!({ "kick": 30 })), Allowed),
    Case("up to one's own", ALL, open, |room| change(room, BOB, json!({ "kick": 50 })), Allowed),
    Case("above one's own", ALL, open, |room| change(room, BOB, json!({ "kick": 51 })), Rejected),
    Case("one that is above", ALL, open, |room| change(room, BOB, json!({ "ban": 10 })), Rejected),
    Case(
        "one that is above, by removing it",
        ALL,
        open,
        |room| change(room, BOB, json!({ "ban": null })),
        Rejected,
    ),
    Case(
        "one that is not there counts as its default",
        ALL,
        open,
        |room| change(room, BOB, json!({ "state_default": 50 })),
        Allowed,
    ),
    Case(
        "an event type below",
        ALL,
        open,
        |room| change(room, BOB, json!({ "events": { "m.low": 50 } })),
        Allowed,
    ),
    Case(
        "an event type lifted above",
        ALL,
        open,
        |room| change(room, BOB, json!({ "events": { "m.low": 51 } })),
        Rejected,
    ),
    Case(
        "an event type above",
        ALL,
        open,
        |room| change(room, BOB, json!({ "events": { "m.high": 1 } })),
        Rejected,
    ),
    Case(
        "an event type above, removed",
        ALL,
        open,
        |room| change(room, BOB, json!({ "events": { "m.high": null } })),
        Rejected,
    ),
    Case(
        "a new event type",
        ALL,
        open,
        |room| change(room, BOB, json!({ "events": { "m.new": 50 } })),
        Allowed,
    ),
    Case(
        "a new event type above",
        ALL,
        open,
        |room| change(room, BOB, json!({ "events": { "m.new": 51 } })),
        Rejected,
    ),
    Case(
        "notifications above, once unchecked",
        1..=5,
        open,
        |room| change(room, BOB, json!({ "notifications": { "room": 1 } })),
        Allowed,
    ),
    Case(
        "notifications above",
        6..=12,
        open,
        |room| change(room, BOB, json!({ "notifications": { "room": 1 } })),
        Rejected,
    ),
    Case(
        "notifications below",
        ALL,
        open,
        |room| change(room, BOB, json!({ "notifications": { "here": 50 } })),
        Allowed,
    ),
    Case(
        "notifications that are no levels, once unchecked",
        1..=5,
        open,
        |room| change(room, BOB, json!({ "notifications": ["any"] })),
        Allowed,
    ),
    Case(
        "notifications that are no levels",
        10..=12,
        open,
        |room| change(room, ALICE, json!({ "notifications": ["any"] })),
        Rejected,
    ),
    Case("a user below", ALL, open, |room| change(room, BOB, json!({ "users": { DAVE: 49 } })), Allowed),
    Case(
        "a user lifted to one's own",
        ALL,
        open,
        |room| change(room, BOB, json!({ "users": { CAROL: 50 } })),
        Allowed,
    ),
    Case(
        "a user lifted above",
        ALL,
        open,
        |room| change(room, BOB, json!({ "users": { CAROL: 51 } })),
        Rejected,
    ),
    Case("oneself lowered", ALL, open, |room| change(room, BOB, json!({ "users": { BOB: 10 } })), Allowed),
    Case("oneself lifted", ALL, open, |room| change(room, BOB, json!({ "users": { BOB: 51 } })), Rejected),
    Case(
        "an equal lowered",
        ALL,
        open,
        |room| {
            change(room, ALICE, json!({ "users": { DAVE: 50 } })).unwrap();
            change(room, BOB, json!({ "users": { DAVE: 0 } }))
        },
        Rejected,
    ),
    Case(
        "an administrator lowered",
        1..=11,
        open,
        |room| change(room, BOB, json!({ "users": { ALICE: 0 } })),
        Rejected,
    ),
    Case(
        "an administrator removed",
        1..=11,
        open,
        |room| change(room, BOB, json!({ "users": { ALICE: null } })),
        Rejected,
    ),
    Case(
        "a creator named",
        12..=12,
        open,
        |room| change(room, ALICE, json!({ "users": { ALICE: 100 } })),
        Rejected,
    ),
    Case(
        "a creator is above all levels",
        12..=12,
        plain,
        |room| change(room, ALICE, json!({ "ban": 9_007_199_254_740_991_i64 })),
        Allowed,
    ),
    Case(
        "users that are no user ids",
        ALL,
        plain,
        |room| change(room, ALICE, json!({ "users": { "bob": 1 } })),
        Rejected,
    ),
    Case(
        "users that are no object",
        ALL,
        plain,
        |room| change(room, ALICE, json!({ "users": [] })),
        Rejected,
    ),
    Case(
        "levels as text, once allowed",
        1..=9,
        plain,
        |room| change(room, ALICE, json!({ "ban": " +0050 ", "users": { BOB: "50" } })),
        Allowed,
    ),
    Case("levels as text", 10..=12, plain, |room| change(room, ALICE, json!({ "ban": "50" })), Rejected),
    Case(
        "a user's level as text",
        10..=12,
        plain,
        |room| change(room, ALICE, json!({ "users": { BOB: "50" } })),
        Rejected,
    ),
    Case(
        "an event's level as text",
        10..=12,
        plain,
        |room| change(room, ALICE, json!({ "events": { "m.x": "50" } })),
        Rejected,
    ),
    Case(
        "levels that are nothing",
        ALL,
        plain,
        |room| change(room, ALICE, json!({ "users": { BOB: true } })),
        Rejected,
    ),
];

#[test]
fn changing_levels() {
    run(CHANGING_LEVELS);
}

fn two(v: u8) -> Room {
    let mut room = Room::created_with(v, json!({ "additional_creators": [CAROL] }));
    let levels = room.levels(json!({ BOB: 9_007_199_254_740_991_i64 }), json!({}));
    room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
    room.join_rule("public").unwrap();
    room.join(BOB).unwrap();
    room.join(CAROL).unwrap();
    room
}

const CREATORS_HAVE_NO_BOUNDS: &[Case] = &[
    Case(
        "one more creator is as powerful",
        12..=12,
        two,
        |room| room.send(CAROL, "m.room.topic", Some(""), json!({})),
        Allowed,
    ),
    Case(
        "and may not be named either",
        12..=12,
        two,
        |room| change(room, ALICE, json!({ "users": { CAROL: 1 } })),
        Rejected,
    ),
    Case(
        "nobody kicks a creator",
        12..=12,
        two,
        |room| room.member(BOB, CAROL, json!({ "membership": "leave" })),
        Rejected,
    ),
    Case(
        "not even another creator",
        12..=12,
        two,
        |room| room.member(ALICE, CAROL, json!({ "membership": "leave" })),
        Rejected,
    ),
    Case(
        "a creator kicks anybody else",
        12..=12,
        two,
        |room| room.member(CAROL, BOB, json!({ "membership": "leave" })),
        Allowed,
    ),
    Case(
        "a creator lowers anybody else",
        12..=12,
        two,
        |room| change(room, CAROL, json!({ "users": { BOB: 0 } })),
        Allowed,
    ),
    Case(
        "a creator outside the room may nothing",
        12..=12,
        two,
        |room| {
            room.member(CAROL, CAROL, json!({ "membership": "leave" })).unwrap();
            room.message(CAROL)
        },
        Rejected,
    ),
];

#[test]
fn creators_have_no_bounds() {
    run(CREATORS_HAVE_NO_BOUNDS);
}
