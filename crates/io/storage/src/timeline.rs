//! A room's timeline: its accepted events in the order of their positions.
//!
//! How far back a room is read is found by a walk over its index. That is `MATERIALIZED`: PostgreSQL would otherwise
//! put the walk into the condition of the join, and walk again for each event of the room.

use crate::events::{EVENT_COLUMNS, StoredEvent, event_columns};
use crate::{Session, StorageError, Value};

/// The newest events of each of `rooms` with positions after `since` and up to `until`, at most `limit` per
/// room, in the order of rooms and positions. One index walk per room, however long its history.
pub fn newest(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = concat!(
        "WITH f AS MATERIALIZED (SELECT r.room_number, COALESCE((SELECT x.position FROM events x \
            WHERE x.room_number = r.room_number AND x.position > $2 AND x.position <= $3 \
            ORDER BY x.position DESC LIMIT 1 OFFSET $4), $2) AS after_position \
          FROM rooms r WHERE r.room_number = ANY($1)) \
         SELECT ",
        event_columns!(),
        " FROM f JOIN events e ON e.room_number = f.room_number \
            AND e.position > f.after_position AND e.position <= $3 \
         ORDER BY e.room_number, e.position"
    );
    let parameters = [Value::from(rooms.to_vec()), since.into(), until.into(), limit.into()];
    session.query(sql, &parameters)?.into_iter().map(StoredEvent::from_row).collect()
}

/// As [`newest`], but in each room only up to the position of the user's membership there: of a room that
/// was left, what came before.
pub fn newest_before_leaving(
    session: &mut Session,
    rooms: &[i64],
    user_number: i64,
    since: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = concat!(
        "WITH f AS MATERIALIZED (SELECT m.room_number, m.position AS until_position, \
            COALESCE((SELECT x.position FROM events x \
            WHERE x.room_number = m.room_number AND x.position > $3 AND x.position <= m.position \
            ORDER BY x.position DESC LIMIT 1 OFFSET $4), $3) AS after_position \
          FROM memberships m WHERE m.user_number = $2 AND m.room_number = ANY($1)) \
         SELECT ",
        event_columns!(),
        " FROM f JOIN events e ON e.room_number = f.room_number \
            AND e.position > f.after_position AND e.position <= f.until_position \
         ORDER BY e.room_number, e.position"
    );
    let parameters = [Value::from(rooms.to_vec()), user_number.into(), since.into(), limit.into()];
    session.query(sql, &parameters)?.into_iter().map(StoredEvent::from_row).collect()
}

/// Events at positions up to `from` and after `until`, newest first, at most `limit`.
pub fn backwards(
    session: &mut Session,
    room: i64,
    from: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.room_number = $1 AND e.position <= $2 AND e.position > $3 \
         ORDER BY e.position DESC LIMIT $4"
    );
    let parameters = [room.into(), from.into(), until.into(), limit.into()];
    session.query(sql, &parameters)?.into_iter().map(StoredEvent::from_row).collect()
}

/// Events at positions after `from` and up to `until`, oldest first, at most `limit`.
pub fn forwards(
    session: &mut Session,
    room: i64,
    from: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.room_number = $1 AND e.position > $2 AND e.position <= $3 \
         ORDER BY e.position LIMIT $4"
    );
    let parameters = [room.into(), from.into(), until.into(), limit.into()];
    session.query(sql, &parameters)?.into_iter().map(StoredEvent::from_row).collect()
}

/// The newest positions of each of `rooms` after `since` and up to `until`, at most `limit` per room:
/// (room, position), newest first. Reads no event.
pub fn newest_positions(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StorageError> {
    let sql = "WITH f AS MATERIALIZED (SELECT r.room_number, \
                 COALESCE((SELECT x.position FROM events x WHERE x.room_number = r.room_number \
                   AND x.position > $2 AND x.position <= $3 \
                   ORDER BY x.position DESC LIMIT 1 OFFSET $4), $2) AS after_position \
                 FROM rooms r WHERE r.room_number = ANY($1)) \
               SELECT e.room_number, e.position FROM f JOIN events e ON e.room_number = f.room_number \
                 AND e.position > f.after_position AND e.position <= $3 \
               ORDER BY e.position DESC";
    let parameters = [Value::from(rooms.to_vec()), since.into(), until.into(), limit.into()];
    let rows = session.query(sql, &parameters)?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Of `rooms`, those with events after `since` and up to `until`.
pub fn changed_rooms(
    session: &mut Session,
    rooms: &[i64],
    since: i64,
    until: i64,
) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT r.room_number FROM rooms r WHERE r.room_number = ANY($1) AND EXISTS \
               (SELECT 1 FROM events e WHERE e.room_number = r.room_number AND e.position > $2 AND e.position <= $3)";
    let parameters = [Value::from(rooms.to_vec()), since.into(), until.into()];
    session.query(sql, &parameters)?.iter().map(|row| row.get(0)).collect()
}

/// What came right before each of `events`, given by number, at most `limit` each: (of which, event), newest first.
pub fn before_each(
    session: &mut Session,
    events: &[i64],
    limit: i64,
) -> Result<Vec<(i64, StoredEvent)>, StorageError> {
    let sql = concat!(
        "WITH f AS MATERIALIZED (SELECT h.event_number, h.room_number, h.position, \
            COALESCE((SELECT x.position FROM events x \
              WHERE x.room_number = h.room_number AND x.position < h.position \
              ORDER BY x.position DESC LIMIT 1 OFFSET $2), 0) AS after_position \
          FROM events h WHERE h.event_number = ANY($1)) \
         SELECT ",
        event_columns!(),
        ", f.event_number FROM f JOIN events e ON e.room_number = f.room_number \
            AND e.position > f.after_position AND e.position < f.position \
         ORDER BY f.event_number, e.position DESC"
    );
    neighbours(session, sql, events, limit)
}

/// What came right after each of `events`, given by number, at most `limit` each: (of which, event), oldest first.
pub fn after_each(
    session: &mut Session,
    events: &[i64],
    limit: i64,
) -> Result<Vec<(i64, StoredEvent)>, StorageError> {
    let sql = concat!(
        "WITH f AS MATERIALIZED (SELECT h.event_number, h.room_number, h.position, \
            COALESCE((SELECT x.position FROM events x \
              WHERE x.room_number = h.room_number AND x.position > h.position \
              ORDER BY x.position LIMIT 1 OFFSET $2), 9223372036854775807) AS until_position \
          FROM events h WHERE h.event_number = ANY($1)) \
         SELECT ",
        event_columns!(),
        ", f.event_number FROM f JOIN events e ON e.room_number = f.room_number \
            AND e.position > f.position AND e.position < f.until_position \
         ORDER BY f.event_number, e.position"
    );
    neighbours(session, sql, events, limit)
}

fn neighbours(
    session: &mut Session,
    sql: &'static str,
    events: &[i64],
    limit: i64,
) -> Result<Vec<(i64, StoredEvent)>, StorageError> {
    if events.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let rows = session.query(sql, &[Value::from(events.to_vec()), limit.into()])?;
    rows.into_iter().map(|row| Ok((row.get(EVENT_COLUMNS)?, StoredEvent::from_row(row)?))).collect()
}

/// What came in the rooms of `events`, given by number, after each of them and up to `until`, in the order of
/// positions: at most `limit` after position `since`. No two of `events` may be of one room.
pub fn after_all(
    session: &mut Session,
    events: &[i64],
    since: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    // By number and not by position: what was purged has none, and is no less a place.
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events h JOIN events e ON e.room_number = h.room_number \
            AND e.position > h.event_number AND e.position > $2 AND e.position <= $3 \
         WHERE h.event_number = ANY($1) ORDER BY e.position LIMIT $4"
    );
    let parameters = [Value::from(events.to_vec()), since.into(), until.into(), limit.into()];
    session.query(sql, &parameters)?.into_iter().map(StoredEvent::from_row).collect()
}

/// A place among a room's events in the order of the times they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the Unix epoch, as the sender's server says.
    pub origin_server_ts: i64,
    /// Among events of the same time, right after this position; looking back, right before it.
    pub position: i64,
}

/// The events of `room` that were sent after `from`, in that order, at most `limit`.
pub fn from_moment_on(
    session: &mut Session,
    room: i64,
    from: Moment,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.room_number = $1 AND e.origin_server_ts >= $2 AND e.position IS NOT NULL \
            AND (e.origin_server_ts > $2 OR e.position > $3) \
         ORDER BY e.origin_server_ts, e.position LIMIT $4"
    );
    let parameters = [room.into(), from.origin_server_ts.into(), from.position.into(), limit.into()];
    session.query(sql, &parameters)?.into_iter().map(StoredEvent::from_row).collect()
}

/// The events of `room` that were sent before `to`, the last one first, at most `limit`.
pub fn up_to_moment(
    session: &mut Session,
    room: i64,
    to: Moment,
    limit: i64,
) -> Result<Vec<StoredEvent>, StorageError> {
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.room_number = $1 AND e.origin_server_ts <= $2 AND e.position IS NOT NULL \
            AND (e.origin_server_ts < $2 OR e.position < $3) \
         ORDER BY e.origin_server_ts DESC, e.position DESC LIMIT $4"
    );
    let parameters = [room.into(), to.origin_server_ts.into(), to.position.into(), limit.into()];
    session.query(sql, &parameters)?.into_iter().map(StoredEvent::from_row).collect()
}
