//! What clients get to see of events.

use herold_room_rules::{EventFormat, NewEvent, Pdu, client_event, stripped_state};
use ruma::events::TimelineEventType;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::room::{ALICE, ALL, BOB, Room, user};

fn shown(event: &Pdu, format: EventFormat, unsigned: Option<&RawValue>) -> Value {
    serde_json::from_str(client_event(event, format, unsigned).get()).unwrap()
}

#[test]
fn messages_and_state() {
    for version in ALL {
        let mut room = Room::public(version);
        let message = room.message(BOB).unwrap();
        let unsigned = to_raw_value(&json!({ "age": 5 })).unwrap();
        let mut expected = json!({
            "content": { "body": "hello" },
            "event_id": message.event_id(),
            "origin_server_ts": message.origin_server_ts(),
            "sender": BOB,
            "type": "m.room.message",
            "unsigned": { "age": 5 },
        });
        assert_eq!(shown(&message, EventFormat::WithoutRoomId, Some(&unsigned)), expected);
        expected["room_id"] = json!(message.room_id());
        assert_eq!(shown(&message, EventFormat::WithRoomId, Some(&unsigned)), expected);

        let create = room.create.clone().unwrap();
        let create = shown(&create, EventFormat::WithRoomId, None);
        assert_eq!(create["state_key"], "");
        assert_eq!(
            create["room_id"],
            json!(message.room_id()),
            "also where the event itself does not have it"
        );
        assert_eq!(create.get("unsigned"), None);
    }
}

fn redaction(room: &mut Room, content: Value) -> std::sync::Arc<Pdu> {
    let event = NewEvent {
        room_id: Some(room.create.as_ref().unwrap().room_id().to_owned()),
        sender: user(ALICE),
        kind: TimelineEventType::RoomRedaction,
        state_key: None,
        content: to_raw_value(&content).unwrap(),
        redacts: Some("$target".try_into().unwrap()),
        prev_events: Vec::new(),
        auth_events: Vec::new(),
        depth: 20,
        origin_server_ts: room.now_ms,
        legacy: None,
    };
    room.build(event, Vec::new(), user(ALICE).server_name())
}

#[test]
fn redactions_say_what_they_redact_in_both_places() {
    for version in ALL {
        let mut room = Room::public(version);
        for content in [json!({}), json!({ "reason": "spam" })] {
            let event = redaction(&mut room, content.clone());
            let in_content = event.content().get().contains("redacts");
            assert_eq!(in_content, version >= 11, "servers see it in one place");
            let shown = shown(&event, EventFormat::WithoutRoomId, None);
            assert_eq!(shown["redacts"], "$target");
            assert_eq!(shown["content"]["redacts"], "$target");
            assert_eq!(shown["content"].get("reason"), content.get("reason"));
        }
    }
}

#[test]
fn stripped_events_have_four_keys() {
    let mut room = Room::public(12);
    let event = room.join_rule("knock").unwrap();
    let stripped: Value = serde_json::from_str(stripped_state(&event).unwrap().get()).unwrap();
    let expected = json!({ "content": { "join_rule": "knock" }, "sender": ALICE, "state_key": "", "type": "m.room.join_rules" });
    assert_eq!(stripped, expected);
    let message = room.message(BOB).unwrap();
    assert!(stripped_state(&message).is_none());
}
