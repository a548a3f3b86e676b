//! The ends of busy rooms' timelines, ready to be sent: those who wait in a room all get the same events,
//! read and written once. Kept up to date by the task that follows the log.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use herold_rooms::read::ClientEvent;

/// Events kept per room.
const EVENTS_MAX: usize = 64;
/// Events kept over all rooms.
const TOTAL_MAX: usize = 16_384;
/// Rooms with a tail.
const ROOMS_MAX: usize = 16_384;

/// The ends of timelines in memory.
#[derive(Default)]
pub(crate) struct Tails(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Every tail has all events of its room up to here.
    complete_to: i64,
    rooms: HashMap<i64, Tail>,
    total: usize,
    uses: u64,
}

struct Tail {
    /// Every event after this position is here.
    complete_after: i64,
    events: VecDeque<ClientEvent>,
    used: u64,
}

impl Tails {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of `rooms`, those whose new events are wanted.
    pub(crate) fn among(&self, rooms: &HashSet<i64>) -> HashSet<i64> {
        let kept = self.kept();
        rooms.iter().filter(|room| kept.rooms.contains_key(room)).copied().collect()
    }

    /// Forgets everything; from `position` on events are kept again.
    pub(crate) fn restart(&self, position: i64) {
        *self.kept() = Kept { complete_to: position, ..Kept::default() };
    }

    /// Forgets the end of one room's timeline.
    pub(crate) fn forget(&self, room: i64) {
        self.kept().remove(room);
    }

    /// Adds the events of `rooms` after `since` and up to `until`, all of them, in the order of the log. A room
    /// that has no tail yet gets one.
    pub(crate) fn append(&self, rooms: &HashSet<i64>, events: Vec<ClientEvent>, since: i64, until: i64) {
        let mut kept = self.kept();
        if kept.complete_to != since {
            *kept = Kept::default();
        }
        for room in rooms {
            kept.uses += 1;
            let used = kept.uses;
            let new = || Tail { complete_after: since, events: VecDeque::new(), used };
            kept.rooms.entry(*room).or_insert_with(new);
        }
        for event in events {
            let room = event.room().number;
            // A redaction makes other events of those it redacts: they are read again.
            if event.kind() == "m.room.redaction" {
                kept.remove(room);
            } else if let Some(tail) = kept.rooms.get_mut(&room) {
                tail.events.push_back(event);
                if tail.events.len() > EVENTS_MAX
                    && let Some(oldest) = tail.events.pop_front()
                {
                    tail.complete_after = oldest.position;
                } else {
                    kept.total += 1;
                }
            }
        }
        kept.complete_to = until;
        if kept.total > TOTAL_MAX || kept.rooms.len() > ROOMS_MAX {
            kept.forget_half();
        }
    }

    /// All events of `room` after `since` and up to `until`; none when they are not all here.
    pub(crate) fn slice(&self, room: i64, since: i64, until: i64) -> Option<Vec<ClientEvent>> {
        let mut kept = self.kept();
        if until > kept.complete_to {
            return None;
        }
        kept.uses += 1;
        let uses = kept.uses;
        let tail = kept.rooms.get_mut(&room).filter(|tail| tail.complete_after <= since)?;
        tail.used = uses;
        let first = tail.events.partition_point(|event| event.position <= since);
        Some(tail.events.range(first..).take_while(|event| event.position <= until).cloned().collect())
    }
}

impl Kept {
    fn remove(&mut self, room: i64) {
        if let Some(tail) = self.rooms.remove(&room) {
            self.total -= tail.events.len();
        }
    }

    /// Forgets the half that was not used for longest.
    fn forget_half(&mut self) {
        let mut uses: Vec<u64> = self.rooms.values().map(|tail| tail.used).collect();
        uses.sort_unstable();
        let median = uses.get(uses.len() / 2).copied().unwrap_or(0);
        self.rooms.retain(|_, tail| tail.used > median);
        self.total = self.rooms.values().map(|tail| tail.events.len()).sum();
    }
}
