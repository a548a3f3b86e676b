//! The ends of timelines: what the user may see and wants to see, at most so many events per room.

use std::collections::{HashMap, HashSet};

use herold_rooms::read::{Bundling, ClientEvent, Viewer};
use herold_storage::events::StoredEvent;
use herold_storage::{Session, timeline};
use ruma::events::room::member::MembershipState;

use super::plan::Plan;
use super::rooms::{Choice, Chosen, From};
use crate::{Inner, SyncError};

/// How much further each round looks for events that are wanted.
const WIDER: i64 = 8;
/// Rounds at most.
const ROUNDS_MAX: usize = 4;
/// Events looked at per room at most.
const LOOKED_AT_MAX: i64 = 2_000;
/// Events looked at in one round at most, over all rooms.
const ROUND_MAX: i64 = 100_000;
/// Bytes of events in one answer, about, over all rooms: each has an equal share of them.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The least share of a room: one event of the greatest size fits.
const ROOM_BYTES_LEAST: usize = 64 * 1024;

/// The end of one room's timeline.
#[derive(Default)]
pub(crate) struct Timeline {
    pub(crate) events: Vec<ClientEvent>,
    pub(crate) limited: bool,
    /// The log position before the first event.
    pub(crate) before: i64,
}

/// How many bytes of events of each room there may be.
fn share_of_bytes(rooms: usize) -> usize {
    (ANSWER_BYTES_MAX / rooms.max(1)).max(ROOM_BYTES_LEAST)
}

/// The ends of the timelines of all rooms in `choice`, by room.
pub(crate) fn gather(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
) -> Result<HashMap<i64, Timeline>, SyncError> {
    let mut found = HashMap::with_capacity(choice.rooms.len());
    let mut viewers = HashMap::new();
    for (room, viewer) in &choice.viewers {
        viewers.insert(*room, viewer.clone());
    }
    let wanted = |chosen: &Chosen| plan.filter.timeline.rooms.wants(&chosen.room.id) && chosen.limit > 0;
    for chosen in choice.rooms.iter().filter(|chosen| !wanted(chosen)) {
        // Nothing of the timeline is wanted: its state is told instead.
        let limited = chosen.has_events || chosen.from == From::Anew;
        let timeline = Timeline { limited, before: chosen.until, ..Timeline::default() };
        found.insert(chosen.room.number, timeline);
    }
    // Rooms that are read from their beginning on, and those that are read from a token on, apart.
    for (begin, left) in [(false, false), (true, false), (true, true), (false, true)] {
        let group: HashMap<i64, &Chosen> = choice
            .rooms
            .iter()
            .filter(|chosen| (chosen.timeline_since == 0) == begin && chosen.left == left && wanted(chosen))
            // A room without new events has none to be read.
            .filter(|chosen| chosen.has_events || chosen.timeline_since == 0 || left)
            .map(|chosen| (chosen.room.number, chosen))
            .collect();
        let mut reading = Reading { inner, plan, choice, viewers: &mut viewers, left, group: &group };
        reading.read(session, &mut found)?;
    }
    bundle(inner, session, plan, choice, &viewers, &mut found)?;
    for chosen in &choice.rooms {
        found
            .entry(chosen.room.number)
            .or_insert_with(|| Timeline { before: chosen.since, ..Timeline::default() });
    }
    Ok(found)
}

/// Adds to the events of limited timelines what is bundled with them. Of the others the client has the children.
fn bundle(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
    viewers: &HashMap<i64, Viewer>,
    found: &mut HashMap<i64, Timeline>,
) -> Result<(), SyncError> {
    let limited = found.values_mut().filter(|timeline| timeline.limited);
    let events = limited.flat_map(|timeline| &mut timeline.events).collect();
    let bundling = Bundling {
        rooms: &choice.known,
        viewers,
        person: &plan.person,
        ignored: Some(&plan.known.wishes.ignored),
        until: plan.until,
    };
    Ok(inner.reader.bundle(session, &bundling, events)?)
}

/// Reads the timelines of one group of rooms.
struct Reading<'a> {
    inner: &'a Inner,
    plan: &'a Plan,
    choice: &'a Choice,
    viewers: &'a mut HashMap<i64, Viewer>,
    left: bool,
    group: &'a HashMap<i64, &'a Chosen>,
}

impl Reading<'_> {
    fn read(&mut self, session: &mut Session, found: &mut HashMap<i64, Timeline>) -> Result<(), SyncError> {
        let group = self.group;
        let bytes = share_of_bytes(self.choice.rooms.len());
        // One question for rooms that are read from different places on: what is too old is left out after.
        let since = group.values().map(|chosen| chosen.timeline_since).min().unwrap_or(0);
        let limit = group.values().map(|chosen| chosen.limit).max().unwrap_or(0);
        let mut look_at = limit as i64 + 1;
        let mut missing: Vec<i64> = group.keys().copied().collect();
        missing.sort_unstable();
        for round in 1..=ROUNDS_MAX {
            if missing.is_empty() {
                break;
            }
            let mut stored = self.stored(session, &missing, since, look_at)?;
            let mut raw: HashMap<i64, i64> = HashMap::with_capacity(missing.len());
            let mut first: HashMap<i64, i64> = HashMap::with_capacity(missing.len());
            let mut begun: HashSet<i64> = HashSet::new();
            stored.retain(|event| {
                let (room, position) = (event.room_number, event.position.unwrap_or(0));
                let new = group.get(&room).is_some_and(|chosen| position > chosen.timeline_since);
                if new {
                    *raw.entry(room).or_default() += 1;
                    first.entry(room).or_insert(position);
                } else {
                    begun.insert(room);
                }
                new
            });
            let mut wanted = self.wanted(session, stored)?;
            let mut lacking = Vec::new();
            let wider = (look_at * WIDER).min(LOOKED_AT_MAX).min(ROUND_MAX / missing.len().max(1) as i64);
            let last = round == ROUNDS_MAX || wider <= look_at;
            for room in missing {
                let Some(chosen) = group.get(&room) else { continue };
                let raw = raw.get(&room).copied().unwrap_or(0);
                let events = wanted.remove(&room).unwrap_or_default();
                let exhausted = raw < look_at || begun.contains(&room);
                if events.len() <= chosen.limit && !exhausted && !last {
                    lacking.push(room);
                    continue;
                }
                let first = first.get(&room).copied().unwrap_or(0);
                found.insert(room, cut(self.plan, chosen, events, exhausted, first, bytes));
            }
            missing = lacking;
            look_at = wider;
        }
        Ok(())
    }

    fn stored(
        &self,
        session: &mut Session,
        rooms: &[i64],
        since: i64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, SyncError> {
        Ok(if self.left {
            let user = self.plan.person.user_number;
            timeline::newest_before_leaving(session, rooms, user, since, limit)?
        } else {
            timeline::newest(session, rooms, since, self.plan.until, limit)?
        })
    }

    /// By room those of `stored` that the user may see and wants, ready to be sent.
    fn wanted(
        &mut self,
        session: &mut Session,
        mut stored: Vec<StoredEvent>,
    ) -> Result<HashMap<i64, Vec<ClientEvent>>, SyncError> {
        let plan = self.plan;
        if !self.viewers.is_empty() {
            Viewer::load_all_differences(session, self.viewers, &stored)?;
            stored.retain(|event| {
                // Whatever the room's history says: everybody sees how their own membership ended.
                let own = self.plan.known.rooms.get(&event.room_number);
                own.is_some_and(|own| own.event_number == event.event_number)
                    || self.viewers.get(&event.room_number).is_none_or(|viewer| viewer.may_see(event))
            });
        }
        let presented =
            self.inner.reader.present(session, &self.choice.known, self.viewers, &plan.person, stored)?;
        let ignored = &plan.known.wishes.ignored;
        let mut wanted: HashMap<i64, Vec<ClientEvent>> = HashMap::new();
        for event in presented {
            let unwanted = event.state_key().is_none() && ignored.contains(event.sender().as_str());
            if !unwanted && plan.filter.timeline.events.wants(&event) {
                let room = event.room().number;
                let seen_inside = !self.viewers.contains_key(&room);
                let event = if seen_inside { event.for_reader(MembershipState::Join) } else { event };
                wanted.entry(room).or_default().push(event);
            }
        }
        Ok(wanted)
    }
}

/// The newest of `events`, as many as are wanted.
fn cut(
    plan: &Plan,
    chosen: &Chosen,
    mut events: Vec<ClientEvent>,
    exhausted: bool,
    first_read: i64,
    bytes: usize,
) -> Timeline {
    let surplus = events.len().saturating_sub(chosen.limit).max(beyond(&events, bytes));
    let cut = surplus > 0;
    events.drain(..surplus);
    let limited = cut || !exhausted || chosen.newly;
    let before = match events.first() {
        Some(first) if cut || chosen.timeline_since == 0 => first.position - 1,
        // Whatever came before what was looked at is for the client to page through.
        _ if !exhausted => first_read - 1,
        Some(first) => first.position - 1,
        None => plan.until,
    };
    Timeline { events, limited, before }
}

/// How many of the oldest of `events` have to go so that the others have about `bytes`; the newest stays.
fn beyond(events: &[ClientEvent], bytes: usize) -> usize {
    let mut taken = 0;
    let kept = events.iter().rev().take_while(|event| {
        let fits = taken < bytes;
        taken += event.size();
        fits
    });
    events.len() - kept.count()
}

/// The keys, by number, that a room's timeline sets, each with the position of the first event that does.
pub(crate) fn first_of_keys(timeline: &Timeline) -> HashMap<i64, i64> {
    let mut first = HashMap::new();
    for event in &timeline.events {
        if let Some(key) = event.state_key_number {
            first.entry(key).or_insert(event.position);
        }
    }
    first
}

/// Who sent the events of a timeline.
pub(crate) fn senders(timeline: &Timeline) -> HashSet<i64> {
    timeline.events.iter().map(|event| event.sender_number).collect()
}
