//! Tokens with which somebody proves to another service who they are (OpenID). Only their hashes come here.

use crate::{Session, StorageError, Transaction};

/// Keeps a token of an account, and forgets those that ended and the oldest beyond `keep_max`.
pub fn insert(
    transaction: &mut Transaction<'_>,
    token_hash: &[u8],
    user_number: i64,
    expires_at: i64,
    now_ms: i64,
    keep_max: i64,
) -> Result<(), StorageError> {
    let sql = "DELETE FROM openid_tokens WHERE user_number = $1 AND (expires_at <= $2 OR token_hash IN \
               (SELECT token_hash FROM openid_tokens WHERE user_number = $1 \
               ORDER BY expires_at DESC, token_hash LIMIT 1000 OFFSET $3))";
    transaction.execute(sql, &[user_number.into(), now_ms.into(), (keep_max - 1).into()])?;
    let sql = "INSERT INTO openid_tokens (token_hash, user_number, expires_at) VALUES ($1, $2, $3)";
    transaction.execute(sql, &[token_hash.into(), user_number.into(), expires_at.into()])?;
    Ok(())
}

/// The user id of the open account that the token with this hash stands for, unless it ended.
pub fn find(session: &mut Session, token_hash: &[u8], now_ms: i64) -> Result<Option<String>, StorageError> {
    let sql = "SELECT u.user_id FROM openid_tokens t JOIN users u ON u.user_number = t.user_number \
               JOIN accounts a ON a.user_number = t.user_number \
               WHERE t.token_hash = $1 AND t.expires_at > $2 AND a.deactivated_at IS NULL AND a.locked = 0";
    session.query_optional(sql, &[token_hash.into(), now_ms.into()])?.map(|row| row.get(0)).transpose()
}

/// Forgets all tokens of an account.
pub fn delete_all(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM openid_tokens WHERE user_number = $1", &[user_number.into()])?;
    Ok(())
}
