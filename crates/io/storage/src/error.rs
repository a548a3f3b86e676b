//! What can go wrong between a storage function and its database.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;
use rusqlite::ffi::{
    SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE,
};
use tokio_postgres::error::SqlState;

pub use crate::postgresql::DatabaseTlsError;

/// An error of the storage layer. Its text may name tables and columns, never their content.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite refused a statement or could not reach its file.
    #[error("SQLite: {0}")]
    Sqlite(rusqlite::Error),
    /// PostgreSQL refused a statement or the connection to it broke.
    #[error("PostgreSQL: {0}")]
    Postgresql(tokio_postgres::Error),
    /// The database does not answer, or not in time. Whether a commit that was under way happened is unknown.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// There is no TLS to the database.
    #[error("TLS to the database: {0}")]
    Tls(#[from] DatabaseTlsError),
    /// The disk has no room for what was to be written; nothing of it was.
    #[error("there is no room left for the database: {0}")]
    Full(String),
    /// The database was written by a newer program; migrations only go forward.
    #[error("the database has schema version {found}, this program knows {known}: install a newer Herold")]
    NewerSchema {
        /// The version found in the database.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// A row did not have the shape its reader expected.
    #[error("column {index} is not {wanted}")]
    Column {
        /// Counted from 0.
        index: usize,
        /// The type asked for.
        wanted: &'static str,
    },
    /// A statement given to `execute_many` is not an INSERT of one row of parameters.
    #[error("a statement for many rows must be an INSERT with VALUES ($1, ..., $n)")]
    NotOneRow,
    /// A command names something that it did not give a number to.
    #[error("a {0} without a number")]
    Unknown(&'static str),
    /// The commit that held this command failed; nothing of it was written.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// The storage is shutting down; nothing was written.
    #[error("the storage is closed")]
    Closed,
    /// The read or the command panicked; nothing of it was written.
    #[error("this ended in a panic, of which the log tells")]
    Panicked,
    /// The writing thread ended with the command in its hand. Whether it was written is unknown.
    #[error("the storage's writing thread ended before it answered, for a reason that the log tells")]
    Unanswered,
    /// The database was written by an older program that still runs, or never ran to the end.
    #[error(
        "the database has schema version {found}, not {known}: use the Herold that runs on it, or start this one once"
    )]
    OtherSchema {
        /// The version found in the database.
        found: i64,
        /// The version this program makes.
        known: i64,
    },
    /// A database that must be empty has tables.
    #[error("the database is not empty: restore into an empty one")]
    NotEmpty,
    /// Another program writes to this database.
    #[error("another Herold is running on this database")]
    InUse,
    /// A file of the database cannot be opened.
    #[error("the file {} cannot be opened: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The operating system refused a thread or a file.
    #[error("the operating system refused a thread or a file: {0}")]
    System(#[from] std::io::Error),
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error().map(|failure| (failure.code, failure.extended_code));
        match code {
            Some((ErrorCode::DiskFull, _) | (_, SQLITE_IOERR_WRITE | SQLITE_IOERR_SHMSIZE)) => {
                Self::Full(error.to_string())
            }
            _ => Self::Sqlite(error),
        }
    }
}

impl From<tokio_postgres::Error> for StorageError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            Some(code) if *code == SqlState::DISK_FULL => Self::Full(error.to_string()),
            Some(code) if GONE.contains(code) => Self::Unavailable(told(&error)),
            None if error.is_closed() || error.source().is_some_and(|source| source.is::<io::Error>()) => {
                Self::Unavailable(told(&error))
            }
            _ => Self::Postgresql(error),
        }
    }
}

/// What PostgreSQL says when it is not the statement that is wrong: it ends, it starts, it is overrun, it took
/// too long.
const GONE: [SqlState; 7] = [
    SqlState::ADMIN_SHUTDOWN,
    SqlState::CRASH_SHUTDOWN,
    SqlState::CANNOT_CONNECT_NOW,
    SqlState::TOO_MANY_CONNECTIONS,
    SqlState::QUERY_CANCELED,
    SqlState::LOCK_NOT_AVAILABLE,
    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
];

/// The error with what it comes from, which the driver leaves out.
fn told(error: &tokio_postgres::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

impl StorageError {
    /// The same news for another of those whom a failed commit concerns.
    pub fn of_commit(&self) -> Self {
        match self {
            Self::Full(text) => Self::Full(text.clone()),
            Self::Commit(text) => Self::Commit(text.clone()),
            Self::Unavailable(text) => Self::Unavailable(text.clone()),
            other => Self::Commit(other.to_string()),
        }
    }

    /// Whether it is what was read or written that cannot be handled, by a database that answers: trying again changes
    /// nothing, and without it everything else goes on. In doubt it is not.
    ///
    /// PostgreSQL says so by classes of SQLSTATE: 22 is a value that its type does not have, 23 a row that a constraint
    /// refuses, 54 one that is more than fits (a key that no index takes), and XX001 a row that is damaged on the disk.
    /// All others may hold for everything and end: the connection (08) or the server is gone (57, 58), the disk, the memory
    /// or the connections are used up (53), somebody else was first (40, 55), tables are not as this program knows them
    /// (42). SQLite has codes of the same meaning; its word for a damaged row is that the whole file may be.
    pub fn is_of_content(&self) -> bool {
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch)
            ),
            Self::Postgresql(error) => error.code().is_some_and(|state| {
                let class = state.code().get(..2);
                matches!(class, Some("22" | "23" | "54")) || *state == SqlState::DATA_CORRUPTED
            }),
            Self::Column { .. } | Self::Unknown(_) | Self::Panicked => true,
            _ => false,
        }
    }

    /// Whether a row with the same key was there already.
    pub fn is_unique_violation(&self) -> bool {
        match self {
            StorageError::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) => {
                matches!(failure.extended_code, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE)
            }
            StorageError::Postgresql(error) => error.code() == Some(&SqlState::UNIQUE_VIOLATION),
            _ => false,
        }
    }
}
