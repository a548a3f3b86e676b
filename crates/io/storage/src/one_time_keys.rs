//! One-time keys, each handed out once, and fallback keys for when they run out.

use std::collections::{BTreeMap, HashMap};

use crate::{Row, Session, StorageError, Topic, Transaction, Value, device_keys};

/// A one-time or fallback key of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// The algorithm, the part of `key_id` before the colon.
    pub algorithm: String,
    /// Algorithm and name, `signed_curve25519:AAAAHg`.
    pub key_id: String,
    /// The key, canonical JSON.
    pub json: String,
}

/// A one-time key that is or was on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The key's row number.
    pub key_number: i64,
    /// The key, canonical JSON.
    pub json: String,
    /// Whether it was handed out.
    pub claimed: bool,
}

/// What a device has left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyCounts {
    /// Unclaimed one-time keys, by algorithm; algorithms without any are left out.
    pub one_time: BTreeMap<String, i64>,
    /// Algorithms whose fallback key was not handed out yet.
    pub unused_fallback: Vec<String>,
}

/// Of a device's one-time keys those named `key_ids`, handed out lately or not yet.
pub fn stored(
    session: &mut Session,
    device_number: i64,
    key_ids: &[String],
) -> Result<HashMap<String, StoredKey>, StorageError> {
    let sql = "SELECT key_id, key_number, json, claimed_at FROM one_time_keys \
               WHERE device_number = $1 AND key_id = ANY($2)";
    let rows = session.query(sql, &[device_number.into(), Value::from(key_ids.to_vec())])?;
    let stored = |row: &Row| {
        let claimed = row.get::<Option<i64>>(3)?.is_some();
        Ok((row.get(0)?, StoredKey { key_number: row.get(1)?, json: row.get(2)?, claimed }))
    };
    rows.iter().map(stored).collect()
}

/// Adds one-time keys of a device; none of their ids may be stored.
pub fn add(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    keys: &[KeyRow],
) -> Result<(), StorageError> {
    let mut rows = Vec::with_capacity(keys.len());
    for key in keys {
        let number = transaction.next_position();
        rows.push(vec![
            number.into(),
            device_number.into(),
            key.algorithm.as_str().into(),
            key.key_id.as_str().into(),
            key.json.as_str().into(),
        ]);
    }
    let sql = "INSERT INTO one_time_keys (key_number, device_number, algorithm, key_id, json) \
               VALUES ($1, $2, $3, $4, $5)";
    transaction.execute_many(sql, &rows)?;
    Ok(())
}

/// Forgets one-time keys by their row numbers.
pub fn remove(transaction: &mut Transaction<'_>, key_numbers: &[i64]) -> Result<(), StorageError> {
    let sql = "DELETE FROM one_time_keys WHERE key_number = ANY($1)";
    transaction.execute(sql, &[Value::from(key_numbers.to_vec())])?;
    Ok(())
}

/// Forgets which keys of a device were handed out before `before_ms`.
pub fn forget_claimed(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    before_ms: i64,
) -> Result<(), StorageError> {
    let sql = "DELETE FROM one_time_keys WHERE device_number = $1 AND claimed_at < $2";
    transaction.execute(sql, &[device_number.into(), before_ms.into()])?;
    Ok(())
}

/// Sets a device's fallback keys, one per algorithm. The same key set again stays used when it was.
pub fn put_fallback(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    keys: &[KeyRow],
) -> Result<(), StorageError> {
    let row = |key: &KeyRow| {
        vec![
            device_number.into(),
            key.algorithm.as_str().into(),
            key.key_id.as_str().into(),
            key.json.as_str().into(),
            Value::Integer(0),
        ]
    };
    let sql = "INSERT INTO fallback_keys (device_number, algorithm, key_id, json, used) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (device_number, algorithm) DO UPDATE SET \
               used = CASE WHEN fallback_keys.key_id = excluded.key_id AND fallback_keys.json = excluded.json \
               THEN fallback_keys.used ELSE 0 END, key_id = excluded.key_id, json = excluded.json";
    transaction.execute_many(sql, &keys.iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

/// What a device has left: one query.
pub fn counts(session: &mut Session, device_number: i64) -> Result<KeyCounts, StorageError> {
    let sql = "SELECT algorithm, COUNT(*) FROM one_time_keys \
               WHERE device_number = $1 AND claimed_at IS NULL GROUP BY algorithm \
               UNION ALL SELECT algorithm, CAST(-1 AS BIGINT) FROM fallback_keys \
               WHERE device_number = $1 AND used = 0";
    let mut counts = KeyCounts::default();
    for row in session.query(sql, &[device_number.into()])? {
        match row.get(1)? {
            -1 => counts.unused_fallback.push(row.get(0)?),
            left => {
                counts.one_time.insert(row.get(0)?, left);
            }
        }
    }
    counts.unused_fallback.sort_unstable();
    Ok(counts)
}

/// How many fallback keys a device has, used or not.
pub fn count_fallback(session: &mut Session, device_number: i64) -> Result<i64, StorageError> {
    let sql = "SELECT COUNT(*) FROM fallback_keys WHERE device_number = $1";
    session.query_optional(sql, &[device_number.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// Hands out one key of `algorithm` for each of `device_numbers`: the oldest one-time key, else the
/// fallback key, which is used from then on. Devices that have neither are missing in the answer.
pub fn claim(
    transaction: &mut Transaction<'_>,
    device_numbers: &[i64],
    algorithm: &str,
    now_ms: i64,
) -> Result<HashMap<i64, KeyRow>, StorageError> {
    let devices = device_keys::lock(transaction, device_numbers)?;
    let sql = "UPDATE one_time_keys SET claimed_at = $3 WHERE key_number IN ( \
               SELECT (SELECT k.key_number FROM one_time_keys k WHERE k.device_number = d.device_number \
               AND k.algorithm = $2 AND k.claimed_at IS NULL ORDER BY k.key_number LIMIT 1) \
               FROM devices d WHERE d.device_number = ANY($1)) RETURNING device_number, key_id, json";
    let parameters = [Value::from(devices.clone()), algorithm.into(), now_ms.into()];
    let mut claimed = HashMap::with_capacity(devices.len());
    for row in transaction.query(sql, &parameters)? {
        claimed.insert(row.get(0)?, claimed_key(&row, algorithm)?);
    }
    let without: Vec<i64> = devices.into_iter().filter(|device| !claimed.contains_key(device)).collect();
    if !without.is_empty() {
        let sql = "UPDATE fallback_keys SET used = 1 WHERE device_number = ANY($1) AND algorithm = $2 \
                   RETURNING device_number, key_id, json";
        for row in transaction.query(sql, &[Value::from(without), algorithm.into()])? {
            claimed.insert(row.get(0)?, claimed_key(&row, algorithm)?);
        }
    }
    announce(transaction, claimed.keys().copied());
    Ok(claimed)
}

fn claimed_key(row: &Row, algorithm: &str) -> Result<KeyRow, StorageError> {
    Ok(KeyRow { algorithm: algorithm.to_owned(), key_id: row.get(1)?, json: row.get(2)? })
}

/// Announces that the counts of `device_numbers` changed.
pub fn announce(transaction: &mut Transaction<'_>, device_numbers: impl IntoIterator<Item = i64>) {
    let mut devices = device_numbers.into_iter().peekable();
    if devices.peek().is_none() {
        return;
    }
    let position = transaction.next_position();
    for device in devices {
        transaction.announce(position, Topic::KeyCounts { device });
    }
}
