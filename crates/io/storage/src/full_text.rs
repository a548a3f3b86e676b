//! Which events have which words. Words are texts without spaces, quotes and backslashes, cut and folded by whoever
//! puts them here and asks for them; marks that are no words of a language may be among them.

use std::collections::HashSet;

use crate::dialect::full_text as spelling;
use crate::{Session, StorageError, Transaction, Value};

/// What must be there of a document: one of several words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Any of these; a term of none is met by nothing.
    pub any: Vec<String>,
    /// Or words that begin with one of them.
    pub prefix: bool,
}

/// Puts the words of events into the index: (event number, words separated by one space). None of the events
/// may be there already; what was redacted or purged since it was read is left out.
pub fn insert(transaction: &mut Transaction<'_>, documents: Vec<(i64, String)>) -> Result<(), StorageError> {
    if documents.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = documents.iter().map(|(number, _)| *number).collect();
    let shown = "SELECT event_number FROM events WHERE event_number = ANY($1) AND position IS NOT NULL \
                 AND redacted_by IS NULL";
    let shown = transaction.query(shown, &[Value::from(numbers)])?;
    let shown = shown.iter().map(|row| row.get(0)).collect::<Result<HashSet<i64>, _>>()?;
    let sql = spelling::insert(transaction.is_sqlite());
    let documents = documents.into_iter().filter(|(number, _)| shown.contains(number));
    let rows: Vec<Vec<Value>> = documents.map(|(number, words)| vec![number.into(), words.into()]).collect();
    transaction.execute_many(sql, &rows)?;
    Ok(())
}

/// Takes events out of the index.
pub fn remove(transaction: &mut Transaction<'_>, event_numbers: Vec<i64>) -> Result<(), StorageError> {
    if event_numbers.is_empty() {
        return Ok(());
    }
    let sql = spelling::delete(transaction.is_sqlite());
    transaction.execute(sql, &[Value::from(event_numbers)])?;
    Ok(())
}

/// Rewrites a part of the index without the words of what was taken out, which stay in it for a while otherwise. Answers
/// whether there is more to do. `first` begins with all that is there now. PostgreSQL does this itself (`VACUUM`).
pub fn compact(transaction: &mut Transaction<'_>, first: bool) -> Result<bool, StorageError> {
    let Some(spelled) = spelling::compact(transaction.is_sqlite()) else { return Ok(false) };
    let before = changes(transaction, spelled.changes)?;
    transaction.execute(if first { spelled.begin } else { spelled.go_on }, &[])?;
    // The index counts as changed by what it notes about itself.
    Ok(changes(transaction, spelled.changes)? - before > 1)
}

fn changes(transaction: &mut Transaction<'_>, sql: &'static str) -> Result<i64, StorageError> {
    transaction.query_optional(sql, &[])?.map_or(Ok(0), |row| row.get(0))
}

/// The numbers of events below `before` that meet all of `terms`, the newest first, at most `limit`.
pub fn newest(
    session: &mut Session,
    terms: &[Term],
    before: i64,
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    if terms.is_empty() || terms.iter().any(|term| term.any.is_empty()) {
        return Ok(Vec::new());
    }
    let sqlite = session.is_sqlite();
    let query = query(sqlite, terms);
    let rows = session.query(spelling::newest(sqlite), &[query.into(), before.into(), limit.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}

fn query(sqlite: bool, terms: &[Term]) -> String {
    let (or, and) = spelling::operators(sqlite);
    let one_of = |term: &Term| {
        let words: Vec<String> =
            term.any.iter().map(|word| spelling::word(sqlite, word, term.prefix)).collect();
        format!("({})", words.join(or))
    };
    terms.iter().map(one_of).collect::<Vec<_>>().join(and)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_spelled_for_each_engine() {
        let term = |any: &[&str], prefix| Term { any: any.iter().map(ToString::to_string).collect(), prefix };
        let terms = [term(&["tea"], false), term(&["§b", "§n"], false), term(&["mi"], true)];
        assert_eq!(query(true, &terms), "(\"tea\") AND (\"§b\" OR \"§n\") AND (\"mi\" *)");
        assert_eq!(query(false, &terms), "('tea') & ('§b' | '§n') & ('mi':*)");
    }
}
