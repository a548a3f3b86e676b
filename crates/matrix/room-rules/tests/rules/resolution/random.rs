//! Rooms that fork and meet at random: every order gives the same state, and the few entries that the caller has to
//! load give the same as whole states do.

use std::collections::{HashMap, HashSet};

use herold_room_rules::{Pdu, Resolution, StateKey, StateMap, auth_keys, resolve, split_conflicts};
use proptest::prelude::*;
use ruma::OwnedEventId;
use serde_json::json;

use super::{merged, moderated};
use crate::room::{ALICE, ALL, BOB, CAROL, DAVE, Room};

const USERS: [&str; 5] = [ALICE, BOB, CAROL, DAVE, "@erin:far.example"];

/// Somebody tries something; the rules may refuse it.
#[derive(Clone, Debug)]
struct Step {
    fork: usize,
    who: usize,
    whom: usize,
    what: usize,
    level: i64,
    later_ms: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..3usize, 0..USERS.len(), 0..USERS.len(), 0..9usize, 0..120i64, 0..3_000i64)
        .prop_map(|(fork, who, whom, what, level, later_ms)| Step { fork, who, whom, what, level, later_ms });
    proptest::collection::vec(step, 4..24)
}

fn take(room: &mut Room, step: &Step) {
    let (who, whom) = (USERS[step.who], USERS[step.whom]);
    room.now_ms += step.later_ms;
    _ = match step.what {
        0 => room.send(who, "m.room.topic", Some(""), json!({ "topic": step.level.to_string() })),
        1 => room.member(who, whom, json!({ "membership": "ban" })),
        2 => room.member(who, whom, json!({ "membership": "leave" })),
        3 => room.member(who, whom, json!({ "membership": "invite" })),
        4 | 5 => room.join(who),
        6 => {
            let rule = ["public", "invite", "knock", "restricted"][step.whom % 4];
            room.send(who, "m.room.join_rules", Some(""), json!({ "join_rule": rule }))
        }
        7 => room.message(who),
        _ => {
            let users = if whom == ALICE { json!({}) } else { json!({ whom: step.level }) };
            let levels = room.levels(users, json!({ "events": { "m.room.power_levels": 50 } }));
            room.send(who, "m.room.power_levels", Some(""), levels)
        }
    };
}

/// Resolves over the entries that a caller has to load, and those only.
fn resolved_narrowly(
    forks: &[Room],
    known: &HashMap<OwnedEventId, std::sync::Arc<Pdu>>,
) -> StateMap<OwnedEventId> {
    let states: Vec<StateMap<OwnedEventId>> = forks.iter().map(Room::ids).collect();
    let chains: Vec<HashSet<OwnedEventId>> = forks.iter().map(Room::auth_chain).collect();
    let conflicted = split_conflicts(&states).conflicted;
    let in_difference = chains.iter().flatten().filter(|id| !chains.iter().all(|chain| chain.contains(*id)));
    let events: HashSet<&OwnedEventId> = conflicted.values().flatten().chain(in_difference).collect();
    let mut keys: HashSet<StateKey> =
        auth_keys(&forks[0].rules.authorization, events.iter().map(|id| &*known[*id]));
    keys.extend(conflicted.keys().cloned());
    let narrow =
        |state: StateMap<OwnedEventId>| state.into_iter().filter(|(key, _)| keys.contains(key)).collect();
    let resolution = Resolution {
        states: states.into_iter().map(narrow).collect(),
        auth_chains: chains
            .iter()
            .map(|chain| chain.iter().filter(|id| events.contains(id)).cloned().collect())
            .collect(),
        conflicted_subgraph: None,
    };
    resolve(&forks[0].rules, resolution, |id| known.get(id).cloned()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn forks_meet(version in ALL, steps in steps()) {
        let mut room = moderated(version);
        let mut forks = vec![room.fork(), room.fork(), room.fork()];
        for step in &steps {
            take(&mut forks[step.fork], step);
        }
        let merged = merged(&forks.iter().collect::<Vec<_>>());
        let whole = merged.ids();
        prop_assert!(whole.contains_key(&("m.room.create".into(), String::new())));
        for (key, id) in resolved_narrowly(&forks, &merged.events) {
            prop_assert_eq!(whole.get(&key), Some(&id), "{:?}", key);
        }
        let conflicted = split_conflicts(&forks.iter().map(Room::ids).collect::<Vec<_>>()).conflicted;
        let narrow = resolved_narrowly(&forks, &merged.events);
        for key in conflicted.keys() {
            prop_assert_eq!(whole.get(key), narrow.get(key), "{:?}", key);
        }
    }
}
