//! What the next event of a room stands on: its forward extremities and entries of its current state.

use crate::room_state::{OPEN_END, key_numbers};
use crate::{Session, StorageError, Value};

/// An event that no other event of the room follows yet.
#[derive(Clone, Debug, PartialEq)]
pub struct ForwardExtremity {
    /// Its id.
    pub event_id: String,
    /// Its depth.
    pub depth: i64,
    /// The event as servers exchange it.
    pub json: String,
}

/// The forward extremities of a room, the deepest first.
pub fn forward_extremities(
    session: &mut Session,
    room_number: i64,
) -> Result<Vec<ForwardExtremity>, StorageError> {
    let sql = "SELECT e.event_id, e.depth, e.json FROM forward_extremities f \
               JOIN events e ON e.event_number = f.event_number \
               WHERE f.room_number = $1 ORDER BY e.depth DESC, e.event_number DESC";
    let rows = session.query(sql, &[room_number.into()])?;
    let read = |row: &crate::Row| {
        Ok(ForwardExtremity { event_id: row.get(0)?, depth: row.get(1)?, json: row.get(2)? })
    };
    rows.iter().map(read).collect()
}

/// An entry of a room's current state.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentEntry {
    /// The type.
    pub kind: String,
    /// The state key.
    pub state_key: String,
    /// The event's id.
    pub event_id: String,
    /// The event as servers exchange it.
    pub json: String,
}

/// Those of `keys`, (type, state key), that the room's current state has; perhaps further ones.
pub fn current_entries(
    session: &mut Session,
    room_number: i64,
    keys: &[(String, String)],
) -> Result<Vec<CurrentEntry>, StorageError> {
    let numbers: Vec<i64> = key_numbers(session, keys)?.into_values().collect();
    let sql = "SELECT e.kind, k.state_key, e.event_id, e.json FROM state_intervals s \
               JOIN events e ON e.event_number = s.event_number \
               JOIN state_keys k ON k.state_key_number = s.state_key_number \
               WHERE s.room_number = $1 AND s.to_position = $2 AND s.state_key_number = ANY($3)";
    read(session, sql, &[room_number.into(), OPEN_END.into(), Value::from(numbers)])
}

/// The whole current state of a room, without its members.
pub fn current_state_without_members(
    session: &mut Session,
    room_number: i64,
) -> Result<Vec<CurrentEntry>, StorageError> {
    let sql = "SELECT e.kind, k.state_key, e.event_id, e.json FROM state_intervals s \
               JOIN events e ON e.event_number = s.event_number \
               JOIN state_keys k ON k.state_key_number = s.state_key_number \
               WHERE s.room_number = $1 AND s.to_position = $2 AND k.kind <> 'm.room.member'";
    read(session, sql, &[room_number.into(), OPEN_END.into()])
}

fn read(
    session: &mut Session,
    sql: &'static str,
    parameters: &[Value],
) -> Result<Vec<CurrentEntry>, StorageError> {
    let entry = |row: &crate::Row| {
        Ok(CurrentEntry {
            kind: row.get(0)?,
            state_key: row.get(1)?,
            event_id: row.get(2)?,
            json: row.get(3)?,
        })
    };
    session.query(sql, parameters)?.iter().map(entry).collect()
}
