//! What the next event of a room stands on, in memory: revision, forward extremities, and the part of
//! the current state that was looked at.
//!
//! A head may be ahead of the database: it counts events that are handed to the writer as written.
//! When one of them is not, the head is thrown away. Nothing here is a source of truth.

use std::collections::HashMap;
use std::sync::Arc;

use herold_room_rules::{Pdu, reference_hash};
use herold_storage::{Session, room_deletions, room_head, rooms};
use ruma::events::StateEventType;
use ruma::room_version_rules::RoomVersionRules;
use ruma::{OwnedEventId, OwnedRoomId, OwnedServerName, RoomId, RoomVersionId, ServerName, UserId};

use crate::RoomsError;

/// Entries of the current state that a head remembers; with more it is thrown away before the next use.
const HEAD_STATE_MAX: usize = 512;

/// An event that no other event of the room follows yet.
#[derive(Clone, Debug)]
pub(crate) struct Extremity {
    pub(crate) event_id: OwnedEventId,
    pub(crate) depth: i64,
    /// Only where the room version refers to events by id and hash.
    pub(crate) reference_hash: Option<String>,
}

impl Extremity {
    pub(crate) fn of(rules: &RoomVersionRules, event: &Pdu) -> Self {
        let reference_hash = rules.event_format.require_event_id.then(|| reference_hash(rules, event));
        Self { event_id: event.event_id().to_owned(), depth: event.depth(), reference_hash }
    }
}

/// The head of a room.
pub(crate) struct Head {
    /// `None` while the room's create event is not made yet.
    pub(crate) room_id: Option<OwnedRoomId>,
    /// 0 while the room is not written yet.
    pub(crate) room_number: i64,
    pub(crate) version: RoomVersionId,
    pub(crate) rules: RoomVersionRules,
    pub(crate) revision: i64,
    /// Names the appends that are decided upon this head, one upon the other.
    pub(crate) chain: u64,
    /// The deepest first.
    pub(crate) extremities: Vec<Extremity>,
    state: HashMap<StateEventType, HashMap<String, Option<Arc<Pdu>>>>,
    entries: usize,
    /// A server of which it is known whether it has somebody in the room.
    joined: Option<(OwnedServerName, bool)>,
    /// Whether it must be read again before the next use.
    pub(crate) outdated: bool,
    /// Whether an administrator deletes the room: people may leave it, and nothing else happens in it.
    pub(crate) closed: bool,
    /// Whether a key that is not remembered is known to have no entry: only in a room that is not written.
    pub(crate) complete: bool,
}

impl Head {
    /// The head of a room that has no events.
    pub(crate) fn of_new_room(
        room_id: Option<OwnedRoomId>,
        version: RoomVersionId,
        rules: RoomVersionRules,
        chain: u64,
    ) -> Self {
        Self {
            room_id,
            room_number: 0,
            version,
            rules,
            revision: 0,
            chain,
            extremities: Vec::new(),
            state: HashMap::new(),
            entries: 0,
            joined: None,
            outdated: false,
            closed: false,
            complete: true,
        }
    }

    /// Reads the head of a room; `None` where there is no such room.
    pub(crate) fn load(
        session: &mut Session,
        room_id: &RoomId,
        chain: u64,
    ) -> Result<Option<Self>, RoomsError> {
        let deletion = room_deletions::by_id(session, room_id.as_str())?;
        let Some(room) = rooms::by_id(session, &[room_id.to_string()])?.pop() else {
            return if deletion.is_some() { Err(RoomsError::room_closed()) } else { Ok(None) };
        };
        let version = RoomVersionId::try_from(room.version.as_str())
            .map_err(|_| RoomsError::UnsupportedRoomVersion(room.version.clone()))?;
        let rules = version.rules().ok_or_else(|| RoomsError::UnknownVersion(version.clone()))?;
        let mut head = Self::of_new_room(Some(room_id.to_owned()), version, rules, chain);
        (head.room_number, head.revision, head.complete) = (room.room_number, room.revision, false);
        head.closed = deletion.is_some();
        for found in room_head::forward_extremities(session, room.room_number)? {
            let event = head.read_event(&found.event_id, found.json)?;
            let mut extremity = Extremity::of(&head.rules, &event);
            extremity.depth = found.depth;
            head.extremities.push(extremity);
        }
        Ok(Some(head))
    }

    /// Reads a stored event of this room.
    pub(crate) fn read_event(&self, event_id: &str, json: String) -> Result<Pdu, RoomsError> {
        let event_id =
            OwnedEventId::try_from(event_id).map_err(|_| RoomsError::not_found("no such event"))?;
        let room_id = self.room_id.clone().ok_or_else(RoomsError::no_room)?;
        Ok(Pdu::from_stored(&self.rules, event_id, room_id, json, false)?)
    }

    /// Whether this key was looked at, and then what the current state has there.
    pub(crate) fn looked_at(&self, kind: &StateEventType, state_key: &str) -> Option<Option<&Arc<Pdu>>> {
        match self.state.get(kind).and_then(|keys| keys.get(state_key)) {
            Some(entry) => Some(entry.as_ref()),
            None => self.complete.then_some(None),
        }
    }

    /// Remembers what the current state has under this key.
    pub(crate) fn remember(&mut self, kind: StateEventType, state_key: String, event: Option<Arc<Pdu>>) {
        if kind == StateEventType::RoomMember
            && let Some((server, _)) = &self.joined
            && <&UserId>::try_from(state_key.as_str()).is_ok_and(|user| user.server_name() == server)
        {
            self.joined = None;
        }
        if self.state.entry(kind).or_default().insert(state_key, event).is_none() {
            self.entries += 1;
        }
    }

    /// Whether `server` has somebody in the room, if that was looked at.
    pub(crate) fn known_to_have_joined(&self, server: &ServerName) -> Option<bool> {
        self.joined.as_ref().filter(|(known, _)| known == server).map(|(_, joined)| *joined)
    }

    /// Remembers whether `server` has somebody in the room.
    pub(crate) fn remember_joined(&mut self, server: OwnedServerName, joined: bool) {
        self.joined = Some((server, joined));
    }

    /// Replaces an event of the current state by what a redaction leaves of it.
    pub(crate) fn redact(&mut self, redacted: Pdu) {
        let kind = StateEventType::from(redacted.kind().to_string());
        let entry = redacted.state_key().and_then(|key| self.state.get_mut(&kind)?.get_mut(key));
        if let Some(Some(event)) = entry
            && event.event_id() == redacted.event_id()
        {
            *event = Arc::new(redacted);
        }
    }

    /// Whether it must be read again: it is outdated, or remembers more than it should.
    pub(crate) fn is_spent(&self) -> bool {
        self.outdated || self.entries > HEAD_STATE_MAX
    }
}
