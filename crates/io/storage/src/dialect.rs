//! The closed list of differences between the two engines. Statements and migrations are written
//! in PostgreSQL's spelling; SQLite gets them through here:
//!
//! | PostgreSQL        | SQLite                                  |
//! |-------------------|-----------------------------------------|
//! | `$1`              | `?1`                                    |
//! | `= ANY($1)`       | `IN (SELECT value FROM json_each(?1))`  |
//! | `BIGINT`, `BYTEA` | `INTEGER`, `BLOB` (migrations only)     |
//!
//! Nothing outside this file may ask which engine it talks to in order to word a statement.

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

/// A migration in SQLite's spelling.
pub(crate) fn migration_for_sqlite(sql: &str) -> String {
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
    fn types_of_migrations_are_respelled() {
        assert_eq!(migration_for_sqlite("a BIGINT, b BYTEA"), "a INTEGER, b BLOB");
    }
}
