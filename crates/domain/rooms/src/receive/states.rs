//! States of a room at several places of its graph, told by where they differ, and resolved into one.
//!
//! No state is ever loaded whole: what did not change since the oldest of these places is the same in
//! all of them and on the line.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use herold_room_rules::{Pdu, Resolution, StateMap, auth_keys, resolve};
use herold_storage::{room_graph, room_head};
use ruma::OwnedEventId;
use ruma::events::StateEventType;
use ruma::room_version_rules::StateResolutionVersion;

use super::graph::Graph;
use crate::RoomsError;

/// Type and state key.
pub(super) type Key = (String, String);

/// A state: the line just before a position, but for what is told apart.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) line_position: i64,
    pub(super) apart: BTreeMap<Key, Option<OwnedEventId>>,
}

/// The position of the current line: just before it lies everything that happened.
pub(super) const NOW: i64 = i64::MAX;

/// A state told by where it may differ from the current line; everywhere else it is the line.
pub(super) type Told = BTreeMap<Key, Option<OwnedEventId>>;

impl Graph<'_> {
    /// The states after each of `ids`, which are loaded.
    pub(super) fn views_after(&mut self, ids: &[OwnedEventId]) -> Result<Vec<View>, RoomsError> {
        let asked: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut apart: HashMap<String, Told> = HashMap::new();
        for difference in room_graph::differences(self.session, &asked)? {
            let in_force = difference.state_event_id.and_then(|id| OwnedEventId::try_from(id).ok());
            let of_event = apart.entry(difference.event_id).or_default();
            of_event.insert((difference.kind, difference.state_key), in_force);
        }
        let mut views = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(placed) = self.placed(id) else { continue };
            let mut apart = apart.remove(id.as_str()).unwrap_or_default();
            if !placed.event.rejected()
                && let Some(key) = key_of(&placed.event)
            {
                apart.insert(key, Some(id.clone()));
            }
            views.push(View { line_position: placed.line_position, apart });
        }
        Ok(views)
    }

    /// One state out of `views`, and what the current line has under the same keys.
    pub(super) fn resolve_views(&mut self, views: &[View]) -> Result<(Told, Told), RoomsError> {
        let oldest = views.iter().map(|view| view.line_position).min().unwrap_or(NOW);
        let mut history: HashMap<Key, Vec<(i64, i64, OwnedEventId)>> = HashMap::new();
        if oldest < NOW {
            for found in room_graph::changes_since(self.session, self.room_number, oldest)? {
                let Ok(id) = OwnedEventId::try_from(found.event_id) else { continue };
                let values = history.entry((found.kind, found.state_key)).or_default();
                values.push((found.from_position, found.to_position, id));
            }
        }
        let mut keys: HashSet<Key> = history.keys().cloned().collect();
        keys.extend(views.iter().flat_map(|view| view.apart.keys().cloned()));
        let mut line = Told::new();
        let unchanged: Vec<Key> = keys.iter().filter(|key| !history.contains_key(*key)).cloned().collect();
        line.extend(self.current(&unchanged)?);
        let at = |key: &Key, position: i64| {
            let holds = |value: &&(i64, i64, OwnedEventId)| value.0 < position && position <= value.1;
            history.get(key)?.iter().find(holds).map(|value| value.2.clone())
        };
        line.extend(history.keys().map(|key| (key.clone(), at(key, NOW))));
        let told = |view: &View| -> Told {
            let value = |key: &Key| match view.apart.get(key) {
                Some(apart) => apart.clone(),
                None if history.contains_key(key) => at(key, view.line_position),
                None => line.get(key).cloned().flatten(),
            };
            keys.iter().map(|key| (key.clone(), value(key))).collect()
        };
        let states: Vec<Told> = views.iter().map(told).collect();
        Ok((self.resolve_told(states, &line)?, line))
    }

    /// What the current line has under `keys`.
    pub(super) fn current(&mut self, keys: &[Key]) -> Result<Told, RoomsError> {
        let mut told: Told = keys.iter().map(|key| (key.clone(), None)).collect();
        if !keys.is_empty() {
            for entry in room_head::current_entries(self.session, self.room_number, keys)? {
                if let Some(value) = told.get_mut(&(entry.kind, entry.state_key)) {
                    *value = OwnedEventId::try_from(entry.event_id).ok();
                }
            }
        }
        Ok(told)
    }

    fn resolve_told(&mut self, states: Vec<Told>, line: &Told) -> Result<Told, RoomsError> {
        let Some((first, others)) = states.split_first() else {
            return Ok(line.keys().map(|key| (key.clone(), None)).collect());
        };
        let agrees = |key: &Key| others.iter().all(|other| other.get(key) == first.get(key));
        let conflicted: HashSet<Key> = first.keys().filter(|key| !agrees(key)).cloned().collect();
        let mut resolved: Told = first.clone();
        if conflicted.is_empty() {
            return Ok(resolved);
        }
        let (resolution, common) = self.resolution(&states, &conflicted)?;
        let outcome = resolve(self.rules, resolution, |id| self.event(id))?;
        for key in &conflicted {
            resolved.insert(key.clone(), None);
        }
        for ((kind, state_key), id) in outcome {
            let key = (kind.to_string(), state_key);
            // What all states agree on stays.
            if conflicted.contains(&key) || common.get(&key).is_some_and(Option::is_none) {
                resolved.insert(key, Some(id));
            }
        }
        Ok(resolved)
    }

    /// What the rules ask for: the conflicted entries with their auth chains, and the entries that all
    /// states have in common and the rules look at. Loads all events that take part.
    fn resolution(
        &mut self,
        states: &[Told],
        conflicted: &HashSet<Key>,
    ) -> Result<(Resolution, Told), RoomsError> {
        let in_conflict = |state: &Told| -> Vec<OwnedEventId> {
            let entries = state.iter().filter(|(key, _)| conflicted.contains(*key));
            entries.filter_map(|(_, value)| value.clone()).collect()
        };
        let ends: Vec<Vec<OwnedEventId>> = states.iter().map(in_conflict).collect();
        let mut chains = Vec::with_capacity(ends.len());
        for ends in &ends {
            chains.push(self.auth_chain(ends)?);
        }
        let mut asking: HashSet<OwnedEventId> = ends.iter().flatten().cloned().collect();
        self.load(asking.iter().chain(chains.iter().flatten()))?;
        if !matches!(self.rules.state_res, StateResolutionVersion::V1) {
            self.leave_out_common(&states[0], conflicted, &mut chains)?;
            let everywhere = |id: &OwnedEventId| chains.iter().all(|chain| chain.contains(id));
            let apart: Vec<_> = chains.iter().flatten().filter(|id| !everywhere(id)).cloned().collect();
            asking.extend(apart);
        }
        let common = self.common(&states[0], conflicted, &asking)?;
        let present: Vec<OwnedEventId> = common.values().flatten().cloned().collect();
        let their_chain = self.auth_chain(&present)?;
        self.load(present.iter().chain(&their_chain))?;
        let cut = |state: &Told| -> StateMap<OwnedEventId> {
            let own = state.iter().filter(|(key, _)| conflicted.contains(*key));
            let entries = own.chain(common.iter());
            entries.filter_map(|(key, id)| Some((state_key(key), id.clone()?))).collect()
        };
        let states = states.iter().map(cut).collect();
        Ok((Resolution { states, auth_chains: chains, conflicted_subgraph: None }, common))
    }

    /// Takes out of `chains` what is in the auth chain of the common entries: that is in every state's.
    fn leave_out_common(
        &mut self,
        state: &Told,
        conflicted: &HashSet<Key>,
        chains: &mut [HashSet<OwnedEventId>],
    ) -> Result<(), RoomsError> {
        let keys: Vec<Key> = state.keys().cloned().collect();
        // The line has other values there, or none that counts.
        let without: Vec<String> =
            self.current(&keys)?.into_values().flatten().map(|id| id.to_string()).collect();
        let mut common: HashSet<OwnedEventId> =
            room_graph::auth_chain_of_line(self.session, self.room_number, &without)?
                .into_iter()
                .filter_map(|id| OwnedEventId::try_from(id).ok())
                .collect();
        let agreed: Vec<OwnedEventId> = state
            .iter()
            .filter(|(key, _)| !conflicted.contains(*key))
            .filter_map(|(_, value)| value.clone())
            .collect();
        common.extend(self.auth_chain(&agreed)?);
        for chain in chains {
            chain.retain(|id| !common.contains(id));
        }
        Ok(())
    }

    /// The common entries under the keys that the rules look at when they judge `asking`, and under the
    /// keys of `asking` themselves.
    fn common(
        &mut self,
        state: &Told,
        conflicted: &HashSet<Key>,
        asking: &HashSet<OwnedEventId>,
    ) -> Result<Told, RoomsError> {
        let events: Vec<Arc<Pdu>> = asking.iter().filter_map(|id| self.event(id)).collect();
        let looked_at = auth_keys(&self.rules.authorization, events.iter().map(|event| &**event));
        let looked_at = looked_at.into_iter().map(|(kind, key)| (kind.to_string(), key));
        let own = events.iter().filter_map(|event| key_of(event));
        let keys: HashSet<Key> = looked_at.chain(own).filter(|key| !conflicted.contains(key)).collect();
        let (told, untold): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(|key| state.contains_key(key));
        let mut common = self.current(&untold)?;
        common.extend(told.into_iter().map(|key| {
            let value = state.get(&key).cloned().flatten();
            (key, value)
        }));
        Ok(common)
    }
}

/// The key of a state event.
pub(super) fn key_of(event: &Pdu) -> Option<Key> {
    Some((event.kind().to_string(), event.state_key()?.to_owned()))
}

fn state_key(key: &Key) -> (StateEventType, String) {
    (StateEventType::from(key.0.as_str()), key.1.clone())
}
