//! Which members a client has been sent already, where members are loaded lazily. Tied to tokens: what was
//! sent in an answer that the client never saw counts as not sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use moka::sync::Cache;

/// Members remembered, over all devices.
const MEMBERS_MAX: u64 = 1_000_000;
/// What remembering a device costs apart from its members.
const DEVICE_WEIGHT: usize = 8;

/// What has been sent, by device and filter.
pub(crate) struct LazyMembers(Cache<(i64, u64), Arc<Sent>>);

/// By room and member the log position of the answer that they were sent in.
#[derive(Default)]
pub(crate) struct Sent(Mutex<HashMap<i64, HashMap<i64, i64>>>);

impl Default for LazyMembers {
    fn default() -> Self {
        let weigh = |_: &(i64, u64), sent: &Arc<Sent>| u32::try_from(sent.weight()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(MEMBERS_MAX).weigher(weigh).build())
    }
}

impl LazyMembers {
    /// What the client of `device` has, who goes on from position `since`.
    pub(crate) fn of(&self, device: i64, filter: u64, since: Option<i64>) -> Arc<Sent> {
        let sent = self.0.get_with((device, filter), Arc::default);
        sent.lock(|rooms| {
            let Some(since) = since else { return rooms.clear() };
            rooms.values_mut().for_each(|members| members.retain(|_, sent_at| *sent_at <= since));
            rooms.retain(|_, members| !members.is_empty());
        });
        sent
    }

    /// Weighs again what was remembered.
    pub(crate) fn weigh(&self, device: i64, filter: u64, sent: &Arc<Sent>) {
        self.0.insert((device, filter), Arc::clone(sent));
    }
}

impl Sent {
    fn lock<T>(&self, with: impl FnOnce(&mut HashMap<i64, HashMap<i64, i64>>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn weight(&self) -> usize {
        self.lock(|rooms| DEVICE_WEIGHT + rooms.values().map(|members| 1 + members.len()).sum::<usize>())
    }

    /// Whether the client has `member` of `room`.
    pub(crate) fn has(&self, room: i64, member: i64) -> bool {
        self.lock(|rooms| rooms.get(&room).is_some_and(|members| members.contains_key(&member)))
    }

    /// The client will have `members` of `room` once it has seen the answer of position `sent_at`.
    pub(crate) fn add(&self, room: i64, members: impl IntoIterator<Item = i64>, sent_at: i64) {
        self.lock(|rooms| {
            let known = rooms.entry(room).or_default();
            for member in members {
                known.entry(member).or_insert(sent_at);
            }
        });
    }

    /// The client begins anew with `room`.
    pub(crate) fn forget(&self, room: i64) {
        self.lock(|rooms| rooms.remove(&room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_an_answer_that_was_lost_are_sent_again() {
        let lazy = LazyMembers::default();
        let sent = lazy.of(1, 7, None);
        sent.add(100, [5, 6], 10);
        assert!(lazy.of(1, 7, Some(10)).has(100, 5));
        sent.add(100, [5, 8], 20);
        let again = lazy.of(1, 7, Some(10));
        assert!(again.has(100, 5) && !again.has(100, 8));
        assert!(!lazy.of(1, 8, Some(10)).has(100, 5), "another filter, another memory");
        assert!(!lazy.of(1, 7, None).has(100, 5));
    }
}
