//! Reads events from our own storage: one pass that copies only what a [`Pdu`] keeps. Checks nothing that was
//! checked when the event came in.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use ruma::events::TimelineEventType;
use ruma::room_version_rules::RoomVersionRules;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, UInt};
use serde::Deserialize;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use thiserror::Error;

use super::{Pdu, legacy};

/// The JSON of a stored event cannot be read.
#[derive(Debug, Error)]
#[error("the stored event {event_id} cannot be read: {source}")]
pub struct StoredError {
    event_id: OwnedEventId,
    source: serde_json::Error,
}

#[derive(Deserialize)]
struct Stored<'a> {
    sender: OwnedUserId,
    origin_server_ts: UInt,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    state_key: Option<Cow<'a, str>>,
    #[serde(borrow)]
    content: &'a RawValue,
    prev_events: Vec<Reference>,
    auth_events: Vec<Reference>,
    depth: i64,
    /// Read only where the event redacts: elsewhere it may be anything.
    #[serde(borrow)]
    redacts: Option<&'a RawValue>,
    room_id: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RedactionContent<'a> {
    #[serde(borrow)]
    redacts: Option<&'a RawValue>,
}

pub(super) fn read(
    rules: &RoomVersionRules,
    event_id: OwnedEventId,
    room_id: OwnedRoomId,
    json: Box<str>,
    rejected: bool,
) -> Result<Pdu, StoredError> {
    let stored: Stored<'_> = match serde_json::from_str(&json) {
        Ok(stored) => stored,
        Err(source) => return Err(StoredError { event_id, source }),
    };
    let kind = TimelineEventType::from(&*stored.kind);
    let redacts = match kind {
        TimelineEventType::RoomRedaction if rules.redaction.content_field_redacts => {
            serde_json::from_str(stored.content.get())
                .ok()
                .and_then(|content: RedactionContent<'_>| content.redacts)
        }
        TimelineEventType::RoomRedaction => stored.redacts,
        _ => None,
    };
    let redacts = redacts.and_then(|redacts| serde_json::from_str(redacts.get()).ok());
    Ok(Pdu {
        opens_room: stored.room_id.is_none(),
        sender: stored.sender,
        origin_server_ts: stored.origin_server_ts,
        ruling_content: legacy::ruling_content(&rules.authorization, &kind, stored.content),
        kind,
        state_key: stored.state_key.map(|key| key.into_owned().into_boxed_str()),
        content: stored.content.to_owned(),
        prev_events: stored.prev_events.into_iter().map(|reference| reference.0).collect(),
        auth_events: stored.auth_events.into_iter().map(|reference| reference.0).collect(),
        depth: stored.depth,
        redacts,
        rejected,
        event_id,
        room_id,
        json,
        levels: OnceLock::new(),
    })
}

/// An entry of `prev_events` or `auth_events`: an id, or in the first room versions a pair of id and hash.
struct Reference(OwnedEventId);

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(ReferenceVisitor)
    }
}

struct ReferenceVisitor;

impl<'de> Visitor<'de> for ReferenceVisitor {
    type Value = Reference;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an event id, or a pair of event id and hash")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Reference, E> {
        OwnedEventId::try_from(text).map(Reference).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<Reference, A::Error> {
        let event_id = pair.next_element()?.ok_or_else(|| serde::de::Error::invalid_length(0, &self))?;
        while pair.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Reference(event_id))
    }
}
