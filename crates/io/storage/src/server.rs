//! What is true of the server itself: its name and the keys it signs with.

use crate::{Session, StorageError, Transaction, Value};

/// A key that this server signs with.
pub struct SigningKey {
    /// `ed25519:` and its version.
    pub key_id: String,
    /// The private key, 32 bytes.
    pub seed: Vec<u8>,
}

/// The server's own name, once it has one.
pub fn name(session: &mut Session) -> Result<Option<String>, StorageError> {
    let sql = "SELECT value FROM server_facts WHERE fact = 'name'";
    session.query_optional(sql, &[])?.map(|row| row.get(0)).transpose()
}

/// Gives the server the name it keeps for ever; it has none yet.
pub fn insert_name(transaction: &mut Transaction<'_>, name: &str) -> Result<(), StorageError> {
    let sql = "INSERT INTO server_facts (fact, value) VALUES ('name', $1)";
    transaction.execute(sql, &[name.into()]).map(drop)
}

/// A secret that the server makes once and keeps for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The private key that notifications to browsers are signed with: browsers subscribe to it.
    PushKey,
    /// The key of the links by which people agree to terms.
    TermsKey,
}

impl Secret {
    fn fact(self) -> &'static str {
        match self {
            Self::PushKey => "push_key",
            Self::TermsKey => "terms_key",
        }
    }
}

/// A secret as text: the one that is kept, or else `fresh`, which is kept from now on.
pub fn kept_secret(
    transaction: &mut Transaction<'_>,
    secret: Secret,
    fresh: String,
) -> Result<String, StorageError> {
    let found = "SELECT value FROM server_facts WHERE fact = $1";
    if let Some(row) = transaction.query_optional(found, &[secret.fact().into()])? {
        return row.get(0);
    }
    let sql = "INSERT INTO server_facts (fact, value) VALUES ($1, $2)";
    transaction.execute(sql, &[secret.fact().into(), fresh.as_str().into()])?;
    Ok(fresh)
}

/// The key to sign with now.
pub fn current_signing_key(session: &mut Session) -> Result<Option<SigningKey>, StorageError> {
    let sql =
        "SELECT key_id, seed FROM signing_keys WHERE retired_at IS NULL ORDER BY created_at DESC LIMIT 1";
    let row = session.query_optional(sql, &[])?;
    row.map(|row| Ok(SigningKey { key_id: row.get(0)?, seed: row.get(1)? })).transpose()
}

/// Adds the key to sign with from now on.
pub fn insert_signing_key(
    transaction: &mut Transaction<'_>,
    key: &SigningKey,
    now_ms: i64,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO signing_keys (key_id, seed, created_at) VALUES ($1, $2, $3)";
    let parameters: [Value; 3] = [key.key_id.as_str().into(), key.seed.as_slice().into(), now_ms.into()];
    transaction.execute(sql, &parameters).map(drop)
}
