//! Access tokens with their refresh tokens, and tokens that sign another device in. Only hashes of
//! tokens come here, never the tokens.

use crate::{Row, Session, StorageError, Transaction, Value};

/// Answers to one refresh token that are good at the same time, until one of them is used.
pub const SUCCESSORS_MAX: i64 = 5;

/// An access token that is about to be given, and the refresh token that goes with it.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// SHA-256 of the access token.
    pub access_hash: Vec<u8>,
    /// SHA-256 of the refresh token.
    pub refresh_hash: Option<Vec<u8>>,
    /// When the access token ends, milliseconds.
    pub expires_at: Option<i64>,
}

/// What an access token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// When it ends, milliseconds.
    pub expires_at: Option<i64>,
    /// Whether it is the answer to a refresh and was not used yet.
    pub unused_successor: bool,
    /// The device's row number.
    pub device_number: i64,
    /// The device's id.
    pub device_id: String,
    /// The account's row number.
    pub user_number: i64,
    /// The account's user id.
    pub user_id: String,
    /// Whether the account administers this server.
    pub admin: bool,
    /// Whether the account is a guest's.
    pub guest: bool,
    /// Whether the account may do nothing but sign out.
    pub locked: bool,
    /// Whether the account may only read and leave.
    pub suspended: bool,
}

fn token(row: &Row) -> Result<TokenRow, StorageError> {
    Ok(TokenRow {
        expires_at: row.get(0)?,
        unused_successor: row.get::<Option<Vec<u8>>>(1)?.is_some(),
        device_number: row.get(2)?,
        device_id: row.get(3)?,
        user_number: row.get(4)?,
        user_id: row.get(5)?,
        admin: row.get(6)?,
        guest: row.get(7)?,
        locked: row.get(8)?,
        suspended: row.get(9)?,
    })
}

/// What the access token with this hash stands for.
pub fn find(session: &mut Session, access_hash: &[u8]) -> Result<Option<TokenRow>, StorageError> {
    let sql = "SELECT t.expires_at, t.replaces, d.device_number, d.device_id, u.user_number, u.user_id, \
               a.admin, a.guest, a.locked, a.suspended \
               FROM tokens t JOIN devices d ON d.device_number = t.device_number \
               JOIN users u ON u.user_number = d.user_number \
               JOIN accounts a ON a.user_number = d.user_number \
               WHERE t.access_hash = $1 AND a.deactivated_at IS NULL";
    session.query_optional(sql, &[access_hash.into()])?.as_ref().map(token).transpose()
}

/// Gives a device its only token: those it had are gone. Answers the hashes of the access tokens that
/// ended.
pub fn replace(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    new: &NewToken,
    now_ms: i64,
) -> Result<Vec<Vec<u8>>, StorageError> {
    let sql = "SELECT access_hash FROM tokens WHERE device_number = $1";
    let ended = transaction.query(sql, &[device_number.into()])?;
    transaction.execute("DELETE FROM tokens WHERE device_number = $1", &[device_number.into()])?;
    insert(transaction, device_number, new, None, now_ms)?;
    ended.iter().map(|row| row.get(0)).collect()
}

/// Answers a refresh token with `new`, and says the hashes of access tokens that ended with it. `None` when the
/// refresh token is not known, or was replaced by one that is in use.
pub fn refresh(
    transaction: &mut Transaction<'_>,
    refresh_hash: &[u8],
    new: &NewToken,
    now_ms: i64,
) -> Result<Option<Vec<Vec<u8>>>, StorageError> {
    let sql = "SELECT access_hash, device_number FROM tokens WHERE refresh_hash = $1";
    let Some(row) = transaction.query_optional(sql, &[refresh_hash.into()])? else {
        return Ok(None);
    };
    let (access_hash, device_number): (Vec<u8>, i64) = (row.get(0)?, row.get(1)?);
    let mut ended = settle(transaction, &access_hash)?;
    let sql = "SELECT access_hash FROM tokens WHERE device_number = $1 AND replaces = $2 \
               ORDER BY issued_at DESC, access_hash LIMIT 1000 OFFSET $3";
    let kept = SUCCESSORS_MAX - 1;
    let too_many =
        transaction.query(sql, &[device_number.into(), access_hash.as_slice().into(), kept.into()])?;
    for row in &too_many {
        let hash: Vec<u8> = row.get(0)?;
        transaction.execute("DELETE FROM tokens WHERE access_hash = $1", &[hash.as_slice().into()])?;
        ended.push(hash);
    }
    insert(transaction, device_number, new, Some(&access_hash), now_ms)?;
    Ok(Some(ended))
}

/// Marks an access token as used: the token it replaced ends, and so do other answers to the same
/// refresh token. Answers the hashes of access tokens that ended.
pub fn settle(transaction: &mut Transaction<'_>, access_hash: &[u8]) -> Result<Vec<Vec<u8>>, StorageError> {
    let sql = "SELECT device_number, replaces FROM tokens WHERE access_hash = $1 AND replaces IS NOT NULL";
    let Some(row) = transaction.query_optional(sql, &[access_hash.into()])? else {
        return Ok(Vec::new());
    };
    let (device_number, replaced): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
    let parameters = [device_number.into(), Value::from(access_hash), Value::from(replaced)];
    let sql = "SELECT access_hash FROM tokens WHERE device_number = $1 AND access_hash <> $2 \
               AND (access_hash = $3 OR replaces = $3)";
    let ended = transaction.query(sql, &parameters)?;
    let sql = "DELETE FROM tokens WHERE device_number = $1 AND access_hash <> $2 \
               AND (access_hash = $3 OR replaces = $3)";
    transaction.execute(sql, &parameters)?;
    transaction.execute("UPDATE tokens SET replaces = NULL WHERE access_hash = $1", &parameters[1..2])?;
    ended.iter().map(|row| row.get(0)).collect()
}

/// The hashes of all access tokens of an account.
pub fn of_user(session: &mut Session, user_number: i64) -> Result<Vec<Vec<u8>>, StorageError> {
    let sql = "SELECT t.access_hash FROM devices d JOIN tokens t ON t.device_number = d.device_number \
               WHERE d.user_number = $1";
    session.query(sql, &[user_number.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Keeps a token that signs another device of `user_number` in, and forgets the account's expired ones.
pub fn insert_login_token(
    transaction: &mut Transaction<'_>,
    token_hash: &[u8],
    user_number: i64,
    expires_at: i64,
    now_ms: i64,
) -> Result<(), StorageError> {
    let sql = "DELETE FROM login_tokens WHERE user_number = $1 AND expires_at <= $2";
    transaction.execute(sql, &[user_number.into(), now_ms.into()])?;
    let sql = "INSERT INTO login_tokens (token_hash, user_number, expires_at) VALUES ($1, $2, $3)";
    transaction.execute(sql, &[token_hash.into(), user_number.into(), expires_at.into()])?;
    Ok(())
}

/// Uses a login token up: the account it signs in, unless it is unknown, used or expired.
pub fn take_login_token(
    transaction: &mut Transaction<'_>,
    token_hash: &[u8],
    now_ms: i64,
) -> Result<Option<i64>, StorageError> {
    let sql = "SELECT user_number, expires_at FROM login_tokens WHERE token_hash = $1";
    let Some(row) = transaction.query_optional(sql, &[token_hash.into()])? else {
        return Ok(None);
    };
    transaction.execute("DELETE FROM login_tokens WHERE token_hash = $1", &[token_hash.into()])?;
    let (user_number, expires_at): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok((now_ms < expires_at).then_some(user_number))
}

/// Forgets all login tokens of an account.
pub fn delete_login_tokens(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM login_tokens WHERE user_number = $1", &[user_number.into()])?;
    Ok(())
}

fn insert(
    transaction: &mut Transaction<'_>,
    device_number: i64,
    new: &NewToken,
    replaces: Option<&[u8]>,
    now_ms: i64,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO tokens (access_hash, refresh_hash, device_number, issued_at, expires_at, replaces) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let row = [
        new.access_hash.as_slice().into(),
        new.refresh_hash.clone().into(),
        device_number.into(),
        now_ms.into(),
        new.expires_at.into(),
        replaces.into(),
    ];
    transaction.execute(sql, &row)?;
    Ok(())
}
