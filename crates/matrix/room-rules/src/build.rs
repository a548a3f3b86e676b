//! Makes new events: canonical, hashed, signed with our key, with their id and within the limits.
//!
//! Nothing here decides whether the event is allowed ([`crate::authorize`]), asks for the time, or rolls dice.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ruma::events::TimelineEventType;
use ruma::room_version_rules::{EventsReferenceFormatVersion, RoomVersionRules};
use ruma::serde::Base64;
use ruma::serde::base64::Standard;
use ruma::signatures::{Ed25519KeyPair, KeyPair};
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, ServerName};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::canonical::{self, INTEGER_MAX, NotCanonical, Numbers, Object, Value};
use crate::pdu::limits::{AUTH_EVENTS_MAX, EVENT_BYTES_MAX, FIELD_BYTES_MAX, PREV_EVENTS_MAX, RAW_BYTES_MAX};
use crate::pdu::{Draft, Pdu};

/// What is needed to make an event.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// `None` for a create event whose id gives the room its id (room version 12), and only there.
    pub room_id: Option<OwnedRoomId>,
    /// A user of our server.
    pub sender: OwnedUserId,
    /// The event's `type`.
    pub kind: TimelineEventType,
    /// `Some` makes it a state event.
    pub state_key: Option<String>,
    /// Any JSON object.
    pub content: Box<RawValue>,
    /// The event that an `m.room.redaction` redacts; it is put where the room version wants it.
    pub redacts: Option<OwnedEventId>,
    /// The forward extremities, at most [`crate::limits::PREV_EVENTS_MAX`].
    pub prev_events: Vec<OwnedEventId>,
    /// The events that [`crate::auth_types`] names, taken from the state before the event.
    pub auth_events: Vec<OwnedEventId>,
    /// See [`next_depth`].
    pub depth: i64,
    /// Milliseconds since the Unix epoch.
    pub origin_server_ts: i64,
    /// For room versions 1 and 2, and only there.
    pub legacy: Option<LegacyIds>,
}

/// What events of room versions 1 and 2 need besides.
#[derive(Clone, Debug)]
pub struct LegacyIds {
    /// The event's id: random letters and our server name, `$letters:server`.
    pub event_id: OwnedEventId,
    /// [`crate::reference_hash`] of the previous and auth events; an unknown one is left out.
    pub reference_hashes: BTreeMap<OwnedEventId, String>,
}

/// Why an event cannot be made.
#[derive(Debug, Error)]
pub enum BuildError {
    /// It would have more than [`crate::limits::EVENT_BYTES_MAX`] bytes.
    #[error("the event has {bytes} bytes, more than {EVENT_BYTES_MAX}")]
    TooLarge {
        /// Its size as canonical JSON with signatures; of a content far too large the size of that alone.
        bytes: usize,
    },
    /// A field has more than [`crate::limits::FIELD_BYTES_MAX`] bytes.
    #[error("`{0}` has more than {FIELD_BYTES_MAX} bytes")]
    FieldTooLong(&'static str),
    /// The content is not JSON that the room version allows.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The content is JSON but no object.
    #[error("the content is not an object")]
    ContentNotAnObject,
    /// Too many previous or auth events.
    #[error("`{0}` has too many entries")]
    TooManyReferences(&'static str),
    /// The room version needs this field of [`NewEvent`].
    #[error("the room version needs `{0}`")]
    Missing(&'static str),
    /// Depth or time are negative or above 2^53-1.
    #[error("`{0}` is out of range")]
    OutOfRange(&'static str),
}

/// The depth of an event after events of at most `deepest`; it stops growing where integers end.
pub fn next_depth(deepest: i64) -> i64 {
    deepest.saturating_add(1).clamp(1, INTEGER_MAX)
}

/// Makes, hashes and signs an event.
///
/// # Errors
///
/// [`BuildError::TooLarge`], [`BuildError::FieldTooLong`], [`BuildError::NotCanonical`] and
/// [`BuildError::ContentNotAnObject`] come from what the client sent; the others from the caller.
pub fn build(
    rules: &RoomVersionRules,
    mut event: NewEvent,
    server_name: &ServerName,
    key_pair: &Ed25519KeyPair,
) -> Result<Pdu, BuildError> {
    check(rules, &event)?;
    if event.content.get().len() > RAW_BYTES_MAX {
        return Err(BuildError::TooLarge { bytes: event.content.get().len() });
    }
    let kind = event.kind.to_string();
    let mut content = match canonical::parse(event.content.get(), Numbers::of(&rules.authorization))? {
        Value::Object(content) => content,
        _ => return Err(BuildError::ContentNotAnObject),
    };
    if let (Some(redacts), true) = (&event.redacts, rules.redaction.content_field_redacts) {
        content.insert("redacts", Value::String(Cow::Borrowed(redacts.as_str())));
    }
    let mut draft = Draft::new(top_fields(rules, &event, &kind), content, Cow::Borrowed(&kind));

    let hash = Base64::<Standard, _>::new(draft.content_hash()).encode();
    let mut hashes = Object::default();
    hashes.insert("sha256", Value::String(Cow::Owned(hash)));
    draft.top.insert("hashes", Value::Object(hashes));

    let signable = draft.signable(rules);
    let signature = key_pair.sign(signable.as_bytes());
    draft.add_signature(server_name.as_str(), &signature.id(), &signature.base64());

    let json = draft.json();
    if json.len() > EVENT_BYTES_MAX {
        return Err(BuildError::TooLarge { bytes: json.len() });
    }
    let redacts = redacts(rules, &event.kind, &draft);
    let content = RawValue::from_string(draft.content_text().to_owned()).map_err(NotCanonical::from)?;
    if event.redacts.is_none() {
        event.redacts = redacts;
    }
    Pdu::from_new(rules, event, content, &signable, json)
}

/// What a redaction redacts, if its content says so.
fn redacts(rules: &RoomVersionRules, kind: &TimelineEventType, draft: &Draft<'_>) -> Option<OwnedEventId> {
    if *kind != TimelineEventType::RoomRedaction || !rules.redaction.content_field_redacts {
        return None;
    }
    draft.content.get("redacts").and_then(Value::as_str).and_then(|id| OwnedEventId::try_from(id).ok())
}

fn check(rules: &RoomVersionRules, event: &NewEvent) -> Result<(), BuildError> {
    let opens_room =
        event.kind == TimelineEventType::RoomCreate && !rules.event_format.require_room_create_room_id;
    if event.room_id.is_none() && !opens_room {
        return Err(BuildError::Missing("room_id"));
    }
    if rules.event_format.require_event_id && event.legacy.is_none() {
        return Err(BuildError::Missing("event_id"));
    }
    let kind = event.kind.to_string();
    for (name, text) in [("type", Some(kind.as_str())), ("state_key", event.state_key.as_deref())] {
        if text.is_some_and(|text| text.len() > FIELD_BYTES_MAX) {
            return Err(BuildError::FieldTooLong(name));
        }
    }
    for (name, entries, entries_max) in [
        ("prev_events", event.prev_events.len(), PREV_EVENTS_MAX),
        ("auth_events", event.auth_events.len(), AUTH_EVENTS_MAX),
    ] {
        if entries > entries_max {
            return Err(BuildError::TooManyReferences(name));
        }
    }
    for (name, integer) in [("depth", event.depth), ("origin_server_ts", event.origin_server_ts)] {
        if !(0..=INTEGER_MAX).contains(&integer) {
            return Err(BuildError::OutOfRange(name));
        }
    }
    Ok(())
}

fn top_fields<'e>(rules: &RoomVersionRules, event: &'e NewEvent, kind: &'e str) -> Object<'e> {
    let text = |text: &'e str| Value::String(Cow::Borrowed(text));
    let mut top = Object::with_capacity(14);
    top.insert("auth_events", references(rules, event, &event.auth_events));
    top.insert("depth", Value::Integer(event.depth.into()));
    if let (Some(legacy), true) = (&event.legacy, rules.event_format.require_event_id) {
        top.insert("event_id", text(legacy.event_id.as_str()));
    }
    top.insert("origin_server_ts", Value::Integer(event.origin_server_ts.into()));
    top.insert("prev_events", references(rules, event, &event.prev_events));
    if let (Some(redacts), false) = (&event.redacts, rules.redaction.content_field_redacts) {
        top.insert("redacts", text(redacts.as_str()));
    }
    if let Some(room_id) = &event.room_id {
        top.insert("room_id", text(room_id.as_str()));
    }
    top.insert("sender", text(event.sender.as_str()));
    if let Some(state_key) = &event.state_key {
        top.insert("state_key", text(state_key));
    }
    top.insert("type", text(kind));
    top
}

fn references<'e>(rules: &RoomVersionRules, event: &'e NewEvent, ids: &'e [OwnedEventId]) -> Value<'e> {
    let entries = ids.iter().map(|id| {
        let text = Value::String(Cow::Borrowed(id.as_str()));
        match rules.events_reference_format {
            EventsReferenceFormatVersion::V1 => {
                let mut hashes = Object::default();
                if let Some(hash) = event.legacy.as_ref().and_then(|legacy| legacy.reference_hashes.get(id)) {
                    hashes.insert("sha256", Value::String(Cow::Borrowed(hash)));
                }
                Value::Array(vec![text, Value::Object(hashes)])
            }
            _ => text,
        }
    });
    Value::Array(entries.collect())
}
