//! Events as clients see them. What is alike for everybody is written once and kept; each reader adds
//! only what is theirs: the age, their membership, their transaction id.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use herold_room_rules::{EventFormat, Pdu, client_event, redact};
use herold_storage::events::{self, StoredEvent};
use herold_storage::{Session, room_state};
use ruma::events::room::member::MembershipState;
use ruma::serde::Raw;
use ruma::{MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedUserId, UInt};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::bundle::Bundle;
use super::{Person, ReadError, Reader, Room, Viewer};

/// The part of an event that every reader gets.
pub(crate) struct SharedEvent {
    /// The client's JSON without its closing brace.
    head: String,
    /// Fields of `unsigned` with a comma after each.
    unsigned: String,
    event_id: OwnedEventId,
    sender: OwnedUserId,
    kind: String,
    state_key: Option<String>,
    contains_url: bool,
    relates_to: Option<String>,
}

impl SharedEvent {
    /// Bytes it takes, about.
    pub(super) fn size(&self) -> usize {
        const OVERHEAD: usize = 256;
        self.head.len() + self.unsigned.len() + self.kind.len() + OVERHEAD
    }
}

/// The name that an event had for its sender before it was one.
#[derive(Clone)]
enum SentAs {
    /// The transaction id, for the device that sent it.
    Transaction(String),
    /// The name under which it was scheduled, for all devices of its sender (MSC4140).
    Delayed(String),
}

/// An event ready to be written for one reader.
#[derive(Clone)]
pub struct ClientEvent {
    shared: Arc<SharedEvent>,
    room: Arc<Room>,
    /// The event's row number.
    pub event_number: i64,
    /// Its place in the timeline.
    pub position: i64,
    /// Type and state key by number; none for a message event.
    pub state_key_number: Option<i64>,
    /// The sender's row number.
    pub sender_number: i64,
    /// Whether it may have children that are bundled with it.
    pub(super) related: bool,
    origin_server_ts: i64,
    membership: Option<MembershipState>,
    sent_as: Option<SentAs>,
    bundle: Option<Arc<Bundle>>,
}

impl ClientEvent {
    /// The event's id.
    pub fn event_id(&self) -> &OwnedEventId {
        &self.shared.event_id
    }

    /// Who sent it.
    pub fn sender(&self) -> &OwnedUserId {
        &self.shared.sender
    }

    /// The event's `type`.
    pub fn kind(&self) -> &str {
        &self.shared.kind
    }

    /// The state key; a message event has none.
    pub fn state_key(&self) -> Option<&str> {
        self.shared.state_key.as_deref()
    }

    /// When it was sent, milliseconds since the Unix epoch, as its sender's server says.
    pub fn origin_server_ts(&self) -> i64 {
        self.origin_server_ts
    }

    /// Whether its content has a `url`.
    pub fn contains_url(&self) -> bool {
        self.shared.contains_url
    }

    /// The thread it belongs to, by the id of the thread's root.
    pub fn thread_root(&self) -> Option<&str> {
        self.shared.relates_to.as_deref()
    }

    /// Bytes of its JSON, about.
    pub fn size(&self) -> usize {
        self.shared.head.len() + self.shared.unsigned.len()
    }

    /// When it was sent, as the sender's server says.
    pub fn sent_at(&self) -> MilliSecondsSinceUnixEpoch {
        let at = UInt::try_from(self.origin_server_ts).unwrap_or_default();
        MilliSecondsSinceUnixEpoch(at)
    }

    /// The room it is in.
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// The event without what is told to one reader only.
    pub fn for_all(&self) -> ClientEvent {
        ClientEvent { membership: None, sent_as: None, bundle: None, ..self.clone() }
    }

    /// The event for a reader with this membership.
    pub fn for_reader(&self, membership: MembershipState) -> ClientEvent {
        ClientEvent { membership: Some(membership), ..self.clone() }
    }

    /// What is bundled with the event for its reader.
    pub(super) fn set_bundle(&mut self, bundle: Option<Bundle>) {
        self.bundle = bundle.map(Arc::new);
    }

    /// Of the root of a thread that is bundled with it: the position of the thread's newest event.
    pub(super) fn thread_position(&self) -> Option<i64> {
        self.bundle.as_ref()?.thread_position()
    }

    /// The event as if it was redacted; `stored` is the event's row.
    pub(super) fn redacted_from(&self, stored: &StoredEvent) -> Result<ClientEvent, ReadError> {
        let damaged = |error: herold_room_rules::RedactError| ReadError::Damaged {
            event_number: stored.event_number,
            reason: error.to_string(),
        };
        let json = redact(&self.room.rules, &stored.json).map_err(damaged)?;
        let neighbours = Neighbours { replaced: HashMap::new(), redactions: HashMap::new() };
        let shared = Arc::new(share(&neighbours, &self.room, &StoredEvent { json, ..stored.clone() })?);
        Ok(ClientEvent { shared, ..self.clone() })
    }

    /// Appends the event's JSON to `out`; `with_room_id` everywhere but in `/sync`, where the place says it.
    pub fn write(&self, out: &mut String, now_ms: i64, with_room_id: bool) {
        out.push_str(&self.shared.head);
        // Writing into a String cannot fail.
        if with_room_id {
            let _ = write!(out, ",\"room_id\":{}", Value::from(self.room.id.as_str()));
        }
        let age = now_ms.saturating_sub(self.origin_server_ts).max(0);
        let _ = write!(out, ",\"unsigned\":{{{}\"age\":{age}", self.shared.unsigned);
        if let Some(membership) = &self.membership {
            let _ = write!(out, ",\"membership\":{}", Value::from(membership.as_str()));
        }
        if let Some(sent_as) = &self.sent_as {
            let (key, id) = match sent_as {
                SentAs::Transaction(id) => ("transaction_id", id),
                SentAs::Delayed(id) => ("org.matrix.msc4140.delay_id", id),
            };
            let _ = write!(out, ",\"{key}\":{}", Value::from(id.as_str()));
        }
        if let Some(bundle) = &self.bundle {
            bundle.write(out, now_ms, with_room_id);
        }
        out.push_str("}}");
    }

    /// The event's JSON as ruma's answers hold it.
    pub fn to_raw<T>(&self, now_ms: i64, with_room_id: bool) -> Raw<T> {
        let mut json = String::with_capacity(self.shared.head.len() + 160);
        self.write(&mut json, now_ms, with_room_id);
        Raw::from_json(RawValue::from_string(json).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl Reader {
    /// `stored`, which the reader may see, ready for `person`. Events of other rooms than `rooms`, and
    /// events without a place in the timeline, are left out. `viewers` gives `unsigned.membership`.
    pub fn present(
        &self,
        session: &mut Session,
        rooms: &HashMap<i64, Arc<Room>>,
        viewers: &HashMap<i64, Viewer>,
        person: &Person,
        stored: Vec<StoredEvent>,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        let own: Vec<String> = stored
            .iter()
            .filter(|event| event.sender_number == person.user_number)
            .map(|event| event.event_id.clone())
            .collect();
        let mut sent_as = if own.is_empty() {
            HashMap::new()
        } else {
            events::transaction_ids(session, &[person.device_number, person.user_number], &own)?
        };
        let mut memberships = HashMap::with_capacity(stored.len());
        for event in &stored {
            if let Some(viewer) = viewers.get(&event.room_number) {
                memberships.insert(event.event_number, viewer.membership_at(event));
            }
        }
        let mut presented = self.shared(session, rooms, stored)?;
        for event in &mut presented {
            event.membership = memberships.remove(&event.event_number);
            let sent_as = sent_as.remove(event.shared.event_id.as_str());
            event.sent_as = sent_as.map(|(number, id)| {
                if number == person.user_number { SentAs::Delayed(id) } else { SentAs::Transaction(id) }
            });
        }
        Ok(presented)
    }

    /// `event` with the content it had before its redaction, which is `original`; `stored` is its row.
    pub(super) fn as_it_was(
        &self,
        session: &mut Session,
        room: &Room,
        event: &ClientEvent,
        stored: StoredEvent,
        original: String,
    ) -> Result<ClientEvent, ReadError> {
        let stored = StoredEvent { json: original, ..stored };
        let neighbours = Neighbours::load(session, &[&stored])?;
        // Never kept in memory: it is not what others see.
        let shared = Arc::new(share(&neighbours, room, &stored)?);
        Ok(ClientEvent { shared, ..event.clone() })
    }

    /// `stored` as it is for everybody. Events of other rooms than `rooms`, and events without a place in
    /// the timeline, are left out.
    pub fn shared(
        &self,
        session: &mut Session,
        rooms: &HashMap<i64, Arc<Room>>,
        stored: Vec<StoredEvent>,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        let known: Vec<Option<Arc<SharedEvent>>> =
            stored.iter().map(|event| self.events.get(&key_of(event))).collect();
        let missing: Vec<&StoredEvent> =
            stored.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(event, _)| event).collect();
        let neighbours = Neighbours::load(session, &missing)?;
        let mut presented = Vec::with_capacity(stored.len());
        for (event, known) in stored.iter().zip(known) {
            let (Some(room), Some(position)) = (rooms.get(&event.room_number), event.position) else {
                continue;
            };
            let shared = match known {
                Some(shared) => shared,
                None => {
                    let shared = Arc::new(share(&neighbours, room, event)?);
                    self.events.insert(key_of(event), Arc::clone(&shared));
                    shared
                }
            };
            presented.push(ClientEvent {
                shared,
                room: Arc::clone(room),
                event_number: event.event_number,
                position,
                state_key_number: event.state_key_number,
                sender_number: event.sender_number,
                related: event.related,
                origin_server_ts: event.origin_server_ts,
                membership: None,
                sent_as: None,
                bundle: None,
            });
        }
        Ok(presented)
    }
}

/// Under which key the shared part of an event is kept.
fn key_of(event: &StoredEvent) -> (i64, bool) {
    (event.event_number, event.redacted_by.is_some())
}

/// Events that others tell of in `unsigned`: what they replaced, and what redacted them.
struct Neighbours {
    /// By room, position and key.
    replaced: HashMap<(i64, i64, i64), StoredEvent>,
    redactions: HashMap<i64, StoredEvent>,
}

impl Neighbours {
    fn load(session: &mut Session, of: &[&StoredEvent]) -> Result<Self, ReadError> {
        let state = of.iter().filter(|event| event.state_key_number.is_some());
        let positions: Vec<i64> = state.filter_map(|event| event.position).collect();
        let mut replaced = HashMap::new();
        if !positions.is_empty() {
            for entry in room_state::ended_at(session, &positions)? {
                if let Some(key) = entry.event.state_key_number {
                    replaced.insert((entry.event.room_number, entry.to_position, key), entry.event);
                }
            }
        }
        let redactions: Vec<i64> = of.iter().filter_map(|event| event.redacted_by).collect();
        let redactions =
            if redactions.is_empty() { HashMap::new() } else { events::by_number(session, &redactions)? };
        Ok(Self { replaced, redactions })
    }
}

pub(super) fn pdu_of(room: &Room, event: &StoredEvent) -> Result<Pdu, ReadError> {
    let damaged = |reason: String| ReadError::Damaged { event_number: event.event_number, reason };
    let event_id =
        OwnedEventId::try_from(event.event_id.as_str()).map_err(|error| damaged(error.to_string()))?;
    Pdu::from_stored(&room.rules, event_id, room.id.clone(), event.json.as_str(), false)
        .map_err(|error| damaged(error.to_string()))
}

fn share(neighbours: &Neighbours, room: &Room, event: &StoredEvent) -> Result<SharedEvent, ReadError> {
    let pdu = pdu_of(room, event)?;
    let mut unsigned = String::new();
    let replaced = event
        .position
        .zip(event.state_key_number)
        .and_then(|(position, key)| neighbours.replaced.get(&(event.room_number, position, key)));
    if let Some(replaced) = replaced {
        let before = pdu_of(room, replaced)?;
        let sender = Value::from(before.sender().as_str());
        let _ = write!(unsigned, "\"prev_content\":{},\"prev_sender\":{sender},", before.content().get());
        let _ = write!(unsigned, "\"replaces_state\":{},", Value::from(replaced.event_id.as_str()));
    }
    if let Some(redaction) = event.redacted_by.and_then(|number| neighbours.redactions.get(&number)) {
        let because = client_event(&pdu_of(room, redaction)?, EventFormat::WithRoomId, None);
        let _ = write!(unsigned, "\"redacted_because\":{because},");
    }
    let told = Told::read(pdu.content());
    let head = client_event(&pdu, EventFormat::WithoutRoomId, None);
    Ok(SharedEvent {
        head: head.get().strip_suffix('}').unwrap_or_default().to_owned(),
        unsigned,
        event_id: pdu.event_id().to_owned(),
        sender: pdu.sender().to_owned(),
        kind: pdu.kind().to_string(),
        state_key: pdu.state_key().map(str::to_owned),
        contains_url: told.contains_url,
        relates_to: told.thread_root,
    })
}

/// What filters and unread counts ask of a content. The rest is skipped, not parsed: an initial sync reads
/// tens of thousands of contents.
struct Told {
    contains_url: bool,
    thread_root: Option<String>,
}

impl Told {
    fn read(content: &RawValue) -> Self {
        #[derive(Deserialize, Default)]
        struct Fields<'a> {
            #[serde(borrow)]
            url: Option<&'a RawValue>,
            #[serde(borrow, rename = "m.relates_to")]
            relates_to: Option<&'a RawValue>,
        }
        let fields: Fields<'_> = serde_json::from_str(content.get()).unwrap_or_default();
        let relation: Value =
            fields.relates_to.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        let in_thread = relation["rel_type"] == "m.thread";
        Self {
            contains_url: fields.url.is_some_and(|url| url.get().starts_with('"')),
            thread_root: relation["event_id"].as_str().filter(|_| in_thread).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_tells_its_url_and_its_thread() {
        let table = [
            ("{}", false, None),
            (r#"{"url":"mxc://a/b","body":"x"}"#, true, None),
            (r#"{"url":7}"#, false, None),
            (r#"{"m.relates_to":{"rel_type":"m.thread","event_id":"$root"}}"#, false, Some("$root")),
            (r#"{"m.relates_to":{"rel_type":"m.replace","event_id":"$old"}}"#, false, None),
            (r#"{"m.relates_to":"odd","url":"u"}"#, true, None),
        ];
        for (content, contains_url, thread_root) in table {
            let told = Told::read(&RawValue::from_string(content.to_owned()).unwrap());
            assert_eq!(
                (told.contains_url, told.thread_root.as_deref()),
                (contains_url, thread_root),
                "{content}"
            );
        }
    }
}
