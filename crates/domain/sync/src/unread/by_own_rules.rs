//! Counting for those who changed their push rules. Which unread events notify them is found out once, with ruma's
//! evaluation, and remembered; then only new events are looked at, and what was read or redacted is taken out.

use std::collections::HashMap;
use std::sync::Arc;

use herold_storage::events::{self, StoredEvent};
use herold_storage::relations::{self, InThread};
use herold_storage::{Session, timeline};

use super::{Counting, Counts, ReadUpTo};
use crate::SyncError;
use crate::contexts::{Asking, Contexts};
use crate::judge::{HOPS_MAX, Judgeable};
use crate::judging::Threads;
use crate::push_rules::OwnRules;

/// Events read at once.
const STEP: usize = 500;

/// The unread events of a room that notify somebody by their own rules.
#[derive(Clone, Default)]
pub(super) struct Tally {
    /// Which rules.
    version: u64,
    /// Which threads of the room are followed: when that changed last.
    followed: i64,
    as_of: i64,
    /// The newest event of the room that was looked at, by number.
    newest: i64,
    /// Names of threads; the main timeline under the empty name.
    threads: Vec<String>,
    unread: Vec<Unread>,
}

#[derive(Clone, Copy)]
struct Unread {
    position: i64,
    /// A place in `Tally::threads`.
    thread: usize,
    highlight: bool,
}

impl Tally {
    /// How many events there are.
    pub(super) fn len(&self) -> usize {
        self.unread.len()
    }

    /// Whether these rules counted, and the threads that are followed since `followed`.
    pub(super) fn by(&self, rules: &OwnRules, followed: i64) -> bool {
        self.version == rules.version && self.followed == followed
    }

    /// Whether they counted everything up to `until`.
    pub(super) fn is_of(&self, rules: &OwnRules, followed: i64, until: i64) -> bool {
        self.by(rules, followed) && self.as_of >= until
    }

    /// How many there are in each thread.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts { as_of: self.as_of, ..Counts::default() };
        for unread in &self.unread {
            let thread = self.threads.get(unread.thread).map_or("", String::as_str);
            counts.add(thread, 1, i64::from(unread.highlight));
        }
        counts
    }

    fn add(&mut self, position: i64, thread: &str, highlight: bool) {
        let place = self.threads.iter().position(|known| known == thread).unwrap_or_else(|| {
            self.threads.push(thread.to_owned());
            self.threads.len() - 1
        });
        self.unread.push(Unread { position, thread: place, highlight });
    }

    /// Takes out what was read.
    fn read(&mut self, read: &ReadUpTo) {
        let up_to: Vec<i64> = self.threads.iter().map(|thread| read.position(thread)).collect();
        self.unread.retain(|unread| up_to.get(unread.thread).is_none_or(|up_to| unread.position > *up_to));
    }

    /// Takes out what was redacted.
    fn redacted(&mut self, position: i64) {
        self.unread.retain(|unread| unread.position != position);
    }
}

/// Brings the tallies of rooms up to date; those of rooms without one are made. `followed` says when it changed last
/// which threads of a room are followed.
pub(super) fn count(
    session: &mut Session,
    counting: &Counting<'_>,
    rules: &OwnRules,
    followed: &HashMap<i64, i64>,
    known: Vec<(i64, Option<Arc<Tally>>)>,
) -> Result<HashMap<i64, Tally>, SyncError> {
    if known.is_empty() {
        return Ok(HashMap::new());
    }
    let rooms: Vec<i64> = known.iter().map(|(room, _)| *room).collect();
    let read = counting.read_up_to(session, &rooms)?;
    let mut count = Count { counting, rules, followed, read, tallies: HashMap::with_capacity(rooms.len()) };
    let mut anew = Vec::new();
    for (room, tally) in known {
        match tally {
            Some(tally) => drop(count.tallies.insert(room, Tally::clone(&tally))),
            None => anew.push(room),
        }
    }
    count.forward(session)?;
    count.anew(session, &anew)?;
    Ok(count.finish())
}

struct Count<'a> {
    counting: &'a Counting<'a>,
    rules: &'a OwnRules,
    followed: &'a HashMap<i64, i64>,
    read: HashMap<i64, ReadUpTo>,
    tallies: HashMap<i64, Tally>,
}

impl Count<'_> {
    /// Looks at what came since the tallies were made.
    fn forward(&mut self, session: &mut Session) -> Result<(), SyncError> {
        let newest: Vec<i64> = self.tallies.values().map(|tally| tally.newest).collect();
        if newest.is_empty() {
            return Ok(());
        }
        let mut since = 0;
        loop {
            let until = self.counting.until;
            let page = timeline::after_all(session, &newest, since, until, STEP as i64)?;
            self.look_at(session, &page)?;
            match page.last() {
                Some(last) if page.len() == STEP => since = last.event_number,
                _ => return Ok(()),
            }
        }
    }

    /// Looks at everything that is unread in `rooms`.
    fn anew(&mut self, session: &mut Session, rooms: &[i64]) -> Result<(), SyncError> {
        if rooms.is_empty() {
            return Ok(());
        }
        let until = self.counting.until;
        let mut with_threads = Vec::new();
        // Of many rooms together, for each look asks several questions.
        let mut page = Vec::new();
        for (room, newest) in timeline::newest_positions(session, rooms, 0, until, 1)? {
            let followed = self.followed.get(&room).copied().unwrap_or_default();
            let tally = Tally { newest, version: self.rules.version, followed, ..Tally::default() };
            self.tallies.insert(room, tally);
            let Some(read) = self.read.get(&room) else { continue };
            let (main, everywhere) = (read.position(""), read.everywhere);
            if main > everywhere {
                with_threads.push(room);
            }
            let mut since = main;
            while since < newest {
                let next = timeline::forwards(session, room, since, until, STEP as i64)?;
                since = next.last().filter(|_| next.len() == STEP).map_or(newest, |last| last.event_number);
                page.extend(next);
                if page.len() >= STEP {
                    self.look_at(session, &page)?;
                    page.clear();
                }
            }
        }
        self.look_at(session, &page)?;
        let in_threads = self.unread_in_threads(session, &with_threads)?;
        for step in in_threads.chunks(STEP) {
            let page: Vec<StoredEvent> = events::by_number(session, step)?.into_values().collect();
            self.look_at(session, &page)?;
        }
        Ok(())
    }

    /// Of the events in threads, those that are not read although the main timeline is, further on.
    fn unread_in_threads(&self, session: &mut Session, rooms: &[i64]) -> Result<Vec<i64>, SyncError> {
        if rooms.is_empty() {
            return Ok(Vec::new());
        }
        let until = self.counting.until;
        let mut unread = Vec::new();
        let mut level = relations::in_threads(session, rooms, until)?;
        for _ in 0..=HOPS_MAX {
            for event in &level {
                let Some(read) = self.read.get(&event.room_number) else { continue };
                let (number, main) = (event.event_number, read.position(""));
                if read.position(&event.root) < number && number <= main {
                    unread.push(number);
                }
            }
            let by_number: HashMap<i64, &InThread> =
                level.iter().map(|event| (event.event_number, event)).collect();
            let parents: Vec<i64> = by_number.keys().copied().collect();
            let children = relations::beside_threads(session, &parents, until)?;
            let child = |(parent, child): (i64, i64)| {
                let parent = by_number.get(&parent)?;
                Some(InThread { event_number: child, ..InThread::clone(parent) })
            };
            let next: Vec<InThread> = children.into_iter().filter_map(child).collect();
            if next.is_empty() {
                break;
            }
            level = next;
        }
        unread.sort_unstable();
        Ok(unread)
    }

    /// Adds those of `page` that notify and are not read, and takes out what is redacted by one of them.
    fn look_at(&mut self, session: &mut Session, page: &[StoredEvent]) -> Result<(), SyncError> {
        self.redact(session, page)?;
        for event in page {
            if let Some(tally) = self.tallies.get_mut(&event.room_number) {
                tally.newest = tally.newest.max(event.event_number);
            }
        }
        let counting = self.counting;
        let counts = |event: &&StoredEvent| {
            let of_others = event.sender_number != counting.user
                && !counting.wishes.ignored_numbers.contains(&event.sender_number);
            of_others && event.redacted_by.is_none()
        };
        let judgeable: Vec<(&StoredEvent, Judgeable)> = page
            .iter()
            .filter(counts)
            .filter_map(|event| Some((event, Judgeable::read(&event.json)?)))
            .collect();
        let threads = Threads::load(session, &judgeable)?;
        let is_unread = |event: &StoredEvent| {
            let read = self.read.get(&event.room_number);
            read.is_some_and(|read| event.event_number > read.position(&threads.of(event)))
        };
        let unread: Vec<&StoredEvent> =
            judgeable.iter().map(|(event, _)| *event).filter(|event| is_unread(event)).collect();
        let (reader, user_id, members) = (counting.reader, counting.user_id, self.rules.members);
        let asking = Asking { reader, user: counting.user, user_id, members };
        let mut contexts = Contexts::load(session, &asking, &unread)?;
        for event in unread {
            let (Some(context), Some(tally)) = (contexts.of(event), self.tallies.get_mut(&event.room_number))
            else {
                continue;
            };
            let (notify, highlight) = self.rules.judge(event, context);
            if notify {
                tally.add(event.event_number, &threads.of(event), highlight);
            }
        }
        Ok(())
    }

    /// Takes out what redactions among `page` redacted.
    fn redact(&mut self, session: &mut Session, page: &[StoredEvent]) -> Result<(), SyncError> {
        for redacted in crate::judging::redacted_by(session, page)?.into_values() {
            if let Some(tally) = self.tallies.get_mut(&redacted.room_number) {
                tally.redacted(redacted.event_number);
            }
        }
        Ok(())
    }

    fn finish(mut self) -> HashMap<i64, Tally> {
        for (room, tally) in &mut self.tallies {
            if let Some(read) = self.read.get(room) {
                tally.read(read);
            }
            tally.as_of = self.counting.until;
        }
        self.tallies
    }
}
