//! One connection to PostgreSQL.

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use crate::{Row, StorageError, Value, dialect};

pub(crate) struct PostgresqlConnection {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
    /// Statements that take whole columns, by the text of the one that takes a row.
    prepared_many: HashMap<&'static str, Statement>,
}

/// How long a server may take to accept a connection, where the URL says nothing else.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// The advisory lock of the one writer: the letters "HERO" as a number, and the writer's number.
const WRITER_LOCK: &str = "SET lock_timeout = '3s'; \
                           SELECT pg_advisory_lock(1212502607, 1); \
                           SET lock_timeout = 0";

impl PostgresqlConnection {
    /// A connection that may write: it holds the lock of the one writer while it lives.
    pub(crate) fn open_writer(url: &str) -> Result<Self, StorageError> {
        let mut connection = Self::open(url)?;
        match connection.batch(WRITER_LOCK) {
            Err(StorageError::Postgresql(error)) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                Err(StorageError::InUse)
            }
            other => other.map(|()| connection),
        }
    }

    pub(crate) fn open(url: &str) -> Result<Self, StorageError> {
        let mut config: Config = url.parse()?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WITHIN);
        }
        Ok(Self { client: config.connect(NoTls)?, prepared: HashMap::new(), prepared_many: HashMap::new() })
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StorageError> {
        Ok(self.client.batch_execute(sql)?)
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        parameters: &[Value],
    ) -> Result<Vec<Row>, StorageError> {
        let statement = self.prepare(sql)?;
        let rows = self.client.query(&statement, &as_parameters(parameters))?;
        let values =
            |row: &postgres::Row| (0..row.len()).map(|index| column(row, index)).collect::<Result<_, _>>();
        rows.iter().map(|row| values(row).map(Row)).collect()
    }

    pub(crate) fn execute(&mut self, sql: &'static str, parameters: &[Value]) -> Result<u64, StorageError> {
        let statement = self.prepare(sql)?;
        Ok(self.client.execute(&statement, &as_parameters(parameters))?)
    }

    pub(crate) fn execute_many(
        &mut self,
        sql: &'static str,
        rows: &[Vec<Value>],
    ) -> Result<u64, StorageError> {
        if !self.prepared_many.contains_key(sql) {
            let one = self.prepare(sql)?;
            let many = dialect::columns_for_postgresql(sql, one.params().iter().map(Type::name))
                .ok_or(StorageError::NotOneRow)?;
            let statement = self.client.prepare(&many)?;
            self.prepared_many.insert(sql, statement);
        }
        let statement = self.prepared_many[sql].clone();
        let columns: Vec<Column<'_>> =
            (0..statement.params().len()).map(|index| Column { rows, index }).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> =
            columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
        Ok(self.client.execute(&statement, &parameters)?)
    }

    fn prepare(&mut self, sql: &'static str) -> Result<Statement, StorageError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

fn as_parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn column(row: &postgres::Row, index: usize) -> Result<Value, StorageError> {
    let kind = row.columns()[index].type_();
    Ok(if *kind == Type::INT8 {
        row.try_get::<_, Option<i64>>(index)?.into()
    } else if *kind == Type::TEXT {
        row.try_get::<_, Option<String>>(index)?.into()
    } else if *kind == Type::BYTEA {
        row.try_get::<_, Option<Vec<u8>>>(index)?.into()
    } else {
        return Err(StorageError::Column { index, wanted: "BIGINT, TEXT or BYTEA" });
    })
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql_checked(kind, out),
            Value::Text(text) => text.to_sql_checked(kind, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(kind, out),
            Value::Integers(set) => set.to_sql_checked(kind, out),
            Value::Texts(set) => set.to_sql_checked(kind, out),
        }
    }

    /// Each kind of value checks the type of its parameter itself, above.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One column of many rows, as an array.
#[derive(Debug)]
struct Column<'a> {
    rows: &'a [Vec<Value>],
    index: usize,
}

impl ToSql for Column<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let values: Vec<&Value> =
            self.rows.iter().map(|row| row.get(self.index).unwrap_or(&Value::Null)).collect();
        values.to_sql_checked(kind, out)
    }

    /// Each value checks its type itself.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
