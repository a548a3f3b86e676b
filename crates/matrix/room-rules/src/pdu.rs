//! An event as servers exchange it ("persistent data unit"), parsed and immutable.
//!
//! A `Pdu` always holds canonical JSON. It never holds `unsigned`: that part is neither hashed nor signed, and
//! every server makes its own.

use std::sync::{Arc, OnceLock};

use ruma::events::TimelineEventType;
use ruma::room_version_rules::RoomVersionRules;
use ruma::{
    EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UInt, UserId,
};
use serde_json::value::RawValue;

use crate::build::{BuildError, NewEvent};
use crate::power_levels::Levels;

mod draft;
mod legacy;
pub mod limits;
mod stored;
mod wire;

pub use draft::reference_hash;
pub use stored::StoredError;
pub use wire::FormatError;

pub(crate) use draft::Draft;

/// An event. Share it as `Arc<Pdu>`.
#[derive(Clone, Debug)]
pub struct Pdu {
    event_id: OwnedEventId,
    room_id: OwnedRoomId,
    /// Whether `room_id` is not in the JSON but follows from the event's own id.
    opens_room: bool,
    sender: OwnedUserId,
    origin_server_ts: UInt,
    kind: TimelineEventType,
    state_key: Option<Box<str>>,
    content: Box<RawValue>,
    /// The content as the authorization rules read it, where that differs: old rooms allow fractional power levels.
    ruling_content: Option<Box<RawValue>>,
    prev_events: Box<[OwnedEventId]>,
    auth_events: Box<[OwnedEventId]>,
    depth: i64,
    redacts: Option<OwnedEventId>,
    rejected: bool,
    json: Box<str>,
    /// Of a power level event, read once for all who ask.
    levels: OnceLock<Arc<Levels>>,
}

impl Pdu {
    /// Reads an event from our own storage, whose JSON is a [`Pdu::json`] that was checked when it came in.
    ///
    /// # Errors
    ///
    /// When the JSON lacks a field: the storage is damaged.
    pub fn from_stored(
        rules: &RoomVersionRules,
        event_id: OwnedEventId,
        room_id: OwnedRoomId,
        json: impl Into<Box<str>>,
        rejected: bool,
    ) -> Result<Pdu, StoredError> {
        stored::read(rules, event_id, room_id, json.into(), rejected)
    }

    /// Reads an event from outside: checks its format and its limits, gives it its id, and keeps only its redacted
    /// copy when its content hash is wrong. Signatures are the caller's next step ([`crate::verify_signatures`]).
    ///
    /// Implements checks 1 and 3 of "checks performed on receipt of a PDU".
    ///
    /// # Errors
    ///
    /// When the event must be dropped. Never panics, whatever `json` is.
    pub fn from_wire(rules: &RoomVersionRules, json: &str) -> Result<Pdu, FormatError> {
        wire::read(rules, json)
    }

    /// The same event, marked as rejected by the authorization rules or not.
    #[must_use]
    pub fn with_rejected(mut self, rejected: bool) -> Pdu {
        self.rejected = rejected;
        self
    }

    /// The event's id; from room version 3 on it is its reference hash.
    pub fn event_id(&self) -> &EventId {
        &self.event_id
    }

    /// The room; of a create event whose id gives the room its id, that id.
    pub fn room_id(&self) -> &RoomId {
        &self.room_id
    }

    /// Who sent it.
    pub fn sender(&self) -> &UserId {
        &self.sender
    }

    /// When the sender's server says it was sent: milliseconds since the Unix epoch, 0 to 2^53-1.
    pub fn origin_server_ts(&self) -> i64 {
        u64::from(self.origin_server_ts).cast_signed()
    }

    /// The event's `type`.
    pub fn kind(&self) -> &TimelineEventType {
        &self.kind
    }

    /// The state key; a message event has none.
    pub fn state_key(&self) -> Option<&str> {
        self.state_key.as_deref()
    }

    /// The content, canonical JSON of an object.
    pub fn content(&self) -> &RawValue {
        &self.content
    }

    /// The events before this one, at most [`limits::PREV_EVENTS_MAX`].
    pub fn prev_events(&self) -> &[OwnedEventId] {
        &self.prev_events
    }

    /// The events that allow this one, at most [`limits::AUTH_EVENTS_MAX`].
    pub fn auth_events(&self) -> &[OwnedEventId] {
        &self.auth_events
    }

    /// The longest way to the create event, as the sender's server saw it; never negative.
    pub fn depth(&self) -> i64 {
        self.depth
    }

    /// The event that an `m.room.redaction` redacts, wherever its room version keeps it.
    pub fn redacts(&self) -> Option<&EventId> {
        self.redacts.as_deref()
    }

    /// Whether the authorization rules rejected it.
    pub fn rejected(&self) -> bool {
        self.rejected
    }

    /// The whole event as sent between servers: canonical JSON with hashes and signatures, without `unsigned`.
    pub fn json(&self) -> &str {
        &self.json
    }
}

impl ruma::state_res::Event for Pdu {
    type Id = OwnedEventId;

    fn event_id(&self) -> &OwnedEventId {
        &self.event_id
    }

    /// The `room_id` in the JSON: the rules for create events ask whether it is there.
    fn room_id(&self) -> Option<&RoomId> {
        (!self.opens_room).then_some(&*self.room_id)
    }

    fn sender(&self) -> &UserId {
        &self.sender
    }

    fn origin_server_ts(&self) -> MilliSecondsSinceUnixEpoch {
        MilliSecondsSinceUnixEpoch(self.origin_server_ts)
    }

    fn event_type(&self) -> &TimelineEventType {
        &self.kind
    }

    fn content(&self) -> &RawValue {
        self.ruling_content.as_ref().unwrap_or(&self.content)
    }

    fn state_key(&self) -> Option<&str> {
        self.state_key.as_deref()
    }

    fn prev_events(&self) -> Box<dyn DoubleEndedIterator<Item = &OwnedEventId> + '_> {
        Box::new(self.prev_events.iter())
    }

    fn auth_events(&self) -> Box<dyn DoubleEndedIterator<Item = &OwnedEventId> + '_> {
        Box::new(self.auth_events.iter())
    }

    fn redacts(&self) -> Option<&OwnedEventId> {
        self.redacts.as_ref()
    }

    fn rejected(&self) -> bool {
        self.rejected
    }
}

impl Pdu {
    /// Puts together an event that [`crate::build`] has made; `json` is its text, `signable` the part that is signed.
    pub(crate) fn from_new(
        rules: &RoomVersionRules,
        event: NewEvent,
        content: Box<RawValue>,
        signable: &str,
        json: String,
    ) -> Result<Pdu, BuildError> {
        let event_id = match event.legacy {
            Some(legacy) if rules.event_format.require_event_id => legacy.event_id,
            _ => draft::hashed_event_id(rules, signable).ok_or(BuildError::Missing("event_id"))?,
        };
        let opens_room = event.room_id.is_none();
        let room_id = match event.room_id {
            Some(room_id) => room_id,
            None => wire::room_opened_by(&event_id).ok_or(BuildError::Missing("room_id"))?,
        };
        Ok(Pdu {
            event_id,
            room_id,
            opens_room,
            sender: event.sender,
            origin_server_ts: UInt::try_from(event.origin_server_ts)
                .map_err(|_| BuildError::OutOfRange("origin_server_ts"))?,
            ruling_content: legacy::ruling_content(&rules.authorization, &event.kind, &content),
            kind: event.kind,
            state_key: event.state_key.map(String::into_boxed_str),
            content,
            prev_events: event.prev_events.into_boxed_slice(),
            auth_events: event.auth_events.into_boxed_slice(),
            depth: event.depth,
            redacts: event.redacts,
            rejected: false,
            json: json.into_boxed_str(),
            levels: OnceLock::new(),
        })
    }
}

impl Pdu {
    /// What the content says as an `m.room.power_levels`.
    pub(crate) fn levels(&self) -> &Arc<Levels> {
        self.levels.get_or_init(|| Arc::new(Levels::read(&self.content)))
    }

    /// The same event with more signatures.
    pub(crate) fn with_json(mut self, json: String) -> Pdu {
        self.json = json.into_boxed_str();
        self
    }
}
