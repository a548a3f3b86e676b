//! What redacted events said, while it is kept. Who may see it is decided above.

use crate::{Session, StorageError, Transaction, Value};

/// Originals that one sweep takes away at most: the writer serves others in between.
pub const SWEEP_MAX: i64 = 500;

/// The event as it was before its redaction, if that is kept still at `now_ms`.
pub fn get(session: &mut Session, event_number: i64, now_ms: i64) -> Result<Option<String>, StorageError> {
    let sql = "SELECT json FROM redacted_originals WHERE event_number = $1 AND until_at > $2";
    session.query_optional(sql, &[event_number.into(), now_ms.into()])?.map(|row| row.get(0)).transpose()
}

/// Keeps an event as it was.
pub(crate) fn keep(
    transaction: &mut Transaction<'_>,
    event_number: i64,
    json: &str,
    until_ms: i64,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO redacted_originals (event_number, json, until_at) VALUES ($1, $2, $3)";
    transaction.execute(sql, &[event_number.into(), json.into(), until_ms.into()]).map(drop)
}

/// Takes the originals of events away.
pub(crate) fn remove(transaction: &mut Transaction<'_>, event_numbers: &Value) -> Result<(), StorageError> {
    let sql = "DELETE FROM redacted_originals WHERE event_number = ANY($1)";
    transaction.execute(sql, std::slice::from_ref(event_numbers)).map(drop)
}

/// Takes up to [`SWEEP_MAX`] originals away that were to be kept until `now_ms`. Says how many.
pub fn sweep(transaction: &mut Transaction<'_>, now_ms: i64) -> Result<u64, StorageError> {
    let sql = "DELETE FROM redacted_originals WHERE event_number IN (SELECT event_number FROM redacted_originals \
               WHERE until_at <= $1 ORDER BY until_at LIMIT $2)";
    transaction.execute(sql, &[now_ms.into(), SWEEP_MAX.into()])
}
