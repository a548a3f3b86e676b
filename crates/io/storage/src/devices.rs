//! Devices of local accounts, and when they were last seen.

use crate::{Row, Session, StorageError, Topic, Transaction, Value, dehydrated_devices, device_keys};

/// A device as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// The device's row number.
    pub device_number: i64,
    /// The device's id, unique within the account.
    pub device_id: String,
    /// What its owner calls it.
    pub display_name: Option<String>,
    /// When it was made, milliseconds.
    pub created_at: i64,
    /// When it last called, milliseconds, and from which address.
    pub seen: Option<(i64, String)>,
}

/// A device that called.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The device.
    pub device_number: i64,
    /// When, milliseconds.
    pub seen_at: i64,
    /// The client's address.
    pub seen_ip: String,
}

fn device(row: &Row) -> Result<DeviceRow, StorageError> {
    let (at, ip): (Option<i64>, Option<String>) = (row.get(3)?, row.get(4)?);
    Ok(DeviceRow {
        device_number: row.get(0)?,
        device_id: row.get(1)?,
        display_name: row.get(2)?,
        created_at: row.get(5)?,
        seen: at.zip(ip),
    })
}

/// All devices of an account, in the order they were made.
pub fn of_user(session: &mut Session, user_number: i64) -> Result<Vec<DeviceRow>, StorageError> {
    let sql = "SELECT d.device_number, d.device_id, d.display_name, s.seen_at, s.seen_ip, d.created_at \
               FROM devices d LEFT JOIN device_sightings s ON s.device_number = d.device_number \
               WHERE d.user_number = $1 ORDER BY d.device_number";
    session.query(sql, &[user_number.into()])?.iter().map(device).collect()
}

/// Those of `device_ids` that the account has.
pub fn by_id(
    session: &mut Session,
    user_number: i64,
    device_ids: &[String],
) -> Result<Vec<DeviceRow>, StorageError> {
    let sql = "SELECT d.device_number, d.device_id, d.display_name, s.seen_at, s.seen_ip, d.created_at \
               FROM devices d LEFT JOIN device_sightings s ON s.device_number = d.device_number \
               WHERE d.user_number = $1 AND d.device_id = ANY($2) ORDER BY d.device_number";
    session.query(sql, &[user_number.into(), Value::from(device_ids.to_vec())])?.iter().map(device).collect()
}

/// The number of the device `device_id`; makes the device when the account has none of that id. An
/// existing device keeps its name, and is not dehydrated any longer.
pub fn ensure(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_id: &str,
    display_name: Option<&str>,
    now_ms: i64,
) -> Result<i64, StorageError> {
    let sql = "SELECT device_number FROM devices WHERE user_number = $1 AND device_id = $2";
    if let Some(row) = transaction.query_optional(sql, &[user_number.into(), device_id.into()])? {
        let number = row.get(0)?;
        dehydrated_devices::delete(transaction, &[number])?;
        return Ok(number);
    }
    let number = transaction.next_position();
    let sql = "INSERT INTO devices (device_number, user_number, device_id, display_name, created_at) \
               VALUES ($1, $2, $3, $4, $5)";
    let row = [number.into(), user_number.into(), device_id.into(), display_name.into(), now_ms.into()];
    transaction.execute(sql, &row)?;
    Ok(number)
}

/// Whether the account has `limit` devices or more, none of them called `device_id`.
pub fn is_full(
    session: &mut Session,
    user_number: i64,
    device_id: &str,
    limit: i64,
) -> Result<bool, StorageError> {
    let sql = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN device_id = $2 THEN 1 ELSE 0 END), 0) \
               FROM devices WHERE user_number = $1";
    let row = session.query_optional(sql, &[user_number.into(), device_id.into()])?;
    let Some(row) = row else { return Ok(false) };
    let (devices, known): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(devices >= limit && known == 0)
}

/// Of an account's devices that no token works for any more, and none can be refreshed, the one that called
/// longest ago.
pub fn longest_unused_signed_out(
    session: &mut Session,
    user_number: i64,
    now_ms: i64,
) -> Result<Option<i64>, StorageError> {
    let sql = "SELECT d.device_number FROM devices d \
               LEFT JOIN device_sightings s ON s.device_number = d.device_number \
               WHERE d.user_number = $1 AND NOT EXISTS (SELECT 1 FROM tokens t \
               WHERE t.device_number = d.device_number AND (t.refresh_hash IS NOT NULL \
               OR t.expires_at IS NULL OR t.expires_at > $2)) \
               ORDER BY COALESCE(s.seen_at, d.created_at), d.device_number LIMIT 1";
    session.query_optional(sql, &[user_number.into(), now_ms.into()])?.map(|row| row.get(0)).transpose()
}

/// Renames a device. Others see the name beside its keys.
pub fn rename(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_id: &str,
    display_name: &str,
) -> Result<bool, StorageError> {
    let sql = "UPDATE devices SET display_name = $3 WHERE user_number = $1 AND device_id = $2 \
               RETURNING device_number";
    let row = [user_number.into(), device_id.into(), display_name.into()];
    let Some(row) = transaction.query_optional(sql, &row)? else { return Ok(false) };
    device_keys::renamed(transaction, user_number, row.get(0)?)?;
    Ok(true)
}

/// Signs devices of one account out and forgets them with everything that belongs to them. Answers
/// the hashes of their access tokens, for whoever remembers those. Every table keyed by device is
/// emptied here and nowhere else.
pub fn delete(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_numbers: &[i64],
) -> Result<Vec<Vec<u8>>, StorageError> {
    if device_numbers.is_empty() {
        return Ok(Vec::new());
    }
    let devices = [Value::from(device_numbers.to_vec())];
    let sql = "SELECT access_hash FROM tokens WHERE device_number = ANY($1)";
    let rows = transaction.query(sql, &devices)?;
    for sql in [
        "DELETE FROM tokens WHERE device_number = ANY($1)",
        "DELETE FROM device_sightings WHERE device_number = ANY($1)",
        "DELETE FROM transaction_ids WHERE device_number = ANY($1)",
        "DELETE FROM sliding_versions WHERE connection_number IN \
         (SELECT connection_number FROM sliding_connections WHERE device_number = ANY($1))",
        "DELETE FROM sliding_connections WHERE device_number = ANY($1)",
        "DELETE FROM pushers WHERE device_number = ANY($1)",
        "DELETE FROM devices WHERE device_number = ANY($1)",
    ] {
        transaction.execute(sql, &devices)?;
    }
    dehydrated_devices::delete(transaction, device_numbers)?;
    device_keys::forget(transaction, user_number, device_numbers)?;
    let position = transaction.next_position();
    transaction.announce(position, Topic::SignedOut { user: user_number });
    rows.iter().map(|row| row.get(0)).collect()
}

/// Ends all tokens of an account. Answers the hashes of its access tokens, for whoever remembers those.
pub fn sign_out_all(
    transaction: &mut Transaction<'_>,
    user_number: i64,
) -> Result<Vec<Vec<u8>>, StorageError> {
    let sql = "DELETE FROM tokens WHERE device_number IN \
               (SELECT device_number FROM devices WHERE user_number = $1) RETURNING access_hash";
    let ended = transaction.query(sql, &[user_number.into()])?;
    let position = transaction.next_position();
    transaction.announce(position, Topic::SignedOut { user: user_number });
    ended.iter().map(|row| row.get(0)).collect()
}

/// Remembers when devices called. Devices that are gone are left out.
pub fn record_sightings(
    transaction: &mut Transaction<'_>,
    sightings: &[Sighting],
) -> Result<(), StorageError> {
    let numbers: Vec<i64> = sightings.iter().map(|sighting| sighting.device_number).collect();
    let sql = "SELECT device_number FROM devices WHERE device_number = ANY($1)";
    let rows = transaction.query(sql, &[Value::from(numbers)])?;
    let known = rows.iter().map(|row| row.get(0)).collect::<Result<std::collections::HashSet<i64>, _>>()?;
    let rows: Vec<Vec<Value>> = sightings
        .iter()
        .filter(|sighting| known.contains(&sighting.device_number))
        .map(|seen| vec![seen.device_number.into(), seen.seen_at.into(), seen.seen_ip.as_str().into()])
        .collect();
    let sql = "INSERT INTO device_sightings (device_number, seen_at, seen_ip) VALUES ($1, $2, $3) \
               ON CONFLICT (device_number) DO UPDATE SET seen_at = excluded.seen_at, seen_ip = excluded.seen_ip";
    transaction.execute_many(sql, &rows)?;
    Ok(())
}
