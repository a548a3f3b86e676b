//! Any bytes as an event from another server, in any room version: an answer, never a panic; and what is accepted
//! can be read from storage, shown to clients, checked and redacted.

#![no_main]

use herold_room_rules::{
    EventFormat, Pdu, auth_types, client_event, redact, required_signers, stripped_state, verify_signatures,
};
use libfuzzer_sys::fuzz_target;
use ruma::room_version_rules::RoomVersionRules;
use ruma::signatures::PublicKeyMap;

const VERSIONS: [RoomVersionRules; 12] = [
    RoomVersionRules::V1,
    RoomVersionRules::V2,
    RoomVersionRules::V3,
    RoomVersionRules::V4,
    RoomVersionRules::V5,
    RoomVersionRules::V6,
    RoomVersionRules::V7,
    RoomVersionRules::V8,
    RoomVersionRules::V9,
    RoomVersionRules::V10,
    RoomVersionRules::V11,
    RoomVersionRules::V12,
];

fuzz_target!(|bytes: &[u8]| {
    let Some((version, bytes)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let rules = &VERSIONS[usize::from(*version) % VERSIONS.len()];
    let Ok(event) = Pdu::from_wire(rules, text) else { return };
    let (event_id, room_id) = (event.event_id().to_owned(), event.room_id().to_owned());
    Pdu::from_stored(rules, event_id, room_id, event.json(), false)
        .expect("what was accepted can be read again");
    let again = Pdu::from_wire(rules, event.json()).expect("what was accepted is accepted again");
    assert_eq!(again.json(), event.json());
    assert_eq!(again.event_id(), event.event_id());
    let redacted = redact(rules, event.json()).expect("an event can be redacted");
    let redacted = Pdu::from_wire(rules, &redacted).expect("a redacted event is an event");
    assert_eq!(redacted.event_id(), event.event_id());
    _ = auth_types(&rules.authorization, event.kind(), event.sender(), event.state_key(), event.content());
    _ = required_signers(rules, &event);
    _ = verify_signatures(rules, &event, &PublicKeyMap::new());
    _ = client_event(&event, EventFormat::WithRoomId, None);
    _ = stripped_state(&event);
});
