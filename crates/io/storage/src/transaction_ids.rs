//! Transaction ids: those of requests that answer nothing happen once, however often they are sent; and all
//! of them end. What was sent under one that ended is not told from a new request.

use crate::{StorageError, Transaction};

/// Transaction ids that one sweep takes away at most: the writer serves others in between.
pub const SWEEP_MAX: i64 = 1_000;

/// Uses a device's transaction id for `scope`, the endpoint and its path. Answers false when it was
/// used before: then the request has happened.
pub fn claim(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    scope: &str,
    transaction_id: &str,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let sql = "INSERT INTO transaction_ids (claim, device_number, transaction_id, answer, created_at) \
               VALUES ($1, $2, $3, '', $4) ON CONFLICT (claim) DO NOTHING";
    let claim = format!("{device_number}/{scope}/{transaction_id}");
    let row = [claim.into(), device_number.into(), transaction_id.into(), now_ms.into()];
    Ok(transaction.execute(sql, &row)? == 1)
}

/// Takes away up to [`SWEEP_MAX`] transaction ids that were used before `before_ms`, the oldest first. Says
/// how many.
pub fn sweep(transaction: &mut Transaction<'_>, before_ms: i64) -> Result<u64, StorageError> {
    let sql = "DELETE FROM transaction_ids WHERE claim IN (SELECT claim FROM transaction_ids \
               WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
    transaction.execute(sql, &[before_ms.into(), SWEEP_MAX.into()])
}
