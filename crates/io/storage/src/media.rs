//! Uploaded files: what an mxc URI names, which stored bytes belong to it, and smaller pictures of them.
//! Bytes are shared by content; they may go when no file and no thumbnail names them any more.

use crate::{Row, Session, StorageError, Transaction, Value};

/// Stored bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its row.
    pub blob_number: i64,
    /// Its name in the blob store.
    pub blob_key: String,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// How many bytes.
    pub size_bytes: i64,
    /// Whether nobody may see them.
    pub quarantined: bool,
}

/// A file with an mxc URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its row.
    pub media_number: i64,
    /// Who uploads it; `None` where the server fetched it itself.
    pub user_number: Option<i64>,
    /// Its bytes; `None` until they are uploaded.
    pub blob: Option<Blob>,
    /// What the uploader says it is.
    pub content_type: Option<String>,
    /// What the uploader calls it.
    pub file_name: Option<String>,
    /// When the URI ends: if nothing is uploaded, or because it is kept for a while only. Milliseconds.
    pub expires_at: Option<i64>,
}

/// What is known of a file when its row is written.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// The server part of the URI.
    pub server_name: String,
    /// The other part.
    pub media_id: String,
    /// Who uploads it; `None` where the server fetched it itself.
    pub user_number: Option<i64>,
    /// The number and the size of its bytes, where they are here already.
    pub blob: Option<(i64, i64)>,
    /// What the uploader says it is.
    pub content_type: Option<String>,
    /// What the uploader calls it.
    pub file_name: Option<String>,
    /// Now, milliseconds.
    pub created_at: i64,
    /// When the URI ends: if nothing is uploaded, or because it is kept for a while only. Milliseconds.
    pub expires_at: Option<i64>,
}

/// Which picture of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThumbnailKey {
    /// The original.
    pub blob_number: i64,
    /// `crop` or `scale`.
    pub method: &'static str,
    /// The box's width in pixels.
    pub width: i64,
    /// The box's height in pixels.
    pub height: i64,
    /// Whether a moving picture is welcome.
    pub animated: bool,
}

impl ThumbnailKey {
    fn values(&self) -> [Value; 5] {
        [
            self.blob_number.into(),
            self.method.into(),
            self.width.into(),
            self.height.into(),
            self.animated.into(),
        ]
    }
}

/// A smaller picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Its bytes.
    pub blob: Blob,
    /// Its format.
    pub content_type: String,
}

fn blob(row: &Row, first: usize) -> Result<Blob, StorageError> {
    Ok(Blob {
        blob_number: row.get(first)?,
        blob_key: row.get(first + 1)?,
        sha256: row.get(first + 2)?,
        size_bytes: row.get(first + 3)?,
        quarantined: row.get::<Option<i64>>(first + 4)?.is_some(),
    })
}

/// The file that `mxc://server_name/media_id` names.
pub fn find(session: &mut Session, server_name: &str, media_id: &str) -> Result<Option<Media>, StorageError> {
    let sql = "SELECT m.media_number, m.user_number, m.content_type, m.file_name, m.expires_at, \
                      b.blob_number, b.blob_key, b.sha256, b.size_bytes, b.quarantined_at \
               FROM media m LEFT JOIN blobs b ON b.blob_number = m.blob_number \
               WHERE m.server_name = $1 AND m.media_id = $2";
    let Some(row) = session.query_optional(sql, &[server_name.into(), media_id.into()])? else {
        return Ok(None);
    };
    let stored = row.get::<Option<i64>>(5)?.is_some();
    Ok(Some(Media {
        media_number: row.get(0)?,
        user_number: row.get(1)?,
        content_type: row.get(2)?,
        file_name: row.get(3)?,
        expires_at: row.get(4)?,
        blob: if stored { Some(blob(&row, 5)?) } else { None },
    }))
}

/// Finds the stored bytes with this hash or makes `blob_key` their name; the answer tells which. The
/// row is locked until the commit, so that the bytes cannot go meanwhile.
pub fn intern_blob(
    transaction: &mut Transaction<'_>,
    blob_key: &str,
    sha256: &[u8],
    size_bytes: i64,
) -> Result<Blob, StorageError> {
    let sql = "INSERT INTO blobs (blob_number, blob_key, sha256, size_bytes) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (sha256) DO UPDATE SET size_bytes = excluded.size_bytes \
               RETURNING blob_number, blob_key, sha256, size_bytes, quarantined_at";
    let number = transaction.next_position();
    let values = [number.into(), blob_key.into(), sha256.into(), size_bytes.into()];
    let rows = transaction.query(sql, &values)?;
    let row = rows.first().ok_or(StorageError::Column { index: 0, wanted: "a blob" })?;
    blob(row, 0)
}

/// Writes the row of a file.
pub fn add(transaction: &mut Transaction<'_>, media: &NewMedia) -> Result<(), StorageError> {
    let sql = "INSERT INTO media (media_number, server_name, media_id, user_number, blob_number, size_bytes, \
                                  content_type, file_name, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = [
        transaction.next_position().into(),
        media.server_name.as_str().into(),
        media.media_id.as_str().into(),
        media.user_number.into(),
        media.blob.map(|(number, _)| number).into(),
        media.blob.map_or(0, |(_, bytes)| bytes).into(),
        media.content_type.clone().into(),
        media.file_name.clone().into(),
        media.created_at.into(),
        media.expires_at.into(),
    ];
    transaction.execute(sql, &values)?;
    Ok(())
}

/// Gives a file that was created before its bytes. Answers false when it has some or is gone.
pub fn complete(
    transaction: &mut Transaction<'_>,
    media_number: i64,
    (blob_number, size_bytes): (i64, i64),
    content_type: Option<String>,
    file_name: Option<String>,
    now_ms: i64,
) -> Result<bool, StorageError> {
    let sql = "UPDATE media SET blob_number = $2, size_bytes = $3, content_type = $4, file_name = $5, \
                                created_at = $6, expires_at = NULL \
               WHERE media_number = $1 AND blob_number IS NULL";
    let values = [
        media_number.into(),
        blob_number.into(),
        size_bytes.into(),
        content_type.into(),
        file_name.into(),
        now_ms.into(),
    ];
    Ok(transaction.execute(sql, &values)? == 1)
}

/// How many of the user's files wait for their upload, and when the first of them ends; those that
/// ended by `now_ms` are removed.
pub fn awaited(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    now_ms: i64,
) -> Result<(i64, Option<i64>), StorageError> {
    let values = [user_number.into(), now_ms.into()];
    for sql in [
        "DELETE FROM event_files WHERE media_number IN (SELECT media_number FROM media \
         WHERE user_number = $1 AND blob_number IS NULL AND expires_at <= $2)",
        "DELETE FROM media WHERE user_number = $1 AND blob_number IS NULL AND expires_at <= $2",
    ] {
        transaction.execute(sql, &values)?;
    }
    let sql = "SELECT COUNT(*), MIN(expires_at) FROM media \
               WHERE user_number = $1 AND blob_number IS NULL";
    let row = transaction.query_optional(sql, &[user_number.into()])?;
    row.map_or(Ok((0, None)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The smaller picture `key`, if it was made.
pub fn thumbnail(session: &mut Session, key: ThumbnailKey) -> Result<Option<Thumbnail>, StorageError> {
    let sql = "SELECT b.blob_number, b.blob_key, b.sha256, b.size_bytes, b.quarantined_at, t.content_type \
               FROM thumbnails t JOIN blobs b ON b.blob_number = t.thumbnail_number \
               WHERE t.blob_number = $1 AND t.method = $2 AND t.width = $3 AND t.height = $4 AND t.animated = $5";
    let row = session.query_optional(sql, &key.values())?;
    row.map(|row| Ok(Thumbnail { blob: blob(&row, 0)?, content_type: row.get(5)? })).transpose()
}

/// Remembers a smaller picture, unless the original is gone; answers whether it did. A picture made
/// twice (by two nodes) is kept once.
pub fn add_thumbnail(
    transaction: &mut Transaction<'_>,
    key: ThumbnailKey,
    thumbnail_number: i64,
    content_type: &str,
) -> Result<bool, StorageError> {
    let original = "SELECT blob_number FROM blobs WHERE blob_number = $1 FOR UPDATE";
    if transaction.query_optional(original, &[key.blob_number.into()])?.is_none() {
        return Ok(false);
    }
    let sql = "INSERT INTO thumbnails (blob_number, method, width, height, animated, thumbnail_number, content_type) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (blob_number, method, width, height, animated) DO NOTHING";
    let values: Vec<Value> =
        key.values().into_iter().chain([thumbnail_number.into(), content_type.into()]).collect();
    transaction.execute(sql, &values)?;
    Ok(true)
}

/// Those of `blob_keys` that have a row.
pub fn known_keys(session: &mut Session, blob_keys: Vec<String>) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT blob_key FROM blobs WHERE blob_key = ANY($1)";
    session.query(sql, &[blob_keys.into()])?.iter().map(|row| row.get(0)).collect()
}

/// The keys of all bytes that might go together with these files: theirs and those of their thumbnails.
pub fn keys_at_stake(session: &mut Session, media_numbers: Vec<i64>) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT blob_key FROM blobs WHERE blob_number IN ( \
                   SELECT m.blob_number FROM media m WHERE m.media_number = ANY($1) \
                   UNION SELECT t.thumbnail_number FROM media m JOIN thumbnails t ON t.blob_number = m.blob_number \
                   WHERE m.media_number = ANY($1))";
    session.query(sql, &[media_numbers.into()])?.iter().map(|row| row.get(0)).collect()
}

/// The keys of these bytes and of their thumbnails.
pub fn keys_of_blobs(session: &mut Session, blob_numbers: Vec<i64>) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT blob_key FROM blobs WHERE blob_number = ANY($1) OR blob_number IN ( \
                   SELECT thumbnail_number FROM thumbnails WHERE blob_number = ANY($1))";
    session.query(sql, &[blob_numbers.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Up to `limit` files that ended by `now_ms`.
pub fn expired(session: &mut Session, now_ms: i64, limit: i64) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT media_number FROM media WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    session.query(sql, &[now_ms.into(), limit.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Those of `media_numbers` that have ended by `now_ms` still, locked until the commit: an upload may have come since
/// they were listed.
pub fn still_expired(
    transaction: &mut Transaction<'_>,
    media_numbers: Vec<i64>,
    now_ms: i64,
) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT media_number FROM media WHERE media_number = ANY($1) AND expires_at <= $2 \
               ORDER BY media_number FOR UPDATE";
    transaction.query(sql, &[media_numbers.into(), now_ms.into()])?.iter().map(|row| row.get(0)).collect()
}

/// Removes files, and the rows of bytes that nothing names any more. Answers the keys of those bytes.
pub fn remove(
    transaction: &mut Transaction<'_>,
    media_numbers: Vec<i64>,
) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT blob_number FROM media WHERE media_number = ANY($1) AND blob_number IS NOT NULL";
    let rows = transaction.query(sql, &[media_numbers.clone().into()])?;
    let suspects = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
    let media_numbers = [Value::from(media_numbers)];
    transaction.execute("DELETE FROM event_files WHERE media_number = ANY($1)", &media_numbers)?;
    transaction.execute("DELETE FROM media WHERE media_number = ANY($1)", &media_numbers)?;
    remove_unnamed(transaction, suspects)
}

/// Removes the rows of those bytes that nothing names any more. Answers their keys.
pub fn remove_unnamed(
    transaction: &mut Transaction<'_>,
    blob_numbers: Vec<i64>,
) -> Result<Vec<String>, StorageError> {
    let (mut suspects, mut keys) = (blob_numbers, Vec::new());
    // Ends because every round but the last removes blobs; a thumbnail has seldom thumbnails of its own.
    while !suspects.is_empty() {
        let dead = unnamed(transaction, suspects)?;
        let numbers: Vec<i64> = dead.iter().map(|(number, _)| *number).collect();
        let sql = "SELECT DISTINCT thumbnail_number FROM thumbnails WHERE blob_number = ANY($1)";
        let rows = transaction.query(sql, &[numbers.clone().into()])?;
        suspects = rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
        transaction
            .execute("DELETE FROM thumbnails WHERE blob_number = ANY($1)", &[numbers.clone().into()])?;
        transaction.execute("DELETE FROM blobs WHERE blob_number = ANY($1)", &[numbers.into()])?;
        keys.extend(dead.into_iter().map(|(_, key)| key));
    }
    Ok(keys)
}

/// Those of `blob_numbers` that no file and no thumbnail names and that are not in quarantine, locked until the commit.
fn unnamed(
    transaction: &mut Transaction<'_>,
    blob_numbers: Vec<i64>,
) -> Result<Vec<(i64, String)>, StorageError> {
    let lock = "SELECT blob_number FROM blobs WHERE blob_number = ANY($1) ORDER BY blob_number FOR UPDATE";
    transaction.query(lock, &[blob_numbers.clone().into()])?;
    let sql = "SELECT b.blob_number, b.blob_key FROM blobs b WHERE b.blob_number = ANY($1) \
               AND b.quarantined_at IS NULL \
               AND NOT EXISTS (SELECT 1 FROM media m WHERE m.blob_number = b.blob_number) \
               AND NOT EXISTS (SELECT 1 FROM thumbnails t WHERE t.thumbnail_number = b.blob_number \
                                                            AND t.blob_number <> b.blob_number)";
    let rows = transaction.query(sql, &[blob_numbers.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
