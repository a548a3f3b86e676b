//! The threads that people follow, or followed once. What makes somebody follow one is decided above.

use std::collections::HashMap;

use crate::{Row, Session, StorageError, Topic, Transaction, Value};

/// Whether somebody follows a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadSubscription {
    /// The room's row number.
    pub room_number: i64,
    /// The event id of the thread's root.
    pub thread: String,
    /// Whether they follow it now.
    pub subscribed: bool,
    /// Whether their client had them follow it, not they themselves.
    pub automatic: bool,
    /// When that changed last, a log position.
    pub position: i64,
}

fn subscription(row: &Row) -> Result<ThreadSubscription, StorageError> {
    Ok(ThreadSubscription {
        room_number: row.get(0)?,
        thread: row.get(1)?,
        subscribed: row.get(2)?,
        automatic: row.get(3)?,
        position: row.get(4)?,
    })
}

/// What is kept of one thread.
pub fn get(
    session: &mut Session,
    user_number: i64,
    room_number: i64,
    thread: &str,
) -> Result<Option<ThreadSubscription>, StorageError> {
    let sql = "SELECT room_number, thread, subscribed, automatic, position FROM thread_subscriptions \
               WHERE user_number = $1 AND room_number = $2 AND thread = $3";
    let row = session.query_optional(sql, &[user_number.into(), room_number.into(), thread.into()])?;
    row.as_ref().map(subscription).transpose()
}

/// How many threads are kept of a user.
pub fn count(session: &mut Session, user_number: i64) -> Result<i64, StorageError> {
    let sql = "SELECT COUNT(*) FROM thread_subscriptions WHERE user_number = $1";
    session.query_optional(sql, &[user_number.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// The roots of the threads that a user follows in `rooms`.
pub fn followed(session: &mut Session, user_number: i64, rooms: &[i64]) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT thread FROM thread_subscriptions \
               WHERE user_number = $1 AND room_number = ANY($2) AND subscribed = 1";
    let rows = session.query(sql, &[user_number.into(), Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// When it changed last which threads of each of `rooms` a user follows; rooms where it never did are left out.
pub fn newest(
    session: &mut Session,
    user_number: i64,
    rooms: &[i64],
) -> Result<HashMap<i64, i64>, StorageError> {
    let sql = "SELECT room_number, MAX(position) FROM thread_subscriptions \
               WHERE user_number = $1 AND room_number = ANY($2) GROUP BY room_number";
    let rows = session.query(sql, &[user_number.into(), Value::from(rooms.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// What changed after `since` and up to `until`: at most `limit`, the newest first.
pub fn changed(
    session: &mut Session,
    user_number: i64,
    since: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<ThreadSubscription>, StorageError> {
    let sql = "SELECT room_number, thread, subscribed, automatic, position FROM thread_subscriptions \
               WHERE user_number = $1 AND position > $2 AND position <= $3 ORDER BY position DESC LIMIT $4";
    let rows = session.query(sql, &[user_number.into(), since.into(), until.into(), limit.into()])?;
    rows.iter().map(subscription).collect()
}

/// Writes whether a user follows a thread, and announces it.
pub fn set(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    room_number: i64,
    thread: &str,
    subscribed: bool,
    automatic: bool,
) -> Result<(), StorageError> {
    let position = transaction.next_position();
    let sql = "INSERT INTO thread_subscriptions (user_number, room_number, thread, subscribed, automatic, position) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_number, room_number, thread) DO UPDATE SET \
               subscribed = excluded.subscribed, automatic = excluded.automatic, position = excluded.position";
    let row = [
        user_number.into(),
        room_number.into(),
        thread.into(),
        subscribed.into(),
        automatic.into(),
        position.into(),
    ];
    transaction.execute(sql, &row)?;
    transaction.announce(position, Topic::ThreadSubscription { user: user_number, room: room_number });
    Ok(())
}

/// Forgets what a user followed.
pub fn delete_all(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM thread_subscriptions WHERE user_number = $1", &[user_number.into()])?;
    Ok(())
}
