//! A room's timeline: its accepted events in the order of their positions.

use crate::events::{StoredEvent, event_columns};
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
        "SELECT ",
        event_columns!(),
        " FROM (SELECT r.room_number, COALESCE((SELECT x.position FROM events x \
            WHERE x.room_number = r.room_number AND x.position > $2 AND x.position <= $3 \
            ORDER BY x.position DESC LIMIT 1 OFFSET $4), $2) AS after_position \
          FROM rooms r WHERE r.room_number = ANY($1)) f \
         JOIN events e ON e.room_number = f.room_number \
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
        "SELECT ",
        event_columns!(),
        " FROM (SELECT m.room_number, m.position AS until_position, COALESCE((SELECT x.position FROM events x \
            WHERE x.room_number = m.room_number AND x.position > $3 AND x.position <= m.position \
            ORDER BY x.position DESC LIMIT 1 OFFSET $4), $3) AS after_position \
          FROM memberships m WHERE m.user_number = $2 AND m.room_number = ANY($1)) f \
         JOIN events e ON e.room_number = f.room_number \
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
