//! The closed list of differences between the two engines. Statements and migrations are written
//! in PostgreSQL's spelling; SQLite gets them through here:
//!
//! | PostgreSQL        | SQLite                                  |
//! |-------------------|-----------------------------------------|
//! | `$1`              | `?1`                                    |
//! | `= ANY($1)`       | `IN (SELECT value FROM json_each(?1))`  |
//! | `FOR UPDATE`      | nothing: there is one writer            |
//! | `BIGINT`, `BYTEA` | `INTEGER`, `BLOB` (migrations only)     |
//! | full text         | spelled in `full_text`                  |
//!
//! For many rows PostgreSQL is given whole columns: `VALUES ($1, $2)` becomes
//! `SELECT * FROM UNNEST($1::INT8[], $2::TEXT[])`. SQLite runs the statement for each row.
//!
//! Nothing outside this file may ask which engine it talks to in order to word a statement.

pub(crate) mod full_text;

/// A statement in SQLite's spelling. A `$` inside a quoted text stays as it is.
pub(crate) fn statement_for_sqlite(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    let mut quoted = false;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            quoted = !quoted;
        }
        if let (false, Some((number, after))) = (quoted, any_of_parameter(rest)) {
            out.push_str("IN (SELECT value FROM json_each(?");
            out.push_str(number);
            out.push_str("))");
            rest = after;
        } else if let (false, Some(after)) = (quoted, rest.strip_prefix(" FOR UPDATE")) {
            rest = after;
        } else {
            out.push(if first == '$' && !quoted { '?' } else { first });
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// Splits `= ANY($12) tail` into `12` and ` tail`.
fn any_of_parameter(sql: &str) -> Option<(&str, &str)> {
    let (number, after) = sql.strip_prefix("= ANY($")?.split_once(')')?;
    number.bytes().all(|digit| digit.is_ascii_digit()).then_some((number, after))
}

/// The statement that inserts whole columns of the given types where `sql` inserts one row. `None`
/// when `sql` has no `VALUES ($1, ..., $n)` with exactly these parameters in order.
pub(crate) fn columns_for_postgresql<'a>(sql: &str, types: impl Iterator<Item = &'a str>) -> Option<String> {
    let types: Vec<&str> = types.collect();
    let parameters: Vec<String> = (1..=types.len()).map(|number| format!("${number}")).collect();
    let values = format!("VALUES ({})", parameters.join(", "));
    let (before, after) = sql.split_once(&values)?;
    let columns: Vec<String> =
        parameters.iter().zip(types).map(|(parameter, kind)| format!("{parameter}::{kind}[]")).collect();
    Some(format!("{before}SELECT * FROM UNNEST({}){after}", columns.join(", ")))
}

/// Migrations that have no common spelling: PostgreSQL's and SQLite's.
const PAIRS: &[(&str, &str)] = &[
    (include_str!("migrations/0012_search.postgres.sql"), include_str!("migrations/0012_search.sqlite.sql")),
    (
        include_str!("migrations/0026_event_files.postgres.sql"),
        include_str!("migrations/0026_event_files.sqlite.sql"),
    ),
];

/// A migration in SQLite's spelling.
pub(crate) fn migration_for_sqlite(sql: &str) -> String {
    if let Some((_, own)) = PAIRS.iter().find(|(postgresql, _)| *postgresql == sql) {
        return (*own).to_owned();
    }
    sql.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_sets_are_respelled_and_quoted_text_is_not() {
        assert_eq!(
            statement_for_sqlite("SELECT a FROM t WHERE b = $2 AND c = ANY($1) AND d = '$1'"),
            "SELECT a FROM t WHERE b = ?2 AND c IN (SELECT value FROM json_each(?1)) AND d = '$1'"
        );
    }

    #[test]
    fn one_row_becomes_columns() {
        let sql = "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO NOTHING";
        assert_eq!(
            columns_for_postgresql(sql, ["int8", "text"].into_iter()).as_deref(),
            Some(
                "INSERT INTO t (a, b) SELECT * FROM UNNEST($1::int8[], $2::text[]) ON CONFLICT (a) DO NOTHING"
            )
        );
        assert_eq!(columns_for_postgresql("INSERT INTO t (a) VALUES (1)", ["int8"].into_iter()), None);
    }

    #[test]
    fn locks_are_for_many_writers() {
        assert_eq!(statement_for_sqlite("SELECT a FROM t FOR UPDATE"), "SELECT a FROM t");
    }

    #[test]
    fn types_of_migrations_are_respelled() {
        assert_eq!(migration_for_sqlite("a BIGINT, b BYTEA"), "a INTEGER, b BLOB");
    }
}
