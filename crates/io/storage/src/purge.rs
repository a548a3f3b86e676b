//! Purging: messages lose their place in the timeline and what they said, and keep what the rules and other
//! servers need of them. Which messages, and what is left of each, is decided above.

use std::collections::{HashMap, HashSet};

use crate::events::{StoredEvent, event_columns};
use crate::{
    Session, StorageError, Topic, Transaction, Value, event_files, full_text, receipts, redacted_originals,
};

/// Up to `limit` messages of a room after position `after`, in order. State events are none.
pub fn messages(
    session: &mut Session,
    room_number: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.room_number = $1 AND e.position > $2 AND e.state_key_number IS NULL \
         ORDER BY e.position LIMIT $3"
    );
    let rows = session.query(sql, &[room_number.into(), after.into(), limit.into()])?;
    rows.into_iter().map(StoredEvent::from_row).collect()
}

/// The forward extremities of a room: the next event stands on them.
pub fn extremities(session: &mut Session, room_number: i64) -> Result<HashSet<i64>, StorageError> {
    let sql = "SELECT event_number FROM forward_extremities WHERE room_number = $1";
    session.query(sql, &[room_number.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Purges messages of one room: (event number, what is left of the event).
pub fn purge(
    transaction: &mut Transaction<'_>,
    room_number: i64,
    messages: Vec<(i64, String)>,
) -> Result<(), StorageError> {
    let mut left: HashMap<i64, String> = messages.into_iter().collect();
    let numbers: Vec<i64> = left.keys().copied().collect();
    let sql = "SELECT event_number, event_id, line_position, status, kind, sender_number, depth, \
               origin_server_ts, redacted_by, position FROM events \
               WHERE event_number = ANY($1) AND room_number = $2 AND position IS NOT NULL";
    let found = transaction.query(sql, &[Value::from(numbers.clone()), room_number.into()])?;
    let mut rows = Vec::with_capacity(found.len());
    let mut positions: Vec<i64> = Vec::with_capacity(found.len());
    for row in found {
        let number: i64 = row.get(0)?;
        let Some(json) = left.remove(&number) else { continue };
        let mut values = row.0;
        positions.extend(values.pop().and_then(|position| match position {
            Value::Integer(position) => Some(position),
            _ => None,
        }));
        values.push(room_number.into());
        values.push(json.into());
        rows.push(values);
    }
    // An UPDATE takes no set of rows: what is left is written anew.
    full_text::remove(transaction, numbers.clone())?;
    let numbers = Value::from(numbers);
    receipts::move_back(transaction, room_number, &numbers)?;
    redacted_originals::remove(transaction, &numbers)?;
    event_files::remove(transaction, &numbers)?;
    for sql in [
        "DELETE FROM relations WHERE parent_number = ANY($1)",
        "DELETE FROM events WHERE event_number = ANY($1) AND position IS NOT NULL",
        "DELETE FROM relations WHERE child_number = ANY($1)",
        "DELETE FROM relations_awaited WHERE child_number = ANY($1)",
    ] {
        transaction.execute(sql, std::slice::from_ref(&numbers))?;
    }
    let sql = "INSERT INTO events (event_number, event_id, line_position, status, kind, sender_number, depth, \
               origin_server_ts, redacted_by, room_number, json) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    transaction.execute_many(sql, &rows)?;
    let sql = "DELETE FROM notices WHERE room_number = $1 AND position = ANY($2)";
    transaction.execute(sql, &[room_number.into(), Value::from(positions)])?;
    let position = transaction.next_position();
    transaction.announce(position, Topic::Purged { room: room_number });
    Ok(())
}

/// A page of rooms after number `after`, each with the position up to which it is purged for age.
pub fn rooms(session: &mut Session, after: i64, limit: i64) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "SELECT r.room_number, COALESCE(p.position, 0) FROM rooms r \
               LEFT JOIN purged_rooms p ON p.room_number = r.room_number \
               WHERE r.room_number > $1 ORDER BY r.room_number LIMIT $2";
    let rows = session.query(sql, &[after.into(), limit.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Notes up to which position a room is purged for age.
pub fn set_purged(
    transaction: &mut Transaction<'_>,
    room_number: i64,
    position: i64,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO purged_rooms (room_number, position) VALUES ($1, $2) \
               ON CONFLICT (room_number) DO UPDATE SET position = excluded.position";
    transaction.execute(sql, &[room_number.into(), position.into()])?;
    Ok(())
}
