//! Counting for those who have the default push rules: from what was judged once for everybody.

use std::collections::HashMap;

use herold_storage::{Session, notices};

use super::{Counting, Counts, ReadUpTo};
use crate::SyncError;
use crate::notices::{FOLLOWER, Judged};

/// What the tables say of `rooms`, and what is judged but not stored yet.
pub(super) fn from_tables(
    session: &mut Session,
    counting: &Counting<'_>,
    rooms: &[i64],
) -> Result<Vec<(i64, Counts)>, SyncError> {
    let stored_to = notices::cursor(session, FOLLOWER)?;
    let beyond = counting.notices.beyond(rooms, stored_to);
    let until = stored_to.min(counting.until);
    let nothing = || Counts { as_of: counting.until, ..Counts::default() };
    let mut found: HashMap<i64, Counts> = rooms.iter().map(|room| (*room, nothing())).collect();
    let ignored: Vec<i64> = counting.wishes.ignored_numbers.iter().copied().collect();
    let main = notices::count_main(session, rooms, counting.user, until, &ignored)?;
    let threads = notices::count_threads(session, rooms, counting.user, until, &ignored)?;
    for count in main.into_iter().chain(threads) {
        if let Some(counts) = found.get_mut(&count.room_number) {
            counts.add(&count.thread, count.notify, count.highlight);
        }
    }
    if beyond.values().any(|judged| !judged.is_empty()) {
        let read = counting.read_up_to(session, rooms)?;
        for (room, judged) in beyond {
            let (Some(counts), Some(read)) = (found.get_mut(&room), read.get(&room)) else { continue };
            for judged in judged.iter().filter(|judged| judged.position <= counting.until) {
                follow(counts, judged, counting, read);
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Brings `counts` forward with what was judged since; none where only the tables can tell, because some of what
/// was counted was redacted.
pub(super) fn forward(counts: &Counts, counting: &Counting<'_>, room: i64) -> Option<Counts> {
    let news = counting.notices.since(room, counts.as_of)?;
    let mut forward = Counts::clone(counts);
    for judged in news.iter().filter(|judged| judged.position <= counting.until) {
        if judged.redacts.is_some() {
            return None;
        }
        follow(&mut forward, judged, counting, &ReadUpTo::default());
    }
    forward.as_of = counting.until;
    Some(forward)
}

/// Takes account of an event that came after everything counted so far.
fn follow(counts: &mut Counts, judged: &Judged, counting: &Counting<'_>, read: &ReadUpTo) {
    let user = counting.user;
    if judged.joined == Some(user) {
        counts.threads.clear();
    }
    if judged.sender == user {
        if judged.reads {
            counts.threads.remove(&judged.thread);
        }
    } else if !counting.wishes.ignored_numbers.contains(&judged.sender)
        && judged.position > read.position(&judged.thread)
    {
        let (notify, highlight) = judged.for_user(user);
        counts.add(&judged.thread, i64::from(notify), i64::from(highlight));
    }
}
