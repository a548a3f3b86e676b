//! What people's files take, and what was set apart for single people. What holds for everybody is decided above.

use std::collections::HashMap;

use crate::{Row, Session, StorageError, Transaction, Value};

/// What somebody's files take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Files.
    pub files: i64,
    /// Bytes of all of them; equal files count as often as they were uploaded.
    pub kept_bytes: i64,
    /// Bytes of those that were uploaded since a time.
    pub recent_bytes: i64,
    /// When the first of those was uploaded, milliseconds.
    pub first_recent_at: Option<i64>,
}

/// What was set apart for somebody. `None` is what holds for everybody, 0 no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Bytes that all files together may have.
    pub kept_bytes: Option<i64>,
    /// Bytes that may be uploaded within a day.
    pub day_bytes: Option<i64>,
}

/// What the files of these people take, and what was uploaded after `since_ms`; who has none is left out.
pub fn usage(
    session: &mut Session,
    user_numbers: &[i64],
    since_ms: i64,
) -> Result<HashMap<i64, Usage>, StorageError> {
    let sql = "SELECT user_number, COUNT(*), CAST(SUM(size_bytes) AS BIGINT), \
                      CAST(SUM(CASE WHEN created_at > $2 THEN size_bytes ELSE 0 END) AS BIGINT), \
                      MIN(CASE WHEN created_at > $2 THEN created_at END) \
               FROM media WHERE user_number = ANY($1) AND blob_number IS NOT NULL GROUP BY user_number";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec()), since_ms.into()])?;
    let usage = |row: &Row| {
        let (files, kept_bytes) = (row.get(1)?, row.get(2)?);
        let usage = Usage { files, kept_bytes, recent_bytes: row.get(3)?, first_recent_at: row.get(4)? };
        Ok((row.get(0)?, usage))
    };
    rows.iter().map(usage).collect()
}

/// What was set apart for these people; the others are left out.
pub fn quotas(session: &mut Session, user_numbers: &[i64]) -> Result<HashMap<i64, Quota>, StorageError> {
    let sql = "SELECT user_number, kept_bytes, day_bytes FROM media_quotas WHERE user_number = ANY($1)";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec())])?;
    let quota = |row: &Row| Ok((row.get(0)?, Quota { kept_bytes: row.get(1)?, day_bytes: row.get(2)? }));
    rows.iter().map(quota).collect()
}

/// Sets what holds for somebody.
pub fn set_quota(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    quota: Quota,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO media_quotas (user_number, kept_bytes, day_bytes) VALUES ($1, $2, $3) \
               ON CONFLICT (user_number) DO UPDATE SET kept_bytes = excluded.kept_bytes, \
                                                       day_bytes = excluded.day_bytes";
    transaction.execute(sql, &[user_number.into(), quota.kept_bytes.into(), quota.day_bytes.into()])?;
    Ok(())
}
