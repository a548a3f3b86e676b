//! Events to be sent later (MSC4140), and what became of them.

use crate::{Row, Session, StorageError, Transaction, Value};

/// Events of one room that are taken to be sent in one step at most.
pub const TAKEN_MAX: i64 = 100;

/// An event to be sent later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayedRow {
    /// Its public name, which is also the right to change it.
    pub delay_id: String,
    /// Who sends it.
    pub user_number: i64,
    /// With which device.
    pub device_number: i64,
    /// Into which room.
    pub room_id: String,
    /// The event's type.
    pub kind: String,
    /// The state key of a state event.
    pub state_key: Option<String>,
    /// The content, JSON.
    pub content: String,
    /// The delay, milliseconds.
    pub delay_ms: i64,
    /// When the delay began, milliseconds.
    pub running_since_at: i64,
    /// Whether it is being sent at this moment.
    pub taken: bool,
    /// When it was sent, failed or was cancelled, milliseconds.
    pub finalised_at: Option<i64>,
    /// The event it became.
    pub event_id: Option<String>,
}

fn delayed(row: &Row) -> Result<DelayedRow, StorageError> {
    Ok(DelayedRow {
        delay_id: row.get(0)?,
        user_number: row.get(1)?,
        device_number: row.get(2)?,
        room_id: row.get(3)?,
        kind: row.get(4)?,
        state_key: row.get(5)?,
        content: row.get(6)?,
        delay_ms: row.get(7)?,
        running_since_at: row.get(8)?,
        taken: row.get(9)?,
        finalised_at: row.get(10)?,
        event_id: row.get(11)?,
    })
}

/// Keeps an event. Under a claim that was used before, nothing is kept and the name of then is the answer.
pub fn insert(
    transaction: &mut Transaction<'_>,
    row: &DelayedRow,
    claim: Option<&str>,
) -> Result<String, StorageError> {
    if let Some(claim) = claim {
        let sql = "SELECT delay_id FROM delayed_events WHERE claim = $1";
        if let Some(before) = transaction.query_optional(sql, &[claim.into()])? {
            return before.get(0);
        }
    }
    let number = transaction.next_position();
    let sql = "INSERT INTO delayed_events (delay_number, delay_id, user_number, device_number, claim, room_id, \
               kind, state_key, content, delay_ms, running_since_at, send_at, taken) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)";
    let values = [
        number.into(),
        row.delay_id.as_str().into(),
        row.user_number.into(),
        row.device_number.into(),
        claim.map_or(Value::Null, Value::from),
        row.room_id.as_str().into(),
        row.kind.as_str().into(),
        row.state_key.as_deref().map_or(Value::Null, Value::from),
        row.content.as_str().into(),
        row.delay_ms.into(),
        row.running_since_at.into(),
        row.running_since_at.saturating_add(row.delay_ms).into(),
    ];
    transaction.execute(sql, &values)?;
    Ok(row.delay_id.clone())
}

/// What an account has scheduled, the next to be sent first.
pub fn scheduled(session: &mut Session, user_number: i64) -> Result<Vec<DelayedRow>, StorageError> {
    let sql = "SELECT delay_id, user_number, device_number, room_id, kind, state_key, content, delay_ms, \
               running_since_at, taken, finalised_at, event_id FROM delayed_events \
               WHERE user_number = $1 AND finalised_at IS NULL ORDER BY send_at, delay_number";
    session.query(sql, &[user_number.into()])?.iter().map(delayed).collect()
}

/// How many events an account has scheduled, and when the next of them is sent.
pub fn count_scheduled(session: &mut Session, user_number: i64) -> Result<(i64, Option<i64>), StorageError> {
    let sql = "SELECT COUNT(*), MIN(send_at) FROM delayed_events \
               WHERE user_number = $1 AND finalised_at IS NULL";
    let row = session.query_optional(sql, &[user_number.into()])?;
    row.map_or(Ok((0, None)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Those of `delay_ids` that are known, finalised or not.
pub fn by_id(session: &mut Session, delay_ids: &[String]) -> Result<Vec<DelayedRow>, StorageError> {
    let sql = "SELECT delay_id, user_number, device_number, room_id, kind, state_key, content, delay_ms, \
               running_since_at, taken, finalised_at, event_id FROM delayed_events WHERE delay_id = ANY($1) \
               ORDER BY send_at, delay_number";
    session.query(sql, &[Value::from(delay_ids.to_vec())])?.iter().map(delayed).collect()
}

/// When the next event is to be sent, those into the rooms `but` left out.
pub fn next_send_at(session: &mut Session, but: &[String]) -> Result<Option<i64>, StorageError> {
    let sql = "SELECT MIN(send_at) FROM delayed_events \
               WHERE finalised_at IS NULL AND taken = 0 AND NOT room_id = ANY($1)";
    session.query_optional(sql, &[Value::from(but.to_vec())])?.map_or(Ok(None), |row| row.get(0))
}

/// Up to `limit` rooms into which something is due at `now_ms`, the longest due first, but for those in `but`.
pub fn rooms_due(
    session: &mut Session,
    now_ms: i64,
    but: &[String],
    limit: i64,
) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT room_id FROM delayed_events \
               WHERE finalised_at IS NULL AND taken = 0 AND send_at <= $1 AND NOT room_id = ANY($2) \
               GROUP BY room_id ORDER BY MIN(send_at), room_id LIMIT $3";
    let rows = session.query(sql, &[now_ms.into(), Value::from(but.to_vec()), limit.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Takes up to [`TAKEN_MAX`] events into a room that are due at `now_ms`, the oldest first.
pub fn take_due(
    transaction: &mut Transaction<'_>,
    room_id: &str,
    now_ms: i64,
) -> Result<Vec<DelayedRow>, StorageError> {
    let sql = "SELECT delay_id FROM delayed_events \
               WHERE room_id = $1 AND send_at <= $2 AND finalised_at IS NULL AND taken = 0 \
               ORDER BY send_at, delay_number LIMIT $3";
    let due = transaction.query(sql, &[room_id.into(), now_ms.into(), TAKEN_MAX.into()])?;
    let due: Vec<String> = due.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    set_taken(transaction, &due, true)?;
    by_id(transaction, &due)
}

/// Marks events as being sent, or no longer.
pub fn set_taken(
    transaction: &mut Transaction<'_>,
    delay_ids: &[String],
    taken: bool,
) -> Result<(), StorageError> {
    let sql = "UPDATE delayed_events SET taken = $2 WHERE delay_id = ANY($1)";
    transaction.execute(sql, &[Value::from(delay_ids.to_vec()), Value::Integer(i64::from(taken))])?;
    Ok(())
}

/// What was being sent when that was broken off is sent again; its transaction id sees to it that it happens once. Into
/// the rooms `but` something is being sent right now.
pub fn give_back(transaction: &mut Transaction<'_>, but: &[String]) -> Result<(), StorageError> {
    let sql = "UPDATE delayed_events SET taken = 0 \
               WHERE taken = 1 AND finalised_at IS NULL AND NOT room_id = ANY($1)";
    transaction.execute(sql, &[Value::from(but.to_vec())])?;
    Ok(())
}

/// Begins the delay of an event anew.
pub fn restart(transaction: &mut Transaction<'_>, delay_id: &str, now_ms: i64) -> Result<(), StorageError> {
    let sql = "UPDATE delayed_events SET running_since_at = $2, send_at = delay_ms + $2 WHERE delay_id = $1";
    transaction.execute(sql, &[delay_id.into(), now_ms.into()])?;
    Ok(())
}

/// What became of an event that was sent, failed or was cancelled.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which.
    pub delay_id: String,
    /// The event it became.
    pub event_id: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Notes what became of an event. What it said is not kept here any longer.
pub fn finalise(
    transaction: &mut Transaction<'_>,
    outcome: &Outcome,
    now_ms: i64,
) -> Result<(), StorageError> {
    let sql = "UPDATE delayed_events SET finalised_at = $2, event_id = $3, error = $4, taken = 0, content = '' \
               WHERE delay_id = $1 AND finalised_at IS NULL";
    let values = [
        outcome.delay_id.as_str().into(),
        now_ms.into(),
        outcome.event_id.as_deref().map_or(Value::Null, Value::from),
        outcome.error.as_deref().map_or(Value::Null, Value::from),
    ];
    transaction.execute(sql, &values)?;
    Ok(())
}

/// Forgets what was finalised before `before_ms`.
pub fn forget_finalised(transaction: &mut Transaction<'_>, before_ms: i64) -> Result<u64, StorageError> {
    transaction.execute("DELETE FROM delayed_events WHERE finalised_at < $1", &[before_ms.into()])
}
