//! The newest judged events, in memory: what unread counts are brought forward with. Older ones are in the
//! table; whatever is not there yet is always here.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The name under which the table says how far it is complete.
pub(crate) const FOLLOWER: &str = "notices";
/// Judged events kept beyond those that must be.
const KEPT_MAX: usize = 16_384;

/// An event that matters to unread counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) position: i64,
    pub(crate) room: i64,
    pub(crate) event_id: String,
    /// The thread it belongs to, by its root; empty for the main timeline.
    pub(crate) thread: String,
    pub(crate) sender: i64,
    /// Whether it marks its thread as read for its sender, a local user.
    pub(crate) reads: bool,
    /// A local user who came into the room with it.
    pub(crate) joined: Option<i64>,
    /// The position of an event that it redacts.
    pub(crate) redacts: Option<i64>,
    /// Whether it notifies everybody, and is highlighted for them.
    pub(crate) notify: bool,
    pub(crate) highlight: bool,
    /// Whom it notifies or is highlighted for apart from that: user, notify, highlight.
    pub(crate) personal: Vec<(i64, bool, bool)>,
}

impl Judged {
    /// Whether there is anything to remember.
    pub(crate) fn matters(&self) -> bool {
        self.notifies() || self.reads || self.joined.is_some() || self.redacts.is_some()
    }

    fn notifies(&self) -> bool {
        self.notify || self.highlight || !self.personal.is_empty()
    }

    /// The same of an event that was redacted: it notifies nobody any more.
    fn unsaid(&self) -> Self {
        Self { notify: false, highlight: false, personal: Vec::new(), ..self.clone() }
    }

    /// Whether it notifies `user`, who has the default rules, and is highlighted for them.
    pub(crate) fn for_user(&self, user: i64) -> (bool, bool) {
        let own = self.personal.iter().filter(|(other, _, _)| *other == user);
        own.fold((self.notify, self.highlight), |(notify, highlight), own| {
            (notify || own.1, highlight || own.2)
        })
    }
}

/// The judged events in memory.
pub(crate) struct Notices(Mutex<Kept>);

struct Kept {
    /// Everything up to here is in the table.
    stored_to: i64,
    /// Everything after this is here.
    complete_after: i64,
    in_order: VecDeque<Arc<Judged>>,
    rooms: HashMap<i64, VecDeque<Arc<Judged>>>,
}

impl Notices {
    /// Everything up to `stored_to` is in the table.
    pub(crate) fn new(stored_to: i64) -> Self {
        let (in_order, rooms) = (VecDeque::new(), HashMap::new());
        Self(Mutex::new(Kept { stored_to, complete_after: stored_to, in_order, rooms }))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins anew after `stored_to`.
    pub(crate) fn restart(&self, stored_to: i64) {
        let mut kept = self.kept();
        kept.in_order.clear();
        kept.rooms.clear();
        (kept.stored_to, kept.complete_after) = (stored_to, stored_to);
    }

    /// Adds judged events in the order of the log.
    pub(crate) fn add(&self, judged: Vec<Judged>) {
        let mut kept = self.kept();
        for judged in judged.into_iter().filter(Judged::matters) {
            if let Some(position) = judged.redacts {
                kept.redact(judged.room, position);
            }
            let judged = Arc::new(judged);
            kept.rooms.entry(judged.room).or_default().push_back(Arc::clone(&judged));
            kept.in_order.push_back(judged);
        }
        kept.forget();
    }

    /// What is not in the table yet, up to `until`.
    pub(crate) fn unstored(&self, until: i64) -> Vec<Arc<Judged>> {
        let kept = self.kept();
        let after = |position| kept.in_order.partition_point(|judged| judged.position <= position);
        let (first, end) = (after(kept.stored_to), after(until.max(kept.stored_to)));
        kept.in_order.range(first..end).cloned().collect()
    }

    /// The event at `position` counts for nobody.
    pub(crate) fn pass(&self, position: i64) {
        let mut kept = self.kept();
        kept.in_order.retain(|judged| judged.position != position);
        kept.rooms.retain(|_, of_room| {
            of_room.retain(|judged| judged.position != position);
            !of_room.is_empty()
        });
    }

    /// Everything up to `position` is in the table.
    pub(crate) fn stored(&self, position: i64) {
        let mut kept = self.kept();
        kept.stored_to = kept.stored_to.max(position);
        kept.forget();
    }

    /// The judged events of `room` after `position`; none when some of them are only in the table.
    pub(crate) fn since(&self, room: i64, position: i64) -> Option<Vec<Arc<Judged>>> {
        let kept = self.kept();
        (position >= kept.complete_after).then(|| kept.of_room(room, position))
    }

    /// Where judged events of `room` stand.
    pub(crate) fn positions(&self, room: i64) -> Vec<i64> {
        self.kept().of_room(room, i64::MIN).iter().map(|judged| judged.position).collect()
    }

    /// Forgets the judged events of `room` but those at these positions: the others were purged.
    pub(crate) fn keep_only(&self, room: i64, shown: &HashSet<i64>) {
        let mut kept = self.kept();
        let stays = |judged: &Arc<Judged>| judged.room != room || shown.contains(&judged.position);
        kept.in_order.retain(stays);
        if let Some(of_room) = kept.rooms.get_mut(&room) {
            of_room.retain(stays);
            if of_room.is_empty() {
                kept.rooms.remove(&room);
            }
        }
    }

    /// What came after `stored_to` in each of `rooms`. Up to there the table must be complete in the asker's own
    /// snapshot: what is stored meanwhile is not in it.
    pub(crate) fn beyond(&self, rooms: &[i64], stored_to: i64) -> HashMap<i64, Vec<Arc<Judged>>> {
        let kept = self.kept();
        rooms.iter().map(|room| (*room, kept.of_room(*room, stored_to))).collect()
    }
}

impl Kept {
    fn of_room(&self, room: i64, after: i64) -> Vec<Arc<Judged>> {
        let Some(judged) = self.rooms.get(&room) else { return Vec::new() };
        let first = judged.partition_point(|judged| judged.position <= after);
        judged.range(first..).cloned().collect()
    }

    /// The event at `position` notifies nobody any more.
    fn redact(&mut self, room: i64, position: i64) {
        let of_room = self.rooms.get_mut(&room);
        for kept in [of_room, Some(&mut self.in_order)].into_iter().flatten() {
            let place = kept.binary_search_by_key(&position, |judged| judged.position);
            if let Some(judged) = place.ok().and_then(|place| kept.get_mut(place)) {
                *judged = Arc::new(judged.unsaid());
            }
        }
    }

    fn forget(&mut self) {
        while self.in_order.len() > KEPT_MAX
            && self.in_order.front().is_some_and(|oldest| oldest.position <= self.stored_to)
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.complete_after = oldest.position;
            if let Some(of_room) = self.rooms.get_mut(&oldest.room) {
                of_room.pop_front();
                if of_room.is_empty() {
                    self.rooms.remove(&oldest.room);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(position: i64, room: i64) -> Judged {
        Judged {
            position,
            room,
            event_id: format!("${position}"),
            thread: String::new(),
            sender: 1,
            reads: false,
            joined: None,
            redacts: None,
            notify: true,
            highlight: false,
            personal: vec![(2, false, true)],
        }
    }

    fn positions(judged: &[Arc<Judged>]) -> Vec<i64> {
        judged.iter().map(|judged| judged.position).collect()
    }

    #[test]
    fn nothing_is_forgotten_before_it_is_stored() {
        let notices = Notices::new(10);
        let many = KEPT_MAX as i64 + 5;
        notices.add((11..=10 + many).map(|position| judged(position, position % 2)).collect());
        assert_eq!(notices.unstored(i64::MAX).len() as i64, many);
        assert!(notices.since(0, 10).is_some());
        notices.stored(14);
        assert_eq!(notices.unstored(i64::MAX).len() as i64, many - 4);
        assert_eq!(notices.since(0, 10), None);
        assert_eq!(positions(&notices.since(0, 14).unwrap())[..2], [16, 18]);
        let beyond = notices.beyond(&[0, 7], 14);
        assert_eq!((beyond[&0][0].position, beyond[&7].len()), (16, 0));
    }

    #[test]
    fn what_is_redacted_notifies_nobody_any_more() {
        let notices = Notices::new(10);
        notices.add(vec![judged(11, 1), judged(12, 1)]);
        notices.add(vec![Judged { redacts: Some(11), notify: false, personal: vec![], ..judged(13, 1) }]);
        let verdicts: Vec<bool> = notices.unstored(i64::MAX).iter().map(|judged| judged.notifies()).collect();
        assert_eq!(verdicts, [false, true, false]);
        assert_eq!(notices.since(1, 10).unwrap(), notices.unstored(i64::MAX));
    }

    #[test]
    fn what_is_purged_is_forgotten() {
        let notices = Notices::new(10);
        notices.add(vec![judged(11, 1), judged(12, 2), judged(13, 1)]);
        assert_eq!(notices.positions(1), [11, 13]);
        notices.keep_only(1, &HashSet::from([13]));
        assert_eq!(positions(&notices.unstored(i64::MAX)), [12, 13]);
        assert_eq!(positions(&notices.since(1, 10).unwrap()), [13]);
        notices.keep_only(1, &HashSet::new());
        assert!(notices.positions(1).is_empty());
    }

    #[test]
    fn what_is_passed_counts_for_nobody_and_the_rest_is_stored() {
        let notices = Notices::new(10);
        notices.add(vec![judged(11, 1), judged(12, 2), judged(13, 1)]);
        assert_eq!(positions(&notices.unstored(12)), [11, 12]);
        notices.stored(11);
        notices.pass(12);
        assert_eq!(positions(&notices.unstored(12)), [0; 0]);
        assert_eq!(positions(&notices.unstored(i64::MAX)), [13]);
        assert_eq!((notices.positions(1), notices.positions(2)), (vec![11, 13], vec![]));
        assert!(notices.unstored(5).is_empty());
    }

    #[test]
    fn a_mention_adds_to_what_holds_for_all() {
        assert_eq!(judged(1, 1).for_user(2), (true, true));
        assert_eq!(judged(1, 1).for_user(3), (true, false));
    }
}
