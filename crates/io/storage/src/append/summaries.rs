//! Room summaries, kept in step with the line: how many members a room has, and what its state tells of it.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use crate::room_state::{self, OPEN_END};
use crate::room_summaries::{Told, insert_or_add};
use crate::{Session, StorageError, Transaction, Value};

/// The entries, all with an empty state key, that tell of a room to those outside it.
const TELLING: [&str; 9] = [
    "m.room.create",
    "m.room.name",
    "m.room.topic",
    "m.room.avatar",
    "m.room.canonical_alias",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.guest_access",
    "m.room.encryption",
];

/// What a batch does to the summaries of its rooms.
#[derive(Default)]
pub(super) struct Summaries {
    /// Rooms that are born, and whether they are published.
    born: HashMap<i64, bool>,
    /// Rooms of which something else is told now.
    changed: HashSet<i64>,
    /// By how much the joined members of rooms change.
    joined: HashMap<i64, i64>,
}

impl Summaries {
    /// A room is born.
    pub(super) fn born(&mut self, room: i64, published: bool) {
        self.born.insert(room, published);
        self.changed.insert(room);
    }

    /// An entry of the line changes.
    pub(super) fn line(&mut self, room: i64, kind: &str, state_key: &str) {
        if state_key.is_empty() && TELLING.contains(&kind) {
            self.changed.insert(room);
        }
    }

    /// An event was redacted, which is `json` now: a state event may be one that tells of its room. Most of
    /// what is redacted are messages and reactions, which are not.
    pub(super) fn redacted(&mut self, room: i64, json: &str) {
        if serde_json::from_str(json).is_ok_and(|event: Json| event.get("state_key").is_some()) {
            self.changed.insert(room);
        }
    }

    /// Counts the memberships that are about to be written: (user, room, whether they are joined).
    pub(super) fn count(
        &mut self,
        transaction: &mut Transaction<'_>,
        memberships: &[(i64, i64, bool)],
    ) -> Result<(), StorageError> {
        let known = memberships.iter().filter(|(_, room, _)| !self.born.contains_key(room));
        let (users, rooms): (Vec<i64>, Vec<i64>) = known.map(|(user, room, _)| (*user, *room)).unzip();
        let before = if rooms.is_empty() { HashSet::new() } else { joined(transaction, users, rooms)? };
        for (user, room, joins) in memberships {
            let change = i64::from(*joins) - i64::from(before.contains(&(*user, *room)));
            if change != 0 {
                *self.joined.entry(*room).or_default() += change;
            }
        }
        Ok(())
    }

    /// Writes the summaries; the line and the events are written already.
    pub(super) fn write(self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        let changed: Vec<i64> = self.changed.iter().copied().collect();
        let told = told(transaction, &changed)?;
        let mut rows: Vec<_> = Vec::with_capacity(told.len() + self.joined.len());
        for room in self.changed.iter().chain(self.joined.keys().filter(|room| !self.changed.contains(room)))
        {
            let published = self.born.get(room).copied().unwrap_or_default();
            let joined = self.joined.get(room).copied().unwrap_or_default();
            rows.push((*room, published, joined, told.get(room)));
        }
        insert_or_add(transaction, &rows)
    }
}

/// Those pairs of user and room, of the given ones and perhaps others, that are joined.
fn joined(
    session: &mut Session,
    users: Vec<i64>,
    rooms: Vec<i64>,
) -> Result<HashSet<(i64, i64)>, StorageError> {
    let sql = "SELECT user_number, room_number FROM memberships \
               WHERE user_number = ANY($1) AND room_number = ANY($2) AND membership = 'join'";
    let rows = session.query(sql, &[Value::from(users), Value::from(rooms)])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// What the current state of each of `rooms` tells.
fn told(session: &mut Session, rooms: &[i64]) -> Result<HashMap<i64, Told>, StorageError> {
    if rooms.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<(String, String)> =
        TELLING.iter().map(|kind| ((*kind).to_owned(), String::new())).collect();
    let numbers: Vec<i64> = room_state::key_numbers(session, &keys)?.into_values().collect();
    let mut told: HashMap<i64, Told> = rooms.iter().map(|room| (*room, Told::default())).collect();
    for entry in room_state::of_keys_at(session, rooms, &numbers, OPEN_END - 1)? {
        if let Some(told) = told.get_mut(&entry.event.room_number) {
            let event: Json = serde_json::from_str(&entry.event.json).unwrap_or_default();
            tell(told, &entry.event.kind, &event["content"]);
        }
    }
    Ok(told)
}

/// Notes what one state event tells. Content that means nothing tells nothing.
fn tell(told: &mut Told, kind: &str, content: &Json) {
    // PostgreSQL keeps no NUL in a text.
    let text = |field: &str| content[field].as_str().map(|text| text.replace('\0', "\u{fffd}"));
    let filled = |field: &str| text(field).filter(|text| !text.is_empty());
    match kind {
        "m.room.create" => told.room_type = text("type"),
        "m.room.name" => told.name = filled("name"),
        "m.room.topic" => told.topic = filled("topic"),
        "m.room.avatar" => told.avatar_url = filled("url"),
        "m.room.canonical_alias" => told.canonical_alias = filled("alias"),
        "m.room.join_rules" => {
            told.join_rule = filled("join_rule");
            let conditions = content["allow"].as_array().into_iter().flatten();
            let rooms = conditions.filter(|condition| condition["type"] == "m.room_membership");
            let ids = rooms.filter_map(|condition| condition["room_id"].as_str());
            told.allowed_room_ids = ids.filter(|room| !room.contains('\0')).map(str::to_owned).collect();
        }
        "m.room.history_visibility" => {
            told.world_readable = content["history_visibility"] == "world_readable"
        }
        "m.room.guest_access" => told.guest_can_join = content["guest_access"] == "can_join",
        "m.room.encryption" => told.encryption = filled("algorithm"),
        _ => {}
    }
}
