//! Events as they are stored, by id and by number. Reading only: the one writer is elsewhere.

use std::collections::{HashMap, HashSet};

use crate::{Row, Session, StorageError, Value};

/// `events.status`: the event counts.
pub const STATUS_ACCEPTED: i64 = 0;
/// `events.status`: allowed by the state before it, but not by the current state; never shown.
pub const STATUS_SOFT_FAILED: i64 = 1;
/// `events.status`: refused by the authorization rules; never shown.
pub const STATUS_REJECTED: i64 = 2;
/// `events.status`: known, but its place in the room is not.
pub const STATUS_OUTLIER: i64 = 3;

/// A row of `events`.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// The event's row number.
    pub event_number: i64,
    /// The room's row number.
    pub room_number: i64,
    /// The event's id.
    pub event_id: String,
    /// Its place in the timeline; none when it has no place there.
    pub position: Option<i64>,
    /// The state before the event is the room's line just before this position, but for the differences.
    pub line_position: i64,
    /// One of the `STATUS_` constants.
    pub status: i64,
    /// The event's `type`.
    pub kind: String,
    /// Type and state key by number; none for a message event.
    pub state_key_number: Option<i64>,
    /// The sender's row number.
    pub sender_number: i64,
    /// Milliseconds since the Unix epoch, as the sender's server says.
    pub origin_server_ts: i64,
    /// The event that redacted it, by number.
    pub redacted_by: Option<i64>,
    /// Whether it may have children that are bundled with it (see `relations`).
    pub related: bool,
    /// The event as servers exchange it; pruned when redacted.
    pub json: String,
}

/// The columns of a [`StoredEvent`] whose table is called `e`, to be put into a statement with `concat!`.
macro_rules! event_columns {
    () => {
        "e.event_number, e.room_number, e.event_id, e.position, e.line_position, e.status, e.kind, \
         e.state_key_number, e.sender_number, e.origin_server_ts, e.redacted_by, e.related, e.json"
    };
}
pub(crate) use event_columns;

/// How many columns [`event_columns`] names; further columns of a statement follow.
pub(crate) const EVENT_COLUMNS: usize = 13;

impl StoredEvent {
    /// Reads the columns of [`event_columns`] from the start of `row`; its texts are moved, not copied.
    pub(crate) fn from_row(mut row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            event_number: row.get(0)?,
            room_number: row.get(1)?,
            event_id: row.take_text(2)?,
            position: row.get(3)?,
            line_position: row.get(4)?,
            status: row.get(5)?,
            kind: row.take_text(6)?,
            state_key_number: row.get(7)?,
            sender_number: row.get(8)?,
            origin_server_ts: row.get(9)?,
            redacted_by: row.get(10)?,
            related: row.get(11)?,
            json: row.take_text(12)?,
        })
    }
}

/// Those of `event_ids` that are known, by id.
pub fn by_id(
    session: &mut Session,
    event_ids: &[String],
) -> Result<HashMap<String, StoredEvent>, StorageError> {
    let sql = concat!("SELECT ", event_columns!(), " FROM events e WHERE e.event_id = ANY($1)");
    let rows = session.query(sql, &[Value::from(event_ids.to_vec())])?;
    let keyed = |row| StoredEvent::from_row(row).map(|event| (event.event_id.clone(), event));
    rows.into_iter().map(keyed).collect()
}

/// Those of `event_numbers` that are known, by number.
pub fn by_number(
    session: &mut Session,
    event_numbers: &[i64],
) -> Result<HashMap<i64, StoredEvent>, StorageError> {
    let sql = concat!("SELECT ", event_columns!(), " FROM events e WHERE e.event_number = ANY($1)");
    let rows = session.query(sql, &[Value::from(event_numbers.to_vec())])?;
    let keyed = |row| StoredEvent::from_row(row).map(|event| (event.event_number, event));
    rows.into_iter().map(keyed).collect()
}

/// Those of `positions` that have their event still.
pub fn shown(session: &mut Session, positions: &[i64]) -> Result<HashSet<i64>, StorageError> {
    // The number of an event in the timeline is its position.
    let sql = "SELECT event_number FROM events WHERE event_number = ANY($1) AND position IS NOT NULL";
    let rows = session.query(sql, &[Value::from(positions.to_vec())])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The accepted redactions of an event that came before it, event ids, oldest first.
pub fn early_redactions(session: &mut Session, event_id: &str) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT e.event_id FROM early_redactions r JOIN events e ON e.event_number = r.redaction_number \
               WHERE r.event_id = $1 ORDER BY r.redaction_number";
    session.query(sql, &[event_id.into()])?.iter().map(|row| row.get(0)).collect()
}

/// The id of the event at `position`, if one stands there; of its row nothing else is read, as it may be damaged.
pub fn id_at(session: &mut Session, position: i64) -> Result<Option<String>, StorageError> {
    // The number of an event in the timeline is its position.
    let sql = "SELECT event_id FROM events WHERE event_number = $1 AND position IS NOT NULL";
    session.query_optional(sql, &[position.into()])?.map(|row| row.get(0)).transpose()
}

/// The accepted events of all rooms after position `since` and up to `until`, in order, at most `limit`.
pub fn in_log(
    session: &mut Session,
    since: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    // The number of an event in the timeline is its position.
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.event_number > $1 AND e.event_number <= $2 AND e.position IS NOT NULL \
         ORDER BY e.event_number LIMIT $3"
    );
    let rows = session.query(sql, &[since.into(), until.into(), limit.into()])?;
    rows.into_iter().map(StoredEvent::from_row).collect()
}

/// Of member events, whom they are about: user numbers by event number.
pub fn targets(session: &mut Session, event_numbers: &[i64]) -> Result<HashMap<i64, i64>, StorageError> {
    let sql = "SELECT e.event_number, u.user_number FROM events e \
               JOIN state_keys k ON k.state_key_number = e.state_key_number \
               JOIN users u ON u.user_id = k.state_key WHERE e.event_number = ANY($1)";
    let rows = session.query(sql, &[Value::from(event_numbers.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The transaction ids under which those of `event_ids` were sent that one of `device_numbers` sent, each with its
/// number. An account has its own number in place of a device's where the server sent something for it.
pub fn transaction_ids(
    session: &mut Session,
    device_numbers: &[i64],
    event_ids: &[String],
) -> Result<HashMap<String, (i64, String)>, StorageError> {
    let sql = "SELECT answer, device_number, transaction_id FROM transaction_ids \
               WHERE device_number = ANY($1) AND answer = ANY($2)";
    let values = [Value::from(device_numbers.to_vec()), Value::from(event_ids.to_vec())];
    let rows = session.query(sql, &values)?;
    rows.iter().map(|row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).collect()
}
