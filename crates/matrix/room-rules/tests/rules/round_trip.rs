//! Events that we build are events that we accept from others, and ruma-signatures, which shares no code with us,
//! finds the same hashes, ids, signatures and redactions.

use std::collections::BTreeMap;

use herold_room_rules::{LegacyIds, NewEvent, Pdu, build, redact, reference_hash, verify_signatures};
use proptest::prelude::*;
use ruma::events::TimelineEventType;
use ruma::room_version_rules::RoomVersionRules;
use ruma::serde::Base64;
use ruma::signatures::PublicKeyMap;
use ruma::{CanonicalJsonObject, server_name};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::room::{ALICE, ALL, KEY_PAIR, rules, user};

fn keys() -> PublicKeyMap {
    let key = Base64::new(KEY_PAIR.public_key().to_vec());
    BTreeMap::from([("here.example".to_owned(), BTreeMap::from([("ed25519:1".to_owned(), key)]))])
}

fn event(rules: &RoomVersionRules, kind: &str, state_key: Option<&str>, content: Box<RawValue>) -> NewEvent {
    NewEvent {
        room_id: Some("!room:here.example".try_into().unwrap()),
        sender: user(ALICE),
        kind: TimelineEventType::from(kind),
        state_key: state_key.map(str::to_owned),
        content,
        redacts: (kind == "m.room.redaction").then(|| "$target:here.example".try_into().unwrap()),
        prev_events: vec!["$previous:here.example".try_into().unwrap()],
        auth_events: vec!["$create:here.example".try_into().unwrap()],
        depth: 7,
        origin_server_ts: 1_700_000_000_000,
        legacy: rules.event_format.require_event_id.then(|| LegacyIds {
            event_id: "$event:here.example".try_into().unwrap(),
            reference_hashes: BTreeMap::from([(
                "$previous:here.example".try_into().unwrap(),
                "hash".to_owned(),
            )]),
        }),
    }
}

/// Builds it, reads it back from both sides, redacts it.
fn try_out(version: u8, kind: &str, state_key: Option<&str>, content: &Value) {
    let rules = rules(version);
    let new = event(&rules, kind, state_key, to_raw_value(content).unwrap());
    let built = build(&rules, new, server_name!("here.example"), &KEY_PAIR).unwrap();
    let received = Pdu::from_wire(&rules, built.json()).unwrap();
    let (event_id, room_id) = (built.event_id().to_owned(), built.room_id().to_owned());
    let stored = Pdu::from_stored(&rules, event_id, room_id, built.json(), false).unwrap();
    for other in [&received, &stored] {
        assert_eq!(format!("{other:?}"), format!("{built:?}"), "room version {version}");
    }
    assert_eq!(serde_json::from_str::<Value>(built.content().get()).unwrap()["m.x"], content["m.x"]);
    verify_signatures(&rules, &received, &keys()).unwrap();

    let redacted = redact(&rules, built.json()).unwrap();
    let kept = Pdu::from_wire(&rules, &redacted).unwrap();
    assert_eq!(kept.event_id(), built.event_id());
    verify_signatures(&rules, &kept, &keys()).unwrap();

    let object: CanonicalJsonObject = serde_json::from_str(built.json()).unwrap();
    let as_ruma_redacts = ruma::canonical_json::redact(object.clone(), &rules.redaction, None).unwrap();
    assert_eq!(redacted, serde_json::to_string(&as_ruma_redacts).unwrap());
    assert_eq!(reference_hash(&rules, &built), ruma::signatures::reference_hash(&object, &rules).unwrap());
    let verified = ruma::signatures::verify_event(&keys(), &object, &rules).unwrap();
    assert_eq!(verified, ruma::signatures::Verified::All);
}

#[test]
fn well_known_events() {
    for version in ALL {
        for (kind, state_key, content) in [
            (
                "m.room.message",
                None,
                json!({ "body": "Grüße \u{1}\t\"x\" \\ \u{1f600}", "m.x": [null, true, -3] }),
            ),
            ("m.room.member", Some(ALICE), json!({ "membership": "join", "displayname": "A", "m.x": 1 })),
            ("m.room.power_levels", Some(""), json!({ "users": { ALICE: 100 }, "invite": 3, "m.x": {} })),
            ("m.room.join_rules", Some(""), json!({ "join_rule": "restricted", "allow": [{}] })),
            ("m.room.redaction", None, json!({ "reason": "spam" })),
            ("m.room.aliases", Some("here.example"), json!({ "aliases": ["#a:here.example"] })),
            ("m.room.history_visibility", Some(""), json!({ "history_visibility": "joined" })),
        ] {
            try_out(version, kind, state_key, &content);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn events_with_any_text(
        version in ALL,
        kind in ".{1,20}",
        state_key in proptest::option::of(".{0,20}"),
        content in proptest::collection::btree_map(".{0,10}", ".{0,20}", 0..6),
    ) {
        let content: Value = serde_json::to_value(content).unwrap();
        try_out(version, &kind, state_key.as_deref(), &content);
    }
}
