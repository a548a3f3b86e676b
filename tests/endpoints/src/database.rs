//! What a server's database holds, table by table as the schema says: to be searched for traces of what is gone.

use std::collections::{BTreeMap, BTreeSet};

use postgres::SimpleQueryMessage;
use rusqlite::types::ValueRef;

use crate::TestServer;

/// Everything in a database.
pub struct Contents(Vec<Cell>);

struct Cell {
    /// Which row it is in; counted over all tables.
    row: usize,
    /// `table.column`.
    place: String,
    value: Value,
}

enum Value {
    Number(i64),
    Text(Vec<u8>),
}

impl Contents {
    /// Reads all rows of all tables.
    pub fn of(server: &TestServer) -> Self {
        let (url, file) = (server.config.database.url.clone(), server.data().join("herold.db"));
        // The client of PostgreSQL has a runtime of its own, which must not be within another.
        let reading = std::thread::spawn(move || match url {
            Some(url) => postgresql(&url),
            None => sqlite(&file),
        });
        Self(reading.join().unwrap())
    }

    /// The columns in which `text` stands somewhere.
    pub fn with_text(&self, text: &str) -> BTreeSet<String> {
        let stands = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        self.places(|cell| matches!(&cell.value, Value::Text(bytes) if stands(bytes)))
    }

    /// The columns that name the row of this number. Numbers of rows are log positions, so that no two are the same.
    pub fn with_number(&self, number: i64) -> BTreeSet<String> {
        let names_rows = |place: &str| {
            let ends = ["_number", "position", "redacted_by", "behind_since", "search_index_docsize.id"];
            ends.iter().any(|end| place.ends_with(end))
        };
        self.places(|cell| matches!(cell.value, Value::Number(is) if is == number) && names_rows(&cell.place))
    }

    /// The number of an event.
    pub fn event_number(&self, event_id: &str) -> i64 {
        let is_id = |value: &Value| matches!(value, Value::Text(text) if text == event_id.as_bytes());
        let id = self.0.iter().find(|cell| cell.place == "events.event_id" && is_id(&cell.value)).unwrap();
        let number = |cell: &Cell| match cell.value {
            Value::Number(number) if cell.row == id.row && cell.place == "events.event_number" => {
                Some(number)
            }
            _ => None,
        };
        self.0.iter().find_map(number).unwrap()
    }

    fn places(&self, wanted: impl Fn(&Cell) -> bool) -> BTreeSet<String> {
        self.0.iter().filter(|cell| wanted(cell)).map(|cell| cell.place.clone()).collect()
    }
}

fn sqlite(file: &std::path::Path) -> Vec<Cell> {
    let database = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let mut statement = database.prepare(sql).unwrap();
    let tables: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let (mut cells, mut number) = (Vec::new(), 0);
    for table in tables {
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            number += 1;
            for (index, column) in columns.iter().enumerate() {
                let value = match row.get_ref(index).unwrap() {
                    ValueRef::Integer(number) => Value::Number(number),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Value::Text(bytes.to_vec()),
                    ValueRef::Null | ValueRef::Real(_) => continue,
                };
                cells.push(Cell { row: number, place: format!("{table}.{column}"), value });
            }
        }
    }
    cells
}

fn postgresql(url: &str) -> Vec<Cell> {
    let mut database = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let sql = "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT FROM information_schema.columns \
               WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for found in database.query(sql, &[]).unwrap() {
        tables.entry(found.get(0)).or_default().push((found.get(1), found.get(2)));
    }
    let (mut cells, mut number) = (Vec::new(), 0);
    for (table, columns) in tables {
        // Bytes as text where they are ASCII, which is what is searched for.
        let shown = |(column, kind): &(String, String)| match kind.as_str() {
            "bytea" => format!("encode({column}, 'escape')"),
            _ => column.clone(),
        };
        let shown: Vec<String> = columns.iter().map(shown).collect();
        for message in database.simple_query(&format!("SELECT {} FROM {table}", shown.join(", "))).unwrap() {
            let SimpleQueryMessage::Row(row) = message else { continue };
            number += 1;
            for (index, (column, kind)) in columns.iter().enumerate() {
                let Some(text) = row.get(index) else { continue };
                let value = match kind.as_str() {
                    "bigint" => Value::Number(text.parse().unwrap()),
                    _ => Value::Text(text.as_bytes().to_vec()),
                };
                cells.push(Cell { row: number, place: format!("{table}.{column}"), value });
            }
        }
    }
    cells
}
