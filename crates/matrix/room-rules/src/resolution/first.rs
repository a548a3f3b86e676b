//! State resolution of room version 1: depth decides, the rules are asked along the way.
//!
//! Known to reset state ("bugs" in the specification's own words); kept exactly, since every server must agree.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use ruma::events::StateEventType;
use ruma::room_version_rules::AuthorizationRules;
use ruma::{EventId, OwnedEventId};
use sha1::{Digest, Sha1};

use crate::authorization::authorize;
use crate::pdu::Pdu;
use crate::state::{StateKey, StateMap};

/// The order in which conflicts are resolved; each kind is judged by what was resolved before it.
const PASSES: [StateEventType; 3] =
    [StateEventType::RoomPowerLevels, StateEventType::RoomJoinRules, StateEventType::RoomMember];

pub(super) fn resolve(
    rules: &AuthorizationRules,
    states: &[StateMap<OwnedEventId>],
    fetch: impl Fn(&EventId) -> Option<Arc<Pdu>>,
) -> StateMap<OwnedEventId> {
    let (mut resolved, mut conflicted) = split(states);
    let mut found: StateMap<Arc<Pdu>> =
        resolved.iter().filter_map(|(key, id)| Some((key.clone(), fetch(id)?))).collect();
    for pass in PASSES {
        let keys: Vec<StateKey> = conflicted.keys().filter(|key| key.0 == pass).cloned().collect();
        let mut winners = Vec::new();
        for key in keys {
            let candidates = ordered(conflicted.remove(&key).unwrap_or_default(), &fetch);
            winners.extend(last_in_unbroken_row(rules, &key, candidates, &found).map(|winner| (key, winner)));
        }
        for (key, winner) in winners {
            resolved.insert(key.clone(), winner.event_id().to_owned());
            found.insert(key, winner);
        }
    }
    for (key, candidates) in conflicted {
        let mut candidates = ordered(candidates, &fetch);
        candidates.reverse();
        let allowed = candidates.iter().find(|event| {
            authorize(rules, event, |kind, state_key| {
                found.get(&(kind.clone(), state_key.to_owned())).cloned()
            })
            .is_ok()
        });
        // When none is allowed the shallowest stays: what all the others do.
        if let Some(winner) = allowed.or(candidates.last()) {
            resolved.insert(key, winner.event_id().to_owned());
        }
    }
    resolved
}

/// Here an entry that only some states have is no conflict.
fn split(states: &[StateMap<OwnedEventId>]) -> (StateMap<OwnedEventId>, StateMap<Vec<OwnedEventId>>) {
    let mut candidates: StateMap<Vec<OwnedEventId>> = HashMap::new();
    for (key, id) in states.iter().flatten() {
        let known = candidates.entry(key.clone()).or_default();
        if !known.contains(id) {
            known.push(id.clone());
        }
    }
    let (agreed, conflicted): (StateMap<Vec<_>>, _) =
        candidates.into_iter().partition(|(_, ids)| ids.len() == 1);
    (agreed.into_iter().filter_map(|(key, mut ids)| Some((key, ids.pop()?))).collect(), conflicted)
}

/// By ascending depth, then descending SHA-1 of the event id.
fn ordered(ids: Vec<OwnedEventId>, fetch: impl Fn(&EventId) -> Option<Arc<Pdu>>) -> Vec<Arc<Pdu>> {
    let mut events: Vec<Arc<Pdu>> = ids.iter().filter_map(|id| fetch(id)).collect();
    events.sort_by_cached_key(|event| {
        let hash: [u8; 20] = Sha1::digest(event.event_id().as_bytes()).into();
        (event.depth(), Reverse(hash))
    });
    events
}

/// Starts with the first and goes on as long as each is allowed after the one before.
fn last_in_unbroken_row(
    rules: &AuthorizationRules,
    key: &StateKey,
    candidates: Vec<Arc<Pdu>>,
    found: &StateMap<Arc<Pdu>>,
) -> Option<Arc<Pdu>> {
    let mut candidates = candidates.into_iter();
    let mut winner = candidates.next()?;
    for event in candidates {
        let allowed = authorize(rules, &event, |kind, state_key| {
            if *kind == key.0 && state_key == key.1 {
                return Some(Arc::clone(&winner));
            }
            found.get(&(kind.clone(), state_key.to_owned())).cloned()
        });
        if allowed.is_err() {
            break;
        }
        winner = event;
    }
    Some(winner)
}
