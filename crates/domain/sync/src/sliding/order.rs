//! The rooms of a user in the order of their last activity: read once, then kept by what the log tells. A room
//! without news costs nothing.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use herold_rooms::read::{Person, Viewer};
use herold_storage::{Changes, Session, Topic, memberships, rooms};
use moka::sync::Cache;

use crate::SyncError;
use crate::gather::rooms::unwanted_invites;
use crate::people::{Known, Part};

/// Rooms in orders kept in memory, over all users.
const ROOMS_MAX: u64 = 4_000_000;
/// What an order counts apart from its rooms.
const ORDER_WEIGHT: usize = 16;

/// The orders of users, by number.
pub(crate) struct Orders(Cache<i64, Arc<Mutex<Order>>>);

impl Default for Orders {
    fn default() -> Self {
        let weigh = |_: &i64, order: &Arc<Mutex<Order>>| {
            u32::try_from(ORDER_WEIGHT + lock(order).places.len()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(ROOMS_MAX).weigher(weigh).build())
    }
}

/// One user's rooms in order.
#[derive(Default)]
pub(crate) struct Order {
    /// True for this position of the log.
    as_of: i64,
    /// By room the position of its last activity, as far as the user is concerned.
    places: HashMap<i64, i64>,
    in_order: BTreeSet<(Reverse<i64>, i64)>,
    /// Whom the user ignored, and whether they wanted no invites, when it was looked which are unwanted.
    unwanted: (HashSet<String>, bool),
}

fn lock(order: &Mutex<Order>) -> MutexGuard<'_, Order> {
    order.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Orders {
    /// Runs `with` on the rooms of a person, brought forward to what `known` is true for.
    pub(crate) fn with<T>(
        &self,
        session: &mut Session,
        changes: &Changes,
        person: &Person,
        known: &Known,
        with: impl FnOnce(&Order) -> T,
    ) -> Result<T, SyncError> {
        let user = person.user_number;
        let order = self.0.get_with(user, Arc::default);
        let mut kept = lock(&order);
        let before = kept.places.len();
        if kept.as_of < known.as_of {
            kept.follow(session, changes, person, known)?;
        }
        let answer = with(&kept);
        let grown = kept.places.len() != before;
        drop(kept);
        if grown {
            // It weighs more now.
            self.0.insert(user, order);
        }
        Ok(answer)
    }
}

impl Order {
    /// The rooms with the position of their last activity, the newest first.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.in_order.iter().map(|(Reverse(position), room)| (*room, *position))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.in_order.len()
    }

    /// Whether the room is among them.
    pub(crate) fn contains(&self, room: i64) -> bool {
        self.places.contains_key(&room)
    }

    /// Brings the order forward to `known.as_of`.
    fn follow(
        &mut self,
        session: &mut Session,
        changes: &Changes,
        person: &Person,
        known: &Known,
    ) -> Result<(), SyncError> {
        let (mut events, mut own) = (HashMap::new(), HashSet::new());
        let complete = self.as_of > 0
            && self.unwanted.0 == known.wishes.ignored
            && self.unwanted.1 == known.wishes.no_invites
            && changes.visit_since(self.as_of, |change| match change.topic {
                _ if change.position > known.as_of => {}
                Topic::Event { room } => drop(events.insert(room, change.position)),
                Topic::Membership { room, user } if user == person.user_number => drop(own.insert(room)),
                _ => {}
            });
        if !complete {
            return self.load(session, person, known);
        }
        for (room, position) in events {
            if known.rooms.get(&room).is_some_and(|own| own.part == Part::Join) {
                self.put(room, position);
            }
        }
        if !own.is_empty() {
            self.place_others(session, person, known, Some(&own))?;
        }
        self.as_of = known.as_of;
        Ok(())
    }

    fn load(&mut self, session: &mut Session, person: &Person, known: &Known) -> Result<(), SyncError> {
        let unwanted = (known.wishes.ignored.clone(), known.wishes.no_invites);
        *self = Self { unwanted, ..Self::default() };
        for room in rooms::recencies_of_joined(session, person.user_number)? {
            if known.rooms.get(&room.room_number).is_some_and(|own| own.part == Part::Join) {
                self.put(room.room_number, room.last_position);
            }
        }
        self.place_others(session, person, known, None)?;
        self.as_of = known.as_of;
        Ok(())
    }

    /// Places the rooms that the user is not in, all or `only` those: invites, knocks, and rooms that somebody else
    /// put them out of. Those they left themselves they need not be told of.
    fn place_others(
        &mut self,
        session: &mut Session,
        person: &Person,
        known: &Known,
        only: Option<&HashSet<i64>>,
    ) -> Result<(), SyncError> {
        let concerned = |room: &i64| only.is_none_or(|only| only.contains(room));
        let (mut asked, mut left) = (Vec::new(), Vec::new());
        for (room, own) in known.rooms.iter().filter(|(room, _)| concerned(room)) {
            match own.part {
                Part::Join => {
                    // Its events have placed it, but for a membership without any.
                    if !self.places.contains_key(room) {
                        self.put(*room, own.position);
                    }
                    continue;
                }
                Part::Invite | Part::Knock => asked.push(*room),
                Part::Leave if !own.forgotten => left.push(*room),
                Part::Leave => {}
            }
            self.remove(*room);
        }
        let unwanted = unwanted_invites(session, known, &asked)?;
        asked.retain(|room| !unwanted.contains(room));
        if !left.is_empty() {
            left = memberships::ended_by_others(session, person.user_number, &left)?;
        }
        if !left.is_empty() {
            // Who was never inside has nothing to be told.
            let viewers = Viewer::load(session, &left, &person.user_id, person.user_number)?;
            left.retain(|room| viewers.get(room).is_some_and(|viewer| viewer.joined_since(0)));
        }
        for room in asked.into_iter().chain(left) {
            if let Some(own) = known.rooms.get(&room) {
                self.put(room, own.position);
            }
        }
        Ok(())
    }

    fn put(&mut self, room: i64, position: i64) {
        self.remove(room);
        self.places.insert(room, position);
        self.in_order.insert((Reverse(position), room));
    }

    fn remove(&mut self, room: i64) {
        if let Some(position) = self.places.remove(&room) {
            self.in_order.remove(&(Reverse(position), room));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_that_was_active_last_comes_first() {
        let mut order = Order::default();
        for (room, position) in [(1, 10), (2, 20), (3, 30), (1, 40)] {
            order.put(room, position);
        }
        order.remove(3);
        order.remove(4);
        assert_eq!(order.rooms().collect::<Vec<_>>(), [(1, 40), (2, 20)]);
        assert!(order.len() == 2 && order.contains(2) && !order.contains(3));
    }
}
