//! How much a user has not read in a room: counted once from the tables, then brought forward event by event.

mod by_default;
mod by_own_rules;
mod kept;

use std::collections::{BTreeMap, HashMap};

use herold_rooms::read::Reader;
use herold_storage::receipts::{self, StoredReceipt};
use herold_storage::{Session, notices};
use ruma::UserId;
use serde::Serialize;

use crate::SyncError;
use crate::notices::{FOLLOWER, Judged, Notices};
use crate::people::Wishes;
use crate::push_rules::InRoom;

pub(crate) use kept::Unread;

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
    /// Since when they are what they are, as far as is known: no later change is missing.
    pub(crate) changed_at: i64,
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
    fn follow(&mut self, judged: &Judged, user: i64) {
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

/// Whose counts are wanted, up to where.
pub(crate) struct Counting<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) notices: &'a Notices,
    pub(crate) user: i64,
    pub(crate) user_id: &'a UserId,
    pub(crate) wishes: &'a Wishes,
    pub(crate) until: i64,
}

impl Counting<'_> {
    /// How the user's rules work in each of `rooms`.
    pub(crate) fn rooms_by_rules(
        &self,
        session: &mut Session,
        rooms: &[i64],
    ) -> Result<Vec<(i64, InRoom)>, SyncError> {
        let Some(rules) = self.wishes.rules.as_deref() else {
            return Ok(rooms.iter().map(|room| (*room, InRoom::Default)).collect());
        };
        let known = self.reader.rooms(session, rooms)?;
        Ok(known.into_iter().map(|(number, room)| (number, rules.in_room(&room.id))).collect())
    }

    /// By room, up to where the user has read `rooms`, what they did a moment ago included.
    pub(crate) fn read_up_to(
        &self,
        session: &mut Session,
        rooms: &[i64],
    ) -> Result<HashMap<i64, ReadUpTo>, SyncError> {
        let mut read: HashMap<i64, ReadUpTo> =
            rooms.iter().map(|room| (*room, ReadUpTo::default())).collect();
        for receipt in receipts::of_user(session, rooms, self.user)? {
            if let Some(read) = read.get_mut(&receipt.room_number) {
                read.add(receipt);
            }
        }
        let stored_to = notices::cursor(session, FOLLOWER)?;
        for (room, judged) in self.notices.beyond(rooms, stored_to) {
            let Some(read) = read.get_mut(&room) else { continue };
            let past = judged.iter().filter(|judged| judged.position <= self.until);
            past.for_each(|judged| read.follow(judged, self.user));
        }
        Ok(read)
    }
}
