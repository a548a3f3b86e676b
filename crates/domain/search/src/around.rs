//! What was said around results, who said it, and the states of their rooms: each asked once for all results.

use std::collections::{BTreeMap, HashMap, HashSet};

use herold_rooms::read::{ClientEvent, Viewer, token_at};
use herold_storage::events::StoredEvent;
use herold_storage::{Session, room_state, timeline};
use ruma::OwnedRoomId;
use serde_json::Value;

use crate::SearchError;
use crate::request::{Hit, HitContext, Profile};
use crate::search::Searching;

/// Events before a result, and after it, at most.
const CONTEXT_MAX: usize = 20;
/// The newest moment there can be.
const NOW: i64 = room_state::OPEN_END - 1;

impl Searching<'_> {
    /// Adds what was said around the results, where that is wanted.
    pub(crate) fn add_contexts(
        &mut self,
        session: &mut Session,
        hits: &mut [Hit],
    ) -> Result<(), SearchError> {
        let Some(wanted) = self.request.context else { return Ok(()) };
        let numbers: Vec<i64> = hits.iter().map(|hit| hit.event.event_number).collect();
        let (before, after) = (wanted.before.min(CONTEXT_MAX) as i64, wanted.after.min(CONTEXT_MAX) as i64);
        let stored = timeline::before_each(session, &numbers, before)?;
        let mut before = self.by_hit(session, stored)?;
        let stored = timeline::after_each(session, &numbers, after)?;
        let mut after = self.by_hit(session, stored)?;
        for hit in hits.iter_mut() {
            let before = before.remove(&hit.event.event_number).unwrap_or_default();
            let after = after.remove(&hit.event.event_number).unwrap_or_default();
            let (first, last) = (before.last().unwrap_or(&hit.event), after.last().unwrap_or(&hit.event));
            hit.context = Some(HitContext {
                start: token_at(first.position - 1),
                end: token_at(last.position),
                before,
                after,
                profiles: BTreeMap::new(),
            });
        }
        if wanted.profiles { self.add_profiles(session, hits) } else { Ok(()) }
    }

    /// By hit those of the events that the searcher may see.
    fn by_hit(
        &mut self,
        session: &mut Session,
        found: Vec<(i64, StoredEvent)>,
    ) -> Result<HashMap<i64, Vec<ClientEvent>>, SearchError> {
        let mut around: HashMap<i64, Vec<i64>> = HashMap::new();
        let mut stored: HashMap<i64, StoredEvent> = HashMap::with_capacity(found.len());
        for (hit, event) in found {
            around.entry(hit).or_default().push(event.event_number);
            stored.insert(event.event_number, event);
        }
        let mut stored: Vec<StoredEvent> = stored.into_values().collect();
        self.keep_visible(session, &mut stored)?;
        let events = self.reader.present(session, &self.rooms, &self.viewers, self.person, stored)?;
        let shown = events.into_iter().filter(|event| self.is_shown(event));
        let shown: HashMap<i64, ClientEvent> = shown.map(|event| (event.event_number, event)).collect();
        let events =
            |numbers: Vec<i64>| numbers.iter().filter_map(|number| shown.get(number).cloned()).collect();
        Ok(around.into_iter().map(|(hit, numbers)| (hit, events(numbers))).collect())
    }

    /// Adds what those who speak were called when the result was said.
    fn add_profiles(&self, session: &mut Session, hits: &mut [Hit]) -> Result<(), SearchError> {
        let (mut rooms, mut senders) = (HashSet::new(), HashSet::new());
        for hit in hits.iter() {
            rooms.insert(hit.event.room().number);
            senders.extend(speakers(hit).map(|event| event.sender().clone()));
        }
        let keys: Vec<(String, String)> =
            senders.iter().map(|sender| ("m.room.member".to_owned(), sender.to_string())).collect();
        let keys: Vec<i64> = room_state::key_numbers(session, &keys)?.into_values().collect();
        let rooms: Vec<i64> = rooms.into_iter().collect();
        let entries = room_state::histories(session, &rooms, &keys)?;
        for hit in hits {
            let (room, position) = (hit.event.room().number, hit.event.position);
            let spoke: HashSet<_> = speakers(hit).map(|event| event.sender().clone()).collect();
            let then = entries.iter().filter(|entry| {
                entry.event.room_number == room
                    && entry.from_position <= position
                    && position < entry.to_position
            });
            let named: HashMap<&str, Profile> =
                then.map(|entry| (entry.state_key.as_str(), profile(&entry.event))).collect();
            if let Some(context) = &mut hit.context {
                let profiles = spoke.into_iter().filter_map(|user| {
                    let profile = named.get(user.as_str())?.clone();
                    Some((user, profile))
                });
                context.profiles = profiles.collect();
            }
        }
        Ok(())
    }

    /// The states of the results' rooms; of those that were left, as they were then.
    pub(crate) fn states(
        &self,
        session: &mut Session,
        hits: &[Hit],
    ) -> Result<BTreeMap<OwnedRoomId, Vec<ClientEvent>>, SearchError> {
        let rooms: HashSet<i64> = hits.iter().map(|hit| hit.event.room().number).collect();
        let (joined, left): (Vec<i64>, Vec<i64>) =
            rooms.into_iter().partition(|room| self.joined.contains(room));
        let mut entries = room_state::at(session, &joined, NOW)?;
        let own = ("m.room.member".to_owned(), self.person.user_id().to_string());
        if let Some(own) = room_state::key_numbers(session, &[own])?.into_values().next() {
            let viewers = left.iter().filter_map(|room| self.viewers.get(room));
            let ends: Vec<i64> = viewers.filter_map(Viewer::end_of_last_stay).collect();
            entries.extend(room_state::at_leaving(session, &left, own, &ends, 0)?);
        }
        let stored = entries.into_iter().map(|entry| entry.event).collect();
        let events = self.reader.present(session, &self.rooms, &self.viewers, self.person, stored)?;
        let mut states: BTreeMap<OwnedRoomId, Vec<ClientEvent>> = BTreeMap::new();
        for event in events {
            states.entry(event.room().id.clone()).or_default().push(event);
        }
        Ok(states)
    }
}

/// The result and the events around it.
fn speakers(hit: &Hit) -> impl Iterator<Item = &ClientEvent> {
    let around = hit.context.iter().flat_map(|context| context.before.iter().chain(&context.after));
    around.chain([&hit.event])
}

fn profile(member: &StoredEvent) -> Profile {
    let json: Value = serde_json::from_str(&member.json).unwrap_or_default();
    let text = |field: &str| json["content"][field].as_str().map(str::to_owned);
    Profile { display_name: text("displayname"), avatar_url: text("avatar_url") }
}
