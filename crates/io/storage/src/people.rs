//! People as they are found by others: the folded words of their names, and the rooms that two have in
//! common. Which words, and who may find whom, is decided above.

use crate::{Session, StorageError, Transaction, Value};

/// Beginnings of words that one search may have.
pub const PREFIXES_MAX: usize = 4;

/// Whom a search looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Folded beginnings of words, all of which somebody must have; the one that fits the fewest first.
    pub prefixes: Vec<String>,
    /// Who searches, by row number.
    pub searcher: i64,
    /// Whether only those are found who share a room with the searcher or are in a room that all may join
    /// or read.
    pub only_seen: bool,
}

/// Somebody who may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPerson {
    /// The user id.
    pub user_id: String,
    /// The display name, JSON text.
    pub display_name: Option<String>,
    /// The avatar, JSON text.
    pub avatar_url: Option<String>,
    /// What they keep under the kind of account data that was asked for, JSON text.
    pub kept: Option<String>,
    /// Whether they share a room with the searcher.
    pub shares_room: bool,
}

/// Up to `limit` people, by row number, who have a word for each of the prefixes: those first who have the
/// first prefix for a whole word. Somebody may come twice.
pub fn candidates(session: &mut Session, search: &Search, limit: i64) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT p.user_number FROM people_words p WHERE p.word >= $1 AND p.word < $2 \
               AND p.user_number <> $9 \
               AND (CAST($12 AS BIGINT) < 2 OR EXISTS (SELECT 1 FROM people_words w \
               WHERE w.user_number = p.user_number AND w.word >= $3 AND w.word < $4)) \
               AND (CAST($12 AS BIGINT) < 3 OR EXISTS (SELECT 1 FROM people_words w \
               WHERE w.user_number = p.user_number AND w.word >= $5 AND w.word < $6)) \
               AND (CAST($12 AS BIGINT) < 4 OR EXISTS (SELECT 1 FROM people_words w \
               WHERE w.user_number = p.user_number AND w.word >= $7 AND w.word < $8)) \
               AND (CAST($10 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM memberships m \
               JOIN room_summaries s ON s.room_number = m.room_number \
               WHERE m.user_number = p.user_number AND m.membership = 'join' \
               AND (s.join_rule = 'public' OR s.world_readable = 1 OR EXISTS (SELECT 1 FROM memberships o \
               WHERE o.user_number = $9 AND o.room_number = m.room_number AND o.membership = 'join')))) \
               ORDER BY p.word, p.user_number LIMIT $11";
    let mut parameters: Vec<Value> = Vec::with_capacity(12);
    for index in 0..PREFIXES_MAX {
        // No text in UTF-8 has a byte 255: below it lies every word that begins so.
        let mut prefix = search.prefixes.get(index).map_or(&[][..], String::as_bytes).to_vec();
        parameters.push(prefix.as_slice().into());
        prefix.push(u8::MAX);
        parameters.push(prefix.into());
    }
    let given = search.prefixes.len() as i64;
    parameters.extend([search.searcher.into(), search.only_seen.into(), limit.into(), given.into()]);
    session.query(sql, &parameters)?.iter().map(|row| row.get(0)).collect()
}

/// Those of `user_numbers` whose accounts are open and no guests', with what they keep under `kind`.
pub fn shown(
    session: &mut Session,
    user_numbers: &[i64],
    searcher: i64,
    kind: &str,
) -> Result<Vec<StoredPerson>, StorageError> {
    let sql = "SELECT u.user_id, n.value, a.value, k.content, CAST(CASE WHEN EXISTS \
               (SELECT 1 FROM memberships m JOIN memberships o ON o.room_number = m.room_number \
               WHERE m.user_number = u.user_number AND m.membership = 'join' \
               AND o.user_number = $2 AND o.membership = 'join') THEN 1 ELSE 0 END AS BIGINT) \
               FROM users u JOIN accounts c ON c.user_number = u.user_number \
               LEFT JOIN profile_fields n ON n.user_number = u.user_number AND n.field = 'displayname' \
               LEFT JOIN profile_fields a ON a.user_number = u.user_number AND a.field = 'avatar_url' \
               LEFT JOIN account_data k ON k.user_number = u.user_number AND k.room_number = 0 AND k.kind = $3 \
               WHERE u.user_number = ANY($1) AND c.deactivated_at IS NULL AND c.locked = 0 AND c.guest = 0";
    let parameters = [Value::from(user_numbers.to_vec()), searcher.into(), kind.into()];
    let read = |row: &crate::Row| {
        Ok(StoredPerson {
            user_id: row.get(0)?,
            display_name: row.get(1)?,
            avatar_url: row.get(2)?,
            kept: row.get(3)?,
            shares_room: row.get(4)?,
        })
    };
    session.query(sql, &parameters)?.iter().map(read).collect()
}

/// Puts these words in place of those that each of `people` had.
pub fn write_words(
    transaction: &mut Transaction<'_>,
    people: &[(i64, Vec<String>)],
) -> Result<(), StorageError> {
    let numbers: Vec<i64> = people.iter().map(|(user, _)| *user).collect();
    let sql = "DELETE FROM people_words WHERE user_number = ANY($1)";
    transaction.execute(sql, &[Value::from(numbers)])?;
    let row = |user: i64, word: &String| vec![user.into(), word.as_bytes().into()];
    let rows: Vec<Vec<Value>> =
        people.iter().flat_map(|(user, words)| words.iter().map(move |word| row(*user, word))).collect();
    transaction.execute_many("INSERT INTO people_words (user_number, word) VALUES ($1, $2)", &rows)?;
    Ok(())
}

/// Whether anybody has words.
pub fn has_words(session: &mut Session) -> Result<bool, StorageError> {
    Ok(session.query_optional("SELECT user_number FROM people_words LIMIT 1", &[])?.is_some())
}

/// All open accounts: row number, user id, display name as JSON text.
pub fn all(session: &mut Session) -> Result<Vec<(i64, String, Option<String>)>, StorageError> {
    let sql = "SELECT u.user_number, u.user_id, n.value FROM users u \
               JOIN accounts c ON c.user_number = u.user_number \
               LEFT JOIN profile_fields n ON n.user_number = u.user_number AND n.field = 'displayname' \
               WHERE c.deactivated_at IS NULL";
    session.query(sql, &[])?.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The rooms that two users are in: up to `limit` after the room of number `after`, in the order of their
/// numbers, by number and id; and how many there are.
pub fn mutual_rooms(
    session: &mut Session,
    one: i64,
    other: i64,
    after: i64,
    limit: i64,
) -> Result<(Vec<(i64, String)>, i64), StorageError> {
    let sql = "SELECT r.room_number, r.room_id FROM memberships m \
               JOIN memberships o ON o.room_number = m.room_number AND o.user_number = $2 \
               JOIN rooms r ON r.room_number = m.room_number \
               WHERE m.user_number = $1 AND m.membership = 'join' AND o.membership = 'join' \
               AND m.room_number > $3 ORDER BY m.room_number LIMIT $4";
    let rows = session.query(sql, &[one.into(), other.into(), after.into(), limit.into()])?;
    let rooms = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<_, StorageError>>()?;
    let sql = "SELECT COUNT(*) FROM memberships m JOIN memberships o ON o.room_number = m.room_number \
               WHERE m.user_number = $1 AND m.membership = 'join' \
               AND o.user_number = $2 AND o.membership = 'join'";
    let count = session.query_optional(sql, &[one.into(), other.into()])?.map_or(Ok(0), |row| row.get(0))?;
    Ok((rooms, count))
}
