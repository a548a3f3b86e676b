//! States that go with timelines: what a client has to know before the first event of a timeline, or after
//! the last one, and does not know yet.

use std::collections::{HashMap, HashSet};

use herold_rooms::read::ClientEvent;
use herold_storage::events::StoredEvent;
use herold_storage::memberships::{self, StoredMembership};
use herold_storage::room_state::{self, StateEntry};
use herold_storage::{Session, events};
use ruma::events::room::member::MembershipState;

use super::gathered::Summary;
use super::plan::Plan;
use super::rooms::{Choice, Chosen, From};
use super::timelines::{Timeline, first_of_keys, senders};
use crate::numbers::member_keys;
use crate::numbers::sorted;
use crate::{Inner, SyncError};

const MEMBER: &str = "m.room.member";

/// The states of all rooms in `choice`, by room.
pub(crate) fn gather(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
    timelines: &HashMap<i64, Timeline>,
) -> Result<HashMap<i64, Vec<ClientEvent>>, SyncError> {
    let mut gathering = Gathering::new(plan, choice, timelines);
    gathering.load(session)?;
    gathering.load_members(session)?;
    gathering.present(inner, session)
}

struct Gathering<'a> {
    plan: &'a Plan,
    choice: &'a Choice,
    timelines: &'a HashMap<i64, Timeline>,
    chosen: HashMap<i64, &'a Chosen>,
    /// By room the keys that its timeline sets, and where first.
    first: HashMap<i64, HashMap<i64, i64>>,
    /// What is to be told, by room and key.
    told: HashMap<(i64, i64), StoredEvent>,
}

impl<'a> Gathering<'a> {
    fn new(plan: &'a Plan, choice: &'a Choice, timelines: &'a HashMap<i64, Timeline>) -> Self {
        let chosen: HashMap<i64, &Chosen> =
            choice.rooms.iter().map(|chosen| (chosen.room.number, chosen)).collect();
        let first = timelines.iter().map(|(room, timeline)| (*room, first_of_keys(timeline))).collect();
        Self { plan, choice, timelines, chosen, first, told: HashMap::new() }
    }

    /// Whether all of the room's state is told, not only what changed.
    fn is_whole(&self, chosen: &Chosen) -> bool {
        self.plan.full_state || chosen.from == From::Anew
    }

    fn load(&mut self, session: &mut Session) -> Result<(), SyncError> {
        let (mut whole, mut changed) = (Vec::new(), Vec::new());
        let (mut left_whole, mut left_changed) = (Vec::new(), Vec::new());
        for (room, chosen) in &self.chosen {
            match (chosen.left, self.is_whole(chosen)) {
                (false, true) => whole.push(*room),
                (false, false) if self.plan.news.events.contains(room) => changed.push(*room),
                (false, false) => {}
                (true, true) => left_whole.push(*room),
                (true, false) => left_changed.push(*room),
            }
        }
        let (since, until) = (self.plan.since(), self.plan.until);
        let mut entries = Vec::new();
        if !whole.is_empty() {
            // Where members are loaded lazily those few who matter come after: a room may have very many.
            let lazy = self.plan.filter.lazy_load_members;
            let state = if lazy { room_state::without_members_at } else { room_state::at };
            entries.extend(state(session, &sorted(whole), until)?);
        }
        if !changed.is_empty() {
            entries.extend(room_state::changes_between(session, &sorted(changed), since, until)?);
        }
        let left = |rooms: &[i64]| {
            rooms.iter().filter_map(|room| self.chosen.get(room).copied()).collect::<Vec<_>>()
        };
        entries.extend(of_left(session, self.plan, &left(&left_whole), 0)?);
        entries.extend(of_left(session, self.plan, &left(&left_changed), since)?);
        self.take(session, entries)
    }

    /// Takes what holds at the end, or before the first event of the timeline that changes it.
    fn take(&mut self, session: &mut Session, entries: Vec<StateEntry>) -> Result<(), SyncError> {
        for entry in entries {
            let room = entry.event.room_number;
            let Some(key) = entry.event.state_key_number else { continue };
            let in_timeline = self.first.get(&room).is_some_and(|first| first.contains_key(&key));
            if self.plan.state_after || !in_timeline {
                self.told.insert((room, key), entry.event);
            }
        }
        if self.plan.state_after {
            return Ok(());
        }
        let before = sorted(self.first.values().flat_map(HashMap::values).copied());
        if before.is_empty() {
            return Ok(());
        }
        for entry in room_state::ended_at(session, &before)? {
            let room = entry.event.room_number;
            let Some(key) = entry.event.state_key_number else { continue };
            let first = self.first.get(&room).and_then(|first| first.get(&key));
            let Some(chosen) = self.chosen.get(&room) else { continue };
            let known = !self.is_whole(chosen) && entry.from_position <= self.plan.since();
            if first == Some(&entry.to_position) && !known && self.may_be_told(chosen, &entry) {
                self.told.insert((room, key), entry.event);
            }
        }
        Ok(())
    }

    /// What came to be in a room after somebody left it is kept from them, but for their own membership.
    fn may_be_told(&self, chosen: &Chosen, entry: &StateEntry) -> bool {
        let own = entry.event.kind == MEMBER && entry.state_key == self.plan.person.user_id.as_str();
        own || entry.from_position <= chosen.state_until
    }

    /// Where members are loaded lazily: takes away those who do not matter, adds those who do.
    fn load_members(&mut self, session: &mut Session) -> Result<(), SyncError> {
        if !self.plan.filter.lazy_load_members {
            return Ok(());
        }
        let own = self.plan.person.user_number;
        let mut wanted: HashMap<i64, HashSet<i64>> = HashMap::new();
        for (room, chosen) in &self.chosen {
            let mut members = self.timelines.get(room).map(senders).unwrap_or_default();
            if self.is_whole(chosen) {
                members.insert(own);
            }
            wanted.insert(*room, members);
        }
        let plan = self.plan;
        let whole: HashSet<i64> =
            self.chosen.iter().filter(|(_, chosen)| self.is_whole(chosen)).map(|(room, _)| *room).collect();
        // Of what changed every member is told; of the whole state only those who matter.
        let mut there: HashSet<(i64, i64)> = HashSet::new();
        let told = std::mem::take(&mut self.told);
        let members: Vec<i64> = told
            .iter()
            .filter(|((room, _), event)| event.kind == MEMBER && whole.contains(room))
            .map(|(_, event)| event.event_number)
            .collect();
        let targets = events::targets(session, &members)?;
        for ((room, key), event) in told {
            let target = targets.get(&event.event_number).copied();
            if event.kind == MEMBER && whole.contains(&room) {
                let matters = target
                    .is_some_and(|target| wanted.get(&room).is_some_and(|wanted| wanted.contains(&target)));
                if !matters {
                    continue;
                }
                there.extend(target.map(|target| (room, target)));
            }
            self.told.insert((room, key), event);
        }
        let missing: HashMap<i64, HashSet<i64>> = wanted
            .into_iter()
            .map(|(room, members)| {
                let lacks = |member: &i64| {
                    !there.contains(&(room, *member))
                        && (plan.filter.include_redundant_members
                            || whole.contains(&room)
                            || !plan.sent.as_ref().is_some_and(|sent| sent.has(room, *member)))
                };
                (room, members.into_iter().filter(lacks).collect::<HashSet<i64>>())
            })
            .filter(|(_, members)| !members.is_empty())
            .collect();
        self.add_members(session, &missing)
    }

    /// Adds the memberships of `members`, by room, as they are or were before the timeline changed them.
    fn add_members(
        &mut self,
        session: &mut Session,
        members: &HashMap<i64, HashSet<i64>>,
    ) -> Result<(), SyncError> {
        // The own membership in a room that was left is there already.
        for event in member_events(session, members, self.plan.until)? {
            let (room, Some(key)) = (event.room_number, event.state_key_number) else { continue };
            let in_timeline = self.first.get(&room).is_some_and(|first| first.contains_key(&key));
            let beyond = self
                .chosen
                .get(&room)
                .is_some_and(|chosen| event.position.is_none_or(|at| at > chosen.state_until));
            if (!in_timeline || self.plan.state_after) && !beyond {
                self.told.entry((room, key)).or_insert(event);
            }
        }
        Ok(())
    }

    /// What is to be told, ready to be sent.
    fn present(
        self,
        inner: &Inner,
        session: &mut Session,
    ) -> Result<HashMap<i64, Vec<ClientEvent>>, SyncError> {
        let in_timelines: HashSet<i64> = self
            .timelines
            .values()
            .flat_map(|timeline| timeline.events.iter().map(|event| event.event_number))
            .collect();
        let mut stored: Vec<StoredEvent> = self
            .told
            .into_values()
            .filter(|event| self.plan.state_after || !in_timelines.contains(&event.event_number))
            .collect();
        stored.sort_unstable_by_key(|event| (event.room_number, event.position));
        present(inner, session, self.plan, self.choice, stored)
    }
}

/// What is told of the states of rooms that somebody left, as far as it came to be after `since`: each as it was when
/// they were in it last, and their own membership as it is.
pub(crate) fn of_left(
    session: &mut Session,
    plan: &Plan,
    left: &[&Chosen],
    since: i64,
) -> Result<Vec<StateEntry>, SyncError> {
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let Some(own) = member_keys(session, [plan.person.user_id.to_string()])?.pop() else {
        return Ok(Vec::new());
    };
    let rooms = sorted(left.iter().map(|chosen| chosen.room.number));
    let positions = sorted(left.iter().map(|chosen| chosen.state_until));
    let mut entries = room_state::at_leaving(session, &rooms, own, &positions, since)?;
    entries.retain(|entry| entry.event.state_key_number != Some(own));
    let memberships = room_state::of_keys_at(session, &rooms, &[own], plan.until)?;
    entries.extend(memberships.into_iter().filter(|entry| entry.from_position > since));
    Ok(entries)
}

/// The member events of `members`, by room, that held at `until`.
pub(crate) fn member_events(
    session: &mut Session,
    members: &HashMap<i64, HashSet<i64>>,
    until: i64,
) -> Result<Vec<StoredEvent>, SyncError> {
    let rooms = sorted(members.keys().copied());
    let users = sorted(members.values().flatten().copied());
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = memberships::among(session, &rooms, &users)?;
    found.retain(|own| members.get(&own.room_number).is_some_and(|users| users.contains(&own.user_number)));
    let (held, later): (Vec<_>, Vec<_>) = found.into_iter().partition(|own| own.position <= until);
    let held: Vec<i64> = held.iter().map(|own| own.event_number).collect();
    let mut found: Vec<StoredEvent> = events::by_number(session, &held)?.into_values().collect();
    if later.is_empty() {
        return Ok(found);
    }
    // They changed since: what they were before is what the line of the room tells.
    let ids = herold_storage::users::ids(session, &sorted(later.iter().map(|own| own.user_number)))?;
    let keys = member_keys(session, ids.values().cloned())?;
    let rooms = sorted(later.iter().map(|own| own.room_number));
    let pair = |own: &StoredMembership| Some((own.room_number, ids.get(&own.user_number)?.clone()));
    let pairs: HashSet<(i64, String)> = later.iter().filter_map(pair).collect();
    let entries = room_state::of_keys_at(session, &rooms, &keys, until)?.into_iter();
    let changed = entries.filter(|entry| pairs.contains(&(entry.event.room_number, entry.state_key.clone())));
    found.extend(changed.map(|entry| entry.event));
    Ok(found)
}

pub(crate) fn present(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
    stored: Vec<StoredEvent>,
) -> Result<HashMap<i64, Vec<ClientEvent>>, SyncError> {
    let presented = inner.reader.present(session, &choice.known, &choice.viewers, &plan.person, stored)?;
    let mut by_room: HashMap<i64, Vec<ClientEvent>> = HashMap::new();
    for event in presented {
        let room = event.room();
        let own = event.kind() == MEMBER && event.state_key() == Some(plan.person.user_id.as_str());
        let wanted = plan.filter.state.rooms.wants(&room.id) && plan.filter.state.events.wants(&event);
        if wanted || (own && plan.filter.lazy_load_members && wanted_at_all(plan)) {
            let number = room.number;
            let seen_inside = !choice.viewers.contains_key(&number);
            let event = if seen_inside { event.for_reader(MembershipState::Join) } else { event };
            by_room.entry(number).or_default().push(event);
        }
    }
    Ok(by_room)
}

/// Whether member events are among the types that are wanted of states.
fn wanted_at_all(plan: &Plan) -> bool {
    plan.filter.state.events.wants_kind(MEMBER)
}

/// Where members are loaded lazily: adds the members that rooms are named after, and remembers who was sent.
pub(crate) fn add_heroes(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
    timelines: &HashMap<i64, Timeline>,
    summaries: &HashMap<i64, (Summary, Vec<i64>)>,
    states: &mut HashMap<i64, Vec<ClientEvent>>,
) -> Result<(), SyncError> {
    let Some(sent) = plan.sent.as_ref() else { return Ok(()) };
    for chosen in choice.rooms.iter().filter(|chosen| chosen.from == From::Anew) {
        sent.forget(chosen.room.number);
    }
    for (room, events) in states.iter() {
        sent.add(*room, members_among(session, events)?, plan.until);
    }
    for (room, timeline) in timelines {
        let members: Vec<ClientEvent> =
            timeline.events.iter().filter(|event| event.kind() == MEMBER).cloned().collect();
        if !members.is_empty() {
            sent.add(*room, members_among(session, &members)?, plan.until);
        }
    }
    let mut missing: HashMap<i64, HashSet<i64>> = HashMap::new();
    for (room, (_, heroes)) in summaries {
        let lacking: HashSet<i64> = heroes.iter().filter(|hero| !sent.has(*room, **hero)).copied().collect();
        if !lacking.is_empty() {
            missing.insert(*room, lacking);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let found = member_events(session, &missing, plan.until)?;
    for (room, events) in present(inner, session, plan, choice, found)? {
        states.entry(room).or_default().extend(events);
    }
    for (room, heroes) in missing {
        sent.add(room, heroes, plan.until);
    }
    Ok(())
}

/// Whose member events are among `events`, by number.
pub(crate) fn members_among(session: &mut Session, events: &[ClientEvent]) -> Result<Vec<i64>, SyncError> {
    let members = events.iter().filter(|event| event.kind() == MEMBER);
    // Most member events are sent by those they are about.
    let (own, other): (Vec<&ClientEvent>, Vec<&ClientEvent>) =
        members.partition(|event| event.state_key() == Some(event.sender().as_str()));
    let mut numbers: Vec<i64> = own.iter().map(|event| event.sender_number).collect();
    if !other.is_empty() {
        let ids: Vec<String> =
            other.iter().filter_map(|event| event.state_key()).map(str::to_owned).collect();
        numbers.extend(herold_storage::users::numbers(session, &ids)?.into_values());
    }
    Ok(numbers)
}
