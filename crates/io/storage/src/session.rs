//! A conversation with either engine: what storage functions are given.

use crate::postgresql::PostgresqlConnection;
use crate::sqlite::SqliteConnection;
use crate::{Database, Row, StorageError, Value};

/// A connection inside a transaction that somebody else begins and ends.
pub struct Session {
    connection: Connection,
    /// What was said when the disk was found full.
    full: Option<String>,
}

enum Connection {
    Sqlite(SqliteConnection),
    Postgresql(Box<PostgresqlConnection>),
}

impl Session {
    pub(crate) fn open_writer(database: &Database) -> Result<Self, StorageError> {
        Ok(Self::new(match database {
            Database::Sqlite { path } => Connection::Sqlite(SqliteConnection::open_writer(path)?),
            Database::Postgresql(place) => {
                Connection::Postgresql(Box::new(PostgresqlConnection::open_writer(place)?))
            }
        }))
    }

    pub(crate) fn open_reader(database: &Database) -> Result<Self, StorageError> {
        Ok(Self::new(match database {
            Database::Sqlite { path } => Connection::Sqlite(SqliteConnection::open_reader(path)?),
            Database::Postgresql(place) => {
                Connection::Postgresql(Box::new(PostgresqlConnection::open(place)?))
            }
        }))
    }

    fn new(connection: Connection) -> Self {
        Self { connection, full: None }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_))
    }

    /// Lets statements take as long as they take, for migrations and copies; or no longer than the
    /// configuration says. SQLite waits for nobody but its own disk.
    pub(crate) fn set_patient(&mut self, patient: bool) -> Result<(), StorageError> {
        match &mut self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgresql(connection) => connection.set_patient(patient),
        }
    }

    /// The error of a full disk, if one was met since the last time this was asked. SQLite may roll the
    /// whole transaction back when it meets one, and then every later statement fails for another reason.
    pub(crate) fn take_full(&mut self) -> Option<StorageError> {
        self.full.take().map(StorageError::Full)
    }

    fn noted<T>(&mut self, outcome: Result<T, StorageError>) -> Result<T, StorageError> {
        if let Err(StorageError::Full(text)) = &outcome {
            self.full = Some(text.clone());
        }
        outcome
    }

    /// Runs fixed statements without parameters or answers.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StorageError> {
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.batch(sql),
            Connection::Postgresql(connection) => connection.batch(sql),
        }
    }

    /// Moves what is written into the database's own file, so that after an orderly end this file alone is
    /// the database. SQLite's write-ahead log would otherwise outlive the writer while readers are open.
    pub(crate) fn settle(&mut self) -> Result<(), StorageError> {
        if self.is_sqlite() { self.batch("PRAGMA wal_checkpoint(TRUNCATE)") } else { Ok(()) }
    }

    /// Begins a snapshot: everything read until it ends is of one moment.
    pub(crate) fn begin_reading(&mut self) -> Result<(), StorageError> {
        self.batch(if self.is_sqlite() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" })
    }

    /// Begins to write. On SQLite the lock is taken here, so that a file which another program keeps
    /// locked is waited for once, and not by each command that writes.
    pub(crate) fn begin_writing(&mut self) -> Result<(), StorageError> {
        self.full = None;
        self.batch(if self.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" })
    }

    /// Ends the transaction, if there still is one, without keeping anything of it.
    pub(crate) fn roll_back(&mut self) -> Result<(), StorageError> {
        match &self.connection {
            Connection::Sqlite(connection) if !connection.is_in_transaction() => Ok(()),
            _ => self.batch("ROLLBACK"),
        }
    }

    /// All rows that `sql` answers. `$1` is the first of `parameters`.
    pub fn query(&mut self, sql: &'static str, parameters: &[Value]) -> Result<Vec<Row>, StorageError> {
        let outcome = match &mut self.connection {
            Connection::Sqlite(connection) => connection.query(sql, parameters),
            Connection::Postgresql(connection) => connection.query(sql, parameters),
        };
        self.noted(outcome)
    }

    /// The first row that `sql` answers, if any.
    pub fn query_optional(
        &mut self,
        sql: &'static str,
        parameters: &[Value],
    ) -> Result<Option<Row>, StorageError> {
        Ok(self.query(sql, parameters)?.into_iter().next())
    }

    /// Runs `sql` and says how many rows it changed.
    pub fn execute(&mut self, sql: &'static str, parameters: &[Value]) -> Result<u64, StorageError> {
        let outcome = match &mut self.connection {
            Connection::Sqlite(connection) => connection.execute(sql, parameters),
            Connection::Postgresql(connection) => connection.execute(sql, parameters),
        };
        self.noted(outcome)
    }

    /// Runs `sql`, an INSERT of one row `VALUES ($1, ..., $n)` (with or without ON CONFLICT), for each
    /// of `rows`: one round trip on PostgreSQL, one prepared statement on SQLite. Says how many rows
    /// changed. With ON CONFLICT DO UPDATE no two of `rows` may have the same key.
    pub fn execute_many(&mut self, sql: &'static str, rows: &[Vec<Value>]) -> Result<u64, StorageError> {
        let outcome = match &mut self.connection {
            _ if rows.is_empty() => Ok(0),
            Connection::Sqlite(connection) => rows.iter().map(|row| connection.execute(sql, row)).sum(),
            Connection::Postgresql(connection) => connection.execute_many(sql, rows),
        };
        self.noted(outcome)
    }
}
