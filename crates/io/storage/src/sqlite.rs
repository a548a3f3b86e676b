//! One connection to SQLite.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};

use crate::{Row, StorageError, Value, dialect};

/// Statements kept prepared on each connection.
const PREPARED_MAX: usize = 256;
/// How long a connection waits for a lock that only a backup or another process can hold.
const BUSY_TIMEOUT_MS: u32 = 10_000;

pub(crate) struct SqliteConnection {
    connection: Connection,
    /// Statements in SQLite's spelling, by the text they were written in.
    spelled: HashMap<&'static str, String>,
}

impl SqliteConnection {
    pub(crate) fn open_writer(path: &Path) -> Result<Self, StorageError> {
        let connection = Self::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;",
        )?;
        Ok(connection)
    }

    pub(crate) fn open_reader(path: &Path) -> Result<Self, StorageError> {
        Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn open(path: &Path, flags: OpenFlags) -> Result<Self, StorageError> {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection
            .execute_batch(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA foreign_keys = ON;"))?;
        connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
        Ok(Self { connection, spelled: HashMap::new() })
    }

    /// Whether a transaction is open: SQLite ends one by itself after some errors.
    pub(crate) fn is_in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StorageError> {
        Ok(self.connection.execute_batch(sql)?)
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        parameters: &[Value],
    ) -> Result<Vec<Row>, StorageError> {
        let spelled = self.spelled.entry(sql).or_insert_with(|| dialect::statement_for_sqlite(sql));
        let mut statement = self.connection.prepare_cached(spelled)?;
        let columns = statement.column_count();
        let mut found = statement.query(rusqlite::params_from_iter(parameters))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let mut values = Vec::with_capacity(columns);
            for index in 0..columns {
                values.push(column(row.get_ref(index)?, index)?);
            }
            rows.push(Row(values));
        }
        Ok(rows)
    }

    pub(crate) fn execute(&mut self, sql: &'static str, parameters: &[Value]) -> Result<u64, StorageError> {
        let spelled = self.spelled.entry(sql).or_insert_with(|| dialect::statement_for_sqlite(sql));
        let mut statement = self.connection.prepare_cached(spelled)?;
        Ok(statement.execute(rusqlite::params_from_iter(parameters))? as u64)
    }
}

fn column(value: ValueRef<'_>, index: usize) -> Result<Value, StorageError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => return Err(StorageError::Column { index, wanted: "UTF-8" }),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(StorageError::Column { index, wanted: "an integer, text or bytes" }),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::Value as Owned;
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(Owned::Null),
            Value::Integer(number) => ToSqlOutput::Owned(Owned::Integer(*number)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Value::Integers(set) => ToSqlOutput::Owned(Owned::Text(serde_json::json!(set).to_string())),
            Value::Texts(set) => ToSqlOutput::Owned(Owned::Text(serde_json::json!(set).to_string())),
        })
    }
}
