//! What was found at URLs, for a while. A URL is known here by its SHA-256 only.

use crate::{Session, StorageError, Transaction};

/// The preview of a URL that is the oldest of those fetched at `from_ms` or later.
pub fn find(session: &mut Session, url_sha256: &[u8], from_ms: i64) -> Result<Option<String>, StorageError> {
    let sql = "SELECT preview FROM url_previews WHERE url_sha256 = $1 AND fetched_at >= $2 \
               ORDER BY fetched_at LIMIT 1";
    let row = session.query_optional(sql, &[url_sha256.into(), from_ms.into()])?;
    row.map(|row| row.get(0)).transpose()
}

/// Remembers a preview; one of the same moment (of another node) is replaced.
pub fn add(
    transaction: &mut Transaction<'_>,
    url_sha256: &[u8],
    fetched_at: i64,
    preview: &str,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO url_previews (url_sha256, fetched_at, preview) VALUES ($1, $2, $3) \
               ON CONFLICT (url_sha256, fetched_at) DO UPDATE SET preview = excluded.preview";
    transaction.execute(sql, &[url_sha256.into(), fetched_at.into(), preview.into()])?;
    Ok(())
}

/// Forgets those fetched before `before_ms`.
pub fn forget(transaction: &mut Transaction<'_>, before_ms: i64) -> Result<(), StorageError> {
    transaction.execute("DELETE FROM url_previews WHERE fetched_at < $1", &[before_ms.into()])?;
    Ok(())
}
