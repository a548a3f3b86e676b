//! Devices that receive while nobody is signed in (MSC3814): which of an account's devices it is, and what its
//! owner put by to wake it up. Its keys and messages are kept as every device's are.

use crate::{Row, Session, StorageError, Transaction, Value};

/// The dehydrated device of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DehydratedRow {
    /// The device's row number.
    pub device_number: i64,
    /// The device's id.
    pub device_id: String,
    /// What its owner put by, JSON.
    pub data: String,
}

/// The dehydrated device of an account, if it has one.
pub fn of_user(session: &mut Session, user_number: i64) -> Result<Option<DehydratedRow>, StorageError> {
    let sql = "SELECT h.device_number, d.device_id, h.data FROM dehydrated_devices h \
               JOIN devices d ON d.device_number = h.device_number WHERE h.user_number = $1";
    let read = |row: Row| {
        Ok(DehydratedRow { device_number: row.get(0)?, device_id: row.get(1)?, data: row.get(2)? })
    };
    session.query_optional(sql, &[user_number.into()])?.map(read).transpose()
}

/// Makes a device of an account its dehydrated one; the account has none.
pub fn insert(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    device_number: i64,
    data: &str,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO dehydrated_devices (user_number, device_number, data) VALUES ($1, $2, $3)";
    transaction.execute(sql, &[user_number.into(), device_number.into(), data.into()])?;
    Ok(())
}

/// Forgets that devices are dehydrated: they are being deleted, or somebody signs in with them.
pub fn delete(transaction: &mut Transaction<'_>, device_numbers: &[i64]) -> Result<(), StorageError> {
    let sql = "DELETE FROM dehydrated_devices WHERE device_number = ANY($1)";
    transaction.execute(sql, &[Value::from(device_numbers.to_vec())])?;
    Ok(())
}
