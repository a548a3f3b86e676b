//! Accounts of this server. What a flag means is decided above; here it is only kept.

use crate::{Row, Session, StorageError, Transaction, Value, users};

/// A local account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The account's row number, the same as its user's.
    pub user_number: i64,
    /// The user id.
    pub user_id: String,
    /// argon2id's PHC text; without one nobody signs in by password.
    pub password_hash: Option<String>,
    /// Whether the account administers this server.
    pub admin: bool,
    /// Whether the account is a guest's.
    pub guest: bool,
    /// When it was made, milliseconds.
    pub created_at: i64,
    /// When it was closed for good, milliseconds.
    pub deactivated_at: Option<i64>,
    /// Whether its owner asked to be forgotten when it was closed.
    pub erased: bool,
    /// Whether it may do nothing but sign out.
    pub locked: bool,
    /// Whether it may only read and leave.
    pub suspended: bool,
}

fn account(row: &Row) -> Result<Account, StorageError> {
    Ok(Account {
        user_number: row.get(0)?,
        user_id: row.get(1)?,
        password_hash: row.get(2)?,
        admin: row.get(3)?,
        guest: row.get(4)?,
        created_at: row.get(5)?,
        deactivated_at: row.get(6)?,
        erased: row.get(7)?,
        locked: row.get(8)?,
        suspended: row.get(9)?,
    })
}

/// The accounts with these user ids; ids without an account are left out.
pub fn by_id(session: &mut Session, user_ids: &[String]) -> Result<Vec<Account>, StorageError> {
    let sql = "SELECT a.user_number, u.user_id, a.password_hash, a.admin, a.guest, a.created_at, \
               a.deactivated_at, a.erased, a.locked, a.suspended \
               FROM users u JOIN accounts a ON a.user_number = u.user_number WHERE u.user_id = ANY($1)";
    session.query(sql, &[Value::from(user_ids.to_vec())])?.iter().map(account).collect()
}

/// The accounts with these numbers.
pub fn by_number(session: &mut Session, user_numbers: &[i64]) -> Result<Vec<Account>, StorageError> {
    let sql = "SELECT a.user_number, u.user_id, a.password_hash, a.admin, a.guest, a.created_at, \
               a.deactivated_at, a.erased, a.locked, a.suspended \
               FROM accounts a JOIN users u ON u.user_number = a.user_number WHERE a.user_number = ANY($1)";
    session.query(sql, &[Value::from(user_numbers.to_vec())])?.iter().map(account).collect()
}

/// Up to `limit` accounts whose user ids come after `after`, in the order of their ids.
pub fn page(session: &mut Session, after: &str, limit: i64) -> Result<Vec<Account>, StorageError> {
    let sql = "SELECT a.user_number, u.user_id, a.password_hash, a.admin, a.guest, a.created_at, \
               a.deactivated_at, a.erased, a.locked, a.suspended \
               FROM users u JOIN accounts a ON a.user_number = u.user_number \
               WHERE u.user_id > $1 ORDER BY u.user_id LIMIT $2";
    session.query(sql, &[after.into(), limit.into()])?.iter().map(account).collect()
}

/// Makes an account. `None` when the id has one already, closed or not.
pub fn insert(
    transaction: &mut Transaction<'_>,
    user_id: &str,
    password_hash: Option<&str>,
    admin: bool,
    now_ms: i64,
) -> Result<Option<i64>, StorageError> {
    let ids = [user_id.to_owned()];
    let Some(number) = users::intern(transaction, &ids)?.remove(user_id) else {
        return Ok(None);
    };
    let sql = "INSERT INTO accounts (user_number, password_hash, admin, guest, created_at, erased, locked, \
               suspended) VALUES ($1, $2, $3, 0, $4, 0, 0, 0) ON CONFLICT (user_number) DO NOTHING";
    let inserted =
        transaction.execute(sql, &[number.into(), password_hash.into(), admin.into(), now_ms.into()])?;
    Ok((inserted == 1).then_some(number))
}

/// Makes a guest's account, which has no password. `None` when the id has an account already.
pub fn insert_guest(
    transaction: &mut Transaction<'_>,
    user_id: &str,
    now_ms: i64,
) -> Result<Option<i64>, StorageError> {
    let made = insert(transaction, user_id, None, false, now_ms)?;
    if let Some(number) = made {
        transaction.execute("UPDATE accounts SET guest = 1 WHERE user_number = $1", &[number.into()])?;
    }
    Ok(made)
}

/// Makes an open guest's account one like all others. Says whether it was one.
pub fn upgrade_guest(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    password_hash: &str,
) -> Result<bool, StorageError> {
    let sql = "UPDATE accounts SET guest = 0, password_hash = $2 \
               WHERE user_number = $1 AND guest = 1 AND deactivated_at IS NULL";
    Ok(transaction.execute(sql, &[user_number.into(), password_hash.into()])? == 1)
}

/// The ids of the guests who are in a room.
pub fn guests_in(session: &mut Session, room_number: i64) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT u.user_id FROM memberships m JOIN accounts a ON a.user_number = m.user_number \
               JOIN users u ON u.user_number = m.user_number \
               WHERE m.room_number = $1 AND m.membership = 'join' AND a.guest = 1 ORDER BY u.user_id";
    session.query(sql, &[room_number.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Up to `limit` open guests who were made and last seen before `before_ms`, the oldest first.
pub fn guests_unseen(
    session: &mut Session,
    before_ms: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>, StorageError> {
    let sql = "SELECT a.user_number, u.user_id FROM accounts a JOIN users u ON u.user_number = a.user_number \
               WHERE a.guest = 1 AND a.deactivated_at IS NULL AND a.created_at < $1 AND NOT EXISTS \
                 (SELECT 1 FROM devices d JOIN device_sightings s ON s.device_number = d.device_number \
                  WHERE d.user_number = a.user_number AND s.seen_at >= $1) \
               ORDER BY a.created_at, a.user_number LIMIT $2";
    let rows = session.query(sql, &[before_ms.into(), limit.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Changes the password of an account; `None` takes it away.
pub fn set_password_hash(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    password_hash: Option<&str>,
) -> Result<(), StorageError> {
    let sql = "UPDATE accounts SET password_hash = $2 WHERE user_number = $1";
    transaction.execute(sql, &[user_number.into(), password_hash.into()])?;
    Ok(())
}

/// Sets what an administrator decides about an account.
pub fn set_standing(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    admin: bool,
    locked: bool,
    suspended: bool,
) -> Result<(), StorageError> {
    let sql = "UPDATE accounts SET admin = $2, locked = $3, suspended = $4 WHERE user_number = $1";
    transaction.execute(sql, &[user_number.into(), admin.into(), locked.into(), suspended.into()])?;
    Ok(())
}

/// The ids of closed accounts that are in a room or knock at one.
pub fn closed_in_rooms(session: &mut Session) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT DISTINCT u.user_id FROM accounts a JOIN users u ON u.user_number = a.user_number \
               JOIN memberships m ON m.user_number = a.user_number \
               WHERE a.deactivated_at IS NOT NULL AND m.membership IN ('join', 'knock') ORDER BY u.user_id";
    session.query(sql, &[])?.iter().map(|row| row.get(0)).collect()
}

/// Closes an account for good. Its row stays, so that its id is never given again.
pub fn deactivate(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    erased: bool,
    now_ms: i64,
) -> Result<(), StorageError> {
    let sql = "UPDATE accounts SET password_hash = NULL, admin = 0, \
         deactivated_at = COALESCE(deactivated_at, $2) WHERE user_number = $1";
    transaction.execute(sql, &[user_number.into(), now_ms.into()])?;
    if erased {
        transaction
            .execute("UPDATE accounts SET erased = 1 WHERE user_number = $1", &[user_number.into()])?;
    }
    Ok(())
}

/// Closed accounts that still have devices or backups, because the server ended before they were gone.
pub fn half_closed(session: &mut Session) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT a.user_number FROM accounts a WHERE a.deactivated_at IS NOT NULL AND \
               (EXISTS (SELECT 1 FROM devices d WHERE d.user_number = a.user_number) \
               OR EXISTS (SELECT 1 FROM key_backups b WHERE b.user_number = a.user_number)) \
               ORDER BY a.user_number";
    session.query(sql, &[])?.iter().map(|row| row.get(0)).collect()
}
