//! A room's state as it was: the line of resolved states, and where single events differ from it.
//!
//! "At position p" means after whatever happened at p. Every function takes a set of rooms or keys and
//! answers with one statement.
//!
//! The unary plus keeps SQLite from looking by where intervals begin, which would look at all that ever was: by where
//! they end it looks only at what still holds.

use std::collections::{HashMap, HashSet};

use crate::events::{EVENT_COLUMNS, StoredEvent, event_columns};
use crate::{Session, StorageError, Value};

/// The end of an interval that has not ended.
pub const OPEN_END: i64 = i64::MAX;

/// One entry of a room's state.
#[derive(Clone, Debug, PartialEq)]
pub struct StateEntry {
    /// The state key's text; the type is the event's.
    pub state_key: String,
    /// The position from which on it holds.
    pub from_position: i64,
    /// The position from which on it no longer holds; [`OPEN_END`] while it does.
    pub to_position: i64,
    /// The event.
    pub event: StoredEvent,
}

macro_rules! entry_query {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            event_columns!(),
            ", k.state_key, s.from_position, s.to_position FROM state_intervals s \
             JOIN events e ON e.event_number = s.event_number \
             JOIN state_keys k ON k.state_key_number = s.state_key_number WHERE ",
            $condition
        )
    };
}

fn entries(
    session: &mut Session,
    sql: &'static str,
    parameters: &[Value],
) -> Result<Vec<StateEntry>, StorageError> {
    let rows = session.query(sql, parameters)?;
    let entry = |row: crate::Row| {
        Ok(StateEntry {
            state_key: row.get(EVENT_COLUMNS)?,
            from_position: row.get(EVENT_COLUMNS + 1)?,
            to_position: row.get(EVENT_COLUMNS + 2)?,
            event: StoredEvent::from_row(row)?,
        })
    };
    rows.into_iter().map(entry).collect()
}

/// The whole state of each of `rooms` at `position`.
pub fn at(session: &mut Session, rooms: &[i64], position: i64) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!("s.room_number = ANY($1) AND s.to_position > $2 AND +s.from_position <= $2");
    entries(session, sql, &[Value::from(rooms.to_vec()), position.into()])
}

/// The state of `rooms` at `position`, of the given event types only.
pub fn of_kinds_at(
    session: &mut Session,
    rooms: &[i64],
    kinds: &[String],
    position: i64,
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND s.to_position > $3 AND +s.from_position <= $3 AND k.kind = ANY($2)"
    );
    entries(session, sql, &[Value::from(rooms.to_vec()), Value::from(kinds.to_vec()), position.into()])
}

/// What the state of `rooms` was at any position from `since` to `until`, of the given event types only.
pub fn of_kinds_within(
    session: &mut Session,
    rooms: &[i64],
    kinds: &[String],
    since: i64,
    until: i64,
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND s.to_position > $3 AND +s.from_position <= $4 AND k.kind = ANY($2)"
    );
    let parameters = [Value::from(rooms.to_vec()), Value::from(kinds.to_vec()), since.into(), until.into()];
    entries(session, sql, &parameters)
}

/// The members of `rooms` that came to be, or ceased to be, after `since`.
pub fn members_changed(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND k.kind = 'm.room.member' \
         AND (s.from_position > $2 OR (s.to_position > $2 AND s.to_position < 9223372036854775807))"
    );
    entries(session, sql, &[Value::from(rooms.to_vec()), since.into()])
}

/// The state of `rooms` at `position`, of the given keys (numbers of `state_keys`) only.
pub fn of_keys_at(
    session: &mut Session,
    rooms: &[i64],
    state_key_numbers: &[i64],
    position: i64,
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND s.state_key_number = ANY($2) AND s.to_position > $3 AND s.from_position <= $3"
    );
    let keys = Value::from(state_key_numbers.to_vec());
    entries(session, sql, &[Value::from(rooms.to_vec()), keys, position.into()])
}

/// All values that the given keys ever had on the lines of `rooms`.
pub fn histories(
    session: &mut Session,
    rooms: &[i64],
    state_key_numbers: &[i64],
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!("s.room_number = ANY($1) AND s.state_key_number = ANY($2)");
    entries(session, sql, &[Value::from(rooms.to_vec()), Value::from(state_key_numbers.to_vec())])
}

/// At which position another state event took the place of this one on its room's line, each time that it did.
pub fn replaced_at(session: &mut Session, event_id: &str) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT s.to_position FROM events e JOIN state_intervals s ON s.room_number = e.room_number \
               AND s.state_key_number = e.state_key_number AND s.event_number = e.event_number \
               WHERE e.event_id = $1 AND s.to_position < 9223372036854775807";
    session.query(sql, &[event_id.into()])?.iter().map(|row| row.get(0)).collect()
}

/// What the state of `rooms` at `until` has that it did not have at `since`.
pub fn changes_between(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
    until: i64,
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND s.from_position > $2 AND s.from_position <= $3 AND s.to_position > $3"
    );
    entries(session, sql, &[Value::from(rooms.to_vec()), since.into(), until.into()])
}

/// The keys that `rooms` had values for at some time after `since` and have none for at `until`: (room, type,
/// state key). Only a resolution of conflicting states takes an entry away.
pub fn removed_between(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
    until: i64,
) -> Result<Vec<(i64, String, String)>, StorageError> {
    let sql = "SELECT DISTINCT s.room_number, k.kind, k.state_key FROM state_intervals s \
               JOIN state_keys k ON k.state_key_number = s.state_key_number \
               WHERE s.room_number = ANY($1) AND s.to_position > $2 AND s.to_position <= $3 \
               AND NOT EXISTS (SELECT 1 FROM state_intervals n WHERE n.room_number = s.room_number \
                   AND n.state_key_number = s.state_key_number \
                   AND n.from_position <= $3 AND n.to_position > $3)";
    let rows = session.query(sql, &[Value::from(rooms.to_vec()), since.into(), until.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The state of each of `rooms` as it was at one of `positions`, where the membership `member_key` (a number of
/// `state_keys`) changed: what of it came to be after `since`. A position belongs to one room only.
pub fn at_leaving(
    session: &mut Session,
    rooms: &[i64],
    member_key: i64,
    positions: &[i64],
    since: i64,
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND s.from_position > $4 AND EXISTS (SELECT 1 FROM state_intervals m \
         WHERE m.room_number = s.room_number AND m.state_key_number = $2 AND m.from_position = ANY($3) \
         AND s.from_position <= m.from_position AND s.to_position > m.from_position)"
    );
    let (rooms, positions) = (Value::from(rooms.to_vec()), Value::from(positions.to_vec()));
    entries(session, sql, &[rooms, member_key.into(), positions, since.into()])
}

/// As [`at_leaving`], of the given keys (numbers of `state_keys`) only.
pub fn of_keys_at_leaving(
    session: &mut Session,
    rooms: &[i64],
    member_key: i64,
    positions: &[i64],
    state_key_numbers: &[i64],
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND s.state_key_number = ANY($4) AND EXISTS (SELECT 1 FROM state_intervals m \
         WHERE m.room_number = s.room_number AND m.state_key_number = $2 AND m.from_position = ANY($3) \
         AND s.from_position <= m.from_position AND s.to_position > m.from_position)"
    );
    let (rooms, positions) = (Value::from(rooms.to_vec()), Value::from(positions.to_vec()));
    entries(session, sql, &[rooms, member_key.into(), positions, Value::from(state_key_numbers.to_vec())])
}

/// The state of each of `rooms` at `position` but for its members.
pub fn without_members_at(
    session: &mut Session,
    rooms: &[i64],
    position: i64,
) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!(
        "s.room_number = ANY($1) AND s.to_position > $2 AND +s.from_position <= $2 AND k.kind <> 'm.room.member'"
    );
    entries(session, sql, &[Value::from(rooms.to_vec()), position.into()])
}

/// The entries that ended at one of `positions`: what the state events there replaced. A position belongs
/// to one room only.
pub fn ended_at(session: &mut Session, positions: &[i64]) -> Result<Vec<StateEntry>, StorageError> {
    let sql = entry_query!("s.to_position = ANY($1) AND s.to_position < 9223372036854775807");
    entries(session, sql, &[Value::from(positions.to_vec())])
}

/// The numbers of those of `keys`, (type, state key), that any room ever had.
pub fn key_numbers(
    session: &mut Session,
    keys: &[(String, String)],
) -> Result<HashMap<(String, String), i64>, StorageError> {
    let sql = "SELECT kind, state_key, state_key_number FROM state_keys \
               WHERE kind = ANY($1) AND state_key = ANY($2)";
    let kinds: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
    let state_keys: Vec<String> = keys.iter().map(|key| key.1.clone()).collect();
    let rows = session.query(sql, &[Value::from(kinds), Value::from(state_keys)])?;
    let wanted: HashSet<&(String, String)> = keys.iter().collect();
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let key = (row.get(0)?, row.get(1)?);
        if wanted.contains(&key) {
            found.insert(key, row.get(2)?);
        }
    }
    Ok(found)
}

/// Where the state before one of `event_numbers` differs from the line in one of the given keys:
/// (event, key, the event in force instead or none).
pub fn differences(
    session: &mut Session,
    event_numbers: &[i64],
    state_key_numbers: &[i64],
) -> Result<Vec<(i64, i64, Option<i64>)>, StorageError> {
    let sql = "SELECT event_number, state_key_number, state_event_number FROM event_state_differences \
               WHERE event_number = ANY($1) AND state_key_number = ANY($2)";
    let parameters = [Value::from(event_numbers.to_vec()), Value::from(state_key_numbers.to_vec())];
    let rows = session.query(sql, &parameters)?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Where the state before `event_number` differs from the line: (key, the event in force instead or none).
pub fn differences_of(
    session: &mut Session,
    event_number: i64,
) -> Result<Vec<(i64, Option<i64>)>, StorageError> {
    let sql =
        "SELECT state_key_number, state_event_number FROM event_state_differences WHERE event_number = $1";
    let rows = session.query(sql, &[event_number.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
