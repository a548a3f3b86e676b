//! The one thing that the engines are asked in different words: which events have which words. SQLite has a virtual
//! table for it, PostgreSQL an index; neither knows the other's spelling, nor is there a common one
//! (docs/decisions/0008). What a word is, and what a search means, is decided elsewhere, alike for both.

/// Puts words under an event's number.
pub(crate) fn insert(sqlite: bool) -> &'static str {
    if sqlite {
        "INSERT INTO search_index (rowid, words) VALUES ($1, $2)"
    } else {
        "INSERT INTO search_index (event_number, words) VALUES ($1, $2)"
    }
}

/// Takes the words of events out.
pub(crate) fn delete(sqlite: bool) -> &'static str {
    if sqlite {
        "DELETE FROM search_index WHERE rowid = ANY($1)"
    } else {
        "DELETE FROM search_index WHERE event_number = ANY($1)"
    }
}

/// How an index is rewritten piece by piece.
pub(crate) struct Compacting {
    /// Takes everything that is there now, and does the first piece.
    pub(crate) begin: &'static str,
    /// Does the next piece.
    pub(crate) go_on: &'static str,
    /// How many rows this connection has changed.
    pub(crate) changes: &'static str,
}

/// Rewrites the index, 64 pages at a time, where the engine does not do it by itself.
pub(crate) fn compact(sqlite: bool) -> Option<Compacting> {
    sqlite.then_some(Compacting {
        begin: "INSERT INTO search_index (search_index, rank) VALUES ('merge', -64)",
        go_on: "INSERT INTO search_index (search_index, rank) VALUES ('merge', 64)",
        changes: "SELECT total_changes()",
    })
}

/// The numbers below `$2` of events that have the words `$1`, the highest first, at most `$3`.
pub(crate) fn newest(sqlite: bool) -> &'static str {
    if sqlite {
        "SELECT rowid FROM search_index WHERE search_index MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3"
    } else {
        "SELECT event_number FROM search_index \
         WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(CAST($1 AS TEXT) AS tsquery) \
         AND event_number < $2 ORDER BY event_number DESC LIMIT $3"
    }
}

/// One word of a query; `prefix`: or any that begins with it. Words hold no quotes and no backslashes.
pub(crate) fn word(sqlite: bool, word: &str, prefix: bool) -> String {
    match (sqlite, prefix) {
        (true, false) => format!("\"{word}\""),
        (true, true) => format!("\"{word}\" *"),
        (false, false) => format!("'{word}'"),
        (false, true) => format!("'{word}':*"),
    }
}

/// What stands between alternatives, and between things that must all be there.
pub(crate) fn operators(sqlite: bool) -> (&'static str, &'static str) {
    if sqlite { (" OR ", " AND ") } else { (" | ", " & ") }
}
