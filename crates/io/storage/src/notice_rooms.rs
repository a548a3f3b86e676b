//! The rooms in which the server itself writes to people, one for each person.

use crate::{Session, StorageError, Transaction};

/// The room in which the server writes to a person, if there is one.
pub fn of_user(session: &mut Session, user_number: i64) -> Result<Option<String>, StorageError> {
    let sql = "SELECT room_id FROM notice_rooms WHERE user_number = $1";
    session.query_optional(sql, &[user_number.into()])?.map(|row| row.get(0)).transpose()
}

/// Lets the server write to a person in this room from now on.
pub fn set(transaction: &mut Transaction<'_>, user_number: i64, room_id: &str) -> Result<(), StorageError> {
    let sql = "INSERT INTO notice_rooms (user_number, room_id) VALUES ($1, $2) \
               ON CONFLICT (user_number) DO UPDATE SET room_id = excluded.room_id";
    transaction.execute(sql, &[user_number.into(), room_id.into()])?;
    Ok(())
}
