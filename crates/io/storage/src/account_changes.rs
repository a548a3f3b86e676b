//! Account data as sync reads it: what changed, and what it needs to know of a user.

use crate::{Session, StorageError, Value};

/// A piece of account data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedData {
    /// The room it belongs to, by row number; 0 for none.
    pub room_number: i64,
    /// Its `type`.
    pub kind: String,
    /// Its content, JSON.
    pub content: String,
    /// When it changed.
    pub position: i64,
}

/// Account data of a user that changed after `since`, in that order.
pub fn since(session: &mut Session, user_number: i64, since: i64) -> Result<Vec<ChangedData>, StorageError> {
    let sql = "SELECT room_number, kind, content, position FROM account_data \
               WHERE user_number = $1 AND position > $2 ORDER BY position";
    let rows = session.query(sql, &[user_number.into(), since.into()])?;
    let read = |row: &crate::Row| {
        Ok(ChangedData {
            room_number: row.get(0)?,
            kind: row.get(1)?,
            content: row.get(2)?,
            position: row.get(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Account data of a user in `rooms`, whenever it was set.
pub fn of_rooms(
    session: &mut Session,
    user_number: i64,
    rooms: &[i64],
) -> Result<Vec<ChangedData>, StorageError> {
    let sql = "SELECT room_number, kind, content, position FROM account_data \
               WHERE user_number = $1 AND room_number = ANY($2) ORDER BY position";
    let rows = session.query(sql, &[user_number.into(), Value::from(rooms.to_vec())])?;
    let read = |row: &crate::Row| {
        Ok(ChangedData {
            room_number: row.get(0)?,
            kind: row.get(1)?,
            content: row.get(2)?,
            position: row.get(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Kind and content of a user's account data of these kinds, of no room.
pub fn global_of_kinds(
    session: &mut Session,
    user_number: i64,
    kinds: &[String],
) -> Result<Vec<(String, String)>, StorageError> {
    let sql = "SELECT kind, content FROM account_data \
               WHERE user_number = $1 AND room_number = 0 AND kind = ANY($2)";
    let rows = session.query(sql, &[user_number.into(), Value::from(kinds.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Sets a user's account data of `kind` in a room (0: of no room) and announces it.
pub fn set(
    transaction: &mut crate::Transaction<'_>,
    user_number: i64,
    room_number: i64,
    kind: &str,
    content: &str,
) -> Result<i64, StorageError> {
    let position = transaction.next_position();
    let sql = "INSERT INTO account_data (user_number, room_number, kind, content, position) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_number, room_number, kind) \
               DO UPDATE SET content = excluded.content, position = excluded.position";
    let row = [user_number.into(), room_number.into(), kind.into(), content.into(), position.into()];
    transaction.execute(sql, &row)?;
    transaction.announce(position, crate::Topic::AccountData { user: user_number });
    Ok(position)
}
