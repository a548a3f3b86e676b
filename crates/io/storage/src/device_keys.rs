//! The identity keys of devices.

use crate::{Session, StorageError, Transaction, Value, device_lists};

/// A device and where to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whose device it is.
    pub user_id: String,
    /// The device's id, unique within the account.
    pub device_id: String,
    /// The device's row number.
    pub device_number: i64,
}

/// The keys of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKeysRow {
    /// Whose device it is.
    pub user_number: i64,
    /// The device's row number.
    pub device_number: i64,
    /// The device's id.
    pub device_id: String,
    /// What its owner calls it.
    pub display_name: Option<String>,
    /// The published keys, canonical JSON.
    pub json: String,
}

/// All devices of `user_ids`, with or without keys.
pub fn addresses(session: &mut Session, user_ids: &[String]) -> Result<Vec<Address>, StorageError> {
    let sql = "SELECT u.user_id, d.device_id, d.device_number \
               FROM users u JOIN devices d ON d.user_number = u.user_number WHERE u.user_id = ANY($1)";
    let rows = session.query(sql, &[Value::from(user_ids.to_vec())])?;
    let address = |row: &crate::Row| {
        Ok(Address { user_id: row.get(0)?, device_id: row.get(1)?, device_number: row.get(2)? })
    };
    rows.iter().map(address).collect()
}

/// Those of `device_numbers` that exist; they do so, and nobody else writes their keys, until the
/// commit.
pub fn lock(transaction: &mut Transaction<'_>, device_numbers: &[i64]) -> Result<Vec<i64>, StorageError> {
    let sql =
        "SELECT device_number FROM devices WHERE device_number = ANY($1) ORDER BY device_number FOR UPDATE";
    let rows = transaction.query(sql, &[Value::from(device_numbers.to_vec())])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The keys of all devices of `user_numbers` that published any.
pub fn of_users(session: &mut Session, user_numbers: &[i64]) -> Result<Vec<DeviceKeysRow>, StorageError> {
    let sql = "SELECT d.user_number, d.device_number, d.device_id, d.display_name, k.json \
               FROM devices d JOIN device_keys k ON k.device_number = d.device_number \
               WHERE d.user_number = ANY($1) ORDER BY d.device_number";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec())])?;
    let keys = |row: &crate::Row| {
        Ok(DeviceKeysRow {
            user_number: row.get(0)?,
            device_number: row.get(1)?,
            device_id: row.get(2)?,
            display_name: row.get(3)?,
            json: row.get(4)?,
        })
    };
    rows.iter().map(keys).collect()
}

/// The keys of one device, canonical JSON.
pub fn of_device(session: &mut Session, device_number: i64) -> Result<Option<String>, StorageError> {
    let sql = "SELECT json FROM device_keys WHERE device_number = $1";
    session.query_optional(sql, &[device_number.into()])?.map(|row| row.get(0)).transpose()
}

/// Keeps the keys of devices, given as device number and canonical JSON.
pub fn put(transaction: &mut Transaction<'_>, keys: &[(i64, String)]) -> Result<(), StorageError> {
    let rows: Vec<Vec<Value>> =
        keys.iter().map(|(device, json)| vec![(*device).into(), json.as_str().into()]).collect();
    let sql = "INSERT INTO device_keys (device_number, json) VALUES ($1, $2) \
               ON CONFLICT (device_number) DO UPDATE SET json = excluded.json";
    transaction.execute_many(sql, &rows)?;
    Ok(())
}

/// Forgets all keys of devices of one user that are being deleted, and what waits for them. The
/// user's device list changes when any of them had keys.
pub fn forget(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_numbers: &[i64],
) -> Result<(), StorageError> {
    let devices = [Value::from(device_numbers.to_vec())];
    for sql in [
        "DELETE FROM one_time_keys WHERE device_number = ANY($1)",
        "DELETE FROM fallback_keys WHERE device_number = ANY($1)",
        "DELETE FROM to_device_messages WHERE device_number = ANY($1)",
    ] {
        transaction.execute(sql, &devices)?;
    }
    if transaction.execute("DELETE FROM device_keys WHERE device_number = ANY($1)", &devices)? > 0 {
        device_lists::record(transaction, &[user_number])?;
    }
    Ok(())
}

/// Records a change of the user's device list when the device has keys: its name is shown with them.
pub fn renamed(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_number: i64,
) -> Result<(), StorageError> {
    if of_device(transaction, device_number)?.is_some() {
        device_lists::record(transaction, &[user_number])?;
    }
    Ok(())
}
