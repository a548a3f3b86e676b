//! What a redaction leaves, per event type and room version.

use std::ops::RangeInclusive;

use herold_room_rules::{Pdu, redact};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::room::{ALICE, ALL, Room, rules};

/// Rows: event type, content, what is left of it, room versions.
fn contents() -> Vec<(&'static str, Value, Value, RangeInclusive<u8>)> {
    let member = json!({ "membership": "join", "displayname": "A", "join_authorised_via_users_server": "@a:b",
        "third_party_invite": { "display_name": "a", "signed": { "token": "t" } } });
    let levels = json!({ "ban": 1, "events": {}, "events_default": 2, "invite": 3, "kick": 4, "redact": 5,
        "state_default": 6, "users": {}, "users_default": 7, "notifications": {}, "m.other": 1 });
    let mut levels_left = levels.clone();
    for key in ["notifications", "m.other"] {
        levels_left.as_object_mut().unwrap().remove(key);
    }
    let mut old_levels_left = levels_left.clone();
    old_levels_left.as_object_mut().unwrap().remove("invite");
    let create = json!({ "creator": "@a:b", "room_version": "1", "m.federate": false, "m.other": 1 });
    let rules = json!({ "join_rule": "restricted", "allow": [], "m.other": 1 });
    let redaction = json!({ "redacts": "$a", "reason": "b" });
    vec![
        ("m.room.message", json!({ "body": "a" }), json!({}), ALL),
        ("m.room.name", json!({ "name": "a" }), json!({}), ALL),
        ("m.room.encryption", json!({ "algorithm": "a" }), json!({}), ALL),
        ("m.room.member", member.clone(), json!({ "membership": "join" }), 1..=8),
        (
            "m.room.member",
            member.clone(),
            json!({ "membership": "join", "join_authorised_via_users_server": "@a:b" }),
            9..=10,
        ),
        (
            "m.room.member",
            member,
            json!({ "membership": "join", "join_authorised_via_users_server": "@a:b",
                "third_party_invite": { "signed": { "token": "t" } } }),
            11..=12,
        ),
        ("m.room.member", json!({ "third_party_invite": "a" }), json!({}), ALL),
        ("m.room.create", create.clone(), json!({ "creator": "@a:b" }), 1..=10),
        ("m.room.create", create.clone(), create, 11..=12),
        ("m.room.join_rules", rules.clone(), json!({ "join_rule": "restricted" }), 1..=7),
        ("m.room.join_rules", rules, json!({ "join_rule": "restricted", "allow": [] }), 8..=12),
        ("m.room.power_levels", levels.clone(), old_levels_left, 1..=10),
        ("m.room.power_levels", levels, levels_left, 11..=12),
        (
            "m.room.history_visibility",
            json!({ "history_visibility": "joined", "m.other": 1 }),
            json!({ "history_visibility": "joined" }),
            ALL,
        ),
        ("m.room.redaction", redaction.clone(), json!({}), 1..=10),
        ("m.room.redaction", redaction, json!({ "redacts": "$a" }), 11..=12),
        (
            "m.room.aliases",
            json!({ "aliases": ["#a:b"], "m.other": 1 }),
            json!({ "aliases": ["#a:b"] }),
            1..=5,
        ),
        ("m.room.aliases", json!({ "aliases": ["#a:b"] }), json!({}), 6..=12),
    ]
}

#[test]
fn contents_per_type() {
    for (kind, content, left, versions) in contents() {
        for version in versions {
            let event = json!({ "type": kind, "content": content }).to_string();
            let redacted: Value = serde_json::from_str(&redact(&rules(version), &event).unwrap()).unwrap();
            assert_eq!(redacted["content"], left, "{kind}, room version {version}");
        }
    }
}

#[test]
fn top_level_keys() {
    let always = [
        "auth_events",
        "content",
        "depth",
        "event_id",
        "hashes",
        "origin_server_ts",
        "prev_events",
        "room_id",
        "sender",
        "signatures",
        "state_key",
        "type",
    ];
    let once = ["membership", "origin", "prev_state"];
    let never = ["redacts", "unsigned", "age_ts", "m.other"];
    let mut event = json!({});
    for key in always.iter().chain(&once).chain(&never) {
        event[key] = if *key == "type" { json!("m.x") } else { json!({}) };
    }
    for version in ALL {
        let redacted: Value =
            serde_json::from_str(&redact(&rules(version), &event.to_string()).unwrap()).unwrap();
        let mut expected: Vec<&str> = always.to_vec();
        if version <= 10 {
            expected.extend(once);
        }
        expected.sort_unstable();
        assert_eq!(
            redacted.as_object().unwrap().keys().collect::<Vec<_>>(),
            expected,
            "room version {version}"
        );
    }
}

#[test]
fn what_is_no_event_cannot_be_redacted() {
    for json in ["", "[]", "{}", r#"{"type":1}"#, r#"{"type":"m.x","depth":0.5}"#] {
        assert!(redact(&rules(12), json).is_err(), "{json}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn redacting_keeps_the_id_and_does_nothing_twice(
        version in ALL,
        kind in prop_oneof!["m\\.room\\.(topic|join_rules|redaction|history_visibility)", "m\\.[a-z]{1,8}"],
        text in ".{0,40}",
        key in "[a-z_.]{0,12}",
    ) {
        let mut room = Room::bare(version);
        let content = json!({ key: text, "join_rule": "public", "redacts": "$x" });
        let event = room.make(ALICE, &kind, Some(""), content).unwrap();
        let once = redact(&room.rules, event.json()).unwrap();
        prop_assert_eq!(&redact(&room.rules, &once).unwrap(), &once);
        let kept = Pdu::from_wire(&room.rules, &once).unwrap();
        prop_assert_eq!(kept.event_id(), event.event_id());
        prop_assert_eq!(kept.json(), once);
    }
}
