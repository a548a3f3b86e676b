//! Account data: JSON that clients keep with an account, or with an account's view of a room. Each write
//! has a log position and wakes the account's waiting requests.

use crate::{Row, Session, StorageError, Topic, Transaction, Value};

/// The room number of account data that belongs to no room.
pub const NO_ROOM: i64 = 0;

/// One piece of account data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountData {
    /// The room's row number, [`NO_ROOM`] for none.
    pub room_number: i64,
    /// The event type.
    pub kind: String,
    /// The content, JSON text.
    pub content: String,
    /// When it was written last, a log position.
    pub position: i64,
}

/// What clients keep with one account, after a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Pieces, one for each kind and room.
    pub pieces: i64,
    /// Bytes of their contents.
    pub bytes: i64,
    /// Whether the write made it more.
    pub grew: bool,
}

fn account_data(row: &Row) -> Result<AccountData, StorageError> {
    Ok(AccountData {
        room_number: row.get(0)?,
        kind: row.get(1)?,
        content: row.get(2)?,
        position: row.get(3)?,
    })
}

/// The content of one kind.
pub fn get(
    session: &mut Session,
    user_number: i64,
    room_number: i64,
    kind: &str,
) -> Result<Option<String>, StorageError> {
    let sql = "SELECT content FROM account_data WHERE user_number = $1 AND room_number = $2 AND kind = $3";
    let row = session.query_optional(sql, &[user_number.into(), room_number.into(), kind.into()])?;
    row.map(|row| row.get(0)).transpose()
}

/// What each of these users keeps under `kind` with no room: (user, content).
pub fn of_users(
    session: &mut Session,
    user_numbers: &[i64],
    kind: &str,
) -> Result<Vec<(i64, String)>, StorageError> {
    let sql = "SELECT user_number, content FROM account_data \
               WHERE user_number = ANY($1) AND room_number = 0 AND kind = $2";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec()), kind.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// What a user's account data, of no room and of all rooms, became after position `since` and up to
/// `until`, in the order it was written. From 0 on it is everything.
pub fn changed(
    session: &mut Session,
    user_number: i64,
    since: i64,
    until: i64,
) -> Result<Vec<AccountData>, StorageError> {
    let sql = "SELECT room_number, kind, content, position FROM account_data \
               WHERE user_number = $1 AND position > $2 AND position <= $3 ORDER BY position";
    session.query(sql, &[user_number.into(), since.into(), until.into()])?.iter().map(account_data).collect()
}

/// All account data of a user in these rooms ([`NO_ROOM`] among them where wanted).
pub fn in_rooms(
    session: &mut Session,
    user_number: i64,
    room_numbers: &[i64],
) -> Result<Vec<AccountData>, StorageError> {
    let sql = "SELECT room_number, kind, content, position FROM account_data \
               WHERE user_number = $1 AND room_number = ANY($2) ORDER BY room_number, kind";
    session
        .query(sql, &[user_number.into(), room_numbers.to_vec().into()])?
        .iter()
        .map(account_data)
        .collect()
}

/// All account data of one kind that a user keeps, with rooms and with none.
pub fn of_kind(
    session: &mut Session,
    user_number: i64,
    kind: &str,
) -> Result<Vec<AccountData>, StorageError> {
    let sql = "SELECT room_number, kind, content, position FROM account_data \
               WHERE user_number = $1 AND kind = $2 ORDER BY room_number";
    session.query(sql, &[user_number.into(), kind.into()])?.iter().map(account_data).collect()
}

/// Writes one kind of the server's own and announces it. Answers its position.
pub fn set(
    transaction: &mut Transaction<'_>,
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
    transaction.announce(position, Topic::AccountData { user: user_number });
    Ok(position)
}

/// Writes one kind that clients keep, which counts for [`Totals`], and announces it.
pub fn set_counted(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    room_number: i64,
    kind: &str,
    content: &str,
) -> Result<Totals, StorageError> {
    let sql = "SELECT CAST(OCTET_LENGTH(content) AS BIGINT) FROM account_data \
               WHERE user_number = $1 AND room_number = $2 AND kind = $3";
    let before = transaction.query_optional(sql, &[user_number.into(), room_number.into(), kind.into()])?;
    let before = before.map(|row| row.get::<i64>(0)).transpose()?;
    set(transaction, user_number, room_number, kind, content)?;
    let new_pieces = i64::from(before.is_none());
    let new_bytes = i64::try_from(content.len()).unwrap_or(i64::MAX).saturating_sub(before.unwrap_or(0));
    let sql = "INSERT INTO account_data_totals (user_number, pieces, bytes) VALUES ($1, $2, $3) \
               ON CONFLICT (user_number) DO UPDATE SET \
               pieces = account_data_totals.pieces + excluded.pieces, \
               bytes = account_data_totals.bytes + excluded.bytes";
    transaction.execute(sql, &[user_number.into(), new_pieces.into(), new_bytes.into()])?;
    let sql = "SELECT pieces, bytes FROM account_data_totals WHERE user_number = $1";
    let row = transaction.query_optional(sql, &[user_number.into()])?;
    let row = row.ok_or(StorageError::Unknown("account data total"))?;
    Ok(Totals { pieces: row.get(0)?, bytes: row.get(1)?, grew: new_pieces > 0 || new_bytes > 0 })
}

/// Takes everything away that a user kept.
pub fn delete_all(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM account_data WHERE user_number = $1", &[user_number.into()])?;
    transaction.execute("DELETE FROM account_data_totals WHERE user_number = $1", &[user_number.into()])?;
    Ok(())
}

/// Takes away what these users keep with a room; answers how many pieces that were.
pub(crate) fn delete_of_room(
    transaction: &mut Transaction<'_>,
    room_number: i64,
    users: &[i64],
) -> Result<u64, StorageError> {
    let users = Value::from(users.to_vec());
    let sql = "DELETE FROM account_data WHERE room_number = $1 AND user_number = ANY($2)";
    let deleted = transaction.execute(sql, &[room_number.into(), users.clone()])?;
    let sql = "UPDATE account_data_totals SET \
               pieces = (SELECT COUNT(*) FROM account_data a \
                 WHERE a.user_number = account_data_totals.user_number \
                 AND a.kind NOT IN ('m.fully_read', 'm.push_rules')), \
               bytes = (SELECT CAST(COALESCE(SUM(OCTET_LENGTH(a.content)), 0) AS BIGINT) FROM account_data a \
                 WHERE a.user_number = account_data_totals.user_number \
                 AND a.kind NOT IN ('m.fully_read', 'm.push_rules')) \
               WHERE user_number = ANY($1)";
    transaction.execute(sql, &[users])?;
    Ok(deleted)
}
