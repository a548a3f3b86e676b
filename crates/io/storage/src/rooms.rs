//! Rooms by id and by number.

use crate::{Row, Session, StorageError, Value};

/// A row of `rooms`.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRoom {
    /// The room's row number.
    pub room_number: i64,
    /// The room's id.
    pub room_id: String,
    /// The room version's identifier.
    pub version: String,
    /// Rises with every event accepted into the room.
    pub revision: i64,
    /// Whether the room is in the public directory.
    pub published: bool,
}

fn room(row: &Row) -> Result<StoredRoom, StorageError> {
    Ok(StoredRoom {
        room_number: row.get(0)?,
        room_id: row.get(1)?,
        version: row.get(2)?,
        revision: row.get(3)?,
        published: row.get(4)?,
    })
}

/// Those of `room_ids` that are known.
pub fn by_id(session: &mut Session, room_ids: &[String]) -> Result<Vec<StoredRoom>, StorageError> {
    let sql = "SELECT room_number, room_id, version, revision, published FROM rooms WHERE room_id = ANY($1)";
    session.query(sql, &[Value::from(room_ids.to_vec())])?.iter().map(room).collect()
}

/// Those of `room_numbers` that are known.
pub fn by_number(session: &mut Session, room_numbers: &[i64]) -> Result<Vec<StoredRoom>, StorageError> {
    let sql =
        "SELECT room_number, room_id, version, revision, published FROM rooms WHERE room_number = ANY($1)";
    session.query(sql, &[Value::from(room_numbers.to_vec())])?.iter().map(room).collect()
}

/// Where a room stands among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recency {
    /// The room's row number.
    pub room_number: i64,
    /// The log position of its newest event.
    pub last_position: i64,
    /// The log position of its newest event that people take for activity; 0 before the first.
    pub bump_position: i64,
}

fn recency(row: &Row) -> Result<Recency, StorageError> {
    Ok(Recency { room_number: row.get(0)?, last_position: row.get(1)?, bump_position: row.get(2)? })
}

/// Where `room_numbers` stand among others.
pub fn recencies(session: &mut Session, room_numbers: &[i64]) -> Result<Vec<Recency>, StorageError> {
    let sql = "SELECT room_number, last_position, bump_position FROM rooms WHERE room_number = ANY($1)";
    session.query(sql, &[Value::from(room_numbers.to_vec())])?.iter().map(recency).collect()
}

/// Where the rooms stand that a user is in.
pub fn recencies_of_joined(session: &mut Session, user_number: i64) -> Result<Vec<Recency>, StorageError> {
    let sql = "SELECT r.room_number, r.last_position, r.bump_position FROM memberships m \
               JOIN rooms r ON r.room_number = m.room_number WHERE m.user_number = $1 AND m.membership = 'join'";
    session.query(sql, &[user_number.into()])?.iter().map(recency).collect()
}
