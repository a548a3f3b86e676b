//! What people agreed to: versions of the operator's documents. Which of them are in force is decided above.

use crate::{Row, Session, StorageError, Transaction};

/// That a person agreed to a version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The document's id.
    pub document: String,
    /// Its version.
    pub version: String,
    /// When, milliseconds.
    pub agreed_at: i64,
}

fn agreement(row: &Row) -> Result<Agreement, StorageError> {
    Ok(Agreement { document: row.get(0)?, version: row.get(1)?, agreed_at: row.get(2)? })
}

/// Everything that an account agreed to, in the order in which it did.
pub fn of_user(session: &mut Session, user_number: i64) -> Result<Vec<Agreement>, StorageError> {
    let sql = "SELECT document, version, agreed_at FROM agreements WHERE user_number = $1 \
               ORDER BY agreed_at, document, version";
    session.query(sql, &[user_number.into()])?.iter().map(agreement).collect()
}

/// Notes agreements of an account. What was agreed to before keeps its time.
pub fn add(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    agreements: &[Agreement],
) -> Result<(), StorageError> {
    let sql = "INSERT INTO agreements (user_number, document, version, agreed_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (user_number, document, version) DO NOTHING";
    let rows = agreements.iter().map(|agreement| {
        let Agreement { document, version, agreed_at } = agreement;
        vec![user_number.into(), document.as_str().into(), version.as_str().into(), (*agreed_at).into()]
    });
    transaction.execute_many(sql, &rows.collect::<Vec<_>>())?;
    Ok(())
}

/// Forgets what an account agreed to.
pub fn delete_all(transaction: &mut Transaction<'_>, user_number: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM agreements WHERE user_number = $1", &[user_number.into()])?;
    Ok(())
}
