//! Events as clients see them (client-server API, "Room event format", "Stripped state"). Written once, from the
//! parsed event; hashes, signatures, depth and the graph stay between servers.

use std::borrow::Cow;

use ruma::events::TimelineEventType;
use ruma::{EventId, RoomId, UserId};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::pdu::Pdu;

/// Where an event is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventFormat {
    /// In `/sync`, where the place says the room.
    WithoutRoomId,
    /// Everywhere else.
    WithRoomId,
}

#[derive(Serialize)]
struct ClientEvent<'e> {
    content: &'e RawValue,
    event_id: &'e EventId,
    origin_server_ts: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    redacts: Option<&'e EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<&'e RoomId>,
    sender: &'e UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_key: Option<&'e str>,
    r#type: &'e TimelineEventType,
    #[serde(skip_serializing_if = "Option::is_none")]
    unsigned: Option<&'e RawValue>,
}

/// The JSON of an event for clients. `unsigned` is the caller's: age, transaction id, previous content, redaction.
///
/// A redaction says what it redacts at the top level and in its content, whichever its room version keeps
/// (room version 11, "Moving the `redacts` property").
pub fn client_event(event: &Pdu, format: EventFormat, unsigned: Option<&RawValue>) -> Box<RawValue> {
    let content = content_with_redacts(event);
    written(&ClientEvent {
        content: &content,
        event_id: event.event_id(),
        origin_server_ts: event.origin_server_ts(),
        redacts: event.redacts(),
        room_id: (format == EventFormat::WithRoomId).then(|| event.room_id()),
        sender: event.sender(),
        state_key: event.state_key(),
        r#type: event.kind(),
        unsigned,
    })
}

#[derive(Serialize)]
struct StrippedEvent<'e> {
    content: &'e RawValue,
    sender: &'e UserId,
    state_key: &'e str,
    r#type: &'e TimelineEventType,
}

/// A state event stripped for people who are not in the room; `None` for a message event.
pub fn stripped_state(event: &Pdu) -> Option<Box<RawValue>> {
    let state_key = event.state_key()?;
    Some(written(&StrippedEvent {
        content: event.content(),
        sender: event.sender(),
        state_key,
        r#type: event.kind(),
    }))
}

fn content_with_redacts(event: &Pdu) -> Cow<'_, RawValue> {
    #[derive(serde::Deserialize)]
    struct Content {
        redacts: Option<serde::de::IgnoredAny>,
    }
    let content = event.content();
    let (TimelineEventType::RoomRedaction, Some(redacts)) = (event.kind(), event.redacts()) else {
        return Cow::Borrowed(content);
    };
    let says_it = serde_json::from_str(content.get()).is_ok_and(|content: Content| content.redacts.is_some());
    let rest = content.get().trim_start_matches('{');
    let comma = if rest == "}" { "" } else { "," };
    let with_redacts = || format!("{{\"redacts\":{}{comma}{rest}", serde_json::Value::from(redacts.as_str()));
    match says_it {
        true => Cow::Borrowed(content),
        false => RawValue::from_string(with_redacts()).map_or(Cow::Borrowed(content), Cow::Owned),
    }
}

/// Writes what cannot fail to be written: strings, integers and JSON that was read before.
fn written(event: &impl Serialize) -> Box<RawValue> {
    to_raw_value(event).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
