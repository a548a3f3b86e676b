//! Rooms as administrators see them.

use crate::{Row, Session, StorageError};

/// A room in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRoom {
    /// The room's row number.
    pub room_number: i64,
    /// The room's id.
    pub room_id: String,
    /// The room's version.
    pub version: String,
    /// When it was made or first known here, milliseconds.
    pub created_at: i64,
    /// Whether it is in the room directory.
    pub published: bool,
    /// How many are joined.
    pub joined_members: i64,
    /// Its name.
    pub name: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
    /// Its main alias.
    pub canonical_alias: Option<String>,
    /// Its type.
    pub room_type: Option<String>,
    /// Its join rule.
    pub join_rule: String,
    /// The algorithm of its encryption.
    pub encryption: Option<String>,
}

fn listed(row: &Row) -> Result<ListedRoom, StorageError> {
    Ok(ListedRoom {
        room_number: row.get(0)?,
        room_id: row.get(1)?,
        version: row.get(2)?,
        created_at: row.get(3)?,
        published: row.get(4)?,
        joined_members: row.get(5)?,
        name: row.get(6)?,
        topic: row.get(7)?,
        canonical_alias: row.get(8)?,
        room_type: row.get(9)?,
        join_rule: row.get(10)?,
        encryption: row.get(11)?,
    })
}

macro_rules! listed_query {
    ($rest:literal) => {
        concat!(
            "SELECT r.room_number, r.room_id, r.version, r.created_at, s.published, s.joined_members, s.name, \
             s.topic, s.canonical_alias, s.room_type, s.join_rule, s.encryption \
             FROM rooms r JOIN room_summaries s ON s.room_number = r.room_number ",
            $rest
        )
    };
}

/// Up to `limit` rooms after row `after`, in the order in which they came.
pub fn page(session: &mut Session, after: i64, limit: i64) -> Result<Vec<ListedRoom>, StorageError> {
    let sql = listed_query!("WHERE r.room_number > $1 ORDER BY r.room_number LIMIT $2");
    session.query(sql, &[after.into(), limit.into()])?.iter().map(listed).collect()
}

/// One room, if it is known.
pub fn by_id(session: &mut Session, room_id: &str) -> Result<Option<ListedRoom>, StorageError> {
    let sql = listed_query!("WHERE r.room_id = $1");
    session.query_optional(sql, &[room_id.into()])?.as_ref().map(listed).transpose()
}

/// How many events of a room are kept.
pub fn count_events(session: &mut Session, room_number: i64) -> Result<i64, StorageError> {
    let sql = "SELECT COUNT(*) FROM events WHERE room_number = $1";
    session.query_optional(sql, &[room_number.into()])?.map_or(Ok(0), |row| row.get(0))
}
