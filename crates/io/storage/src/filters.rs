//! Filters that accounts have stored, by account.

use crate::{Session, StorageError, Transaction, Value};

/// The definition of the account's filter `filter_number`, JSON.
pub fn definition(
    session: &mut Session,
    user_number: i64,
    filter_number: i64,
) -> Result<Option<String>, StorageError> {
    let sql = "SELECT definition FROM filters WHERE filter_number = $1 AND user_number = $2";
    session
        .query_optional(sql, &[filter_number.into(), user_number.into()])?
        .map(|row| row.get(0))
        .transpose()
}

/// The number of the account's filter with this hash; a new one is stored and may push out the oldest,
/// so that an account has at most `filters_max`.
pub fn store(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    hash: &[u8],
    definition: &str,
    filters_max: i64,
) -> Result<i64, StorageError> {
    let known = "SELECT filter_number FROM filters WHERE user_number = $1 AND definition_hash = $2";
    if let Some(row) = transaction.query_optional(known, &[user_number.into(), hash.into()])? {
        return row.get(0);
    }
    let number = transaction.next_position();
    let insert = "INSERT INTO filters (filter_number, user_number, definition_hash, definition) \
                  VALUES ($1, $2, $3, $4)";
    transaction.execute(insert, &[number.into(), user_number.into(), hash.into(), definition.into()])?;
    let surplus = "DELETE FROM filters WHERE filter_number IN (SELECT filter_number FROM filters \
                   WHERE user_number = $1 ORDER BY filter_number DESC LIMIT 1000 OFFSET $2)";
    transaction.execute(surplus, &[Value::from(user_number), filters_max.into()])?;
    Ok(number)
}
