//! One connection to PostgreSQL. Nothing here waits for ever: a database that hangs is given up, and the
//! connection to it with it; who opens a new one finds out whether it answers again.

mod open;
mod tls;

use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Statement};

pub use tls::DatabaseTlsError;

use crate::{Postgresql, Row, StorageError, Value, dialect};

/// How much longer than the database itself this end waits: a database that is merely slow says so itself.
const GRACE: Duration = Duration::from_secs(2);

pub(crate) struct PostgresqlConnection {
    line: Line,
    client: Client,
    prepared: HashMap<&'static str, Statement>,
    /// Statements that take whole columns, by the text of the one that takes a row.
    prepared_many: HashMap<&'static str, Statement>,
    /// What the configuration says.
    answer_within: Duration,
}

/// What carries the questions to the database and its answers back.
struct Line {
    /// Drives the connection while somebody waits for an answer.
    runtime: Runtime,
    /// The connection itself.
    driver: JoinHandle<()>,
    /// How long to wait for one; without it, as long as it takes.
    wait: Option<Duration>,
    /// The database did not answer in time. What it does with the question is unknown, so nothing more is
    /// asked on this connection.
    given_up: bool,
}

impl Line {
    /// Closes the connection: the database would keep the writer's lock for it as long as it is open.
    fn give_up(&mut self) {
        self.given_up = true;
        self.driver.abort();
        // Cancelled, which is what was asked for.
        let _ = self.runtime.block_on(&mut self.driver);
    }

    fn wait<T>(
        &mut self,
        asking: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StorageError> {
        if self.given_up {
            return Err(StorageError::Unavailable("the connection was given up".to_owned()));
        }
        let Some(wait) = self.wait else { return Ok(self.runtime.block_on(asking)?) };
        match self.runtime.block_on(async { tokio::time::timeout(wait, asking).await }) {
            Ok(answer) => Ok(answer?),
            Err(_) => {
                self.give_up();
                Err(StorageError::Unavailable(format!("PostgreSQL did not answer within {wait:?}")))
            }
        }
    }
}

impl PostgresqlConnection {
    /// A connection that may write: it holds the lock of the one writer while it lives.
    pub(crate) fn open_writer(place: &Postgresql) -> Result<Self, StorageError> {
        open::open(place, true)
    }

    /// A connection that reads.
    pub(crate) fn open(place: &Postgresql) -> Result<Self, StorageError> {
        open::open(place, false)
    }

    /// Lets statements take as long as they take, or as long as the configuration says.
    pub(crate) fn set_patient(&mut self, patient: bool) -> Result<(), StorageError> {
        let within = (!patient).then_some(self.answer_within);
        self.line.wait = within.map(|within| within + GRACE);
        self.batch(&open::bounds(within))
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StorageError> {
        self.line.wait(self.client.batch_execute(sql))
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        parameters: &[Value],
    ) -> Result<Vec<Row>, StorageError> {
        let statement = self.prepare(sql)?;
        let rows = self.line.wait(self.client.query(&statement, &as_parameters(parameters)))?;
        let values = |row: &tokio_postgres::Row| {
            (0..row.len()).map(|index| column(row, index)).collect::<Result<_, _>>()
        };
        rows.iter().map(|row| values(row).map(Row)).collect()
    }

    pub(crate) fn execute(&mut self, sql: &'static str, parameters: &[Value]) -> Result<u64, StorageError> {
        let statement = self.prepare(sql)?;
        self.line.wait(self.client.execute(&statement, &as_parameters(parameters)))
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
            let statement = self.line.wait(self.client.prepare(&many))?;
            self.prepared_many.insert(sql, statement);
        }
        let statement = self.prepared_many[sql].clone();
        let columns: Vec<Column<'_>> =
            (0..statement.params().len()).map(|index| Column { rows, index }).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> =
            columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
        self.line.wait(self.client.execute(&statement, &parameters))
    }

    fn prepare(&mut self, sql: &'static str) -> Result<Statement, StorageError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.line.wait(self.client.prepare(sql))?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

fn as_parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn column(row: &tokio_postgres::Row, index: usize) -> Result<Value, StorageError> {
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
            Value::Text(text) => storable(text).to_sql_checked(kind, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(kind, out),
            Value::Integers(set) => set.to_sql_checked(kind, out),
            Value::Texts(set) => {
                set.iter().map(|text| storable(text)).collect::<Vec<_>>().to_sql_checked(kind, out)
            }
        }
    }

    /// Each kind of value checks the type of its parameter itself, above.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// PostgreSQL has no text with NUL in it and would refuse the whole statement; no name that means something has one. Where
/// somebody makes one up, another letter stands for it: it is found again, and never by accident.
fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{FFFD}")) } else { Cow::Borrowed(text) }
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
