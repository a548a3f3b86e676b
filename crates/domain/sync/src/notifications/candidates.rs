//! Which events may have notified a person: those with a notice in rooms where the default rules hold, every
//! event in rooms with rules of the person's own. Bounded in each room; beyond that begins another page.

use std::collections::HashMap;

use herold_storage::{Session, notices, timeline};

use crate::SyncError;
use crate::notices::FOLLOWER;
use crate::push_rules::InRoom;
use crate::unread::Counting;

/// Candidates of one room looked at in one page.
const PER_ROOM_MAX: i64 = 64;

/// Events by room and position, newest first; all there are after `complete_after`.
pub(super) struct Candidates {
    pub(super) places: Vec<(i64, i64)>,
    pub(super) complete_after: i64,
}

impl Candidates {
    /// Those in `rooms` after `since` and up to `upto`.
    pub(super) fn load(
        session: &mut Session,
        counting: &Counting<'_>,
        rooms: &[i64],
        since: i64,
        upto: i64,
    ) -> Result<Self, SyncError> {
        let (mut by_default, mut by_rules) = (Vec::new(), Vec::new());
        for (room, how) in counting.rooms_by_rules(session, rooms)? {
            match how {
                InRoom::Default => by_default.push(room),
                InRoom::Custom => by_rules.push(room),
                InRoom::Silent => {}
            }
        }
        let user = counting.user;
        let mut places = notices::newest(session, &by_default, user, since, upto, PER_ROOM_MAX)?;
        places.extend(timeline::newest_positions(session, &by_rules, since, upto, PER_ROOM_MAX)?);
        let complete_after = complete_after(&places, since);
        let stored_to = notices::cursor(session, FOLLOWER)?;
        for (room, judged) in counting.notices.beyond(&by_default, stored_to) {
            let fitting = judged.iter().filter(|judged| {
                let within = since < judged.position && judged.position <= upto;
                within && judged.sender != user && judged.for_user(user).0
            });
            places.extend(fitting.map(|judged| (room, judged.position)));
        }
        places.retain(|(_, position)| *position > complete_after);
        places.sort_unstable_by_key(|(_, position)| std::cmp::Reverse(*position));
        places.dedup();
        Ok(Self { places, complete_after })
    }
}

/// From where on no room has more than was read of it.
fn complete_after(places: &[(i64, i64)], since: i64) -> i64 {
    let mut rooms: HashMap<i64, (i64, i64)> = HashMap::new();
    for (room, position) in places {
        let (count, oldest) = rooms.entry(*room).or_insert((0, i64::MAX));
        (*count, *oldest) = (*count + 1, (*oldest).min(*position));
    }
    let full = rooms.values().filter(|(count, _)| *count >= PER_ROOM_MAX);
    full.map(|(_, oldest)| oldest - 1).max().unwrap_or(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_that_was_not_read_to_its_end_ends_the_page() {
        let few = [(1, 50), (2, 40), (1, 30)];
        assert_eq!(complete_after(&few, 7), 7);
        let mut many: Vec<(i64, i64)> = (0..PER_ROOM_MAX).map(|step| (3, 100 + step)).collect();
        many.extend(few);
        assert_eq!(complete_after(&many, 7), 99);
    }
}
