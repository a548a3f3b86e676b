//! Transaction ids of requests that answer nothing: each happens once, however often it is sent.

use crate::{StorageError, Transaction};

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
