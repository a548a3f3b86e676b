//! What is told of rooms to those outside them: the room directory, spaces, summaries. Written in the
//! same commit as the events it follows from; see `append/summaries.rs`.

use std::collections::HashSet;

use herold_base::fold;

use crate::{Row, Session, StorageError, Transaction, Value};

/// Bytes of a folded name that count for the order of the directory.
const SORT_NAME_MAX: usize = 64;
/// Bytes of a room's folded texts that are searched; later ones are not found.
const SEARCH_TEXT_MAX: usize = 4096;
/// Rooms allowed by a restricted room that are looked at.
const ALLOWED_MAX: usize = 100;

/// What a room's state tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub name: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
    /// Its picture.
    pub avatar_url: Option<String>,
    /// Its main alias.
    pub canonical_alias: Option<String>,
    /// Its type.
    pub room_type: Option<String>,
    /// Its join rule; none means `invite`.
    pub join_rule: Option<String>,
    /// The rooms whose members may join where the join rule is a restricted one.
    pub allowed_room_ids: Vec<String>,
    /// Whether everybody may read its history.
    pub world_readable: bool,
    /// Whether guests may join.
    pub guest_can_join: bool,
    /// The algorithm of its encryption.
    pub encryption: Option<String>,
}

/// A row of `room_summaries` with what never changes of its room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSummary {
    /// The room's row number.
    pub room_number: i64,
    /// The room's id.
    pub room_id: String,
    /// The room's version.
    pub version: String,
    /// How many are joined.
    pub joined_members: i64,
    /// What its state tells.
    pub told: Told,
    /// Its place in the directory among rooms with as many members.
    pub sort_name: Vec<u8>,
}

/// A place in the directory: right after, or right before, a room that may have gone since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The room's members.
    pub joined_members: i64,
    /// The room's folded name.
    pub sort_name: Vec<u8>,
    /// The room's row number.
    pub room_number: i64,
}

/// Which published rooms are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A text that a room's name, topic or alias holds, folded; empty for all rooms.
    pub term: String,
    /// Types of rooms, an empty text for rooms without one; without it, rooms of all types.
    pub room_types: Option<Vec<String>>,
}

macro_rules! summary_query {
    ($rest:literal) => {
        concat!(
            "SELECT s.room_number, r.room_id, r.version, s.joined_members, s.name, s.topic, s.avatar_url, \
             s.canonical_alias, s.room_type, s.join_rule, s.allowed_room_ids, s.world_readable, \
             s.guest_can_join, s.encryption, s.sort_name \
             FROM room_summaries s JOIN rooms r ON r.room_number = s.room_number ",
            $rest
        )
    };
}

fn summary(row: &Row) -> Result<StoredSummary, StorageError> {
    let allowed: String = row.get(10)?;
    Ok(StoredSummary {
        room_number: row.get(0)?,
        room_id: row.get(1)?,
        version: row.get(2)?,
        joined_members: row.get(3)?,
        told: Told {
            name: row.get(4)?,
            topic: row.get(5)?,
            avatar_url: row.get(6)?,
            canonical_alias: row.get(7)?,
            room_type: row.get(8)?,
            join_rule: Some(row.get(9)?),
            allowed_room_ids: serde_json::from_str(&allowed).unwrap_or_default(),
            world_readable: row.get(11)?,
            guest_can_join: row.get(12)?,
            encryption: row.get(13)?,
        },
        sort_name: row.get(14)?,
    })
}

/// The summaries of those of `room_ids` that are known.
pub fn by_id(session: &mut Session, room_ids: &[String]) -> Result<Vec<StoredSummary>, StorageError> {
    let sql = summary_query!("WHERE r.room_id = ANY($1)");
    session.query(sql, &[Value::from(room_ids.to_vec())])?.iter().map(summary).collect()
}

/// Up to `limit` published rooms after `after`, those with most members first, then by name.
pub fn page_after(
    session: &mut Session,
    wanted: &Wanted,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<StoredSummary>, StorageError> {
    let sql = summary_query!(
        "WHERE s.published = 1 AND s.joined_members <= $1 AND (s.joined_members < $1 OR s.sort_name > $2 \
         OR (s.sort_name = $2 AND s.room_number > $3)) AND ($4 = '' OR s.search_text LIKE $4 ESCAPE '!') \
         AND (CAST($5 AS BIGINT) = 0 OR COALESCE(s.room_type, '') = ANY($6)) \
         ORDER BY s.joined_members DESC, s.sort_name, s.room_number LIMIT $7"
    );
    let first = Place { joined_members: i64::MAX, sort_name: Vec::new(), room_number: 0 };
    page(session, sql, wanted, after.unwrap_or(&first), limit)
}

/// Up to `limit` published rooms before `before`, in the same order as [`page_after`].
pub fn page_before(
    session: &mut Session,
    wanted: &Wanted,
    before: &Place,
    limit: i64,
) -> Result<Vec<StoredSummary>, StorageError> {
    let sql = summary_query!(
        "WHERE s.published = 1 AND s.joined_members >= $1 AND (s.joined_members > $1 OR s.sort_name < $2 \
         OR (s.sort_name = $2 AND s.room_number < $3)) AND ($4 = '' OR s.search_text LIKE $4 ESCAPE '!') \
         AND (CAST($5 AS BIGINT) = 0 OR COALESCE(s.room_type, '') = ANY($6)) \
         ORDER BY s.joined_members, s.sort_name DESC, s.room_number DESC LIMIT $7"
    );
    let mut found = page(session, sql, wanted, before, limit)?;
    found.reverse();
    Ok(found)
}

fn page(
    session: &mut Session,
    sql: &'static str,
    wanted: &Wanted,
    place: &Place,
    limit: i64,
) -> Result<Vec<StoredSummary>, StorageError> {
    let [term, by_type, types] = conditions(wanted);
    let parameters = [
        place.joined_members.into(),
        place.sort_name.as_slice().into(),
        place.room_number.into(),
        term,
        by_type,
        types,
        limit.into(),
    ];
    session.query(sql, &parameters)?.iter().map(summary).collect()
}

/// How many published rooms there are.
pub fn count(session: &mut Session, wanted: &Wanted) -> Result<i64, StorageError> {
    let sql = "SELECT COUNT(*) FROM room_summaries s WHERE s.published = 1 \
               AND ($1 = '' OR s.search_text LIKE $1 ESCAPE '!') \
               AND (CAST($2 AS BIGINT) = 0 OR COALESCE(s.room_type, '') = ANY($3))";
    session.query_optional(sql, &conditions(wanted))?.map_or(Ok(0), |row| row.get(0))
}

/// The pattern of the term, whether types matter, and the types.
fn conditions(wanted: &Wanted) -> [Value; 3] {
    let mut pattern = String::with_capacity(wanted.term.len() + 2);
    if !wanted.term.is_empty() {
        pattern.push('%');
        for letter in wanted.term.chars() {
            if matches!(letter, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(letter);
        }
        pattern.push('%');
    }
    let types = wanted.room_types.clone();
    [pattern.into(), types.is_some().into(), Value::from(types.unwrap_or_default())]
}

/// Of `room_ids`, those that the user is in.
pub fn joined_among(
    session: &mut Session,
    user_number: i64,
    room_ids: &[String],
) -> Result<HashSet<String>, StorageError> {
    let sql = "SELECT r.room_id FROM rooms r JOIN memberships m ON m.room_number = r.room_number \
               WHERE r.room_id = ANY($1) AND m.user_number = $2 AND m.membership = 'join'";
    let rows = session.query(sql, &[Value::from(room_ids.to_vec()), user_number.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Writes what is told of rooms and adds to the count of their members: (room, whether a new one is
/// published, how many more are joined, what is told). Where nothing is given to be told, the row has it.
pub(crate) fn insert_or_add(
    transaction: &mut Transaction<'_>,
    rooms: &[(i64, bool, i64, Option<&Told>)],
) -> Result<(), StorageError> {
    let (counted, told): (Vec<_>, Vec<_>) = rooms.iter().partition(|(_, _, _, told)| told.is_none());
    let nothing = Told::default();
    let row = |(room, published, joined, told): &(i64, bool, i64, Option<&Told>)| {
        row(*room, *published, *joined, told.unwrap_or(&nothing))
    };
    let sql = "INSERT INTO room_summaries (room_number, published, joined_members, name, topic, avatar_url, \
               canonical_alias, room_type, join_rule, allowed_room_ids, world_readable, guest_can_join, \
               encryption, sort_name, search_text) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
               ON CONFLICT (room_number) DO UPDATE SET \
               joined_members = room_summaries.joined_members + excluded.joined_members, \
               name = excluded.name, topic = excluded.topic, avatar_url = excluded.avatar_url, \
               canonical_alias = excluded.canonical_alias, room_type = excluded.room_type, \
               join_rule = excluded.join_rule, allowed_room_ids = excluded.allowed_room_ids, \
               world_readable = excluded.world_readable, guest_can_join = excluded.guest_can_join, \
               encryption = excluded.encryption, sort_name = excluded.sort_name, \
               search_text = excluded.search_text";
    transaction.execute_many(sql, &told.into_iter().map(row).collect::<Vec<_>>())?;
    let sql = "INSERT INTO room_summaries (room_number, published, joined_members, name, topic, avatar_url, \
               canonical_alias, room_type, join_rule, allowed_room_ids, world_readable, guest_can_join, \
               encryption, sort_name, search_text) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
               ON CONFLICT (room_number) DO UPDATE SET \
               joined_members = room_summaries.joined_members + excluded.joined_members";
    transaction.execute_many(sql, &counted.into_iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

fn row(room: i64, published: bool, joined: i64, told: &Told) -> Vec<Value> {
    let allowed: Vec<&String> = told.allowed_room_ids.iter().take(ALLOWED_MAX).collect();
    let known_as = told.name.as_ref().or(told.canonical_alias.as_ref());
    let searched: Vec<&str> =
        [&told.name, &told.canonical_alias, &told.topic].into_iter().flatten().map(String::as_str).collect();
    vec![
        room.into(),
        published.into(),
        joined.into(),
        told.name.clone().into(),
        told.topic.clone().into(),
        told.avatar_url.clone().into(),
        told.canonical_alias.clone().into(),
        told.room_type.clone().into(),
        told.join_rule.clone().unwrap_or_else(|| "invite".to_owned()).into(),
        serde_json::json!(allowed).to_string().into(),
        told.world_readable.into(),
        told.guest_can_join.into(),
        told.encryption.clone().into(),
        cut(fold(known_as.map_or("", String::as_str)), SORT_NAME_MAX).into_bytes().into(),
        cut(fold(&searched.join("\n")), SEARCH_TEXT_MAX).into(),
    ]
}

/// The first bytes of `text`, whole letters only.
fn cut(mut text: String, bytes_max: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes_max));
    text
}

/// Lists a room in the directory or takes it out.
pub fn set_published(
    transaction: &mut Transaction<'_>,
    room_id: &str,
    published: bool,
) -> Result<(), StorageError> {
    let sql = "UPDATE rooms SET published = $2 WHERE room_id = $1";
    transaction.execute(sql, &[room_id.into(), published.into()])?;
    let sql = "UPDATE room_summaries SET published = $2 \
               WHERE room_number IN (SELECT room_number FROM rooms WHERE room_id = $1)";
    transaction.execute(sql, &[room_id.into(), published.into()])?;
    Ok(())
}

/// Takes a room out of the directory.
pub(crate) fn unpublish(transaction: &mut Transaction<'_>, room_number: i64) -> Result<(), StorageError> {
    for sql in [
        "UPDATE rooms SET published = 0 WHERE room_number = $1",
        "UPDATE room_summaries SET published = 0 WHERE room_number = $1",
    ] {
        transaction.execute(sql, &[room_number.into()])?;
    }
    Ok(())
}
