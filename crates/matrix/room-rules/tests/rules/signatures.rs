//! Whose signatures an event needs, whether they are there, and the specification's vectors.

use std::collections::BTreeMap;

use herold_room_rules::{Pdu, SignatureError, add_signature, required_signers, verify_signatures};
use ruma::serde::Base64;
use ruma::signatures::{Ed25519KeyPair, PublicKeyMap};
use ruma::{ServerName, server_name};
use serde_json::{Value, json};

use crate::room::{ALICE, ALL, BOB, CAROL, KEY_PAIR, Room, rules};

/// The key that every server of the tests has, for these servers.
fn keys(servers: &[&str]) -> PublicKeyMap {
    let key = Base64::new(KEY_PAIR.public_key().to_vec());
    servers
        .iter()
        .map(|server| ((*server).to_owned(), BTreeMap::from([("ed25519:1".to_owned(), key.clone())])))
        .collect()
}

fn signers(room: &Room, event: &Pdu) -> Vec<String> {
    required_signers(&room.rules, event).iter().map(ToString::to_string).collect()
}

#[test]
fn the_senders_server_signs() {
    for version in ALL {
        let mut room = Room::public(version);
        room.join(CAROL).unwrap();
        let event = room.message(CAROL).unwrap();
        assert_eq!(signers(&room, &event), ["far.example"]);
        verify_signatures(&room.rules, &event, &keys(&["far.example"])).unwrap();
        for missing in [keys(&[]), keys(&["here.example"])] {
            let refused = verify_signatures(&room.rules, &event, &missing);
            assert!(matches!(refused, Err(SignatureError::NotSignedBy(server)) if server == "far.example"));
        }
    }
}

#[test]
fn a_changed_event_is_not_signed() {
    for version in ALL {
        let mut room = Room::public(version);
        let event = room.send(ALICE, "m.room.topic", Some(""), json!({ "topic": "a" })).unwrap();
        let changed = event.json().replace("\"m.room.topic\"", "\"m.room.name\"");
        let changed = Pdu::from_wire(&room.rules, &changed).unwrap();
        assert!(verify_signatures(&room.rules, &changed, &keys(&["here.example"])).is_err());
    }
}

#[test]
fn a_restricted_join_needs_two_signatures() {
    for version in 8..=12 {
        let mut room = Room::public(version);
        room.join_rule("restricted").unwrap();
        let content = json!({ "membership": "join", "join_authorised_via_users_server": BOB });
        let event = room.make(CAROL, "m.room.member", Some(CAROL), content).unwrap();
        assert_eq!(signers(&room, &event), ["far.example", "here.example"]);
        let both = keys(&["far.example", "here.example"]);
        assert!(verify_signatures(&room.rules, &event, &both).is_err());
        let event_id = event.event_id().to_owned();
        let signed =
            add_signature(&room.rules, Pdu::clone(&event), server_name!("here.example"), &KEY_PAIR).unwrap();
        verify_signatures(&room.rules, &signed, &both).unwrap();
        assert_eq!(Pdu::from_wire(&room.rules, signed.json()).unwrap().event_id(), event_id);
    }
}

#[test]
fn other_signers() {
    let third_party = json!({ "membership": "invite", "third_party_invite": { "signed": { "token": "t" } } });
    for version in ALL {
        let mut room = Room::public(version);
        let event = room.make(BOB, "m.room.member", Some(CAROL), third_party.clone()).unwrap();
        let expected: &[&str] = if version <= 2 { &["here.example"] } else { &[] };
        assert_eq!(signers(&room, &event), expected, "room version {version}");
        let content = json!({ "membership": "join", "join_authorised_via_users_server": CAROL });
        let event = room.make(BOB, "m.room.member", Some(BOB), content).unwrap();
        let expected: &[&str] =
            if version >= 8 { &["far.example", "here.example"] } else { &["here.example"] };
        assert_eq!(signers(&room, &event), expected, "room version {version}");
    }
}

/// Appendices, "Event signing": the events lack nothing that matters to hashing and signing.
#[test]
fn the_specifications_vectors() {
    let minimal = json!({
        "room_id": "!x:domain", "sender": "@a:domain", "origin": "domain", "origin_server_ts": 1000000,
        "signatures": {}, "hashes": { "sha256": "5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos" }, "type": "X",
        "content": {}, "prev_events": [], "auth_events": [], "depth": 3, "unsigned": { "age_ts": 1000000 },
    });
    let signature = "KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg";
    for version in 3..=10 {
        let rules = rules(version);
        let event = Pdu::from_wire(&rules, &minimal.to_string()).unwrap();
        let signed = add_signature(&rules, event, server_name!("domain"), &KEY_PAIR).unwrap();
        let json: Value = serde_json::from_str(signed.json()).unwrap();
        assert_eq!(json["hashes"], minimal["hashes"], "the content hash was found right");
        assert_eq!(json["signatures"]["domain"]["ed25519:1"], signature);
        assert_eq!(json["origin"], "domain", "not redacted: the hash was right");
    }
}

#[test]
fn a_wrong_key_or_signature_is_none() {
    let other = Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), "1".to_owned()).unwrap();
    let mut room = Room::public(12);
    let event = room.message(BOB).unwrap();
    let server: &ServerName = server_name!("here.example");
    let key = Base64::new(other.public_key().to_vec());
    let wrong = BTreeMap::from([(server.to_string(), BTreeMap::from([("ed25519:1".to_owned(), key)]))]);
    assert!(verify_signatures(&room.rules, &event, &wrong).is_err());
    let mut json: Value = serde_json::from_str(event.json()).unwrap();
    for broken in [json!("AAAA"), json!("?"), json!(7), json!({})] {
        json["signatures"]["here.example"]["ed25519:1"] = broken;
        let event = Pdu::from_wire(&room.rules, &json.to_string()).unwrap();
        assert!(verify_signatures(&room.rules, &event, &keys(&["here.example"])).is_err());
    }
}
