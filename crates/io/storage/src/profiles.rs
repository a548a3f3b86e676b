//! Profiles: named JSON values of users.

use crate::{Session, StorageError, Transaction, Value};

/// One field of a user's profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileField {
    /// Whose.
    pub user_number: i64,
    /// The field's name.
    pub field: String,
    /// Its value, JSON text.
    pub value: String,
}

/// All fields of these users' profiles, in the order of their names.
pub fn of_users(session: &mut Session, user_numbers: &[i64]) -> Result<Vec<ProfileField>, StorageError> {
    let sql = "SELECT user_number, field, value FROM profile_fields WHERE user_number = ANY($1) \
               ORDER BY user_number, field";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec())])?;
    rows.iter()
        .map(|row| Ok(ProfileField { user_number: row.get(0)?, field: row.get(1)?, value: row.get(2)? }))
        .collect()
}

/// Sets a field.
pub fn set(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    field: &str,
    value: &str,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO profile_fields (user_number, field, value) VALUES ($1, $2, $3) \
               ON CONFLICT (user_number, field) DO UPDATE SET value = excluded.value";
    transaction.execute(sql, &[user_number.into(), field.into(), value.into()])?;
    Ok(())
}

/// Takes a field away; says whether it was there.
pub fn delete(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    field: &str,
) -> Result<bool, StorageError> {
    let sql = "DELETE FROM profile_fields WHERE user_number = $1 AND field = $2";
    Ok(transaction.execute(sql, &[user_number.into(), field.into()])? == 1)
}

/// Takes all fields of a user away.
pub fn delete_all(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM profile_fields WHERE user_number = $1", &[user_number.into()])?;
    Ok(())
}
