//! What events add to unread counts, and how far along the log they have been judged.

use std::collections::BTreeSet;

use crate::{Session, StorageError, Transaction, Value};

/// A row of `notices`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNotice {
    /// The room's row number.
    pub room_number: i64,
    /// The event id of the thread's root; empty in the main timeline.
    pub thread: String,
    /// The event's position.
    pub position: i64,
    /// 0 for everybody with the default rules, else one user.
    pub user_number: i64,
    /// Who sent the event; it never counts for them.
    pub sender_number: i64,
    /// Added to the notification count.
    pub notify: i64,
    /// Added to the highlight count.
    pub highlight: i64,
}

/// What is unread in one thread of one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadCount {
    /// The room's row number.
    pub room_number: i64,
    /// The event id of the thread's root; empty for the main timeline.
    pub thread: String,
    /// Events that notify.
    pub notify: i64,
    /// Events that highlight.
    pub highlight: i64,
}

/// Stores notices; those that are there already stay. What was redacted or purged since it was judged is not
/// stored.
pub fn store(transaction: &mut Transaction<'_>, notices: &[StoredNotice]) -> Result<(), StorageError> {
    let sql = "INSERT INTO notices (room_number, thread, position, user_number, sender_number, notify, highlight) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (room_number, thread, position, user_number) DO NOTHING";
    let rows: Vec<Vec<Value>> = notices
        .iter()
        .map(|notice| {
            vec![
                notice.room_number.into(),
                notice.thread.as_str().into(),
                notice.position.into(),
                notice.user_number.into(),
                notice.sender_number.into(),
                notice.notify.into(),
                notice.highlight.into(),
            ]
        })
        .collect();
    transaction.execute_many(sql, &rows)?;
    // The number of an event in the timeline is its position.
    let gone = "DELETE FROM notices WHERE room_number = ANY($1) AND position = ANY($2) AND NOT EXISTS \
                (SELECT 1 FROM events e WHERE e.event_number = notices.position AND e.position IS NOT NULL \
                 AND e.redacted_by IS NULL)";
    let rooms: BTreeSet<i64> = notices.iter().map(|notice| notice.room_number).collect();
    let positions: BTreeSet<i64> = notices.iter().map(|notice| notice.position).collect();
    let sets = [rooms, positions].map(|set| Value::from(Vec::from_iter(set)));
    transaction.execute(gone, &sets)?;
    Ok(())
}

/// What is stored as unread for a user with the default rules in the main timelines of those of
/// `rooms` they have a membership in, up to position `until`; events of `ignored` senders do not count.
pub fn count_main(
    session: &mut Session,
    rooms: &[i64],
    user_number: i64,
    until: i64,
    ignored: &[i64],
) -> Result<Vec<ThreadCount>, StorageError> {
    // Materialized: see `timeline`.
    let sql = "WITH f AS MATERIALIZED (SELECT m.room_number, COALESCE((SELECT MAX(r.event_position) FROM receipts r \
                   WHERE r.room_number = m.room_number AND r.user_number = m.user_number \
                   AND r.thread IN ('', 'main')), 0) AS read_position \
                 FROM memberships m WHERE m.user_number = $2 AND m.room_number = ANY($1)) \
               SELECT n.room_number, n.thread, CAST(SUM(n.notify) AS BIGINT), CAST(SUM(n.highlight) AS BIGINT) \
               FROM f JOIN notices n ON n.room_number = f.room_number AND n.thread = '' \
                 AND n.position > f.read_position \
               WHERE n.position <= $3 AND n.user_number IN (0, $2) AND n.sender_number <> $2 AND NOT n.sender_number = ANY($4) \
               GROUP BY n.room_number, n.thread";
    counts(session, sql, rooms, user_number, until, ignored)
}

/// The same in all other threads.
pub fn count_threads(
    session: &mut Session,
    rooms: &[i64],
    user_number: i64,
    until: i64,
    ignored: &[i64],
) -> Result<Vec<ThreadCount>, StorageError> {
    let sql = "SELECT n.room_number, n.thread, CAST(SUM(n.notify) AS BIGINT), CAST(SUM(n.highlight) AS BIGINT) \
               FROM notices n WHERE n.room_number = ANY($1) AND n.thread > '' AND n.position <= $3 \
                 AND n.user_number IN (0, $2) AND n.sender_number <> $2 AND NOT n.sender_number = ANY($4) \
                 AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.room_number = n.room_number \
                   AND r.user_number = $2 AND r.thread IN ('', n.thread) AND r.event_position >= n.position) \
               GROUP BY n.room_number, n.thread";
    counts(session, sql, rooms, user_number, until, ignored)
}

fn counts(
    session: &mut Session,
    sql: &'static str,
    rooms: &[i64],
    user_number: i64,
    until: i64,
    ignored: &[i64],
) -> Result<Vec<ThreadCount>, StorageError> {
    let parameters =
        [Value::from(rooms.to_vec()), user_number.into(), until.into(), Value::from(ignored.to_vec())];
    let count = |row: &crate::Row| {
        Ok(ThreadCount {
            room_number: row.get(0)?,
            thread: row.get(1)?,
            notify: row.get(2)?,
            highlight: row.get(3)?,
        })
    };
    session.query(sql, &parameters)?.iter().map(count).collect()
}

/// The newest positions after `since` and up to `until` at which somebody of default rules was notified, or
/// `user_number` apart from them, in each of `rooms` at most `limit`: (room, position), newest first.
pub fn newest(
    session: &mut Session,
    rooms: &[i64],
    user_number: i64,
    since: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StorageError> {
    // Materialized: see `timeline`.
    let sql = "WITH f AS MATERIALIZED (SELECT r.room_number, \
                 COALESCE((SELECT x.position FROM notices x WHERE x.room_number = r.room_number \
                   AND x.position > $3 AND x.position <= $4 AND x.user_number IN (0, $2) \
                   ORDER BY x.position DESC LIMIT 1 OFFSET $5), $3) AS after_position \
                 FROM rooms r WHERE r.room_number = ANY($1)) \
               SELECT DISTINCT n.room_number, n.position FROM f JOIN notices n ON n.room_number = f.room_number \
                 AND n.position > f.after_position AND n.position <= $4 \
               WHERE n.user_number IN (0, $2) AND n.sender_number <> $2 AND n.notify = 1 \
               ORDER BY n.position DESC";
    let parameters =
        [Value::from(rooms.to_vec()), user_number.into(), since.into(), until.into(), limit.into()];
    let rows = session.query(sql, &parameters)?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The log position up to which the follower has come; 0 for one that never ran.
pub fn cursor(session: &mut Session, follower: &str) -> Result<i64, StorageError> {
    let sql = "SELECT position FROM follower_cursors WHERE follower = $1";
    session.query_optional(sql, &[follower.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// Moves the follower's cursor.
pub fn set_cursor(
    transaction: &mut Transaction<'_>,
    follower: &str,
    position: i64,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO follower_cursors (follower, position) VALUES ($1, $2) \
               ON CONFLICT (follower) DO UPDATE SET position = excluded.position";
    transaction.execute(sql, &[follower.into(), position.into()])?;
    Ok(())
}
