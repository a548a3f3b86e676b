//! Files as administrators see and choose them, and their quarantine.

use crate::{Row, Session, StorageError, Transaction, Value};

/// Which files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All of them.
    All,
    /// Those in quarantine.
    Quarantined,
    /// Those with this SHA-256.
    Hash(Vec<u8>),
    /// Those that somebody uploaded, by row number.
    Person(i64),
    /// Those of one server with these ids.
    Ids(String, Vec<String>),
}

/// A file in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMedia {
    /// Its row.
    pub media_number: i64,
    /// The server part of the URI.
    pub server_name: String,
    /// The other part.
    pub media_id: String,
    /// Who uploaded it; `None` where the server fetched it itself.
    pub user_id: Option<String>,
    /// How many bytes.
    pub size_bytes: i64,
    /// What the uploader says it is.
    pub content_type: Option<String>,
    /// What the uploader calls it.
    pub file_name: Option<String>,
    /// When it was uploaded, milliseconds.
    pub created_at: i64,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// Since when nobody may see its bytes, milliseconds.
    pub quarantined_at: Option<i64>,
}

fn listed(row: &Row) -> Result<ListedMedia, StorageError> {
    Ok(ListedMedia {
        media_number: row.get(0)?,
        server_name: row.get(1)?,
        media_id: row.get(2)?,
        user_id: row.get(3)?,
        size_bytes: row.get(4)?,
        content_type: row.get(5)?,
        file_name: row.get(6)?,
        created_at: row.get(7)?,
        sha256: row.get(8)?,
        quarantined_at: row.get(9)?,
    })
}

/// The two statements about one kind of choice, whose own parameters begin with `$3`.
macro_rules! chosen {
    ($condition:literal) => {
        Statements {
            list: concat!(
                "SELECT m.media_number, m.server_name, m.media_id, u.user_id, m.size_bytes, m.content_type, \
                        m.file_name, m.created_at, b.sha256, b.quarantined_at \
                 FROM media m JOIN blobs b ON b.blob_number = m.blob_number \
                 LEFT JOIN users u ON u.user_number = m.user_number \
                 WHERE m.media_number > $1 AND ",
                $condition,
                " ORDER BY m.media_number LIMIT $2"
            ),
            blobs: concat!(
                "SELECT DISTINCT b.blob_number FROM blobs b \
                 LEFT JOIN media m ON m.blob_number = b.blob_number WHERE b.blob_number > $1 AND ",
                $condition,
                " ORDER BY b.blob_number LIMIT $2"
            ),
        }
    };
}

struct Statements {
    list: &'static str,
    blobs: &'static str,
}

impl Choice {
    fn statements(&self) -> Statements {
        match self {
            Self::All => chosen!("1 = 1"),
            Self::Quarantined => chosen!("b.quarantined_at IS NOT NULL"),
            Self::Hash(_) => chosen!("b.sha256 = $3"),
            Self::Person(_) => chosen!("m.user_number = $3"),
            Self::Ids(..) => chosen!("m.server_name = $3 AND m.media_id = ANY($4)"),
        }
    }

    fn values(&self, after: i64, limit: i64) -> Vec<Value> {
        let mut values = vec![after.into(), limit.into()];
        match self {
            Self::All | Self::Quarantined => {}
            Self::Hash(sha256) => values.push(sha256.clone().into()),
            Self::Person(user_number) => values.push((*user_number).into()),
            Self::Ids(server_name, ids) => {
                values.extend([server_name.as_str().into(), ids.clone().into()]);
            }
        }
        values
    }
}

/// Up to `limit` files with bytes after row `after`, in the order in which they came.
pub fn list(
    session: &mut Session,
    choice: &Choice,
    after: i64,
    limit: i64,
) -> Result<Vec<ListedMedia>, StorageError> {
    session.query(choice.statements().list, &choice.values(after, limit))?.iter().map(listed).collect()
}

/// The stored bytes of the chosen files after row `after`, also those that no file has any more: row numbers.
pub fn blobs(
    session: &mut Session,
    choice: &Choice,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    let rows = session.query(choice.statements().blobs, &choice.values(after, limit))?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Puts stored bytes into quarantine; answers how many were not in it before.
pub fn quarantine(
    transaction: &mut Transaction<'_>,
    blob_numbers: Vec<i64>,
    now_ms: i64,
) -> Result<u64, StorageError> {
    let sql = "UPDATE blobs SET quarantined_at = $2 WHERE blob_number = ANY($1) AND quarantined_at IS NULL";
    transaction.execute(sql, &[blob_numbers.into(), now_ms.into()])
}

/// Takes stored bytes out of quarantine; answers how many were in it.
pub fn unquarantine(transaction: &mut Transaction<'_>, blob_numbers: Vec<i64>) -> Result<u64, StorageError> {
    let sql = "UPDATE blobs SET quarantined_at = NULL \
               WHERE blob_number = ANY($1) AND quarantined_at IS NOT NULL";
    transaction.execute(sql, &[blob_numbers.into()])
}

/// Up to `limit` messages of a room after position `after` in which an address of a file stands: position and JSON.
pub fn messages(
    session: &mut Session,
    room_number: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>, StorageError> {
    let sql = "SELECT position, json FROM events WHERE room_number = $1 AND position > $2 \
               AND state_key_number IS NULL AND json LIKE '%\"mxc://%' ORDER BY position LIMIT $3";
    let rows = session.query(sql, &[room_number.into(), after.into(), limit.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The accounts after row `after`, up to `limit`.
pub fn people(session: &mut Session, after: i64, limit: i64) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT user_number FROM accounts WHERE user_number > $1 ORDER BY user_number LIMIT $2";
    session.query(sql, &[after.into(), limit.into()])?.iter().map(|row| row.get(0)).collect()
}

/// What `people` keep in which an address of a file stands, in their profiles and as account data of other rooms than
/// `room_number` or of none: JSON.
pub fn kept_by(session: &mut Session, people: &[i64], room_number: i64) -> Result<Vec<String>, StorageError> {
    let sql = "SELECT value FROM profile_fields WHERE user_number = ANY($1) AND value LIKE '%\"mxc://%' \
               UNION ALL SELECT content FROM account_data \
               WHERE user_number = ANY($1) AND room_number <> $2 AND content LIKE '%\"mxc://%'";
    let rows = session.query(sql, &[Value::from(people.to_vec()), room_number.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}
