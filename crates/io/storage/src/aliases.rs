//! Aliases: names of rooms.

use std::collections::HashMap;

use crate::{Session, StorageError, Transaction, Value};

/// A row of `aliases`.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredAlias {
    /// The alias.
    pub alias: String,
    /// The room it points to, by row number.
    pub room_number: i64,
    /// Who made it, by row number.
    pub creator_number: i64,
}

/// The rooms that those of `aliases` point to which exist.
pub fn rooms(session: &mut Session, aliases: &[String]) -> Result<HashMap<String, i64>, StorageError> {
    let sql = "SELECT alias, room_number FROM aliases WHERE alias = ANY($1)";
    let rows = session.query(sql, &[Value::from(aliases.to_vec())])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// One alias, if it exists.
pub fn by_name(session: &mut Session, alias: &str) -> Result<Option<StoredAlias>, StorageError> {
    let sql = "SELECT alias, room_number, creator_number FROM aliases WHERE alias = $1";
    session.query_optional(sql, &[alias.into()])?.as_ref().map(read).transpose()
}

/// All aliases that point to one of `rooms`.
pub fn of_rooms(session: &mut Session, rooms: &[i64]) -> Result<Vec<StoredAlias>, StorageError> {
    let sql = "SELECT alias, room_number, creator_number FROM aliases WHERE room_number = ANY($1) \
               ORDER BY alias";
    session.query(sql, &[Value::from(rooms.to_vec())])?.iter().map(read).collect()
}

/// How many aliases a user made, and how many point to a room; no more than `limit` of each are counted.
pub fn counts(
    session: &mut Session,
    creator_number: i64,
    room_number: i64,
    limit: i64,
) -> Result<(i64, i64), StorageError> {
    let sql = "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM aliases WHERE creator_number = $1 LIMIT $3) AS made), \
               (SELECT COUNT(*) FROM (SELECT 1 FROM aliases WHERE room_number = $2 LIMIT $3) AS pointing)";
    let row = session.query_optional(sql, &[creator_number.into(), room_number.into(), limit.into()])?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Makes an alias; answers false where it exists already.
pub fn insert(
    transaction: &mut Transaction<'_>,
    alias: &StoredAlias,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let sql = "INSERT INTO aliases (alias, room_number, creator_number, created_at) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (alias) DO NOTHING";
    let row =
        [alias.alias.as_str().into(), alias.room_number.into(), alias.creator_number.into(), now_ms.into()];
    Ok(transaction.execute(sql, &row)? == 1)
}

/// Removes an alias; answers false where there is none.
pub fn delete(transaction: &mut Transaction<'_>, alias: &str) -> Result<bool, StorageError> {
    Ok(transaction.execute("DELETE FROM aliases WHERE alias = $1", &[alias.into()])? == 1)
}

/// Lets all aliases of one room point to another.
pub(crate) fn move_all(transaction: &mut Transaction<'_>, from: i64, to: i64) -> Result<(), StorageError> {
    let sql = "UPDATE aliases SET room_number = $2 WHERE room_number = $1";
    transaction.execute(sql, &[from.into(), to.into()])?;
    Ok(())
}

fn read(row: &crate::Row) -> Result<StoredAlias, StorageError> {
    Ok(StoredAlias { alias: row.get(0)?, room_number: row.get(1)?, creator_number: row.get(2)? })
}
