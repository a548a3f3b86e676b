//! The conflicted state subgraph of room version 12: every event on a way of auth events from one conflicted event
//! to another.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// All events on any way along auth events from one of `conflicted` to another, both ends included.
///
/// `auth_events` lists an event's own auth events. It may list none for events that are older than every conflicted
/// one (for instance of smaller depth): no way leads back from there. Works on ids as well as on numbers.
pub fn conflicted_subgraph<T: Clone + Eq + Hash>(
    conflicted: &HashSet<T>,
    auth_events: impl Fn(&T) -> Vec<T>,
) -> HashSet<T> {
    let mut referred_by: HashMap<T, Vec<T>> = HashMap::new();
    let mut reached: HashSet<T> = conflicted.clone();
    let mut waiting: Vec<T> = conflicted.iter().cloned().collect();
    while let Some(event) = waiting.pop() {
        for auth_event in auth_events(&event) {
            referred_by.entry(auth_event.clone()).or_default().push(event.clone());
            if reached.insert(auth_event.clone()) {
                waiting.push(auth_event);
            }
        }
    }
    // Backwards from the conflicted events over what was reached from conflicted events.
    let mut subgraph: HashSet<T> = conflicted.clone();
    let mut waiting: Vec<T> = conflicted.iter().cloned().collect();
    while let Some(event) = waiting.pop() {
        for referring in referred_by.get(&event).into_iter().flatten() {
            if subgraph.insert(referring.clone()) {
                waiting.push(referring.clone());
            }
        }
    }
    subgraph
}
