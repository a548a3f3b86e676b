//! Who is typing where, until when. In memory only.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ruma::OwnedUserId;
use tokio::time::Instant;

/// Longest time one request says that somebody types.
pub const TYPING_MAX: Duration = Duration::from_secs(120);
/// People typing at once, over all rooms; more are not shown.
const TYPISTS_MAX: usize = 100_000;

/// Who is typing.
#[derive(Default)]
pub(crate) struct Typing(Mutex<Typists>);

#[derive(Default)]
struct Typists {
    rooms: HashMap<i64, BTreeMap<i64, Typist>>,
    /// When somebody's time is up: that moment, room and user.
    ends: BTreeMap<(Instant, i64, i64), ()>,
}

struct Typist {
    user_id: OwnedUserId,
    until: Instant,
}

impl Typing {
    fn typists(&self) -> MutexGuard<'_, Typists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that a user types in `room` until `until`, or no longer. Whether that changes what is shown.
    pub(crate) fn set(
        &self,
        room: i64,
        user_number: i64,
        user_id: OwnedUserId,
        until: Option<Instant>,
    ) -> bool {
        let mut typists = self.typists();
        let before = typists.remove(room, user_number);
        if let Some(until) = until
            && typists.ends.len() < TYPISTS_MAX
        {
            typists.ends.insert((until, room, user_number), ());
            typists.rooms.entry(room).or_default().insert(user_number, Typist { user_id, until });
            return !before;
        }
        before
    }

    /// Forgets those whose time is up at `now`: their rooms, and the next moment to ask again.
    pub(crate) fn expire(&self, now: Instant) -> (Vec<i64>, Option<Instant>) {
        let mut typists = self.typists();
        let mut rooms = Vec::new();
        while let Some((&(until, room, user), ())) = typists.ends.first_key_value() {
            if until > now {
                break;
            }
            typists.remove(room, user);
            rooms.push(room);
        }
        rooms.sort_unstable();
        rooms.dedup();
        (rooms, typists.ends.first_key_value().map(|((until, _, _), ())| *until))
    }

    /// Who types in `room`, by number.
    pub(crate) fn in_room(&self, room: i64) -> Vec<OwnedUserId> {
        let typists = self.typists();
        let in_room = typists.rooms.get(&room);
        in_room.into_iter().flat_map(BTreeMap::values).map(|typist| typist.user_id.clone()).collect()
    }

    /// The rooms in which anybody types.
    pub(crate) fn rooms(&self) -> Vec<i64> {
        self.typists().rooms.keys().copied().collect()
    }
}

impl Typists {
    fn remove(&mut self, room: i64, user: i64) -> bool {
        let Some(in_room) = self.rooms.get_mut(&room) else { return false };
        let Some(typist) = in_room.remove(&user) else { return false };
        if in_room.is_empty() {
            self.rooms.remove(&room);
        }
        self.ends.remove(&(typist.until, room, user));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_ends_when_told_or_when_the_time_is_up() {
        let typing = Typing::default();
        let (alice, bob) = (ruma::owned_user_id!("@alice:a"), ruma::owned_user_id!("@bob:a"));
        let start = Instant::now();
        let later = start + Duration::from_secs(5);
        assert!(typing.set(1, 10, alice.clone(), Some(start)));
        assert!(!typing.set(1, 10, alice.clone(), Some(later)), "prolonging shows nothing new");
        assert!(typing.set(1, 11, bob.clone(), Some(start)));
        assert_eq!(typing.in_room(1), [alice.clone(), bob.clone()]);
        assert_eq!(typing.expire(start), (vec![1], Some(later)));
        assert_eq!(typing.in_room(1), vec![alice.clone()]);
        assert!(typing.set(1, 10, alice.clone(), None));
        assert!(!typing.set(1, 10, alice, None));
        assert_eq!(typing.expire(later), (vec![], None));
        assert!(typing.rooms().is_empty());
    }
}
