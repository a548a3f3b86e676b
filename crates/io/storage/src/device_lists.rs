//! When users' devices and keys last changed, as others see them: what device list tracking reads.
//!
//! Only the last change of a user is kept. So whoever asks about an older span learns of every user
//! who changed in it, and of some who changed after it too: never of too few.

use crate::{Session, StorageError, Topic, Transaction, Value};

/// Records that the devices or keys of `user_numbers` change now, and announces it.
pub fn record(transaction: &mut Transaction<'_>, user_numbers: &[i64]) -> Result<(), StorageError> {
    if user_numbers.is_empty() {
        return Ok(());
    }
    let position = transaction.next_position();
    let rows: Vec<Vec<Value>> =
        user_numbers.iter().map(|user| vec![(*user).into(), position.into()]).collect();
    let sql = "INSERT INTO device_list_changes (user_number, position) VALUES ($1, $2) \
               ON CONFLICT (user_number) DO UPDATE SET position = excluded.position";
    transaction.execute_many(sql, &rows)?;
    for user in user_numbers {
        transaction.announce(position, Topic::DeviceKeys { user: *user });
    }
    Ok(())
}

/// All users whose devices or keys changed after `since`.
pub fn changed_since(session: &mut Session, since: i64) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT user_number FROM device_list_changes WHERE position > $1 ORDER BY user_number";
    session.query(sql, &[since.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Those of `user_numbers` whose devices or keys changed after `since`.
pub fn changed_among(
    session: &mut Session,
    user_numbers: &[i64],
    since: i64,
) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT user_number FROM device_list_changes \
               WHERE user_number = ANY($1) AND position > $2 ORDER BY user_number";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec()), since.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}
