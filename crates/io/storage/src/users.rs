//! Users by number: every user this server has heard of has one, and other tables name only it.

use std::collections::HashMap;

use crate::{Session, StorageError, Transaction, Value};

/// The numbers of those of `user_ids` that are known.
pub fn numbers(session: &mut Session, user_ids: &[String]) -> Result<HashMap<String, i64>, StorageError> {
    let sql = "SELECT user_id, user_number FROM users WHERE user_id = ANY($1)";
    let rows = session.query(sql, &[Value::from(user_ids.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The ids behind `user_numbers`.
pub fn ids(session: &mut Session, user_numbers: &[i64]) -> Result<HashMap<i64, String>, StorageError> {
    let sql = "SELECT user_number, user_id FROM users WHERE user_number = ANY($1)";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The numbers of all `user_ids`; those not known yet get one.
pub fn intern(
    transaction: &mut Transaction<'_>,
    user_ids: &[String],
) -> Result<HashMap<String, i64>, StorageError> {
    let mut found = numbers(transaction, user_ids)?;
    let mut new_rows = Vec::new();
    for user_id in user_ids {
        if !found.contains_key(user_id) {
            let number = transaction.next_position();
            found.insert(user_id.clone(), number);
            new_rows.push(vec![Value::Integer(number), Value::Text(user_id.clone())]);
        }
    }
    transaction.execute_many("INSERT INTO users (user_number, user_id) VALUES ($1, $2)", &new_rows)?;
    Ok(found)
}
