//! How much a user has not read in a room: counted once from the tables, then brought forward event by event.

mod custom;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use herold_rooms::read::Reader;
use herold_storage::receipts::{self, StoredReceipt};
use herold_storage::{Session, notices};
use moka::sync::Cache;
use ruma::UserId;
use serde::Serialize;

use crate::SyncError;
use crate::notices::{FOLLOWER, Judged, Notices};
use crate::people::Wishes;
use crate::push_rules::InRoom;

pub(crate) use custom::contexts;

/// Counts kept in memory, each of one user in one room.
const COUNTS_MAX: u64 = 200_000;

/// What is unread in one thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Count {
    #[serde(rename = "notification_count")]
    pub(crate) notify: i64,
    #[serde(rename = "highlight_count")]
    pub(crate) highlight: i64,
}

/// What is unread in a room, as of one log position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    as_of: i64,
    /// Whose events do not count, by row number.
    ignored: HashSet<i64>,
    /// By thread, the main timeline under the empty name. Threads with nothing unread are absent.
    pub(crate) threads: BTreeMap<String, Count>,
}

impl Counts {
    /// Everything in the room together.
    pub(crate) fn total(&self) -> Count {
        self.threads.values().fold(Count::default(), |sum, count| Count {
            notify: sum.notify + count.notify,
            highlight: sum.highlight + count.highlight,
        })
    }

    fn add(&mut self, thread: &str, notify: i64, highlight: i64) {
        if notify != 0 || highlight != 0 {
            let count = self.threads.entry(thread.to_owned()).or_default();
            count.notify += notify;
            count.highlight += highlight;
        }
    }

    /// Takes account of an event that came after everything counted so far.
    fn follow(&mut self, judged: &Judged, user: i64, read: &ReadUpTo) {
        if judged.joined == Some(user) {
            self.threads.clear();
        }
        if judged.sender == user {
            if judged.reads {
                self.threads.remove(&judged.thread);
            }
        } else if !self.ignored.contains(&judged.sender) && judged.position > read.position(&judged.thread) {
            let (notify, highlight) = judged.for_user(user);
            self.add(&judged.thread, i64::from(notify), i64::from(highlight));
        }
    }
}

/// Up to where a user has read a room.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadUpTo {
    /// Whatever the thread.
    everywhere: i64,
    threads: HashMap<String, i64>,
}

impl ReadUpTo {
    pub(crate) fn position(&self, thread: &str) -> i64 {
        let own = self.threads.get(if thread.is_empty() { "main" } else { thread });
        own.copied().unwrap_or(0).max(self.everywhere)
    }

    /// Takes account of what `user` did, which may not be in the tables yet.
    pub(crate) fn follow(&mut self, judged: &Judged, user: i64) {
        let at = if judged.joined == Some(user) {
            &mut self.everywhere
        } else if judged.reads && judged.sender == user {
            let thread = if judged.thread.is_empty() { "main" } else { &judged.thread };
            self.threads.entry(thread.to_owned()).or_default()
        } else {
            return;
        };
        *at = (*at).max(judged.position);
    }

    fn add(&mut self, receipt: StoredReceipt) {
        let at = match receipt.thread.as_str() {
            "" => &mut self.everywhere,
            _ => self.threads.entry(receipt.thread).or_default(),
        };
        *at = (*at).max(receipt.event_position);
    }
}

/// By room, up to where `user` has read `rooms`.
pub(crate) fn read_up_to(
    session: &mut Session,
    rooms: &[i64],
    user: i64,
) -> Result<HashMap<i64, ReadUpTo>, SyncError> {
    let mut read: HashMap<i64, ReadUpTo> = rooms.iter().map(|room| (*room, ReadUpTo::default())).collect();
    for receipt in receipts::of_user(session, rooms, user)? {
        if let Some(read) = read.get_mut(&receipt.room_number) {
            read.add(receipt);
        }
    }
    Ok(read)
}

/// Counts in memory.
pub(crate) struct Unread {
    counts: Cache<(i64, i64), Arc<Counts>>,
    /// When a user's receipt in a room last moved: counts from before are worth nothing.
    moved: Cache<(i64, i64), i64>,
}

impl Default for Unread {
    fn default() -> Self {
        Self { counts: Cache::new(COUNTS_MAX), moved: Cache::new(COUNTS_MAX) }
    }
}

/// Whose counts are wanted, up to where.
pub(crate) struct Counting<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) notices: &'a Notices,
    pub(crate) user: i64,
    pub(crate) user_id: &'a UserId,
    pub(crate) wishes: &'a Wishes,
    pub(crate) until: i64,
}

impl Unread {
    /// A receipt of `user` in `room` moved at `position`.
    pub(crate) fn moved(&self, user: i64, room: i64, position: i64) {
        self.moved.insert((user, room), position);
        self.counts.invalidate(&(user, room));
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
        if counting.wishes.rules.is_some() {
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
        let mut found = HashMap::with_capacity(rooms.len());
        let (mut by_default, mut by_rules) = (Vec::new(), Vec::new());
        let ids = counting.reader.rooms(session, rooms)?;
        for room in rooms {
            let rules = counting.wishes.rules.as_deref();
            let in_room = match (rules, ids.get(room)) {
                (Some(rules), Some(known)) => rules.in_room(&known.id),
                _ => InRoom::Default,
            };
            match in_room {
                InRoom::Silent => drop(found.insert(*room, Arc::default())),
                InRoom::Default => match self.forward(counting, *room) {
                    Some(counts) => drop(found.insert(*room, counts)),
                    None => by_default.push(*room),
                },
                InRoom::Custom => by_rules.push(*room),
            }
        }
        if !by_default.is_empty() {
            for (room, counts) in from_tables(session, counting, &by_default)? {
                found.insert(room, self.keep(counting, room, counts));
            }
        }
        if !by_rules.is_empty() {
            let counted = custom::count(session, counting, &by_rules)?;
            found.extend(counted.into_iter().map(|(room, counts)| (room, Arc::new(counts))));
        }
        Ok(found)
    }

    /// The counts in memory brought forward, where that can be done without the tables.
    fn forward(&self, counting: &Counting<'_>, room: i64) -> Option<Arc<Counts>> {
        let key = (counting.user, room);
        let counts = self.counts.get(&key)?;
        if counts.ignored != counting.wishes.ignored_numbers {
            return None;
        }
        if self.moved.get(&key).is_some_and(|moved| moved > counts.as_of) {
            return None;
        }
        if counts.as_of >= counting.until {
            return Some(counts);
        }
        let news = counting.notices.since(room, counts.as_of)?;
        let mut forward = Counts::clone(&counts);
        for judged in news.iter().filter(|judged| judged.position <= counting.until) {
            forward.follow(judged, counting.user, &ReadUpTo::default());
        }
        forward.as_of = counting.until;
        Some(self.keep(counting, room, forward))
    }

    fn keep(&self, counting: &Counting<'_>, room: i64, counts: Counts) -> Arc<Counts> {
        let counts = Arc::new(counts);
        self.counts.insert((counting.user, room), Arc::clone(&counts));
        counts
    }
}

/// Counts with the default rules: what the tables say, and what is judged but not stored yet.
fn from_tables(
    session: &mut Session,
    counting: &Counting<'_>,
    rooms: &[i64],
) -> Result<Vec<(i64, Counts)>, SyncError> {
    let stored_to = notices::cursor(session, FOLLOWER)?;
    let beyond = counting.notices.beyond(rooms, stored_to);
    let until = stored_to.min(counting.until);
    let ignored = &counting.wishes.ignored_numbers;
    let nothing = Counts { as_of: counting.until, ignored: ignored.clone(), ..Counts::default() };
    let mut found: HashMap<i64, Counts> = rooms.iter().map(|room| (*room, nothing.clone())).collect();
    let ignored: Vec<i64> = ignored.iter().copied().collect();
    let main = notices::count_main(session, rooms, counting.user, until, &ignored)?;
    let threads = notices::count_threads(session, rooms, counting.user, until, &ignored)?;
    for count in main.into_iter().chain(threads) {
        if let Some(counts) = found.get_mut(&count.room_number) {
            counts.add(&count.thread, count.notify, count.highlight);
        }
    }
    if beyond.values().any(|judged| !judged.is_empty()) {
        let read = read_up_to(session, rooms, counting.user)?;
        for (room, judged) in beyond {
            let (Some(counts), Some(read)) = (found.get_mut(&room), read.get(&room)) else { continue };
            for judged in judged.iter().filter(|judged| judged.position <= counting.until) {
                counts.follow(judged, counting.user, read);
            }
        }
    }
    Ok(found.into_iter().collect())
}
