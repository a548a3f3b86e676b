//! Appends events to rooms: many rooms, many events, one set of statements.
//!
//! Each append names the revision its room had when it was decided. One that lost a race (another
//! revision, a transaction id that was used, an alias that is taken) is left out whole; the others
//! stand. Nothing here decides whether an event is allowed.

mod claims;
mod intern;
mod line;
mod redactions;
mod relations;
mod rows;
mod summaries;

use std::collections::{HashMap, HashSet};

use crate::event_files::FileName;
use crate::{StorageError, Topic, Transaction, Value, aliases, room_summaries};

pub use claims::answers;
use intern::Numbers;
use line::Line;
use rows::{Reached, Rows};

/// Chains of appends that broke and are remembered; see [`Append::chain`].
pub const BROKEN_CHAINS_MAX: usize = 4096;

/// Events for one room, all of them or none.
#[derive(Clone, Debug)]
pub struct Append {
    /// Where they go.
    pub room: AppendTo,
    /// Appends that were decided one upon the other, before the first was committed, share a chain:
    /// when one is left out, all later ones of its chain are.
    pub chain: u64,
    /// The transaction id under which the first event was asked for.
    pub claim: Option<Claim>,
    /// In the order of the room.
    pub events: Vec<AppendEvent>,
    /// The room's forward extremities afterwards, event ids.
    pub extremities: Vec<String>,
    /// Milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// Until when what these events redact is kept apart, milliseconds since the Unix epoch; `None`: it is gone at once.
    pub keep_redacted_until: Option<i64>,
}

impl Append {
    /// The room that is replaced by the one that is born here.
    fn replaces(&self) -> Option<i64> {
        match self.room {
            AppendTo::New { replaces, .. } => replaces,
            AppendTo::Known { .. } => None,
        }
    }
}

/// The room of an append.
#[derive(Clone, Debug)]
pub enum AppendTo {
    /// A room that is born with these events.
    New {
        /// Its id.
        room_id: String,
        /// Its version.
        version: String,
        /// Whether it is in the room directory.
        published: bool,
        /// A free alias that is to point to it.
        alias: Option<String>,
        /// The room, by row number, that it replaces: the aliases of that one come to point to it, and that one
        /// leaves the room directory.
        replaces: Option<i64>,
    },
    /// A room that exists.
    Known {
        /// Its row number.
        room_number: i64,
        /// The revision that the events were decided upon.
        revision: i64,
    },
}

/// A transaction id of a device, used once.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Device, endpoint with its path, and transaction id in one.
    pub claim: String,
    /// The device's row number.
    pub device_number: i64,
    /// The transaction id.
    pub transaction_id: String,
}

/// One event and what it does to the room.
#[derive(Clone, Debug)]
pub struct AppendEvent {
    /// Its id.
    pub event_id: String,
    /// Its `type`.
    pub kind: String,
    /// Of a state event its state key.
    pub state_key: Option<String>,
    /// Who sent it.
    pub sender: String,
    /// As its sender's server counted.
    pub depth: i64,
    /// Milliseconds since the Unix epoch.
    pub origin_server_ts: i64,
    /// The event as servers exchange it.
    pub json: String,
    /// One of `events::STATUS_*`.
    pub status: i64,
    /// Whether it gets a position in the timeline: accepted events do.
    pub in_timeline: bool,
    /// Whether it is known as an outlier, and gets its place now.
    pub was_outlier: bool,
    /// Of a state event its auth events that are known here, event ids.
    pub auth_events: Vec<String>,
    /// Where the state before it differs from the line as it is when this event is appended.
    pub differences: Vec<StateChange>,
    /// What it changes on the line; only for an event in the timeline.
    pub line: Vec<StateChange>,
    /// The memberships that change with the line.
    pub memberships: Vec<MembershipChange>,
    /// An older event that it redacts.
    pub redacts: Option<Redacted>,
    /// An event that it redacts, and that is not here yet.
    pub redacts_later: Option<String>,
    /// The redaction that came before it. `json` is what that one leaves.
    pub redacted_by: Option<String>,
    /// How it relates to another event.
    pub relation: Option<Relation>,
    /// The uploaded files that `json` names in the open.
    pub files: Vec<FileName>,
    /// Whether it came from elsewhere: then events that relate to it may have come before it.
    pub received: bool,
}

/// How an event relates to another, its parent, which may not be known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The parent.
    pub parent_id: String,
    /// Anything, mostly `m.annotation`, `m.reference`, `m.replace` or `m.thread`.
    pub rel_type: String,
    /// Of an annotation its key.
    pub annotation_key: Option<String>,
    /// Of a replacement whether it has, or may have, a new content.
    pub replaces: bool,
    /// Whether an annotation is left out when its sender has made the same one before.
    pub once: bool,
}

/// One entry of a state: an event or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// The type.
    pub kind: String,
    /// The state key.
    pub state_key: String,
    /// The event in force; `None` for no entry.
    pub event_id: Option<String>,
}

/// A membership as it is from now on.
#[derive(Clone, Debug)]
pub struct MembershipChange {
    /// Whose.
    pub user_id: String,
    /// `join`, `invite`, `knock`, `leave` or `ban`.
    pub membership: String,
    /// The member event that says so.
    pub event_id: String,
    /// Of an invite or a knock what the user may see of the room: a JSON array of stripped events.
    pub stripped_state: Option<String>,
}

/// What is left of a redacted event.
#[derive(Clone, Debug)]
pub struct Redacted {
    /// The redacted event.
    pub event_id: String,
    /// What is left of it.
    pub json: String,
}

/// What became of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is written.
    Appended {
        /// The room's row number.
        room_number: i64,
        /// The position that the last event of the append was written at.
        position: i64,
    },
    /// Its transaction id was used before: this was the answer, and nothing was appended.
    Repeated {
        /// What was answered.
        answer: String,
    },
    /// Its alias points to a room already; nothing was appended.
    AliasTaken,
    /// Its sender has annotated the parent in the same way before; nothing was appended.
    DuplicateAnnotation,
    /// The room has another revision, or a new room's id is that of another; nothing was appended.
    Lost,
}

/// Chains of which an append was left out. Kept by whoever calls [`append`], in memory only.
#[derive(Clone, Debug, Default)]
pub struct BrokenChains {
    broken: HashSet<u64>,
    order: std::collections::VecDeque<u64>,
}

impl BrokenChains {
    /// Whether an append of `chain` was left out.
    pub fn contains(&self, chain: u64) -> bool {
        self.broken.contains(&chain)
    }

    /// Remembers that an append of `chain` was left out.
    pub fn insert(&mut self, chain: u64) {
        if self.broken.insert(chain) {
            self.order.push_back(chain);
            if self.order.len() > BROKEN_CHAINS_MAX
                && let Some(oldest) = self.order.pop_front()
            {
                self.broken.remove(&oldest);
            }
        }
    }
}

/// Writes `appends` in order and says what became of each. About ten statements, however many there are.
pub fn append(
    transaction: &mut Transaction<'_>,
    appends: Vec<Append>,
    broken: &mut BrokenChains,
) -> Result<Vec<Outcome>, StorageError> {
    let mut rooms = RoomsFound::load(transaction, &appends)?;
    let mut claims = claims::Claims::load(transaction, &appends)?;
    let mut taken = taken_names(transaction, &appends)?;
    let mut annotations = relations::Annotations::load(transaction, &appends)?;
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(appends.len());
    let mut standing = Vec::with_capacity(appends.len());
    for (index, append) in appends.into_iter().enumerate() {
        let left_out = if broken.contains(append.chain) {
            Some(Outcome::Lost)
        } else if let Some(answer) = claims.answer(&append) {
            Some(Outcome::Repeated { answer })
        } else if annotations.has(&append) {
            Some(Outcome::DuplicateAnnotation)
        } else {
            rooms.left_out(&append, &mut taken)
        };
        match left_out {
            Some(outcome) => {
                broken.insert(append.chain);
                outcomes.push(outcome);
            }
            None => {
                claims.claim(&append);
                annotations.add(&append);
                outcomes.push(Outcome::Lost);
                standing.push((index, append));
            }
        }
    }
    if standing.is_empty() {
        return Ok(outcomes);
    }
    let appends: Vec<&Append> = standing.iter().map(|(_, append)| append).collect();
    let numbers = Numbers::intern(transaction, &appends)?;
    let room_numbers: Vec<i64> =
        appends.iter().map(|append| rooms.number(append, || transaction.next_position())).collect();
    let line = Line::load(transaction, &appends, &room_numbers, &numbers)?;
    let replaced: Vec<(i64, i64)> = appends
        .iter()
        .zip(&room_numbers)
        .filter_map(|(append, new)| Some((append.replaces()?, *new)))
        .collect();
    let mut rows = Rows::new(numbers, line);
    for ((index, append), room_number) in standing.into_iter().zip(room_numbers) {
        let reached = rows.append(transaction, append, room_number)?;
        rooms.reached(room_number, &reached);
        outcomes[index] = Outcome::Appended { room_number, position: reached.position };
    }
    rows.write(transaction)?;
    rooms.write(transaction)?;
    claims.write(transaction)?;
    for (old, new) in replaced {
        aliases::move_all(transaction, old, new)?;
        room_summaries::unpublish(transaction, old)?;
    }
    Ok(outcomes)
}

/// Those aliases and ids of new rooms that exist already. They are told apart by their first letter.
fn taken_names(
    transaction: &mut Transaction<'_>,
    appends: &[Append],
) -> Result<HashSet<String>, StorageError> {
    let (mut aliases, mut ids) = (Vec::new(), Vec::new());
    for append in appends {
        if let AppendTo::New { room_id, alias, .. } = &append.room {
            ids.push(room_id.clone());
            aliases.extend(alias.clone());
        }
    }
    let mut taken = HashSet::new();
    for (sql, wanted) in [
        ("SELECT alias FROM aliases WHERE alias = ANY($1)", aliases),
        ("SELECT room_id FROM rooms WHERE room_id = ANY($1)", ids),
    ] {
        if !wanted.is_empty() {
            for row in transaction.query(sql, &[Value::from(wanted)])? {
                taken.insert(row.get(0)?);
            }
        }
    }
    Ok(taken)
}

/// The rows of `rooms` that the appends are about.
struct RoomsFound {
    by_number: HashMap<i64, RoomRow>,
    written: HashSet<i64>,
}

struct RoomRow {
    room_id: String,
    version: String,
    revision: i64,
    created_at: i64,
    published: i64,
    last_position: i64,
    bump_position: i64,
}

impl RoomsFound {
    fn load(transaction: &mut Transaction<'_>, appends: &[Append]) -> Result<Self, StorageError> {
        let mut numbers: Vec<i64> = appends
            .iter()
            .filter_map(|append| match append.room {
                AppendTo::Known { room_number, .. } => Some(room_number),
                AppendTo::New { .. } => None,
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut by_number = HashMap::with_capacity(numbers.len());
        if !numbers.is_empty() {
            // In order, so that two nodes never wait for each other.
            let sql = "SELECT room_number, room_id, version, revision, created_at, published, \
                       last_position, bump_position FROM rooms WHERE room_number = ANY($1) \
                       ORDER BY room_number FOR UPDATE";
            for row in transaction.query(sql, &[Value::from(numbers)])? {
                let room = RoomRow {
                    room_id: row.get(1)?,
                    version: row.get(2)?,
                    revision: row.get(3)?,
                    created_at: row.get(4)?,
                    published: row.get(5)?,
                    last_position: row.get(6)?,
                    bump_position: row.get(7)?,
                };
                by_number.insert(row.get(0)?, room);
            }
        }
        Ok(Self { by_number, written: HashSet::new() })
    }

    /// Why an append cannot stand; when it can, its room's revision rises.
    fn left_out(&mut self, append: &Append, taken: &mut HashSet<String>) -> Option<Outcome> {
        match &append.room {
            AppendTo::New { room_id, alias, .. } => {
                if alias.as_ref().is_some_and(|alias| taken.contains(alias)) {
                    return Some(Outcome::AliasTaken);
                }
                if !taken.insert(room_id.clone()) {
                    return Some(Outcome::Lost);
                }
                taken.extend(alias.clone());
                None
            }
            AppendTo::Known { room_number, revision } => match self.by_number.get_mut(room_number) {
                Some(room) if room.revision == *revision => {
                    room.revision += append.events.len() as i64;
                    self.written.insert(*room_number);
                    None
                }
                _ => Some(Outcome::Lost),
            },
        }
    }

    /// The number of an append's room; a new one gets it from `next`.
    fn number(&mut self, append: &Append, next: impl FnOnce() -> i64) -> i64 {
        match &append.room {
            AppendTo::Known { room_number, .. } => *room_number,
            AppendTo::New { room_id, version, published, .. } => {
                let number = next();
                let room = RoomRow {
                    room_id: room_id.clone(),
                    version: version.clone(),
                    revision: append.events.len() as i64,
                    created_at: append.now_ms,
                    published: i64::from(*published),
                    last_position: 0,
                    bump_position: 0,
                };
                self.by_number.insert(number, room);
                self.written.insert(number);
                number
            }
        }
    }

    /// Something was appended to the room.
    fn reached(&mut self, number: i64, reached: &Reached) {
        if let Some(room) = self.by_number.get_mut(&number) {
            room.last_position = reached.in_timeline.unwrap_or(room.last_position);
            room.bump_position = reached.bumped.unwrap_or(room.bump_position);
        }
    }

    fn write(self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        let mut rows = Vec::with_capacity(self.written.len());
        for (number, room) in self.by_number {
            if self.written.contains(&number) {
                rows.push(vec![
                    number.into(),
                    room.room_id.into(),
                    room.version.into(),
                    room.revision.into(),
                    room.created_at.into(),
                    room.published.into(),
                    room.last_position.into(),
                    room.bump_position.into(),
                ]);
            }
        }
        let sql = "INSERT INTO rooms (room_number, room_id, version, revision, created_at, published, \
                   last_position, bump_position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                   ON CONFLICT (room_number) DO UPDATE SET revision = excluded.revision, \
                   last_position = excluded.last_position, bump_position = excluded.bump_position";
        transaction.execute_many(sql, &rows)?;
        Ok(())
    }
}

/// Tells readers of an event and of the memberships it changed.
fn announce(transaction: &mut Transaction<'_>, position: i64, room: i64, members: &[i64]) {
    transaction.announce(position, Topic::Event { room });
    for user in members {
        transaction.announce(position, Topic::Membership { room, user: *user });
    }
}
