//! A room's graph of events: where states differ from the line, and which events allowed which.

use std::collections::HashSet;

use crate::room_state::OPEN_END;
use crate::{Row, Session, StorageError, Value};

/// One value that a state key had on a room's line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineInterval {
    /// The type.
    pub kind: String,
    /// The state key.
    pub state_key: String,
    /// From this position on.
    pub from_position: i64,
    /// Up to and without this one; [`OPEN_END`] for the current one.
    pub to_position: i64,
    /// The event in force.
    pub event_id: String,
}

/// Where the state before an event differs from the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The event whose state it is.
    pub event_id: String,
    /// The type.
    pub kind: String,
    /// The state key.
    pub state_key: String,
    /// The event in force instead; `None` for no entry.
    pub state_event_id: Option<String>,
}

/// The values since `position` of all keys that changed on the line at `position` or later, the values
/// just before included.
pub fn changes_since(
    session: &mut Session,
    room_number: i64,
    position: i64,
) -> Result<Vec<LineInterval>, StorageError> {
    let sql = "SELECT k.kind, k.state_key, s.from_position, s.to_position, e.event_id FROM state_intervals s \
               JOIN state_keys k ON k.state_key_number = s.state_key_number \
               JOIN events e ON e.event_number = s.event_number \
               WHERE s.room_number = $1 AND s.to_position >= $2 AND s.state_key_number IN (\
               SELECT b.state_key_number FROM state_intervals b WHERE b.room_number = $1 AND b.from_position >= $2 \
               UNION SELECT c.state_key_number FROM state_intervals c \
               WHERE c.room_number = $1 AND c.to_position >= $2 AND c.to_position < $3)";
    let read = |row: &Row| {
        Ok(LineInterval {
            kind: row.get(0)?,
            state_key: row.get(1)?,
            from_position: row.get(2)?,
            to_position: row.get(3)?,
            event_id: row.get(4)?,
        })
    };
    session.query(sql, &[room_number.into(), position.into(), OPEN_END.into()])?.iter().map(read).collect()
}

/// Where the states before `event_ids` differ from the line.
pub fn differences(session: &mut Session, event_ids: &[String]) -> Result<Vec<Difference>, StorageError> {
    let sql = "SELECT e.event_id, k.kind, k.state_key, o.event_id FROM events e \
               JOIN event_state_differences d ON d.event_number = e.event_number \
               JOIN state_keys k ON k.state_key_number = d.state_key_number \
               LEFT JOIN events o ON o.event_number = d.state_event_number \
               WHERE e.event_id = ANY($1)";
    let read = |row: &Row| {
        Ok(Difference {
            event_id: row.get(0)?,
            kind: row.get(1)?,
            state_key: row.get(2)?,
            state_event_id: row.get(3)?,
        })
    };
    session.query(sql, &[Value::from(event_ids.to_vec())])?.iter().map(read).collect()
}

/// The auth events of `event_ids`, theirs, and so on.
pub fn auth_chain(session: &mut Session, event_ids: &[String]) -> Result<HashSet<String>, StorageError> {
    let sql = "WITH RECURSIVE chain (event_number) AS (\
               SELECT a.auth_event_number FROM events e JOIN event_auth a ON a.event_number = e.event_number \
               WHERE e.event_id = ANY($1) \
               UNION SELECT a.auth_event_number FROM chain c \
               JOIN event_auth a ON a.event_number = c.event_number) \
               SELECT e.event_id FROM chain c JOIN events e ON e.event_number = c.event_number";
    session.query(sql, &[Value::from(event_ids.to_vec())])?.iter().map(|row| row.get(0)).collect()
}

/// [`auth_chain`] of the room's current state without the events `without`. Costs the whole state, once
/// for each real conflict.
pub fn auth_chain_of_line(
    session: &mut Session,
    room_number: i64,
    without: &[String],
) -> Result<HashSet<String>, StorageError> {
    let sql = "WITH RECURSIVE chain (event_number) AS (\
               SELECT a.auth_event_number FROM state_intervals s \
               JOIN events e ON e.event_number = s.event_number \
               JOIN event_auth a ON a.event_number = s.event_number \
               WHERE s.room_number = $1 AND s.to_position = $2 AND NOT (e.event_id = ANY($3)) \
               UNION SELECT a.auth_event_number FROM chain c \
               JOIN event_auth a ON a.event_number = c.event_number) \
               SELECT e.event_id FROM chain c JOIN events e ON e.event_number = c.event_number";
    let parameters = [room_number.into(), OPEN_END.into(), Value::from(without.to_vec())];
    session.query(sql, &parameters)?.iter().map(|row| row.get(0)).collect()
}
