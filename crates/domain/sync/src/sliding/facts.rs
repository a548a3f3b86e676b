//! What lists ask of rooms: whether they are encrypted and of what type. Read once per room, and again when the
//! room says something new about it.

use std::collections::HashMap;
use std::sync::Arc;

use herold_rooms::read::{Person, Viewer, content_of};
use herold_storage::room_state::{self, StateEntry};
use herold_storage::{Session, memberships};
use moka::sync::Cache;
use serde_json::Value;

use crate::SyncError;
use crate::numbers::{member_keys, sorted};
use crate::people::{Known, Part};

const CREATE: &str = "m.room.create";
const ENCRYPTION: &str = "m.room.encryption";
/// Rooms remembered.
const ROOMS_MAX: u64 = 200_000;

/// What is known of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) encrypted: bool,
    pub(crate) room_type: Option<String>,
}

/// Rooms that are remembered, and when they last changed. Clones share them.
#[derive(Clone)]
pub(crate) struct RoomFacts {
    /// With the log position that they are true for.
    known: Cache<i64, (i64, Arc<Facts>)>,
    changed: Cache<i64, i64>,
}

impl Default for RoomFacts {
    fn default() -> Self {
        Self { known: Cache::new(ROOMS_MAX), changed: Cache::new(ROOMS_MAX) }
    }
}

impl RoomFacts {
    /// An event of this type was written in `room` at `position`.
    pub(crate) fn follow(&self, room: i64, kind: &str, position: i64) {
        if kind == ENCRYPTION || kind == CREATE {
            self.changed.insert(room, position);
        }
    }

    fn get(&self, room: i64) -> Option<Arc<Facts>> {
        let (as_of, facts) = self.known.get(&room)?;
        self.changed.get(&room).is_none_or(|changed| changed <= as_of).then_some(facts)
    }

    /// What is known of `rooms`, as of `until` at least: of rooms that the user is asked into what they were shown,
    /// of those they left what was true then.
    pub(crate) fn load(
        &self,
        session: &mut Session,
        person: &Person,
        known: &Known,
        rooms: impl Iterator<Item = i64>,
        until: i64,
    ) -> Result<HashMap<i64, Arc<Facts>>, SyncError> {
        let mut found = HashMap::new();
        let (mut missing, mut asked, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for room in rooms {
            match known.rooms.get(&room).map(|own| own.part) {
                Some(Part::Join) => match self.get(room) {
                    Some(facts) => drop(found.insert(room, facts)),
                    None => missing.push(room),
                },
                Some(Part::Invite | Part::Knock) => asked.push(room),
                Some(Part::Leave) => left.push(room),
                None => {}
            }
        }
        let mut entries = Vec::new();
        if !(missing.is_empty() && left.is_empty()) {
            let pairs = [CREATE, ENCRYPTION].map(|kind| (kind.to_owned(), String::new()));
            let keys: Vec<i64> = room_state::key_numbers(session, &pairs)?.into_values().collect();
            if !missing.is_empty() {
                entries.extend(room_state::of_keys_at(
                    session,
                    &sorted(missing.iter().copied()),
                    &keys,
                    until,
                )?);
            }
            if !left.is_empty() {
                entries.extend(when_left(session, person, &sorted(left.iter().copied()), &keys)?);
            }
        }
        let mut read = of_entries(&entries);
        for room in missing.into_iter().chain(left.iter().copied()) {
            let facts = Arc::new(read.remove(&room).unwrap_or_default());
            if !left.contains(&room) {
                self.known.insert(room, (until, Arc::clone(&facts)));
            }
            found.insert(room, facts);
        }
        if !asked.is_empty() {
            for (room, stripped) in memberships::stripped_states(session, person.user_number, &asked)? {
                found.insert(room, Arc::new(of_stripped(stripped.as_deref().unwrap_or_default())));
            }
        }
        Ok(found)
    }
}

/// The values of `keys` in rooms that `person` left, when they were in them last.
fn when_left(
    session: &mut Session,
    person: &Person,
    rooms: &[i64],
    keys: &[i64],
) -> Result<Vec<StateEntry>, SyncError> {
    let Some(own) = member_keys(session, [person.user_id.to_string()])?.pop() else { return Ok(Vec::new()) };
    let viewers = Viewer::load(session, rooms, &person.user_id, person.user_number)?;
    let positions: Vec<i64> = viewers.values().filter_map(Viewer::end_of_last_stay).collect();
    Ok(room_state::of_keys_at_leaving(session, rooms, own, &positions, keys)?)
}

fn room_type(content: &Value) -> Option<String> {
    content["type"].as_str().map(str::to_owned)
}

fn of_entries(entries: &[StateEntry]) -> HashMap<i64, Facts> {
    let mut found: HashMap<i64, Facts> = HashMap::new();
    for entry in entries {
        let facts = found.entry(entry.event.room_number).or_default();
        if entry.event.kind == ENCRYPTION {
            facts.encrypted = true;
        } else {
            facts.room_type = room_type(&content_of(&entry.event));
        }
    }
    found
}

/// What somebody who is asked into a room was shown of it.
fn of_stripped(stripped: &str) -> Facts {
    let events: Vec<Value> = serde_json::from_str(stripped).unwrap_or_default();
    let of_kind = |kind: &str| events.iter().find(|event| event["type"] == kind);
    Facts {
        encrypted: of_kind(ENCRYPTION).is_some(),
        room_type: of_kind(CREATE).and_then(|create| room_type(&create["content"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stripped_state_tells_what_it_has() {
        let space = r#"[{"type":"m.room.create","content":{"type":"m.space"}},{"type":"m.room.encryption"}]"#;
        assert_eq!(of_stripped(space), Facts { encrypted: true, room_type: Some("m.space".to_owned()) });
        assert_eq!(of_stripped(""), Facts::default());
    }

    #[test]
    fn what_changed_is_read_again() {
        let facts = RoomFacts::default();
        facts.known.insert(1, (10, Arc::default()));
        facts.follow(1, "m.room.message", 11);
        assert!(facts.get(1).is_some());
        facts.follow(1, ENCRYPTION, 11);
        assert!(facts.get(1).is_none());
        facts.known.insert(1, (11, Arc::default()));
        assert!(facts.get(1).is_some());
    }
}
