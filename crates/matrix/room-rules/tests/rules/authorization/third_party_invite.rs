//! Invites of people who were known by an e-mail address only.

use ruma::CanonicalJsonObject;
use ruma::serde::Base64;
use ruma::signatures::sign_json;
use serde_json::{Value, json};

use super::{Allowed, Attempt, Case, Rejected, run};
use crate::room::{ALICE, ALL, BOB, CAROL, DAVE, KEY_PAIR, Room};

/// BOB has invited `token`, whose owner proves it with the identity server's key.
fn invited(version: u8, content: fn(&str) -> Value) -> Room {
    let mut room = Room::public(version);
    let key: String =
        Base64::<ruma::serde::base64::Standard, _>::new(KEY_PAIR.public_key().to_vec()).encode();
    room.send(BOB, "m.room.third_party_invite", Some("token"), content(&key)).unwrap();
    room
}

fn with_key(version: u8) -> Room {
    invited(version, |key| json!({ "display_name": "c...", "public_key": key }))
}

fn signed(mxid: &str, token: &str) -> Value {
    let mut signed: CanonicalJsonObject =
        serde_json::from_value(json!({ "mxid": mxid, "token": token, "sender": BOB })).unwrap();
    sign_json("identity.example", &*KEY_PAIR, &mut signed).unwrap();
    serde_json::to_value(signed).unwrap()
}

fn claim(room: &mut Room, sender: &str, target: &str, signed: Value) -> Attempt {
    let content =
        json!({ "membership": "invite", "third_party_invite": { "display_name": "c...", "signed": signed } });
    room.member(sender, target, content)
}

const CLAIMING: &[Case] = &[
    Case(
        "with the key's signature",
        ALL,
        with_key,
        |room| claim(room, BOB, CAROL, signed(CAROL, "token")),
        Allowed,
    ),
    Case(
        "with one of several keys",
        ALL,
        |v| invited(v, |key| json!({ "public_key": "AAAA", "public_keys": [{ "public_key": key }] })),
        |room| claim(room, BOB, CAROL, signed(CAROL, "token")),
        Allowed,
    ),
    Case(
        "with another key",
        ALL,
        |v| invited(v, |_| json!({ "public_key": "AAAA" })),
        |room| claim(room, BOB, CAROL, signed(CAROL, "token")),
        Rejected,
    ),
    Case(
        "without keys",
        ALL,
        |v| invited(v, |_| json!({})),
        |room| claim(room, BOB, CAROL, signed(CAROL, "token")),
        Rejected,
    ),
    Case("for another user", ALL, with_key, |room| claim(room, BOB, DAVE, signed(CAROL, "token")), Rejected),
    Case(
        "by another sender",
        ALL,
        with_key,
        |room| claim(room, ALICE, CAROL, signed(CAROL, "token")),
        Rejected,
    ),
    Case(
        "with another token",
        ALL,
        with_key,
        |room| claim(room, BOB, CAROL, signed(CAROL, "other")),
        Rejected,
    ),
    Case(
        "tampered with",
        ALL,
        with_key,
        |room| {
            let mut signed = signed(DAVE, "token");
            signed["mxid"] = json!(CAROL);
            claim(room, BOB, CAROL, signed)
        },
        Rejected,
    ),
    Case(
        "for a banned user",
        ALL,
        with_key,
        |room| {
            room.member(ALICE, CAROL, json!({ "membership": "ban" })).unwrap();
            claim(room, BOB, CAROL, signed(CAROL, "token"))
        },
        Rejected,
    ),
    Case(
        "without what is signed",
        ALL,
        with_key,
        |room| room.member(BOB, CAROL, json!({ "membership": "invite", "third_party_invite": {} })),
        Rejected,
    ),
    Case(
        "without a token",
        ALL,
        with_key,
        |room| claim(room, BOB, CAROL, json!({ "mxid": CAROL, "signatures": {} })),
        Rejected,
    ),
    Case(
        "without signatures",
        ALL,
        with_key,
        |room| claim(room, BOB, CAROL, json!({ "mxid": CAROL, "token": "token" })),
        Rejected,
    ),
    Case(
        "the invite was taken back",
        ALL,
        with_key,
        |room| {
            room.send(BOB, "m.room.third_party_invite", Some("token"), json!({})).unwrap();
            claim(room, BOB, CAROL, signed(CAROL, "token"))
        },
        Rejected,
    ),
];

#[test]
fn claiming() {
    run(CLAIMING);
}
