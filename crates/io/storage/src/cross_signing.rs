//! Users' cross-signing keys, and what users' user-signing keys say about others.

use std::collections::HashMap;

use crate::{Row, Session, StorageError, Topic, Transaction, Value, device_lists};

/// A cross-signing key of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossSigningRow {
    /// Whose key it is.
    pub user_number: i64,
    /// `master`, `self_signing` or `user_signing`.
    pub usage: String,
    /// The public key, unpadded base64.
    pub public_key: String,
    /// The key object, canonical JSON.
    pub json: String,
}

/// A signature by a user-signing key about another user's master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSignature {
    /// Whose user-signing key signed.
    pub signer_number: i64,
    /// Whose master key was signed.
    pub target_number: i64,
    /// The signing key, `ed25519:<public key>`.
    pub key_id: String,
    /// The signature, unpadded base64.
    pub signature: String,
}

/// The cross-signing keys of `user_numbers`.
pub fn of_users(session: &mut Session, user_numbers: &[i64]) -> Result<Vec<CrossSigningRow>, StorageError> {
    let sql =
        "SELECT user_number, usage, public_key, json FROM cross_signing_keys WHERE user_number = ANY($1)";
    let rows = session.query(sql, &[Value::from(user_numbers.to_vec())])?;
    let key = |row: &Row| {
        Ok(CrossSigningRow {
            user_number: row.get(0)?,
            usage: row.get(1)?,
            public_key: row.get(2)?,
            json: row.get(3)?,
        })
    };
    rows.iter().map(key).collect()
}

/// Keeps others from writing the cross-signing keys of a local account until the commit.
pub fn lock(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    let sql = "SELECT user_number FROM accounts WHERE user_number = $1 FOR UPDATE";
    transaction.query(sql, &[user_number.into()])?;
    Ok(())
}

/// Whether a user has a cross-signing key whose public part is `name`: no device may be called so.
pub fn is_public_key(session: &mut Session, user_number: i64, name: &str) -> Result<bool, StorageError> {
    let sql = "SELECT usage FROM cross_signing_keys WHERE user_number = $1 AND public_key = $2";
    Ok(session.query_optional(sql, &[user_number.into(), name.into()])?.is_some())
}

/// Keeps cross-signing keys, each in place of the one of the same use.
pub fn put(transaction: &mut Transaction<'_>, keys: &[CrossSigningRow]) -> Result<(), StorageError> {
    let row = |key: &CrossSigningRow| {
        vec![
            key.user_number.into(),
            key.usage.as_str().into(),
            key.public_key.as_str().into(),
            key.json.as_str().into(),
        ]
    };
    let sql = "INSERT INTO cross_signing_keys (user_number, usage, public_key, json) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (user_number, usage) DO UPDATE \
               SET public_key = excluded.public_key, json = excluded.json";
    transaction.execute_many(sql, &keys.iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

/// Forgets cross-signing keys of a user, by their use.
pub fn remove(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    usages: &[String],
) -> Result<(), StorageError> {
    let sql = "DELETE FROM cross_signing_keys WHERE user_number = $1 AND usage = ANY($2)";
    transaction.execute(sql, &[user_number.into(), Value::from(usages.to_vec())])?;
    Ok(())
}

/// Forgets all cross-signing keys of a user and what they and others said: the account is being erased.
pub fn delete_all(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    forget_signatures_by(transaction, user_number)?;
    forget_signatures_about(transaction, user_number)?;
    let sql = "DELETE FROM cross_signing_keys WHERE user_number = $1";
    if transaction.execute(sql, &[user_number.into()])? > 0 {
        device_lists::record(transaction, &[user_number])?;
    }
    Ok(())
}

/// Keeps signatures that one user-signing key made about other users, and tells their signer, who
/// alone sees them.
pub fn put_user_signatures(
    transaction: &mut Transaction<'_>,
    signatures: &[UserSignature],
) -> Result<(), StorageError> {
    let Some(first) = signatures.first() else { return Ok(()) };
    let position = transaction.next_position();
    let row = |signature: &UserSignature| {
        vec![
            signature.signer_number.into(),
            signature.target_number.into(),
            signature.key_id.as_str().into(),
            signature.signature.as_str().into(),
            position.into(),
        ]
    };
    let sql = "INSERT INTO user_signatures (signer_number, target_number, key_id, signature, position) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (signer_number, target_number) DO UPDATE \
               SET key_id = excluded.key_id, signature = excluded.signature, position = excluded.position";
    transaction.execute_many(sql, &signatures.iter().map(row).collect::<Vec<_>>())?;
    transaction.announce(position, Topic::UserSignature { signer: first.signer_number });
    Ok(())
}

/// What `signer_number` signed of the keys of `target_numbers`, by target.
pub fn user_signatures(
    session: &mut Session,
    signer_number: i64,
    target_numbers: &[i64],
) -> Result<HashMap<i64, UserSignature>, StorageError> {
    let sql = "SELECT target_number, key_id, signature FROM user_signatures \
               WHERE signer_number = $1 AND target_number = ANY($2)";
    let rows = session.query(sql, &[signer_number.into(), Value::from(target_numbers.to_vec())])?;
    let signature = |row: &Row| {
        let target_number = row.get(0)?;
        let (key_id, signature) = (row.get(1)?, row.get(2)?);
        Ok((target_number, UserSignature { signer_number, target_number, key_id, signature }))
    };
    rows.iter().map(signature).collect()
}

/// The users whose keys `signer_number` signed after `since`: for the signer, and for nobody else,
/// their keys changed.
pub fn signed_since(session: &mut Session, signer_number: i64, since: i64) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT target_number FROM user_signatures \
               WHERE signer_number = $1 AND position > $2 ORDER BY target_number";
    session.query(sql, &[signer_number.into(), since.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Forgets what a user's user-signing key said about others: the key is gone.
pub fn forget_signatures_by(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM user_signatures WHERE signer_number = $1", &[user_number.into()])?;
    Ok(())
}

/// Forgets what others' user-signing keys said about a user's master key: the key is gone.
pub fn forget_signatures_about(
    transaction: &mut Transaction<'_>,
    user_number: i64,
) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM user_signatures WHERE target_number = $1", &[user_number.into()])?;
    Ok(())
}
