//! Requests that wait for news, and whom a change concerns. A change costs as many wake-ups as people
//! wait for it: rooms are indexed only for those who wait or did so lately.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Requests of one device that wait at once; one more ends the oldest.
const WAITING_PER_DEVICE_MAX: usize = 4;
/// People whose rooms stay indexed between two of their requests.
const RESTING_MAX: usize = 20_000;

/// Who waits.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Index>);

#[derive(Default)]
struct Index {
    people: HashMap<i64, Waiter>,
    /// People by the room they are in.
    rooms: HashMap<i64, Vec<i64>>,
    /// People by the devices that wait.
    devices: HashMap<i64, i64>,
    resting: usize,
}

struct Waiter {
    rooms: Arc<[i64]>,
    bells: Vec<(i64, Arc<Bell>)>,
}

/// Rings when there may be news.
#[derive(Default)]
pub(crate) struct Bell {
    notify: Notify,
    replaced: std::sync::atomic::AtomicBool,
}

impl Bell {
    /// Waits for the next ring; one that came since the last is not lost.
    pub(crate) async fn rung(&self) {
        self.notify.notified().await;
    }

    /// Whether the device has begun so many newer requests that this one should end.
    pub(crate) fn replaced(&self) -> bool {
        self.replaced.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// A request that waits, until it is dropped.
pub(crate) struct Place<'a> {
    waiting: &'a Waiting,
    user: i64,
    device: i64,
    /// Rings when something happens that may concern the request.
    pub(crate) bell: Arc<Bell>,
}

impl Waiting {
    fn index(&self) -> MutexGuard<'_, Index> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to wait for news of `user` at `device`, who is in `rooms`.
    pub(crate) fn begin(&self, user: i64, device: i64, rooms: &Arc<[i64]>) -> Place<'_> {
        let bell = Arc::new(Bell::default());
        let mut index = self.index();
        index.set_rooms(user, rooms);
        index.devices.insert(device, user);
        if let Some(waiter) = index.people.get_mut(&user) {
            let rested = waiter.bells.is_empty();
            let mut of_device = waiter.bells.iter().filter(|(owner, _)| *owner == device);
            let oldest = of_device.next().map(|(_, bell)| Arc::clone(bell));
            if let Some(oldest) = oldest
                && of_device.count() + 1 >= WAITING_PER_DEVICE_MAX
            {
                oldest.replaced.store(true, std::sync::atomic::Ordering::Relaxed);
                oldest.notify.notify_one();
            }
            waiter.bells.push((device, Arc::clone(&bell)));
            if rested {
                index.resting = index.resting.saturating_sub(1);
            }
        }
        Place { waiting: self, user, device, bell }
    }

    /// Of `rooms`, those in which somebody waits, or did so lately.
    pub(crate) fn among(&self, rooms: &HashSet<i64>) -> HashSet<i64> {
        let index = self.index();
        rooms.iter().filter(|room| index.rooms.contains_key(room)).copied().collect()
    }

    /// Wakes those who wait in `room`.
    pub(crate) fn wake_room(&self, room: i64) {
        let index = self.index();
        for user in index.rooms.get(&room).into_iter().flatten() {
            index.wake(*user);
        }
    }

    /// Wakes those who wait in any of `rooms`.
    pub(crate) fn wake_rooms(&self, rooms: &[i64]) {
        let index = self.index();
        let mut people: Vec<i64> =
            rooms.iter().filter_map(|room| index.rooms.get(room)).flatten().copied().collect();
        people.sort_unstable();
        people.dedup();
        people.into_iter().for_each(|user| index.wake(user));
    }

    /// Wakes `user`.
    pub(crate) fn wake_user(&self, user: i64) {
        self.index().wake(user);
    }

    /// Wakes the owner of `device`.
    pub(crate) fn wake_device(&self, device: i64) {
        let index = self.index();
        if let Some(user) = index.devices.get(&device) {
            index.wake(*user);
        }
    }

    /// Wakes everybody.
    pub(crate) fn wake_all(&self) {
        let index = self.index();
        index.people.values().flat_map(|waiter| &waiter.bells).for_each(|(_, bell)| bell.notify.notify_one());
    }

    /// The rooms of `user`, if they wait or did so lately.
    pub(crate) fn rooms_of(&self, user: i64) -> Option<Arc<[i64]>> {
        self.index().people.get(&user).map(|waiter| Arc::clone(&waiter.rooms))
    }

    fn end(&self, user: i64, device: i64, bell: &Arc<Bell>) {
        let mut index = self.index();
        let Some(waiter) = index.people.get_mut(&user) else { return };
        waiter.bells.retain(|(_, other)| !Arc::ptr_eq(other, bell));
        let rests = waiter.bells.is_empty();
        if waiter.bells.iter().all(|(other, _)| *other != device) {
            index.devices.remove(&device);
        }
        if rests {
            index.resting += 1;
            if index.resting > RESTING_MAX {
                index.forget_resting();
            }
        }
    }
}

impl Place<'_> {
    /// The user is in other rooms now.
    pub(crate) fn set_rooms(&self, rooms: &Arc<[i64]>) {
        self.waiting.index().set_rooms(self.user, rooms);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.end(self.user, self.device, &self.bell);
    }
}

impl Index {
    fn wake(&self, user: i64) {
        if let Some(waiter) = self.people.get(&user) {
            waiter.bells.iter().for_each(|(_, bell)| bell.notify.notify_one());
        }
    }

    fn set_rooms(&mut self, user: i64, rooms: &Arc<[i64]>) {
        match self.people.get_mut(&user) {
            Some(waiter) if Arc::ptr_eq(&waiter.rooms, rooms) => {}
            Some(waiter) => {
                let before = std::mem::replace(&mut waiter.rooms, Arc::clone(rooms));
                self.leave_rooms(user, &before);
                self.enter_rooms(user, rooms);
            }
            None => {
                self.people.insert(user, Waiter { rooms: Arc::clone(rooms), bells: Vec::new() });
                self.resting += 1;
                self.enter_rooms(user, rooms);
            }
        }
    }

    fn enter_rooms(&mut self, user: i64, rooms: &[i64]) {
        for room in rooms {
            self.rooms.entry(*room).or_default().push(user);
        }
    }

    fn leave_rooms(&mut self, user: i64, rooms: &[i64]) {
        for room in rooms {
            if let Some(people) = self.rooms.get_mut(room) {
                people.retain(|other| *other != user);
                if people.is_empty() {
                    self.rooms.remove(room);
                }
            }
        }
    }

    /// Keeps only those who wait at this moment.
    fn forget_resting(&mut self) {
        self.people.retain(|_, waiter| !waiter.bells.is_empty());
        self.rooms.clear();
        let waiting: Vec<(i64, Arc<[i64]>)> =
            self.people.iter().map(|(user, waiter)| (*user, Arc::clone(&waiter.rooms))).collect();
        for (user, rooms) in waiting {
            self.enter_rooms(user, &rooms);
        }
        self.resting = 0;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn rung(place: &Place<'_>) -> bool {
        place.bell.rung().now_or_never().is_some()
    }

    #[test]
    fn only_those_concerned_are_woken() {
        let waiting = Waiting::default();
        let (one, two): (Arc<[i64]>, Arc<[i64]>) = (Arc::from([100, 101]), Arc::from([101]));
        let (alice, bob) = (waiting.begin(1, 11, &one), waiting.begin(2, 12, &two));
        waiting.wake_room(100);
        assert!(rung(&alice) && !rung(&bob));
        waiting.wake_room(101);
        assert!(rung(&alice) && rung(&bob));
        waiting.wake_device(12);
        assert!(!rung(&alice) && rung(&bob));
        alice.set_rooms(&two);
        waiting.wake_room(100);
        assert!(!rung(&alice));
        waiting.wake_rooms(&[100, 101]);
        assert!(rung(&alice) && rung(&bob));
        drop(alice);
        assert!(waiting.rooms_of(1).is_some(), "whoever waited lately is remembered");
        waiting.index().forget_resting();
        assert!(waiting.rooms_of(1).is_none() && waiting.rooms_of(2).is_some());
        waiting.wake_room(101);
        assert!(rung(&bob));
    }

    #[test]
    fn a_device_that_asks_again_and_again_replaces_its_oldest_request() {
        let waiting = Waiting::default();
        let rooms: Arc<[i64]> = Arc::from([]);
        let places: Vec<Place<'_>> =
            (0..=WAITING_PER_DEVICE_MAX).map(|_| waiting.begin(1, 11, &rooms)).collect();
        let replaced: Vec<bool> = places.iter().map(|place| place.bell.replaced()).collect();
        assert_eq!(replaced, [true, false, false, false, false]);
    }
}
