//! The state that clients require of rooms: all of it where a room is new to them, what changed where they have it,
//! and what they ask for more than before. Members who matter to a timeline go with it where that is wanted.

use std::collections::{HashMap, HashSet};

use herold_rooms::read::{ClientEvent, content_of};
use herold_storage::Session;
use herold_storage::events::StoredEvent;
use herold_storage::room_state::{self, StateEntry};

use super::choose::{Choosing, Due};
use super::required::{Asking, MEMBER, Wants};
use super::told::Told;
use crate::gather::Plan;
use crate::gather::rooms::{Chosen, From};
use crate::gather::states::{member_events, members_among, of_left, present};
use crate::gather::timelines::{Timeline, senders};
use crate::numbers::sorted;
use crate::{Inner, SyncError};

const NAME: &str = "m.room.name";
const AVATAR: &str = "m.room.avatar";

/// What is to be told of one room's state.
#[derive(Default)]
pub(crate) struct StateNews {
    pub(crate) events: Vec<ClientEvent>,
    /// Types and state keys that have no value any more.
    pub(crate) removed: Vec<(String, String)>,
    /// The room's name, where that is news; none where it has none any more.
    pub(crate) name: Option<Option<String>>,
    /// The same of its picture.
    pub(crate) avatar: Option<Option<String>>,
}

/// What is wanted, and what the client has.
pub(crate) struct Asked<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) choosing: &'a Choosing<'a>,
    pub(crate) told: &'a Told,
    pub(crate) timelines: &'a HashMap<i64, Timeline>,
}

/// The state news of all rooms that are told of.
pub(crate) fn gather(
    inner: &Inner,
    session: &mut Session,
    asked: &Asked<'_>,
) -> Result<HashMap<i64, StateNews>, SyncError> {
    let chosen = asked.choosing.choice.rooms.iter().map(|chosen| (chosen.room.number, chosen)).collect();
    let mut gathering = Gathering { asked, chosen, news: HashMap::new(), wanted: HashMap::new() };
    gathering.load_whole(session)?;
    gathering.load_changes(session)?;
    gathering.load_left(session)?;
    gathering.load_members(session)?;
    let Gathering { mut news, wanted, .. } = gathering;
    let mut stored: Vec<StoredEvent> = wanted.into_values().collect();
    stored.sort_unstable_by_key(|event| (event.room_number, event.position));
    let told = present(inner, session, asked.plan, &asked.choosing.choice, stored)?;
    for (room, events) in told {
        if let Some(sent) = asked.plan.sent.as_ref().filter(|_| asked.is_lazy(room)) {
            sent.add(room, members_among(session, &events)?, asked.plan.until);
        }
        news.entry(room).or_default().events = events;
    }
    Ok(news)
}

impl Asked<'_> {
    fn wants(&self, room: i64) -> Option<&Wants> {
        self.told.wants(self.choosing.changes.get(&room)?.wants)
    }

    fn due(&self, room: i64) -> Option<&Due> {
        self.choosing.due.get(&room)
    }

    fn is_lazy(&self, room: i64) -> bool {
        self.wants(room).is_some_and(Wants::lazy_members)
    }
}

struct Gathering<'a> {
    asked: &'a Asked<'a>,
    chosen: HashMap<i64, &'a Chosen>,
    news: HashMap<i64, StateNews>,
    /// What is to be told, by room and key.
    wanted: HashMap<(i64, i64), StoredEvent>,
}

impl Gathering<'_> {
    fn numbers(&self, which: impl Fn(&Chosen, &Due) -> bool) -> Vec<i64> {
        let due = |chosen: &Chosen| self.asked.due(chosen.room.number).is_some_and(|due| which(chosen, due));
        sorted(self.chosen.values().filter(|chosen| due(chosen)).map(|chosen| chosen.room.number))
    }

    /// Of rooms that are new to the client, or of which it wants more: all that is wanted.
    fn load_whole(&mut self, session: &mut Session) -> Result<(), SyncError> {
        let rooms =
            self.numbers(|chosen, due| !chosen.left && (chosen.from == From::Anew || due.had.is_some()));
        if rooms.is_empty() {
            return Ok(());
        }
        let mut asking = Asking::default();
        asking.keys.extend([NAME, AVATAR].map(|kind| (kind.to_owned(), String::new())));
        let mut seen: HashSet<usize> = HashSet::new();
        for room in &rooms {
            let place = self.asked.choosing.changes.get(room).map(|next| next.wants);
            if let Some(place) = place.filter(|place| seen.insert(*place))
                && let Some(wants) = self.asked.told.wants(place)
            {
                wants.add_to(&mut asking);
            }
        }
        for entry in ask(session, &rooms, asking, self.asked.plan.until)? {
            let room = entry.event.room_number;
            let Some(due) = self.asked.due(room) else { continue };
            let had = due.had.and_then(|place| self.asked.told.wants(place));
            let has = had.is_some_and(|had| had.wants(&entry.event.kind, &entry.state_key));
            if due.initial {
                self.describe(&entry);
            }
            if !has {
                self.take(entry);
            }
        }
        Ok(())
    }

    /// Of rooms that the client has: what changed.
    fn load_changes(&mut self, session: &mut Session) -> Result<(), SyncError> {
        let rooms = self.numbers(|chosen, _| !chosen.left && chosen.from == From::Since && chosen.has_events);
        let since = rooms.iter().filter_map(|room| self.chosen.get(room)).map(|chosen| chosen.since).min();
        let Some(since) = since else { return Ok(()) };
        let until = self.asked.plan.until;
        for entry in room_state::changes_between(session, &rooms, since, until)? {
            let room = entry.event.room_number;
            if self.chosen.get(&room).is_none_or(|chosen| entry.from_position <= chosen.since) {
                continue;
            }
            self.describe(&entry);
            let limited = self.asked.timelines.get(&room).is_some_and(|timeline| timeline.limited);
            // Without a gap every change of a member is told, with one only those that matter.
            if entry.event.kind == MEMBER && self.asked.is_lazy(room) && !limited {
                self.insert(entry.event);
            } else {
                self.take(entry);
            }
        }
        for (room, kind, state_key) in room_state::removed_between(session, &rooms, since, until)? {
            let wanted = self.asked.wants(room).is_some_and(|wants| wants.wants(&kind, &state_key));
            let news = self.news.entry(room).or_default();
            match kind.as_str() {
                NAME if state_key.is_empty() => news.name = Some(None),
                AVATAR if state_key.is_empty() => news.avatar = Some(None),
                _ => {}
            }
            if wanted {
                news.removed.push((kind, state_key));
            }
        }
        Ok(())
    }

    /// Of rooms that the user was in: as they were when they left.
    fn load_left(&mut self, session: &mut Session) -> Result<(), SyncError> {
        for anew in [true, false] {
            let rooms = self.numbers(|chosen, _| chosen.left && (chosen.from == From::Anew) == anew);
            let left: Vec<&Chosen> = rooms.iter().filter_map(|room| self.chosen.get(room).copied()).collect();
            let Some(since) = left.iter().map(|chosen| chosen.since).min() else { continue };
            for entry in of_left(session, self.asked.plan, &left, since)? {
                let chosen = self.chosen.get(&entry.event.room_number);
                if chosen.is_none_or(|chosen| entry.from_position <= chosen.since) {
                    continue;
                }
                self.describe(&entry);
                self.take(entry);
            }
        }
        Ok(())
    }

    /// Members who matter to timelines, where members are loaded lazily.
    fn load_members(&mut self, session: &mut Session) -> Result<(), SyncError> {
        let Some(sent) = &self.asked.plan.sent else { return Ok(()) };
        let mut missing: HashMap<i64, HashSet<i64>> = HashMap::new();
        for (room, chosen) in &self.chosen {
            let Some(timeline) = self.asked.timelines.get(room).filter(|_| self.asked.is_lazy(*room)) else {
                continue;
            };
            if chosen.from == From::Anew || timeline.limited {
                sent.forget(*room);
            }
            let mut members = senders(timeline);
            let changed: Vec<ClientEvent> =
                timeline.events.iter().filter(|event| event.kind() == MEMBER).cloned().collect();
            if !changed.is_empty() {
                members.extend(members_among(session, &changed)?);
            }
            members.retain(|member| !sent.has(*room, *member));
            if !members.is_empty() {
                missing.insert(*room, members);
            }
        }
        for event in member_events(session, &missing, self.asked.plan.until)? {
            let chosen = self.chosen.get(&event.room_number);
            let beyond = chosen.is_some_and(|chosen| event.position.is_none_or(|at| at > chosen.state_until));
            if !beyond {
                self.insert(event);
            }
        }
        Ok(())
    }

    /// Tells an entry, if it is wanted.
    fn take(&mut self, entry: StateEntry) {
        let wants = self.asked.wants(entry.event.room_number);
        if wants.is_some_and(|wants| wants.wants(&entry.event.kind, &entry.state_key)) {
            self.insert(entry.event);
        }
    }

    fn insert(&mut self, event: StoredEvent) {
        if let Some(key) = event.state_key_number {
            self.wanted.entry((event.room_number, key)).or_insert(event);
        }
    }

    /// Takes from an entry what describes its room.
    fn describe(&mut self, entry: &StateEntry) {
        if !entry.state_key.is_empty() || !matches!(entry.event.kind.as_str(), NAME | AVATAR) {
            return;
        }
        let content = content_of(&entry.event);
        let text = |field: &str| content[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let news = self.news.entry(entry.event.room_number).or_default();
        if entry.event.kind == NAME {
            news.name = Some(text("name"));
        } else {
            news.avatar = Some(text("url"));
        }
    }
}

/// What `asking` finds of `rooms`; some entries perhaps twice.
fn ask(
    session: &mut Session,
    rooms: &[i64],
    asking: Asking,
    until: i64,
) -> Result<Vec<StateEntry>, SyncError> {
    if asking.everything {
        return Ok(room_state::at(session, rooms, until)?);
    }
    let numbers: Vec<i64> = room_state::key_numbers(session, &asking.keys)?.into_values().collect();
    let mut entries = room_state::of_keys_at(session, rooms, &numbers, until)?;
    if asking.rest {
        entries.extend(room_state::without_members_at(session, rooms, until)?);
    }
    let covered = asking.rest && asking.kinds.iter().all(|kind| kind != MEMBER);
    if !asking.kinds.is_empty() && !covered {
        entries.extend(room_state::of_kinds_at(session, rooms, &asking.kinds, until)?);
    }
    Ok(entries)
}
