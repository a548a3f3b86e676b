//! Rooms that are deleted: how far each came, and the steps by which everything of them goes. Each step is bounded, so
//! that the writer serves others in between, and may be done again.

use crate::{Row, Session, StorageError, Topic, Transaction, Value, event_files, full_text, room_summaries};

/// Rows that one step takes away.
pub const STEP: i64 = 500;

/// How far a deletion came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// People are taken out, and files removed.
    Closed,
    /// Everything else is being erased.
    Erasing,
    /// Only what tells people that they have left is there.
    Farewell,
    /// Nothing is there.
    Gone,
}

impl Stage {
    const ALL: [Stage; 4] = [Self::Closed, Self::Erasing, Self::Farewell, Self::Gone];
}

/// A room that is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomDeletion {
    /// The room's id.
    pub room_id: String,
    /// The room's row number.
    pub room_number: i64,
    /// How far it came.
    pub stage: Stage,
    /// When it was begun, milliseconds.
    pub begun_at: i64,
    /// The log position after which people left and nothing else happened; 0 before that is sure.
    pub begun_position: i64,
    /// What people are told.
    pub reason: String,
    /// Whether files go that only this room names.
    pub with_media: bool,
    /// Whether there shall never be a room of this id again.
    pub blocked: bool,
}

fn deletion(row: &Row) -> Result<RoomDeletion, StorageError> {
    let stage = usize::try_from(row.get::<i64>(2)?).ok().and_then(|stage| Stage::ALL.get(stage).copied());
    Ok(RoomDeletion {
        room_id: row.get(0)?,
        room_number: row.get(1)?,
        stage: stage.ok_or(StorageError::Column { index: 2, wanted: "a stage" })?,
        begun_at: row.get(3)?,
        begun_position: row.get(4)?,
        reason: row.get(5)?,
        with_media: row.get(6)?,
        blocked: row.get(7)?,
    })
}

macro_rules! deletion_query {
    ($rest:literal) => {
        concat!(
            "SELECT room_id, room_number, stage, begun_at, begun_position, reason, with_media, blocked \
             FROM room_deletions WHERE ",
            $rest
        )
    };
}

/// The deletion of a room, if it was begun.
pub fn by_id(session: &mut Session, room_id: &str) -> Result<Option<RoomDeletion>, StorageError> {
    let sql = deletion_query!("room_id = $1");
    session.query_optional(sql, &[room_id.into()])?.as_ref().map(deletion).transpose()
}

/// Those that did not come to their end, the oldest first.
pub fn unfinished(session: &mut Session) -> Result<Vec<RoomDeletion>, StorageError> {
    session.query(deletion_query!("stage < 3 ORDER BY begun_position"), &[])?.iter().map(deletion).collect()
}

/// Begins a deletion, or changes what was asked of one that was begun: how far it came stays. The room has no alias
/// and is in no directory from now on.
pub fn begin(
    transaction: &mut Transaction<'_>,
    deletion: &RoomDeletion,
) -> Result<RoomDeletion, StorageError> {
    let sql = "INSERT INTO room_deletions \
               (room_id, room_number, stage, begun_at, begun_position, reason, with_media, blocked) \
               VALUES ($1, $2, 0, $3, 0, $4, $5, $6) ON CONFLICT (room_id) DO UPDATE SET \
               reason = excluded.reason, with_media = excluded.with_media, blocked = excluded.blocked";
    let values = [
        deletion.room_id.as_str().into(),
        deletion.room_number.into(),
        deletion.begun_at.into(),
        deletion.reason.as_str().into(),
        deletion.with_media.into(),
        deletion.blocked.into(),
    ];
    transaction.execute(sql, &values)?;
    room_summaries::unpublish(transaction, deletion.room_number)?;
    let sql = "DELETE FROM aliases WHERE room_number = $1";
    transaction.execute(sql, &[deletion.room_number.into()])?;
    by_id(transaction, &deletion.room_id)?.ok_or(StorageError::Unknown("room deletion"))
}

/// Notes, once, that nothing but leaving happens in the room after this position.
pub fn settle(transaction: &mut Transaction<'_>, room_id: &str) -> Result<RoomDeletion, StorageError> {
    let position = transaction.next_position();
    let sql = "UPDATE room_deletions SET begun_position = $2 WHERE room_id = $1 AND begun_position = 0";
    transaction.execute(sql, &[room_id.into(), position.into()])?;
    by_id(transaction, room_id)?.ok_or(StorageError::Unknown("room deletion"))
}

/// Notes that a stage was reached. Of a room of which nothing is left only a block stays.
pub fn reach(transaction: &mut Transaction<'_>, room_id: &str, stage: Stage) -> Result<(), StorageError> {
    let sql = "UPDATE room_deletions SET stage = $2 WHERE room_id = $1";
    transaction.execute(sql, &[room_id.into(), (stage as i64).into()])?;
    for sql in [
        "UPDATE room_deletions SET reason = '' WHERE room_id = $1 AND stage = 3",
        "DELETE FROM room_deletions WHERE room_id = $1 AND stage = 3 AND blocked = 0",
    ] {
        transaction.execute(sql, &[room_id.into()])?;
    }
    Ok(())
}

/// Takes the block off a room that is deleted; answers false where there is none.
pub fn unblock(transaction: &mut Transaction<'_>, room_id: &str) -> Result<bool, StorageError> {
    let sql = "UPDATE room_deletions SET blocked = 0 WHERE room_id = $1 AND blocked = 1";
    let was_blocked = transaction.execute(sql, &[room_id.into()])? == 1;
    let sql = "DELETE FROM room_deletions WHERE room_id = $1 AND stage = 3";
    transaction.execute(sql, &[room_id.into()])?;
    Ok(was_blocked)
}

/// What is erased of a room beside its events, [`STEP`] rows of each at a time: `$1` is the room, `$2` the step.
const OF_ROOM: [&str; 7] = [
    "DELETE FROM receipts WHERE room_number = $1 AND user_number IN \
     (SELECT user_number FROM receipts WHERE room_number = $1 ORDER BY user_number LIMIT $2)",
    "DELETE FROM notices WHERE room_number = $1 AND position IN \
     (SELECT position FROM notices WHERE room_number = $1 ORDER BY position LIMIT $2)",
    "DELETE FROM state_intervals WHERE room_number = $1 AND from_position IN \
     (SELECT from_position FROM state_intervals WHERE room_number = $1 ORDER BY from_position LIMIT $2)",
    "DELETE FROM thread_subscriptions WHERE room_number = $1 AND user_number IN \
     (SELECT user_number FROM thread_subscriptions WHERE room_number = $1 ORDER BY user_number LIMIT $2)",
    "DELETE FROM delayed_events WHERE delay_number IN (SELECT d.delay_number FROM delayed_events d \
     JOIN rooms r ON r.room_id = d.room_id WHERE r.room_number = $1 LIMIT $2)",
    "DELETE FROM notice_rooms WHERE user_number IN (SELECT n.user_number FROM notice_rooms n \
     JOIN rooms r ON r.room_id = n.room_id WHERE r.room_number = $1 LIMIT $2)",
    "DELETE FROM aliases WHERE alias IN (SELECT alias FROM aliases WHERE room_number = $1 LIMIT $2)",
];

/// How many kinds of things beside events [`erase`] knows of.
pub const KINDS: usize = OF_ROOM.len();

/// Erases some of one kind of things of a room; answers how many, 0 where none are left.
pub fn erase(transaction: &mut Transaction<'_>, room_number: i64, kind: usize) -> Result<u64, StorageError> {
    let Some(sql) = OF_ROOM.get(kind) else { return Ok(0) };
    transaction.execute(sql, &[room_number.into(), STEP.into()])
}

/// Everybody who has, or had, anything to do with a room, by row number.
pub fn people(session: &mut Session, room_number: i64) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT user_number FROM memberships WHERE room_number = $1";
    session.query(sql, &[room_number.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Erases some memberships of a room: those that came to be up to `until`, and whoever did not leave.
pub fn erase_memberships(
    transaction: &mut Transaction<'_>,
    room_number: i64,
    until: i64,
) -> Result<u64, StorageError> {
    let sql = "SELECT user_number FROM memberships WHERE room_number = $1 \
               AND (position <= $2 OR membership <> 'leave') LIMIT $3";
    let rows = transaction.query(sql, &[room_number.into(), until.into(), STEP.into()])?;
    let users = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
    let sql = "DELETE FROM memberships WHERE room_number = $1 AND user_number = ANY($2)";
    let erased = transaction.execute(sql, &[room_number.into(), Value::from(users.clone())])?;
    for user in users {
        let position = transaction.next_position();
        transaction.announce(position, Topic::Membership { room: room_number, user });
    }
    Ok(erased)
}

/// Erases some account data that people keep with a room.
pub fn erase_account_data(transaction: &mut Transaction<'_>, room_number: i64) -> Result<u64, StorageError> {
    let sql =
        "SELECT DISTINCT user_number FROM account_data WHERE room_number = $1 ORDER BY user_number LIMIT $2";
    let rows = transaction.query(sql, &[room_number.into(), STEP.into()])?;
    let users = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
    crate::account_data::delete_of_room(transaction, room_number, &users)
}

/// Erases some events of a room that came up to `until`. Answers how many.
pub fn erase_events(
    transaction: &mut Transaction<'_>,
    room_number: i64,
    until: i64,
) -> Result<u64, StorageError> {
    let sql = "SELECT event_number, state_key_number FROM events \
               WHERE room_number = $1 AND event_number <= $2 LIMIT $3";
    let rows = transaction.query(sql, &[room_number.into(), until.into(), STEP.into()])?;
    let numbers = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
    let keys = rows.iter().filter_map(|row| row.get::<Option<i64>>(1).transpose());
    let keys = keys.collect::<Result<Vec<i64>, _>>()?;
    if numbers.is_empty() {
        return Ok(0);
    }
    full_text::remove(transaction, numbers.clone())?;
    let numbers = [Value::from(numbers)];
    event_files::remove(transaction, &numbers[0])?;
    // What was sent under a transaction id was sent by a device of the sender, or for them after a delay.
    for sql in [
        "DELETE FROM transaction_ids WHERE (device_number, answer) IN \
         (SELECT d.device_number, e.event_id FROM events e JOIN devices d ON d.user_number = e.sender_number \
         WHERE e.event_number = ANY($1))",
        "DELETE FROM transaction_ids WHERE (device_number, answer) IN \
         (SELECT sender_number, event_id FROM events WHERE event_number = ANY($1))",
        "DELETE FROM relations WHERE child_number = ANY($1)",
        "DELETE FROM relations WHERE parent_number = ANY($1)",
        "DELETE FROM relations_awaited WHERE child_number = ANY($1)",
        "DELETE FROM event_auth WHERE event_number = ANY($1)",
        "DELETE FROM event_state_differences WHERE event_number = ANY($1)",
        "DELETE FROM early_redactions WHERE redaction_number = ANY($1)",
        "DELETE FROM redacted_originals WHERE event_number = ANY($1)",
    ] {
        transaction.execute(sql, &numbers)?;
    }
    let erased = transaction.execute("DELETE FROM events WHERE event_number = ANY($1)", &numbers)?;
    let sql = "DELETE FROM state_keys WHERE state_key_number = ANY($1) AND NOT EXISTS \
               (SELECT 1 FROM events e WHERE e.state_key_number = state_keys.state_key_number)";
    transaction.execute(sql, &[Value::from(keys)])?;
    let position = transaction.next_position();
    transaction.announce(position, Topic::Purged { room: room_number });
    Ok(erased)
}

/// Erases what there is once for a room, but the room itself.
pub fn erase_place(transaction: &mut Transaction<'_>, room_number: i64) -> Result<(), StorageError> {
    for sql in [
        "DELETE FROM forward_extremities WHERE room_number = $1",
        "DELETE FROM room_summaries WHERE room_number = $1",
        "DELETE FROM purged_rooms WHERE room_number = $1",
    ] {
        transaction.execute(sql, &[room_number.into()])?;
    }
    Ok(())
}

/// Erases the room itself; nothing else of it is left.
pub fn erase_room(transaction: &mut Transaction<'_>, room_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM rooms WHERE room_number = $1", &[room_number.into()])?;
    Ok(())
}
