//! Events that we build are events that we accept from others, in every room version.

use std::collections::BTreeMap;

use herold_room_rules::*;
use ruma::events::TimelineEventType;
use ruma::room_version_rules::RoomVersionRules;
use ruma::serde::Base64;
use ruma::signatures::Ed25519KeyPair;
use ruma::{RoomVersionId, server_name};
use serde_json::value::{RawValue, to_raw_value};

const VERSIONS: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

fn rules(version: &str) -> RoomVersionRules {
    RoomVersionId::try_from(version).unwrap().rules().unwrap()
}

fn key_pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), "1".to_owned()).unwrap()
}

fn message(rules: &RoomVersionRules, content: Box<RawValue>) -> NewEvent {
    NewEvent {
        room_id: Some("!room:here.example".try_into().unwrap()),
        sender: "@alice:here.example".try_into().unwrap(),
        kind: TimelineEventType::RoomMessage,
        state_key: None,
        content,
        redacts: None,
        prev_events: vec!["$previous:here.example".try_into().unwrap()],
        auth_events: vec!["$create:here.example".try_into().unwrap()],
        depth: 7,
        origin_server_ts: 1_700_000_000_000,
        legacy: rules.event_format.require_event_id.then(|| LegacyIds {
            event_id: "$event:here.example".try_into().unwrap(),
            reference_hashes: BTreeMap::new(),
        }),
    }
}

#[test]
fn what_we_build_we_accept() {
    let key_pair = key_pair();
    for version in VERSIONS {
        let rules = rules(version);
        let content =
            to_raw_value(&serde_json::json!({"msgtype": "m.text", "body": "Grüße \u{1} \"x\""})).unwrap();
        let built = build(&rules, message(&rules, content), server_name!("here.example"), &key_pair).unwrap();
        let received = Pdu::from_wire(&rules, built.json()).unwrap();
        let stored = Pdu::from_stored(
            &rules,
            built.event_id().to_owned(),
            built.room_id().to_owned(),
            built.json(),
            false,
        )
        .unwrap();
        for other in [&received, &stored] {
            assert_eq!(format!("{other:?}"), format!("{built:?}"), "version {version}");
        }
        let keys = BTreeMap::from([(
            "here.example".to_owned(),
            BTreeMap::from([("ed25519:1".to_owned(), Base64::new(key_pair.public_key().to_vec()))]),
        )]);
        verify_signatures(&rules, &received, &keys).unwrap();
        let redacted = redact(&rules, built.json()).unwrap();
        let kept = Pdu::from_wire(&rules, &redacted).unwrap();
        assert_eq!(kept.event_id(), built.event_id());
        assert_eq!(kept.content().get(), "{}");
        verify_signatures(&rules, &kept, &keys).unwrap();
    }
}
