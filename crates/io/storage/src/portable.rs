//! A whole database as one file, in SQLite's format whatever the engine: what backups are made of, and
//! how a server moves from one engine to the other. Saving sees one moment and never stops a server
//! that is writing. Nothing here may run inside a server: statements are built for each table and kept.

use std::collections::HashMap;
use std::path::Path;

use crate::{Database, Session, StorageError, Value, migrations};

/// Rows carried at once.
const ROWS: usize = 1_000;

/// Saves the database as it is at this moment into `file`, which must not exist. Blocks.
pub fn save(database: &Database, file: &Path, now_ms: i64) -> Result<(), StorageError> {
    let mut source = Session::open_reader(database)?;
    source.set_patient(true)?;
    if source.is_sqlite() {
        source.execute("VACUUM INTO $1", &[file.to_string_lossy().as_ref().into()])?;
    } else {
        let mut target = Session::open_writer(&Database::Sqlite { path: file.to_owned() })?;
        migrations::migrate(&mut target, now_ms)?;
        source.begin_reading()?;
        copy(&mut source, &mut target)?;
        // One file, without a log beside it.
        target.query("PRAGMA journal_mode = DELETE", &[])?;
    }
    Ok(std::fs::File::open(file)?.sync_all()?)
}

/// Fills the empty PostgreSQL database `database` from `file`, which `save` made and which is brought to
/// the newest schema on the way. Blocks.
pub fn load(file: &Path, database: &Database, now_ms: i64) -> Result<(), StorageError> {
    let mut target = Session::open_writer(database)?;
    target.set_patient(true)?;
    let tables = "SELECT tablename::TEXT FROM pg_tables WHERE schemaname = current_schema() LIMIT 1";
    if target.query_optional(tables, &[])?.is_some() {
        return Err(StorageError::NotEmpty);
    }
    let mut source = Session::open_writer(&Database::Sqlite { path: file.to_owned() })?;
    migrations::migrate(&mut source, now_ms)?;
    migrations::migrate(&mut target, now_ms)?;
    copy(&mut source, &mut target)
}

/// What is wrong with the database's own structure; nothing when it is sound. Blocks.
pub fn check(database: &Database) -> Result<Vec<String>, StorageError> {
    let mut session = Session::open_reader(database)?;
    let mut wrong = Vec::new();
    if session.is_sqlite() {
        for row in session.query("PRAGMA integrity_check(10)", &[])? {
            wrong.push(row.get::<String>(0)?);
        }
        wrong.retain(|finding| finding != "ok");
    }
    migrations::check(&mut session)?;
    Ok(wrong)
}

/// The SHA-256 that each uploaded file has, by the key of its bytes, in a `file` that `save` made. Blocks.
pub fn hashes(file: &Path) -> Result<HashMap<String, Vec<u8>>, StorageError> {
    let mut saved = Session::open_reader(&Database::Sqlite { path: file.to_owned() })?;
    let rows = saved.query("SELECT blob_key, sha256 FROM blobs", &[])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// A table and its columns.
type Table = (String, Vec<String>);

/// The tables of a SQLite database, without those of the index to search, which each engine has its own of.
fn tables(session: &mut Session) -> Result<Vec<Table>, StorageError> {
    let sql = "SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c \
               WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'search_index%' ORDER BY t.name, c.cid";
    let mut tables: Vec<Table> = Vec::new();
    for row in session.query(sql, &[])? {
        let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
        match tables.last_mut() {
            Some((last, columns)) if *last == table => columns.push(column),
            _ => tables.push((table, vec![column])),
        }
    }
    Ok(tables)
}

/// Copies every row of every table. One of the two is SQLite; both have the same schema.
fn copy(source: &mut Session, target: &mut Session) -> Result<(), StorageError> {
    let (found, known) = (migrations::version(source)?, migrations::version(target)?);
    if found != known {
        return Err(StorageError::OtherSchema { found, known });
    }
    let tables = tables(if source.is_sqlite() { source } else { target })?;
    target.batch("BEGIN")?;
    for (table, columns) in &tables {
        let names = columns.join(", ");
        let places: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
        let insert = kept(format!("INSERT INTO {table} ({names}) VALUES ({})", places.join(", ")));
        target.batch(&format!("DELETE FROM {table}"))?;
        let mut pages = Pages::open(source, table, &names)?;
        loop {
            let rows = pages.next(source)?;
            if rows.is_empty() {
                break;
            }
            target.execute_many(insert, &rows)?;
        }
    }
    // What can be searched is not carried: it is made anew from the events.
    target.batch("DELETE FROM follower_cursors WHERE follower = 'search'; COMMIT")
}

/// Reads a table piece by piece: with a cursor on PostgreSQL, by row ids on SQLite.
struct Pages {
    fetch: &'static str,
    /// The last row id read.
    after: Option<i64>,
}

impl Pages {
    fn open(source: &mut Session, table: &str, names: &str) -> Result<Self, StorageError> {
        if source.is_sqlite() {
            let fetch =
                format!("SELECT rowid, {names} FROM {table} WHERE rowid > $1 ORDER BY rowid LIMIT {ROWS}");
            return Ok(Self { fetch: kept(fetch), after: Some(i64::MIN) });
        }
        source.batch(&format!("DECLARE copy_{table} NO SCROLL CURSOR FOR SELECT {names} FROM {table}"))?;
        Ok(Self { fetch: kept(format!("FETCH {ROWS} FROM copy_{table}")), after: None })
    }

    fn next(&mut self, source: &mut Session) -> Result<Vec<Vec<Value>>, StorageError> {
        let Some(after) = self.after else {
            return Ok(source.query(self.fetch, &[])?.into_iter().map(|row| row.0).collect());
        };
        let mut rows = source.query(self.fetch, &[after.into()])?;
        if let Some(last) = rows.last() {
            self.after = Some(last.get(0)?);
        }
        Ok(rows.iter_mut().map(|row| row.0.split_off(1)).collect())
    }
}

/// Sessions keep prepared statements by texts that live for ever. These are two for each table, in a
/// program that ends when the copy is made.
fn kept(sql: String) -> &'static str {
    sql.leak()
}
