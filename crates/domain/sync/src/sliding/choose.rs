//! What is to be told of the rooms that a request wants, what the client has of them once it has read it, and which
//! rooms fall behind because nothing asks for them.

use std::collections::{HashMap, HashSet};

use herold_rooms::read::Viewer;
use herold_storage::Session;
use ruma::events::room::member::MembershipState;

use super::told::{DIRECT, Told, ToldRoom};
use super::windows::{Wanted, Windows};
use crate::gather::Plan;
use crate::gather::rooms::{Choice, Chosen, From};
use crate::numbers::sorted;
use crate::people::{OwnRoom, Part};
use crate::{Inner, SyncError};

/// What is to be told of one room beside its new events.
#[derive(Clone, Debug, Default)]
pub(crate) struct Due {
    /// The client has nothing of it, or is to forget what it has.
    pub(crate) initial: bool,
    /// Older events are told again, because more of them are wanted than before.
    pub(crate) expanded: bool,
    /// The state that the client has, a place in `Told::wants`, where it wants other state now.
    pub(crate) had: Option<usize>,
    /// Whether it is a direct chat, where that is news.
    pub(crate) direct: Option<bool>,
    /// Whether it is told of even when nothing is new in it.
    pub(crate) always: bool,
    /// The position after which everything is news.
    pub(crate) since: i64,
    /// Whether it is known that something happened in it.
    has_news: bool,
}

impl Due {
    fn initial() -> Self {
        Self { initial: true, always: true, has_news: true, ..Self::default() }
    }
}

/// What is to be told.
pub(crate) struct Choosing<'a> {
    plan: &'a Plan,
    told: &'a Told,
    pub(crate) choice: Choice,
    pub(crate) due: HashMap<i64, Due>,
    /// What the client has of rooms, where that changes.
    pub(crate) changes: HashMap<i64, ToldRoom>,
}

/// Decides what is to be told. `places` says where `told` has each of the wants of `windows`; `with_data` are the
/// rooms with new account data.
pub(crate) fn choose<'a>(
    inner: &Inner,
    session: &mut Session,
    plan: &'a Plan,
    told: &'a Told,
    windows: &Windows<'_>,
    places: &[usize],
    with_data: &HashSet<i64>,
) -> Result<Choosing<'a>, SyncError> {
    let mut due: HashMap<i64, Due> = HashMap::new();
    for (room, wanted) in &windows.wanted {
        let is_known = |own: &&OwnRoom| !own.forgotten || told.rooms.contains_key(room);
        let Some(own) = plan.known.rooms.get(room).filter(is_known) else { continue };
        let place = places.get(wanted.wants).copied();
        if let Some(found) = look_at(plan, told, *room, own, wanted, place, with_data) {
            due.insert(*room, found);
        }
    }
    let numbers = sorted(due.keys().copied());
    let mut choice = Choice { known: inner.reader.rooms(session, &numbers)?, ..Choice::default() };
    let is_viewed = |room: &i64| {
        let (Some(own), Some(due)) = (plan.known.rooms.get(room), due.get(room)) else { return false };
        let changed = own.part == Part::Leave || (own.part == Part::Join && own.position > due.since);
        choice.known.contains_key(room)
            && (changed || (due.initial && own.part == Part::Join) || due.expanded)
    };
    let to_view: Vec<i64> = numbers.iter().filter(|room| is_viewed(room)).copied().collect();
    if !to_view.is_empty() {
        choice.viewers = Viewer::load(session, &to_view, &plan.person.user_id, plan.person.user_number)?;
    }
    let mut choosing = Choosing { plan, told, choice, due, changes: HashMap::new() };
    for room in numbers {
        if let (Some(own), Some(wanted)) = (plan.known.rooms.get(&room), windows.wanted.get(&room)) {
            let place = places.get(wanted.wants).copied().unwrap_or_default();
            choosing.add(room, own, wanted.limit, place);
        }
    }
    choosing.leave_behind(windows, with_data);
    Ok(choosing)
}

/// What is to be told of a room, if anything may be.
fn look_at(
    plan: &Plan,
    told: &Told,
    room: i64,
    own: &OwnRoom,
    wanted: &Wanted<'_>,
    place: Option<usize>,
    with_data: &HashSet<i64>,
) -> Option<Due> {
    let news = &plan.news;
    let Some(known) = told.rooms.get(&room) else { return Some(Due::initial()) };
    let since = known.behind.unwrap_or(plan.since());
    if own.part != Part::Join {
        // Of a room that the user is not in, only their own part in it is news.
        return (own.position > since).then(|| Due { since, always: true, ..Due::default() });
    }
    let was_direct = known.flags & DIRECT != 0;
    let is_direct = plan.known.wishes.direct.contains(&room);
    let expanded = wanted.limit > known.depth;
    let direct = (is_direct != was_direct).then_some(is_direct);
    let has_news = known.behind.is_some() || news.events.contains(&room) || news.own.contains(&room);
    let due = Due {
        initial: false,
        expanded,
        had: (place != Some(known.wants)).then_some(known.wants),
        direct,
        // What it was left behind with may be nothing but another count.
        always: expanded || direct.is_some() || known.behind.is_some() || news.recounted.contains(&room),
        since,
        has_news,
    };
    let with_more = news.receipts.contains(&room) || with_data.contains(&room);
    (has_news || due.always || due.had.is_some() || with_more).then_some(due)
}

impl Choosing<'_> {
    fn add(&mut self, number: i64, own: &OwnRoom, limit: usize, place: usize) {
        let (Some(room), Some(mut due)) = (self.choice.known.get(&number).cloned(), self.due.remove(&number))
        else {
            return;
        };
        if own.part == Part::Join && !due.initial && !self.stayed(number, due.since) {
            due = Due::initial();
        }
        let (mut until, mut state_until) = (self.plan.until, self.plan.until);
        if own.part == Part::Leave {
            let Some(viewer) = self.choice.viewers.get(&number) else { return };
            let was_in = viewer.membership_after(due.since) == MembershipState::Join;
            if due.initial && !viewer.joined_since(0) {
                return;
            }
            if !due.initial && !was_in && viewer.joined_since(due.since) {
                due = Due::initial();
            }
            (until, state_until) = (own.position, viewer.left_at(own.position));
        }
        let from = match own.part {
            _ if due.initial => From::Anew,
            Part::Leave => From::SinceAsVisible,
            _ => From::Since,
        };
        if own.part == Part::Join && !due.initial && !due.expanded {
            // Nothing that happened was hidden from the user.
            self.choice.viewers.remove(&number);
        }
        let chosen = Chosen {
            room,
            left: own.part == Part::Leave,
            from,
            newly: false,
            always: due.always,
            since: due.since,
            timeline_since: if due.expanded { 0 } else { due.since },
            until,
            state_until,
            limit,
            has_events: due.has_news,
        };
        match own.part {
            Part::Invite => self.choice.invited.push(number),
            Part::Knock => self.choice.knocked.push(number),
            Part::Join | Part::Leave => self.choice.rooms.push(chosen),
        }
        let mut next = self.told.rooms.get(&number).copied().filter(|_| !due.initial).unwrap_or_default();
        (next.behind, next.wants) = (None, place);
        if self.plan.known.wishes.direct.contains(&number) {
            due.direct = due.direct.or(due.initial.then_some(true));
            next.flags |= DIRECT;
        } else {
            next.flags &= !DIRECT;
        }
        self.changes.insert(number, next);
        self.due.insert(number, due);
    }

    /// Whether the user was in the room from `since` on.
    fn stayed(&self, room: i64, since: i64) -> bool {
        self.choice.viewers.get(&room).is_none_or(|viewer| viewer.joined_throughout(since))
    }

    /// Rooms that the client has and that nothing asks for now: what is new in them is told when something does.
    fn leave_behind(&mut self, windows: &Windows<'_>, with_data: &HashSet<i64>) {
        let news = &self.plan.news;
        let inside = news.events.iter().chain(&news.receipts).chain(&news.recounted).chain(with_data);
        let inside =
            inside.filter(|room| self.plan.known.rooms.get(room).is_some_and(|own| own.part == Part::Join));
        for room in inside.chain(&news.own) {
            let asked = windows.wanted.contains_key(room);
            if let Some(known) = self.told.rooms.get(room).filter(|known| !asked && known.behind.is_none()) {
                let behind = Some(self.plan.since());
                self.changes.insert(*room, ToldRoom { behind, ..*known });
            }
        }
    }
}
