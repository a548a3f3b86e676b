//! What reading keeps in memory: rooms, which never change, and events ready to be sent.

use std::collections::HashMap;
use std::sync::Arc;

use herold_storage::{Session, rooms};
use moka::sync::Cache;
use ruma::{OwnedRoomId, RoomId};

use super::present::SharedEvent;
use super::{ReadError, Room};

/// Rooms kept in memory.
const ROOMS_MAX: u64 = 50_000;
/// Bytes of ready events kept in memory.
const EVENTS_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Reads rooms for clients. Clones share the same memory.
#[derive(Clone)]
pub struct Reader {
    rooms: Cache<i64, Arc<Room>>,
    numbers: Cache<String, i64>,
    /// By event number and whether it is redacted: a redaction makes another event of it.
    pub(super) events: Cache<(i64, bool), Arc<SharedEvent>>,
}

impl Default for Reader {
    fn default() -> Self {
        let weigh =
            |_: &(i64, bool), event: &Arc<SharedEvent>| u32::try_from(event.size()).unwrap_or(u32::MAX);
        Self {
            rooms: Cache::new(ROOMS_MAX),
            numbers: Cache::new(ROOMS_MAX),
            events: Cache::builder().max_capacity(EVENTS_BYTES_MAX).weigher(weigh).build(),
        }
    }
}

impl Reader {
    /// The room of this id, if this server knows it.
    pub fn room(&self, session: &mut Session, room_id: &RoomId) -> Result<Option<Arc<Room>>, ReadError> {
        if let Some(room) = self.numbers.get(room_id.as_str()).and_then(|number| self.rooms.get(&number)) {
            return Ok(Some(room));
        }
        let stored = rooms::by_id(session, &[room_id.to_string()])?;
        Ok(stored.first().and_then(Room::from_stored).map(|room| self.keep(room)))
    }

    /// Those of the rooms with these ids that this server knows.
    pub fn by_ids(
        &self,
        session: &mut Session,
        ids: &[OwnedRoomId],
    ) -> Result<HashMap<OwnedRoomId, Arc<Room>>, ReadError> {
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for id in ids {
            match self.numbers.get(id.as_str()).and_then(|number| self.rooms.get(&number)) {
                Some(room) => drop(found.insert(id.clone(), room)),
                None => missing.push(id.to_string()),
            }
        }
        if !missing.is_empty() {
            for room in rooms::by_id(session, &missing)?.iter().filter_map(Room::from_stored) {
                found.insert(room.id.clone(), self.keep(room));
            }
        }
        Ok(found)
    }

    /// Forgets an event, which tells of another that was redacted. The number of an event in the timeline is its
    /// position.
    pub(crate) fn forget(&self, event_number: i64) {
        [false, true].iter().for_each(|is_redacted| self.events.invalidate(&(event_number, *is_redacted)));
    }

    /// The room of this number, if it is in memory.
    pub fn remembered(&self, number: i64) -> Option<Arc<Room>> {
        self.rooms.get(&number)
    }

    /// The rooms of these numbers.
    pub fn rooms(
        &self,
        session: &mut Session,
        numbers: &[i64],
    ) -> Result<HashMap<i64, Arc<Room>>, ReadError> {
        let mut found = HashMap::with_capacity(numbers.len());
        let mut missing = Vec::new();
        for number in numbers {
            match self.rooms.get(number) {
                Some(room) => drop(found.insert(*number, room)),
                None => missing.push(*number),
            }
        }
        if !missing.is_empty() {
            for room in rooms::by_number(session, &missing)?.iter().filter_map(Room::from_stored) {
                found.insert(room.number, self.keep(room));
            }
        }
        Ok(found)
    }

    fn keep(&self, room: Room) -> Arc<Room> {
        let room = Arc::new(room);
        self.numbers.insert(room.id.to_string(), room.number);
        self.rooms.insert(room.number, Arc::clone(&room));
        room
    }
}
