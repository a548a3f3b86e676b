//! Reads events from outside: format, limits, content hash, id (server-server API, "Checks performed on receipt
//! of a PDU"). Trusts nothing; an event that passes is still neither authorized nor proven to be its sender's.

use std::borrow::Cow;
use std::sync::OnceLock;

use ruma::events::TimelineEventType;
use ruma::room_version_rules::{EventsReferenceFormatVersion, RoomVersionRules};
use ruma::serde::Base64;
use ruma::serde::base64::Standard;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, UInt};
use serde_json::value::RawValue;
use thiserror::Error;

use super::draft::{Draft, hashed_event_id};
use super::limits::{AUTH_EVENTS_MAX, EVENT_BYTES_MAX, FIELD_BYTES_MAX, PREV_EVENTS_MAX, RAW_BYTES_MAX};
use super::{Pdu, legacy};
use crate::canonical::{self, NotCanonical, Numbers, Object, Value};

/// Why an event from outside must be dropped.
#[derive(Debug, Error)]
pub enum FormatError {
    /// It has more than [`super::limits::EVENT_BYTES_MAX`] bytes.
    #[error("the event is larger than {EVENT_BYTES_MAX} bytes")]
    TooLarge,
    /// It is not JSON that the room version allows.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// A field that every event of the room version has is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A field has the wrong type or is no valid identifier.
    #[error("`{0}` is malformed")]
    Malformed(&'static str),
    /// A field has more bytes, or more entries, than allowed.
    #[error("`{0}` is too long")]
    TooLong(&'static str),
}

pub(super) fn read(rules: &RoomVersionRules, json: &str) -> Result<Pdu, FormatError> {
    if json.len() > RAW_BYTES_MAX {
        return Err(FormatError::TooLarge);
    }
    let mut top = canonical::parse_object(json, Numbers::of(&rules.authorization))?;
    top.take("unsigned");
    let content = match top.take("content") {
        Some(Value::Object(content)) => content,
        Some(_) => return Err(FormatError::Malformed("content")),
        None => return Err(FormatError::Missing("content")),
    };
    let fields = Fields::read(rules, &top)?;
    let draft = Draft::new(top, content, Cow::Owned(fields.kind.clone()));
    let text = draft.json();
    if text.len() > EVENT_BYTES_MAX {
        return Err(FormatError::TooLarge);
    }
    let event_id = match &fields.event_id {
        Some(event_id) => event_id.clone(),
        None => hashed_event_id(rules, &draft.signable(rules)).ok_or(FormatError::Malformed("event_id"))?,
    };
    if fields.content_hash == draft.content_hash() {
        return assemble(rules, fields, event_id, &draft, text);
    }
    let text = draft.redacted_json(rules);
    let redacted = Draft::parse(rules, &text)?;
    assemble(rules, fields, event_id, &redacted, redacted.json())
}

fn assemble(
    rules: &RoomVersionRules,
    fields: Fields,
    event_id: OwnedEventId,
    draft: &Draft<'_>,
    json: String,
) -> Result<Pdu, FormatError> {
    let kind = TimelineEventType::from(fields.kind.as_str());
    let content = RawValue::from_string(draft.content_text().to_owned()).map_err(NotCanonical::from)?;
    let redacts = match kind {
        TimelineEventType::RoomRedaction if rules.redaction.content_field_redacts => {
            draft.content.get("redacts")
        }
        TimelineEventType::RoomRedaction => draft.top.get("redacts"),
        _ => None,
    };
    let redacts = redacts.and_then(Value::as_str).and_then(|id| OwnedEventId::try_from(id).ok());
    let opens_room = fields.room_id.is_none();
    let room_id = match fields.room_id {
        Some(room_id) => room_id,
        None => room_opened_by(&event_id).ok_or(FormatError::Malformed("room_id"))?,
    };
    Ok(Pdu {
        event_id,
        room_id,
        opens_room,
        sender: fields.sender,
        origin_server_ts: fields.origin_server_ts,
        ruling_content: legacy::ruling_content(&rules.authorization, &kind, &content),
        kind,
        state_key: fields.state_key,
        content,
        prev_events: fields.prev_events,
        auth_events: fields.auth_events,
        depth: fields.depth,
        redacts,
        rejected: false,
        json: json.into_boxed_str(),
        levels: OnceLock::new(),
    })
}

/// The id of the room that a create event opens, where its own id says it.
pub(crate) fn room_opened_by(create: &ruma::EventId) -> Option<OwnedRoomId> {
    OwnedRoomId::try_from(format!("!{}", create.as_str().strip_prefix('$')?)).ok()
}

/// The fields of an event that have a fixed form.
struct Fields {
    event_id: Option<OwnedEventId>,
    room_id: Option<OwnedRoomId>,
    sender: OwnedUserId,
    kind: String,
    state_key: Option<Box<str>>,
    origin_server_ts: UInt,
    depth: i64,
    prev_events: Box<[OwnedEventId]>,
    auth_events: Box<[OwnedEventId]>,
    content_hash: Vec<u8>,
}

impl Fields {
    fn read(rules: &RoomVersionRules, top: &Object<'_>) -> Result<Self, FormatError> {
        let kind = required(text(top, "type")?, "type")?.to_owned();
        let opens_room = kind == "m.room.create" && !rules.event_format.require_room_create_room_id;
        let room_id = match text(top, "room_id")? {
            Some(room_id) => Some(id(room_id, "room_id")?),
            None if opens_room => None,
            None => return Err(FormatError::Missing("room_id")),
        };
        let event_id = if rules.event_format.require_event_id {
            Some(id(required(text(top, "event_id")?, "event_id")?, "event_id")?)
        } else {
            None
        };
        required(top.get("signatures"), "signatures")?
            .as_object()
            .ok_or(FormatError::Malformed("signatures"))?;
        let origin_server_ts = integer(top, "origin_server_ts")?;
        let format = rules.events_reference_format;
        Ok(Self {
            event_id,
            room_id,
            sender: id(required(text(top, "sender")?, "sender")?, "sender")?,
            kind,
            state_key: text(top, "state_key")?.map(Box::from),
            origin_server_ts: UInt::try_from(origin_server_ts)
                .map_err(|_| FormatError::Malformed("origin_server_ts"))?,
            depth: integer(top, "depth")?,
            prev_events: references(format, top, "prev_events", PREV_EVENTS_MAX)?,
            auth_events: references(format, top, "auth_events", AUTH_EVENTS_MAX)?,
            content_hash: content_hash(top)?,
        })
    }
}

fn required<T>(value: Option<T>, field: &'static str) -> Result<T, FormatError> {
    value.ok_or(FormatError::Missing(field))
}

fn text<'o>(top: &'o Object<'_>, field: &'static str) -> Result<Option<&'o str>, FormatError> {
    let Some(value) = top.get(field) else { return Ok(None) };
    let text = value.as_str().ok_or(FormatError::Malformed(field))?;
    if text.len() > FIELD_BYTES_MAX { Err(FormatError::TooLong(field)) } else { Ok(Some(text)) }
}

fn id<T: for<'i> TryFrom<&'i str>>(text: &str, field: &'static str) -> Result<T, FormatError> {
    T::try_from(text).map_err(|_| FormatError::Malformed(field))
}

/// An integer that is not negative.
fn integer(top: &Object<'_>, field: &'static str) -> Result<i64, FormatError> {
    let value = required(top.get(field), field)?.as_integer().ok_or(FormatError::Malformed(field))?;
    if value < 0 { Err(FormatError::Malformed(field)) } else { Ok(value) }
}

fn references(
    format: EventsReferenceFormatVersion,
    top: &Object<'_>,
    field: &'static str,
    entries_max: usize,
) -> Result<Box<[OwnedEventId]>, FormatError> {
    let entries = required(top.get(field), field)?.as_array().ok_or(FormatError::Malformed(field))?;
    if entries.len() > entries_max {
        return Err(FormatError::TooLong(field));
    }
    let ids = entries.iter().map(|entry| {
        let text = match format {
            EventsReferenceFormatVersion::V1 => match entry.as_array() {
                Some([text, Value::Object(_)]) => text.as_str(),
                _ => None,
            },
            _ => entry.as_str(),
        };
        match text {
            Some(text) if text.len() > FIELD_BYTES_MAX => Err(FormatError::TooLong(field)),
            Some(text) => id(text, field),
            None => Err(FormatError::Malformed(field)),
        }
    });
    ids.collect()
}

fn content_hash(top: &Object<'_>) -> Result<Vec<u8>, FormatError> {
    let hashes =
        required(top.get("hashes"), "hashes")?.as_object().ok_or(FormatError::Malformed("hashes"))?;
    let text = hashes.get("sha256").and_then(Value::as_str).ok_or(FormatError::Malformed("hashes"))?;
    let hash = Base64::<Standard>::parse(text).map_err(|_| FormatError::Malformed("hashes"))?;
    Ok(hash.into_inner())
}
