//! Key backups: versions, and the encrypted room keys in them.

use std::collections::HashMap;
use std::ops::Neg;

use crate::{Row, Session, StorageError, Transaction, Value};

/// Keys that are taken away at once: the writer serves others in between.
pub const SWEEP_MAX: i64 = 1_000;

/// One version of a user's backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupRow {
    /// The version's row number.
    pub backup_number: i64,
    /// How its keys are encrypted.
    pub algorithm: String,
    /// What the algorithm needs, a JSON object.
    pub auth_data: String,
    /// Rises with every change of the keys.
    pub etag: i64,
    /// How many keys are in it.
    pub key_count: i64,
    /// Whether it was deleted; then it has no keys.
    pub deleted: bool,
}

/// What decides which of two keys of one session is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRank {
    /// Whether the device that backed it up had verified the one it is from.
    pub is_verified: bool,
    /// The first message it can decrypt.
    pub first_message_index: i64,
    /// How often it was forwarded.
    pub forwarded_count: i64,
}

/// A key that is in a backup, without what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// What decides between it and another of the same session.
    pub rank: KeyRank,
    /// Bytes of its JSON.
    pub bytes: i64,
}

/// How many keys, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Keys.
    pub keys: i64,
    /// Bytes of their JSON.
    pub bytes: i64,
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self { keys: -self.keys, bytes: -self.bytes }
    }
}

/// One key in a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupKeyRow {
    /// The room it is for.
    pub room_id: String,
    /// The session it is of.
    pub session_id: String,
    /// What decides between it and another of the same session.
    pub rank: KeyRank,
    /// The key as it was sent, a JSON object.
    pub json: String,
}

/// A key's place in a backup: room and session.
pub type KeyPlace = (String, String);

fn backup(row: &Row) -> Result<BackupRow, StorageError> {
    Ok(BackupRow {
        backup_number: row.get(0)?,
        algorithm: row.get(1)?,
        auth_data: row.get(2)?,
        etag: row.get(3)?,
        key_count: row.get(4)?,
        deleted: row.get(5)?,
    })
}

/// The current version of a user's backup: the newest that is not deleted.
pub fn current(session: &mut Session, user_number: i64) -> Result<Option<BackupRow>, StorageError> {
    let sql = "SELECT backup_number, algorithm, auth_data, etag, key_count, deleted FROM key_backups \
               WHERE user_number = $1 AND deleted = 0 ORDER BY backup_number DESC LIMIT 1";
    session.query_optional(sql, &[user_number.into()])?.as_ref().map(backup).transpose()
}

/// One version of a user's backup, deleted or not.
pub fn get(
    session: &mut Session,
    user_number: i64,
    backup_number: i64,
) -> Result<Option<BackupRow>, StorageError> {
    let sql = "SELECT backup_number, algorithm, auth_data, etag, key_count, deleted FROM key_backups \
               WHERE user_number = $1 AND backup_number = $2";
    session.query_optional(sql, &[user_number.into(), backup_number.into()])?.as_ref().map(backup).transpose()
}

/// Makes a new version, which becomes the current one.
pub fn create(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    algorithm: &str,
    auth_data: &str,
) -> Result<i64, StorageError> {
    let number = transaction.next_position();
    let sql = "INSERT INTO key_backups \
               (backup_number, user_number, algorithm, auth_data, etag, key_count, deleted) \
               VALUES ($1, $2, $3, $4, 0, 0, 0)";
    transaction.execute(sql, &[number.into(), user_number.into(), algorithm.into(), auth_data.into()])?;
    Ok(number)
}

/// Deletes the versions of a user that are older than the newest `kept`, up to 1,000 of them, and says which: their
/// keys are for [`sweep`], and then they are for [`forget`].
pub fn delete_surplus(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    kept: i64,
) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT backup_number FROM key_backups WHERE user_number = $1 \
               ORDER BY backup_number DESC LIMIT 1000 OFFSET $2";
    let rows = transaction.query(sql, &[user_number.into(), kept.into()])?;
    let surplus = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
    if !surplus.is_empty() {
        let sql = "UPDATE key_backups SET deleted = 1, key_count = 0, bytes = 0, auth_data = '{}' \
                   WHERE backup_number = ANY($1)";
        transaction.execute(sql, &[Value::from(surplus.clone())])?;
    }
    Ok(surplus)
}

/// Forgets versions that have no keys any more.
pub fn forget(transaction: &mut Transaction<'_>, backup_numbers: &[i64]) -> Result<(), StorageError> {
    let sql = "DELETE FROM key_backups WHERE backup_number = ANY($1)";
    transaction.execute(sql, &[Value::from(backup_numbers.to_vec())])?;
    Ok(())
}

/// Replaces a version's `auth_data`.
pub fn set_auth_data(
    transaction: &mut Transaction<'_>,
    backup_number: i64,
    auth_data: &str,
) -> Result<(), StorageError> {
    let sql = "UPDATE key_backups SET auth_data = $2 WHERE backup_number = $1";
    transaction.execute(sql, &[backup_number.into(), auth_data.into()])?;
    Ok(())
}

/// Deletes a version. Its keys, which nobody sees any more, are taken away by [`sweep`].
pub fn delete(transaction: &mut Transaction<'_>, backup_number: i64) -> Result<(), StorageError> {
    let sql = "UPDATE key_backups SET deleted = 1, key_count = 0, bytes = 0, auth_data = '{}' WHERE backup_number = $1";
    transaction.execute(sql, &[backup_number.into()])?;
    Ok(())
}

/// Takes away up to [`SWEEP_MAX`] keys of a version, and says how many.
pub fn sweep(transaction: &mut Transaction<'_>, backup_number: i64) -> Result<u64, StorageError> {
    let sql = "DELETE FROM backup_keys WHERE backup_number = $1 AND (room_id, session_id) IN \
               (SELECT room_id, session_id FROM backup_keys WHERE backup_number = $1 LIMIT $2)";
    transaction.execute(sql, &[backup_number.into(), SWEEP_MAX.into()])
}

/// Deletes all versions of a user: the account is being closed, and nobody can read them again. [`sweep_closed`]
/// takes away what is left of them.
pub fn delete_all(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    let sql = "UPDATE key_backups SET deleted = 1, key_count = 0, bytes = 0, auth_data = '{}' WHERE user_number = $1";
    transaction.execute(sql, &[user_number.into()])?;
    Ok(())
}

/// Takes away up to [`SWEEP_MAX`] keys of a user's deleted versions, and with the last of them the versions. Says
/// how many keys.
pub fn sweep_closed(transaction: &mut Transaction<'_>, user_number: i64) -> Result<u64, StorageError> {
    let sql = "DELETE FROM backup_keys WHERE (backup_number, room_id, session_id) IN \
               (SELECT k.backup_number, k.room_id, k.session_id FROM backup_keys k \
               JOIN key_backups b ON b.backup_number = k.backup_number \
               WHERE b.user_number = $1 AND b.deleted = 1 LIMIT $2)";
    let swept = transaction.execute(sql, &[user_number.into(), SWEEP_MAX.into()])?;
    if swept < SWEEP_MAX.unsigned_abs() {
        let sql = "DELETE FROM key_backups WHERE user_number = $1 AND deleted = 1";
        transaction.execute(sql, &[user_number.into()])?;
    }
    Ok(swept)
}

/// The keys of `session_ids` that a version has, by place.
pub fn stored(
    session: &mut Session,
    backup_number: i64,
    room_ids: &[String],
    session_ids: &[String],
) -> Result<HashMap<KeyPlace, StoredKey>, StorageError> {
    let sql = "SELECT room_id, session_id, is_verified, first_message_index, forwarded_count, \
               CAST(OCTET_LENGTH(json) AS BIGINT) FROM backup_keys \
               WHERE backup_number = $1 AND room_id = ANY($2) AND session_id = ANY($3)";
    let parameters =
        [backup_number.into(), Value::from(room_ids.to_vec()), Value::from(session_ids.to_vec())];
    let stored = |row: &Row| {
        let rank = KeyRank {
            is_verified: row.get(2)?,
            first_message_index: row.get(3)?,
            forwarded_count: row.get(4)?,
        };
        Ok(((row.get(0)?, row.get(1)?), StoredKey { rank, bytes: row.get(5)? }))
    };
    session.query(sql, &parameters)?.iter().map(stored).collect()
}

/// Keeps keys, each in place of the one of the same session.
pub fn put_keys(
    transaction: &mut Transaction<'_>,
    backup_number: i64,
    keys: &[BackupKeyRow],
) -> Result<(), StorageError> {
    let row = |key: &BackupKeyRow| {
        vec![
            backup_number.into(),
            key.room_id.as_str().into(),
            key.session_id.as_str().into(),
            key.rank.is_verified.into(),
            key.rank.first_message_index.into(),
            key.rank.forwarded_count.into(),
            key.json.as_str().into(),
        ]
    };
    let sql = "INSERT INTO backup_keys \
               (backup_number, room_id, session_id, is_verified, first_message_index, forwarded_count, json) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (backup_number, room_id, session_id) DO UPDATE SET \
               is_verified = excluded.is_verified, first_message_index = excluded.first_message_index, \
               forwarded_count = excluded.forwarded_count, json = excluded.json";
    transaction.execute_many(sql, &keys.iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

/// Records that a version's keys changed: its etag rises, and what it counts moves by `added`.
pub fn changed(
    transaction: &mut Transaction<'_>,
    backup_number: i64,
    added: Amount,
) -> Result<(), StorageError> {
    let sql = "UPDATE key_backups SET etag = etag + 1, key_count = key_count + $2, bytes = bytes + $3 \
               WHERE backup_number = $1";
    transaction.execute(sql, &[backup_number.into(), added.keys.into(), added.bytes.into()])?;
    Ok(())
}

/// Bytes of the keys in all versions of a user.
pub fn bytes_of_user(session: &mut Session, user_number: i64) -> Result<i64, StorageError> {
    let sql = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM key_backups WHERE user_number = $1 AND deleted = 0";
    session.query_optional(sql, &[user_number.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// The keys of a version as place and JSON: of one session, of one room, or all.
pub fn keys(
    session: &mut Session,
    backup_number: i64,
    room_id: Option<&str>,
    session_id: Option<&str>,
) -> Result<Vec<(KeyPlace, String)>, StorageError> {
    let rows = match (room_id, session_id) {
        (Some(room), Some(megolm)) => {
            let sql = "SELECT room_id, session_id, json FROM backup_keys \
                       WHERE backup_number = $1 AND room_id = $2 AND session_id = $3";
            session.query(sql, &[backup_number.into(), room.into(), megolm.into()])?
        }
        (Some(room), None) => {
            let sql = "SELECT room_id, session_id, json FROM backup_keys \
                       WHERE backup_number = $1 AND room_id = $2";
            session.query(sql, &[backup_number.into(), room.into()])?
        }
        (None, _) => {
            let sql = "SELECT room_id, session_id, json FROM backup_keys WHERE backup_number = $1";
            session.query(sql, &[backup_number.into()])?
        }
    };
    rows.iter().map(|row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).collect()
}

/// Deletes keys of a version: of one session, of one room, or all, up to [`SWEEP_MAX`] of them. Says how many, which
/// [`changed`] is to be told.
pub fn delete_keys(
    transaction: &mut Transaction<'_>,
    backup_number: i64,
    room_id: Option<&str>,
    session_id: Option<&str>,
) -> Result<Amount, StorageError> {
    let rows = match (room_id, session_id) {
        (Some(room), Some(megolm)) => {
            let sql = "DELETE FROM backup_keys WHERE backup_number = $1 AND room_id = $2 AND session_id = $3 \
                       RETURNING CAST(OCTET_LENGTH(json) AS BIGINT)";
            transaction.query(sql, &[backup_number.into(), room.into(), megolm.into()])?
        }
        (Some(room), None) => {
            let sql = "DELETE FROM backup_keys WHERE backup_number = $1 AND room_id = $2 AND session_id IN \
                       (SELECT session_id FROM backup_keys WHERE backup_number = $1 AND room_id = $2 LIMIT $3) \
                       RETURNING CAST(OCTET_LENGTH(json) AS BIGINT)";
            transaction.query(sql, &[backup_number.into(), room.into(), SWEEP_MAX.into()])?
        }
        (None, _) => {
            let sql = "DELETE FROM backup_keys WHERE backup_number = $1 AND (room_id, session_id) IN \
                       (SELECT room_id, session_id FROM backup_keys WHERE backup_number = $1 LIMIT $2) \
                       RETURNING CAST(OCTET_LENGTH(json) AS BIGINT)";
            transaction.query(sql, &[backup_number.into(), SWEEP_MAX.into()])?
        }
    };
    let mut deleted = Amount { keys: rows.len() as i64, bytes: 0 };
    for row in rows {
        deleted.bytes += row.get::<i64>(0)?;
    }
    Ok(deleted)
}

/// Deletes keys of a room from all versions of these users, about [`SWEEP_MAX`] of them. Says how many.
pub fn delete_of_room(
    transaction: &mut Transaction<'_>,
    users: &[i64],
    room_id: &str,
) -> Result<u64, StorageError> {
    let sql = "SELECT b.backup_number, b.deleted FROM key_backups b WHERE b.user_number = ANY($1) AND EXISTS \
               (SELECT 1 FROM backup_keys k WHERE k.backup_number = b.backup_number AND k.room_id = $2) \
               ORDER BY b.backup_number";
    let mut all = 0;
    for row in transaction.query(sql, &[Value::from(users.to_vec()), room_id.into()])? {
        let (number, version_is_deleted): (i64, bool) = (row.get(0)?, row.get(1)?);
        let deleted = delete_keys(transaction, number, Some(room_id), None)?;
        if !version_is_deleted {
            changed(transaction, number, -deleted)?;
        }
        all += deleted.keys;
        if all >= SWEEP_MAX {
            break;
        }
    }
    Ok(all.unsigned_abs())
}
