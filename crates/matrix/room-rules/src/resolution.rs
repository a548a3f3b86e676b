//! One room state out of several ("State resolution" of the room versions).
//!
//! The caller passes only what matters: the conflicted entries and those that the rules ask for
//! ([`split_conflicts`], [`auth_keys`]), never a whole room; the result covers the same keys. Cost then follows the
//! conflict, not the room. Nothing here loads anything: events come from a lookup.

use std::collections::HashSet;
use std::sync::Arc;

use ruma::events::StateEventType;
use ruma::room_version_rules::{AuthorizationRules, RoomVersionRules, StateResolutionVersion};
use ruma::state_res::utils::event_id_set::EventIdSet;
use ruma::{EventId, OwnedEventId};
use thiserror::Error;

mod first;
mod subgraph;

pub use subgraph::conflicted_subgraph;

use crate::authorization::auth_types;
use crate::pdu::Pdu;
use crate::state::{StateKey, StateMap};

/// Several states, told apart by whether they agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts<T> {
    /// The entries that are the same in every state.
    pub unconflicted: StateMap<T>,
    /// All others, with each event that some state has there (one, where other states have none).
    pub conflicted: StateMap<Vec<T>>,
}

/// Tells the entries on which `states` agree from the others ("unconflicted state map and conflicted state set").
///
/// Works on event ids as well as on numbers that stand for them.
pub fn split_conflicts<T: Clone + Eq>(states: &[StateMap<T>]) -> Conflicts<T> {
    let mut split = Conflicts { unconflicted: StateMap::new(), conflicted: StateMap::new() };
    for (index, state) in states.iter().enumerate() {
        for (key, event) in state {
            let seen_before = states[..index].iter().any(|earlier| earlier.contains_key(key));
            if seen_before {
                continue;
            }
            if states.iter().all(|other| other.get(key) == Some(event)) {
                split.unconflicted.insert(key.clone(), event.clone());
                continue;
            }
            let mut candidates: Vec<T> = Vec::new();
            for candidate in states.iter().filter_map(|other| other.get(key)) {
                if !candidates.contains(candidate) {
                    candidates.push(candidate.clone());
                }
            }
            split.conflicted.insert(key.clone(), candidates);
        }
    }
    split
}

/// The state entries that the rules ask for when they judge these events: load them besides the conflicted ones.
/// The create event is always among them. Malformed events ask for nothing; they are never allowed.
pub fn auth_keys<'e>(
    rules: &AuthorizationRules,
    events: impl IntoIterator<Item = &'e Pdu>,
) -> HashSet<StateKey> {
    let mut keys = HashSet::from([(StateEventType::RoomCreate, String::new())]);
    for event in events {
        let types = auth_types(rules, event.kind(), event.sender(), event.state_key(), event.content());
        keys.extend(types.unwrap_or_default());
    }
    keys
}

/// What is to be resolved.
#[derive(Clone, Debug, Default)]
pub struct Resolution {
    /// The states after the previous events, cut down to the conflicted keys and [`auth_keys`] of the events in
    /// `auth_chains`' difference and in conflict. A key in conflict must have its entry from every state that has one.
    pub states: Vec<StateMap<OwnedEventId>>,
    /// For each state its auth chain: the auth events of all its events, theirs, and so on. Only the difference
    /// counts, so what is in all chains may be left out of all. Room version 1 needs none.
    pub auth_chains: Vec<HashSet<OwnedEventId>>,
    /// [`conflicted_subgraph`], where the caller has it at hand; `None`: it is found by the auth events of what the
    /// lookup gives. Only room version 12 needs it.
    pub conflicted_subgraph: Option<HashSet<OwnedEventId>>,
}

/// Why a state cannot be resolved: an event that takes part cannot be found or read.
#[derive(Debug, Error)]
pub enum ResolveError {
    /// From ruma's algorithm.
    #[error("state resolution: {0}")]
    Failed(#[from] ruma::state_res::Error),
}

/// Resolves the states into one, over the keys they have.
///
/// `fetch` must find the events of `states`, those in the difference of `auth_chains` and in the subgraph, their auth
/// events, the power level events these in turn were allowed by (the mainline), and the create event. Events that it
/// does not find do not take part.
pub fn resolve(
    rules: &RoomVersionRules,
    resolution: Resolution,
    fetch: impl Fn(&EventId) -> Option<Arc<Pdu>>,
) -> Result<StateMap<OwnedEventId>, ResolveError> {
    let v2_rules = match &rules.state_res {
        StateResolutionVersion::V2(v2_rules) => v2_rules,
        _ => return Ok(first::resolve(&rules.authorization, &resolution.states, fetch)),
    };
    let Resolution { states, auth_chains, conflicted_subgraph: known_subgraph } = resolution;
    let resolved = ruma::state_res::resolve(
        &rules.authorization,
        v2_rules,
        &states,
        auth_chains.into_iter().map(|chain| chain.into_iter().collect()).collect(),
        &fetch,
        |conflicted| {
            let subgraph = known_subgraph.clone().unwrap_or_else(|| {
                let ends: HashSet<OwnedEventId> = conflicted.values().flatten().cloned().collect();
                conflicted_subgraph(&ends, |id| {
                    fetch(id).map(|event| event.auth_events().to_vec()).unwrap_or_default()
                })
            });
            Some(subgraph.into_iter().collect::<EventIdSet<_>>())
        },
    )?;
    Ok(resolved)
}
