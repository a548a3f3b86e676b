//! Events from outside: what is dropped, what is kept, what is kept only redacted.

use std::ops::RangeInclusive;

use herold_room_rules::{
    BuildError, FormatError, INTEGER_MAX, NewEvent, Pdu, build, limits, next_depth, reference_hash,
};
use proptest::prelude::*;
use ruma::events::TimelineEventType;
use ruma::server_name;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::room::{ALICE, ALL, BOB, KEY_PAIR, Room, rules, user};

/// A valid message event, as JSON to be spoilt.
fn message(version: u8) -> Value {
    let mut room = Room::public(version);
    serde_json::from_str(room.message(BOB).unwrap().json()).unwrap()
}

fn read(version: u8, json: &Value) -> Result<Pdu, FormatError> {
    Pdu::from_wire(&rules(version), &json.to_string())
}

#[test]
fn every_field_is_needed() {
    for version in ALL {
        let event = message(version);
        assert!(read(version, &event).is_ok());
        let mut needed = vec![
            "auth_events",
            "content",
            "depth",
            "hashes",
            "origin_server_ts",
            "prev_events",
            "room_id",
            "sender",
            "signatures",
            "type",
        ];
        if version <= 2 {
            needed.push("event_id");
        }
        for field in needed {
            let mut event = event.clone();
            event.as_object_mut().unwrap().remove(field);
            let error = read(version, &event).unwrap_err();
            assert!(matches!(error, FormatError::Missing(missing) if missing == field), "{field}: {error}");
        }
    }
}

#[test]
fn spoilt_fields_are_refused() {
    let long = "x".repeat(256);
    let cases: Vec<(&str, Value, RangeInclusive<u8>)> = vec![
        ("type", json!(7), ALL),
        ("type", json!(long), ALL),
        ("state_key", json!(null), ALL),
        ("state_key", json!(long), ALL),
        ("sender", json!("bob"), ALL),
        ("sender", json!(format!("@{long}:a")), ALL),
        ("sender", json!({}), ALL),
        ("room_id", json!("room"), ALL),
        ("room_id", json!(format!("!{long}")), ALL),
        ("event_id", json!(7), 1..=2),
        ("event_id", json!("event"), 1..=2),
        ("event_id", json!(format!("${long}:a")), 1..=2),
        ("content", json!([]), ALL),
        ("content", json!("text"), ALL),
        ("content", json!({ "n": 0.5 }), 6..=12),
        ("content", json!({ "n": INTEGER_MAX + 1 }), 6..=12),
        ("depth", json!(-1), ALL),
        ("depth", json!("7"), ALL),
        ("depth", json!(u64::MAX), ALL),
        ("depth", json!(INTEGER_MAX + 1), 6..=12),
        ("origin_server_ts", json!(-1), ALL),
        ("origin_server_ts", json!("now"), ALL),
        ("origin_server_ts", json!(INTEGER_MAX + 1), ALL),
        ("prev_events", json!({}), ALL),
        ("prev_events", json!(["event"]), ALL),
        ("prev_events", json!([7]), ALL),
        ("prev_events", json!([["$a:b", {}]]), 3..=12),
        ("prev_events", json!(["$a:b"]), 1..=2),
        ("prev_events", json!([["$a:b"]]), 1..=2),
        ("prev_events", json!([format!("${long}")]), 3..=12),
        ("prev_events", json!(vec!["$a"; limits::PREV_EVENTS_MAX + 1]), 3..=12),
        ("auth_events", json!(vec!["$a"; limits::AUTH_EVENTS_MAX + 1]), 3..=12),
        ("auth_events", json!(null), ALL),
        ("hashes", json!({}), ALL),
        ("hashes", json!({ "sha256": 7 }), ALL),
        ("hashes", json!({ "sha256": "?" }), ALL),
        ("signatures", json!([]), ALL),
    ];
    for (field, value, versions) in cases {
        for version in versions {
            let mut event = message(version);
            event[field] = value.clone();
            assert!(read(version, &event).is_err(), "{field} = {value}, room version {version}");
        }
    }
}

#[test]
fn numbers_of_old_rooms_are_kept_and_hashed() {
    for version in 1..=5 {
        let mut room = Room::public(version);
        let mut event = NewEvent {
            room_id: Some("!room:here.example".try_into().unwrap()),
            sender: user(ALICE),
            kind: TimelineEventType::RoomMessage,
            state_key: None,
            content: RawValue::from_string(r#"{"n":1.50, "m": 9223372036854775807}"#.to_owned()).unwrap(),
            redacts: None,
            prev_events: Vec::new(),
            auth_events: Vec::new(),
            depth: 3,
            origin_server_ts: 5,
            legacy: None,
        };
        let built = room.build(event.clone(), Vec::new(), server_name!("here.example"));
        assert_eq!(built.content().get(), r#"{"m":9223372036854775807,"n":1.5}"#);
        let received = Pdu::from_wire(&room.rules, built.json()).unwrap();
        assert_eq!(received.json(), built.json(), "the hash was right");
        event.legacy = None;
        let refused = build(&rules(6), event, server_name!("here.example"), &KEY_PAIR);
        assert!(matches!(refused, Err(BuildError::NotCanonical(_))));
    }
}

#[test]
fn unsigned_and_unknown_keys() {
    for version in ALL {
        let mut event = message(version);
        let plain = read(version, &event).unwrap();
        event["unsigned"] = json!({ "age": 5, "m.other": "x".repeat(70_000) });
        let read_again = read(version, &event).unwrap();
        assert_eq!(read_again.json(), plain.json(), "`unsigned` is not the event's");
        event["m.unknown"] = json!(true);
        let changed = read(version, &event).unwrap();
        assert_eq!(changed.content().get(), "{}", "the hash covers unknown keys");
        assert_eq!(changed.event_id(), plain.event_id());
    }
}

#[test]
fn a_wrong_hash_leaves_the_redacted_event() {
    for version in ALL {
        let mut event = message(version);
        let original = read(version, &event).unwrap();
        event["content"]["body"] = json!("something else");
        let redacted = read(version, &event).unwrap();
        assert_eq!(redacted.event_id(), original.event_id());
        assert_eq!(redacted.content().get(), "{}");
        assert_eq!(redacted.json(), herold_room_rules::redact(&rules(version), original.json()).unwrap());
    }
}

#[test]
fn ids_follow_the_room_version() {
    for version in ALL {
        let room = Room::public(version);
        let create = room.create.clone().unwrap();
        let id = create.event_id().as_str();
        match version {
            1..=2 => assert!(id.ends_with(":here.example")),
            3 => assert_eq!(id.len(), 44),
            _ => assert!(id.len() == 44 && !id.contains(['+', '/'])),
        }
        if version == 12 {
            assert_eq!(create.room_id().as_str()[1..], id[1..]);
            assert!(!create.json().contains("room_id"));
        } else {
            assert_eq!(create.room_id(), "!room:here.example");
        }
        let hash = reference_hash(&room.rules, &create);
        assert_eq!(hash.len(), 43);
        if version >= 3 {
            assert_eq!(hash, id[1..]);
        }
    }
}

#[test]
fn events_as_large_as_they_may_be() {
    for version in [1, 6, 12] {
        let mut room = Room::public(version);
        let empty = room.send(ALICE, "m.x", None, json!({ "body": "" })).unwrap();
        let space = limits::EVENT_BYTES_MAX - empty.json().len();
        let mut event = NewEvent {
            room_id: Some(empty.room_id().to_owned()),
            sender: user(ALICE),
            kind: "m.x".into(),
            state_key: None,
            content: RawValue::from_string(json!({ "body": "x".repeat(space) }).to_string()).unwrap(),
            redacts: None,
            prev_events: empty.prev_events().to_vec(),
            auth_events: empty.auth_events().to_vec(),
            depth: empty.depth(),
            origin_server_ts: empty.origin_server_ts(),
            legacy: (version <= 2).then(|| herold_room_rules::LegacyIds {
                event_id: empty.event_id().to_owned(),
                reference_hashes: empty
                    .prev_events()
                    .iter()
                    .chain(empty.auth_events())
                    .map(|id| (id.clone(), reference_hash(&room.rules, &room.events[id])))
                    .collect(),
            }),
        };
        let largest = build(&room.rules, event.clone(), server_name!("here.example"), &KEY_PAIR).unwrap();
        assert_eq!(largest.json().len(), limits::EVENT_BYTES_MAX);
        assert!(Pdu::from_wire(&room.rules, largest.json()).is_ok());
        event.content = RawValue::from_string(json!({ "body": "x".repeat(space + 1) }).to_string()).unwrap();
        let refused = build(&room.rules, event, server_name!("here.example"), &KEY_PAIR);
        assert!(
            matches!(refused, Err(BuildError::TooLarge { bytes }) if bytes == limits::EVENT_BYTES_MAX + 1)
        );
    }
    let spaces = format!("{}{}", message(12), " ".repeat(limits::RAW_BYTES_MAX));
    assert!(matches!(Pdu::from_wire(&rules(12), &spaces), Err(FormatError::TooLarge)));
    let mut large = message(12);
    large["m.more"] = json!("x".repeat(limits::EVENT_BYTES_MAX));
    assert!(matches!(read(12, &large), Err(FormatError::TooLarge)));
}

#[test]
fn what_cannot_be_built() {
    let event = |change: fn(&mut NewEvent)| {
        let mut event = NewEvent {
            room_id: Some("!room:here.example".try_into().unwrap()),
            sender: user(ALICE),
            kind: TimelineEventType::RoomMessage,
            state_key: None,
            content: RawValue::from_string("{}".to_owned()).unwrap(),
            redacts: None,
            prev_events: Vec::new(),
            auth_events: Vec::new(),
            depth: 3,
            origin_server_ts: 5,
            legacy: None,
        };
        change(&mut event);
        build(&rules(12), event, server_name!("here.example"), &KEY_PAIR)
    };
    assert!(event(|_| {}).is_ok());
    let deep = |event: &mut NewEvent| {
        let text = format!("{}1{}", "{\"a\":".repeat(1_000), "}".repeat(1_000));
        event.content = RawValue::from_string(text).unwrap();
    };
    assert!(matches!(event(deep), Err(BuildError::NotCanonical(_))));
    let array = |event: &mut NewEvent| event.content = RawValue::from_string("[]".to_owned()).unwrap();
    assert!(matches!(event(array), Err(BuildError::ContentNotAnObject)));
    let huge = |event: &mut NewEvent| {
        let text = "x".repeat(limits::RAW_BYTES_MAX);
        event.content = RawValue::from_string(json!({ "body": text }).to_string()).unwrap();
    };
    assert!(matches!(event(huge), Err(BuildError::TooLarge { .. })));
    let long_key = |event: &mut NewEvent| event.state_key = Some("ä".repeat(128));
    assert!(matches!(event(long_key), Err(BuildError::FieldTooLong("state_key"))));
    let long_kind = |event: &mut NewEvent| event.kind = "x".repeat(256).into();
    assert!(matches!(event(long_kind), Err(BuildError::FieldTooLong("type"))));
    let no_room = |event: &mut NewEvent| event.room_id = None;
    assert!(matches!(event(no_room), Err(BuildError::Missing("room_id"))));
    let many = |event: &mut NewEvent| event.prev_events = vec!["$a".try_into().unwrap(); 21];
    assert!(matches!(event(many), Err(BuildError::TooManyReferences("prev_events"))));
    let deep = |event: &mut NewEvent| event.depth = INTEGER_MAX + 1;
    assert!(matches!(event(deep), Err(BuildError::OutOfRange("depth"))));
    assert_eq!(next_depth(INTEGER_MAX), INTEGER_MAX);
    assert_eq!(next_depth(i64::MAX), INTEGER_MAX);
    assert_eq!(next_depth(0), 1);
}

/// Any JSON value, not too large.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[$!@][a-z]{0,3}(:[a-z]{0,3})?".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(".{0,8}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_answered(version in ALL, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        _ = Pdu::from_wire(&rules(version), &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_field_may_be_anything(version in ALL, field in 0usize..13, value in any_json()) {
        const FIELDS: [&str; 13] = ["auth_events", "content", "depth", "event_id", "hashes", "origin_server_ts",
            "prev_events", "redacts", "room_id", "sender", "signatures", "state_key", "type"];
        let mut event = json!({
            "auth_events": [], "content": {}, "depth": 1, "event_id": "$a:b", "hashes": { "sha256": "" },
            "origin_server_ts": 1, "prev_events": [], "room_id": "!a:b", "sender": "@a:b", "signatures": {},
            "type": "m.room.redaction",
        });
        event[FIELDS[field]] = value;
        if let Ok(read_once) = read(version, &event) {
            let stored = Pdu::from_stored(&rules(version), read_once.event_id().to_owned(),
                read_once.room_id().to_owned(), read_once.json(), false).unwrap();
            prop_assert_eq!(format!("{stored:?}"), format!("{read_once:?}"), "what was accepted can be read again");
        }
    }
}
