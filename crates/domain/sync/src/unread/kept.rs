//! Counts in memory: whose they are, by which rules, and since when they are what they are.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_storage::{Session, thread_subscriptions, users};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::by_own_rules::{self, Tally};
use super::{Counting, Counts, by_default};
use crate::SyncError;
use crate::people::Wishes;
use crate::push_rules::InRoom;

/// Counts kept in memory, each of one user in one room; of what own rules counted each event weighs something.
const COUNTS_MAX: u64 = 200_000;
/// Events that were counted by own rules weigh as much as one count.
const EVENTS_PER_COUNT: usize = 16;

/// Counts in memory.
pub(crate) struct Unread {
    counts: Cache<(i64, i64), Kept>,
    /// When a user's receipt in a room last moved: counts from before are worth nothing.
    moved: Cache<(i64, i64), i64>,
}

/// Counts, and what they were counted by.
#[derive(Clone)]
struct Kept {
    counts: Arc<Counts>,
    by: By,
    /// Whose events do not count.
    ignored: Arc<HashSet<i64>>,
}

/// The rules that counted.
#[derive(Clone)]
enum By {
    Default,
    Nothing,
    Own(Arc<Tally>),
}

impl Default for Unread {
    fn default() -> Self {
        let weigh = |_: &(i64, i64), kept: &Kept| match &kept.by {
            By::Own(tally) => 1 + u32::try_from(tally.len() / EVENTS_PER_COUNT).unwrap_or(u32::MAX),
            By::Default | By::Nothing => 1,
        };
        let counts = Cache::builder().max_capacity(COUNTS_MAX).weigher(weigh).build();
        // What moved last must be remembered: the oldest goes, and the counts with it.
        let forget: Cache<(i64, i64), Kept> = Cache::clone(&counts);
        let moved = Cache::builder()
            .max_capacity(COUNTS_MAX)
            .eviction_policy(EvictionPolicy::lru())
            .eviction_listener(move |key, _, cause| {
                if cause.was_evicted() {
                    forget.invalidate(&*key);
                }
            })
            .build();
        Self { counts, moved }
    }
}

impl Unread {
    /// A receipt of `user` in `room` moved at `position`.
    pub(crate) fn moved(&self, user: i64, room: i64, position: i64) {
        self.moved.insert((user, room), position);
    }

    /// What is known may be out of date.
    pub(crate) fn forget_all(&self) {
        self.counts.invalidate_all();
    }

    /// What is unread in each of `rooms`, from memory alone; none unless all of it is there.
    pub(crate) fn remembered(
        &self,
        counting: &Counting<'_>,
        rooms: &[i64],
    ) -> Option<HashMap<i64, Arc<Counts>>> {
        let wishes = counting.wishes;
        if wishes.rules.is_some() || wishes.ignored_unknown {
            return None;
        }
        rooms.iter().map(|room| Some((*room, self.forward(counting, *room)?))).collect()
    }

    /// What is unread in each of `rooms`.
    pub(crate) fn count(
        &self,
        session: &mut Session,
        counting: &Counting<'_>,
        rooms: &[i64],
    ) -> Result<HashMap<i64, Arc<Counts>>, SyncError> {
        if !counting.wishes.ignored_unknown {
            return self.count_for(session, counting, rooms);
        }
        // Whoever is ignored may have said their first word after they were.
        let ids: Vec<String> = counting.wishes.ignored.iter().cloned().collect();
        let ignored_numbers = Arc::new(users::numbers(session, &ids)?.into_values().collect());
        let wishes = Wishes { ignored_numbers, ..Wishes::clone(counting.wishes) };
        self.count_for(session, &Counting { wishes: &wishes, ..*counting }, rooms)
    }

    fn count_for(
        &self,
        session: &mut Session,
        counting: &Counting<'_>,
        rooms: &[i64],
    ) -> Result<HashMap<i64, Arc<Counts>>, SyncError> {
        let mut found = HashMap::with_capacity(rooms.len());
        let (mut by_default, mut by_own_rules) = (Vec::new(), Vec::new());
        for (room, how) in counting.rooms_by_rules(session, rooms)? {
            match how {
                InRoom::Silent => {
                    let nothing = Counts { as_of: counting.until, ..Counts::default() };
                    found.insert(room, self.keep(counting, room, nothing, By::Nothing));
                }
                InRoom::Default => match self.forward(counting, room) {
                    Some(counts) => drop(found.insert(room, counts)),
                    None => by_default.push(room),
                },
                InRoom::Custom => by_own_rules.push(room),
            }
        }
        if !by_default.is_empty() {
            for (room, counts) in by_default::from_tables(session, counting, &by_default)? {
                found.insert(room, self.keep(counting, room, counts, By::Default));
            }
        }
        self.count_by_own_rules(session, counting, by_own_rules, &mut found)?;
        Ok(found)
    }

    fn count_by_own_rules(
        &self,
        session: &mut Session,
        counting: &Counting<'_>,
        rooms: Vec<i64>,
        found: &mut HashMap<i64, Arc<Counts>>,
    ) -> Result<(), SyncError> {
        let Some(rules) = counting.wishes.rules.as_deref() else { return Ok(()) };
        let followed = thread_subscriptions::newest(session, counting.user, &rooms)?;
        let mut known = Vec::new();
        for room in rooms {
            let threads = followed.get(&room).copied().unwrap_or_default();
            let kept = self.kept(counting, room).map(|(kept, moved)| (kept.by, kept.counts, moved));
            match kept {
                Some((By::Own(tally), counts, false)) if tally.is_of(rules, threads, counting.until) => {
                    found.insert(room, counts);
                }
                Some((By::Own(tally), _, _)) if tally.by(rules, threads) => known.push((room, Some(tally))),
                _ => known.push((room, None)),
            }
        }
        for (room, tally) in by_own_rules::count(session, counting, rules, &followed, known)? {
            let counts = tally.counts();
            found.insert(room, self.keep(counting, room, counts, By::Own(Arc::new(tally))));
        }
        Ok(())
    }

    /// The counts in memory brought forward by the default rules, where that can be done without the tables.
    fn forward(&self, counting: &Counting<'_>, room: i64) -> Option<Arc<Counts>> {
        let (kept, moved) = self.kept(counting, room)?;
        if moved || !matches!(kept.by, By::Default) {
            return None;
        }
        if kept.counts.as_of >= counting.until {
            return Some(kept.counts);
        }
        let forward = by_default::forward(&kept.counts, counting, room)?;
        Some(self.keep(counting, room, forward, By::Default))
    }

    /// What is kept that counts the right people's events, and whether a receipt moved since.
    fn kept(&self, counting: &Counting<'_>, room: i64) -> Option<(Kept, bool)> {
        let key = (counting.user, room);
        let kept = self.counts.get(&key)?;
        if kept.ignored != counting.wishes.ignored_numbers {
            return None;
        }
        let moved = self.moved.get(&key).is_some_and(|moved| moved > kept.counts.as_of);
        Some((kept, moved))
    }

    fn keep(&self, counting: &Counting<'_>, room: i64, mut counts: Counts, by: By) -> Arc<Counts> {
        let key = (counting.user, room);
        let ignored = Arc::clone(&counting.wishes.ignored_numbers);
        counts.changed_at = match self.counts.get(&key) {
            Some(before) if before.counts.threads == counts.threads => before.counts.changed_at,
            _ => counting.until,
        };
        let counts = Arc::new(counts);
        self.counts.insert(key, Kept { counts: Arc::clone(&counts), by, ignored });
        counts
    }
}
