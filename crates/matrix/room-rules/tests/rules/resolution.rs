//! State resolution: forks that come together, in every room version, and the state of all servers is the same.

use std::collections::{HashMap, HashSet};

use herold_room_rules::{Conflicts, StateMap, auth_keys, conflicted_subgraph, split_conflicts};
use ruma::events::StateEventType;
use serde_json::json;

use crate::room::{ALICE, ALL, BOB, CAROL, DAVE, Room};

/// Merges in every order; all must agree.
fn merged(forks: &[&Room]) -> Room {
    let room = Room::merged(forks);
    let mut reversed: Vec<&Room> = forks.to_vec();
    reversed.reverse();
    let other = Room::merged(&reversed);
    let ids = |room: &Room| -> HashMap<_, _> {
        room.state.iter().map(|(key, event)| (key.clone(), event.event_id().to_owned())).collect()
    };
    assert_eq!(ids(&room), ids(&other), "room version {}", room.version);
    room
}

/// ALICE, BOB with 50, CAROL and DAVE with nothing, in a public room.
fn moderated(version: u8) -> Room {
    let mut room = Room::bare(version);
    let levels = room.levels(json!({ BOB: 50 }), json!({}));
    room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
    room.join_rule("public").unwrap();
    for user in [BOB, CAROL, DAVE] {
        room.join(user).unwrap();
    }
    room.send(ALICE, "m.room.topic", Some(""), json!({ "topic": "first" })).unwrap();
    room
}

fn topic(room: &Room) -> String {
    let event = room.event("m.room.topic", "").unwrap();
    serde_json::from_str::<serde_json::Value>(event.content().get()).unwrap()["topic"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn what_nobody_disputes_stays() {
    for version in ALL {
        let mut room = moderated(version);
        let mut fork = room.fork();
        room.message(ALICE).unwrap();
        fork.message(BOB).unwrap();
        let merged = merged(&[&room, &fork]);
        assert_eq!(merged.state.len(), room.state.len());
        assert_eq!(topic(&merged), "first");
    }
}

#[test]
fn both_sides_of_different_keys_are_kept() {
    for version in ALL {
        let mut room = moderated(version);
        let mut fork = room.fork();
        room.send(ALICE, "m.room.name", Some(""), json!({ "name": "here" })).unwrap();
        fork.send(BOB, "m.room.avatar", Some(""), json!({ "url": "mxc://a/b" })).unwrap();
        let merged = merged(&[&room, &fork]);
        assert!(merged.event("m.room.name", "").is_some());
        assert!(merged.event("m.room.avatar", "").is_some());
    }
}

#[test]
fn a_later_topic_wins_over_an_earlier_one() {
    for version in ALL {
        let mut room = moderated(version);
        let mut fork = room.fork();
        room.send(BOB, "m.room.topic", Some(""), json!({ "topic": "early" })).unwrap();
        fork.message(ALICE).unwrap();
        fork.now_ms += 1_000;
        fork.send(ALICE, "m.room.topic", Some(""), json!({ "topic": "late" })).unwrap();
        assert_eq!(topic(&merged(&[&room, &fork])), "late", "room version {version}");
    }
}

#[test]
fn a_ban_beats_a_profile_change_made_at_the_same_time() {
    for version in ALL {
        let mut room = moderated(version);
        let mut fork = room.fork();
        room.message(BOB).unwrap();
        room.member(BOB, CAROL, json!({ "membership": "ban" })).unwrap();
        fork.join(CAROL).unwrap();
        let mut merged = merged(&[&room, &fork]);
        assert_eq!(merged.membership(CAROL), "ban", "room version {version}");
        merged.message(CAROL).unwrap_err();
    }
}

/// From room version 2 on a ban holds however late the join says it was; version 1 looks at depths.
#[test]
fn a_ban_beats_a_join_that_claims_to_be_later() {
    for version in 2..=12 {
        let mut room = moderated(version);
        room.member(CAROL, CAROL, json!({ "membership": "leave" })).unwrap();
        let mut fork = room.fork();
        room.member(BOB, CAROL, json!({ "membership": "ban" })).unwrap();
        fork.now_ms += 1_000_000;
        fork.message(DAVE).unwrap();
        fork.message(DAVE).unwrap();
        fork.join(CAROL).unwrap();
        assert_eq!(merged(&[&room, &fork]).membership(CAROL), "ban", "room version {version}");
    }
}

#[test]
fn the_more_powerful_side_wins_a_fight_over_power() {
    for version in 2..=12 {
        let mut room = moderated(version);
        let open = room.levels(json!({ BOB: 50 }), json!({ "events": { "m.room.power_levels": 50 } }));
        room.send(ALICE, "m.room.power_levels", Some(""), open.clone()).unwrap();
        let mut fork = room.fork();
        let mut demoted = open.clone();
        demoted["users"][BOB] = json!(0);
        room.now_ms += 5_000;
        room.send(ALICE, "m.room.power_levels", Some(""), demoted).unwrap();
        let mut promoted = open;
        promoted["users"][DAVE] = json!(50);
        fork.send(BOB, "m.room.power_levels", Some(""), promoted).unwrap();
        fork.send(BOB, "m.room.topic", Some(""), json!({ "topic": "bob's" })).unwrap();
        let mut merged = merged(&[&room, &fork]);
        let levels = merged.event("m.room.power_levels", "").unwrap();
        assert_eq!(levels.sender(), ALICE, "room version {version}");
        assert_eq!(topic(&merged), "first", "what BOB did with the power he lost is gone");
        merged.send(BOB, "m.room.topic", Some(""), json!({ "topic": "again" })).unwrap_err();
    }
}

#[test]
fn a_closed_door_stays_closed() {
    for version in 2..=12 {
        let mut room = moderated(version);
        let mut fork = room.fork();
        room.join_rule("invite").unwrap();
        fork.now_ms += 1_000;
        fork.join("@erin:far.example").unwrap();
        let merged = merged(&[&room, &fork]);
        assert_eq!(merged.membership("@erin:far.example"), "none", "room version {version}");
    }
}

#[test]
fn moderators_who_ban_each_other_are_judged_in_the_order_of_power_then_time() {
    for version in 2..=12 {
        let mut room = Room::bare(version);
        let levels = room.levels(json!({ BOB: 60, CAROL: 50 }), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
        room.join_rule("public").unwrap();
        for user in [BOB, CAROL, DAVE] {
            room.join(user).unwrap();
        }
        let mut fork = room.fork();
        room.now_ms += 1_000;
        room.member(BOB, CAROL, json!({ "membership": "ban" })).unwrap();
        fork.member(CAROL, DAVE, json!({ "membership": "ban" })).unwrap();
        let merged = merged(&[&room, &fork]);
        assert_eq!(merged.membership(CAROL), "ban", "room version {version}");
        assert_eq!(merged.membership(DAVE), "join", "a banned moderator's later turn does not count");
    }
}

/// Room version 1 knows neither times nor power events.
#[test]
fn in_the_first_room_version_the_deepest_allowed_event_wins() {
    let mut room = moderated(1);
    let mut fork = room.fork();
    room.now_ms += 1_000_000;
    room.send(BOB, "m.room.topic", Some(""), json!({ "topic": "late" })).unwrap();
    fork.message(ALICE).unwrap();
    fork.send(ALICE, "m.room.topic", Some(""), json!({ "topic": "deep" })).unwrap();
    assert_eq!(topic(&merged(&[&room, &fork])), "deep");

    let mut room = moderated(1);
    let mut fork = room.fork();
    room.send(ALICE, "m.room.topic", Some(""), json!({ "topic": "hers" })).unwrap();
    let levels = room.levels(json!({ BOB: 0 }), json!({}));
    room.message(ALICE).unwrap();
    room.message(ALICE).unwrap();
    room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
    fork.message(BOB).unwrap();
    fork.send(BOB, "m.room.topic", Some(""), json!({ "topic": "his" })).unwrap();
    assert_eq!(topic(&merged(&[&room, &fork])), "hers", "the deeper one is not allowed any more");
}

/// Of several power levels those count that follow from each other, from the shallowest on.
#[test]
fn in_the_first_room_version_power_is_followed_from_the_shallowest_on() {
    let mut room = Room::public(1);
    let mut fork = room.fork();
    room.send(ALICE, "m.room.power_levels", Some(""), json!({ "users": { ALICE: 100, BOB: 90 } })).unwrap();
    fork.message(ALICE).unwrap();
    fork.send(ALICE, "m.room.power_levels", Some(""), json!({ "users": { ALICE: 50 } })).unwrap();
    let both = merged(&[&room, &fork]);
    let levels = both.event("m.room.power_levels", "").unwrap();
    assert!(levels.content().get().contains("50"), "allowed after the other");
    fork.message(ALICE).unwrap();
    room.message(ALICE).unwrap();
    let mut third = fork.fork();
    for _ in 0..4 {
        third.message(ALICE).unwrap();
    }
    third.send(ALICE, "m.room.power_levels", Some(""), json!({ "users": { ALICE: 50, BOB: 10 } })).unwrap();
    let all = merged(&[&room, &fork, &third]);
    let levels = all.event("m.room.power_levels", "").unwrap();
    assert!(levels.content().get().contains("10"));
}

#[test]
fn three_forks_come_together() {
    for version in ALL {
        let mut room = moderated(version);
        let mut second = room.fork();
        let mut third = room.fork();
        room.send(ALICE, "m.room.name", Some(""), json!({ "name": "one" })).unwrap();
        second.member(DAVE, DAVE, json!({ "membership": "leave" })).unwrap();
        third.join("@erin:far.example").unwrap();
        let merged = merged(&[&room, &second, &third]);
        assert!(merged.event("m.room.name", "").is_some());
        assert_eq!(merged.membership("@erin:far.example"), "join");
        assert_eq!(merged.membership(DAVE), "leave", "room version {version}");
    }
}

#[test]
fn agreement_and_conflict_are_told_apart() {
    let key = |name: &str| (StateEventType::from(name), String::new());
    let state = |entries: &[(&str, u32)]| -> StateMap<u32> {
        entries.iter().map(|(name, event)| (key(name), *event)).collect()
    };
    let states =
        [state(&[("a", 1), ("b", 2), ("c", 3)]), state(&[("a", 1), ("b", 9)]), state(&[("a", 1), ("b", 2)])];
    let Conflicts { unconflicted, mut conflicted } = split_conflicts(&states);
    conflicted.values_mut().for_each(|events| events.sort_unstable());
    assert_eq!(unconflicted, state(&[("a", 1)]));
    assert_eq!(conflicted, HashMap::from([(key("b"), vec![2, 9]), (key("c"), vec![3])]));
    assert_eq!(split_conflicts(&states[..1]).conflicted, HashMap::new());
    assert_eq!(split_conflicts::<u32>(&[]).unconflicted, HashMap::new());
}

#[test]
fn keys_that_the_rules_ask_for() {
    for version in ALL {
        let mut room = moderated(version);
        let invite = room.member(BOB, "@erin:far.example", json!({ "membership": "invite" })).unwrap();
        let keys = auth_keys(&room.rules.authorization, [&*invite]);
        let expected: HashSet<_> = [
            ("m.room.create", ""),
            ("m.room.power_levels", ""),
            ("m.room.join_rules", ""),
            ("m.room.member", BOB),
            ("m.room.member", "@erin:far.example"),
        ]
        .map(|(kind, state_key)| (StateEventType::from(kind), state_key.to_owned()))
        .into();
        assert_eq!(keys, expected);
    }
}

#[test]
fn the_subgraph_is_every_way_between_conflicted_events() {
    // Newer refer to older: 9 -> 7 -> 5 -> 3 -> 1; 9 -> 6 -> 3; 8 -> 6; 5 -> 2; 4 -> 1.
    let edges = HashMap::from([
        (9, vec![7, 6]),
        (8, vec![6]),
        (7, vec![5]),
        (6, vec![3]),
        (5, vec![3, 2]),
        (4, vec![1]),
        (3, vec![1]),
    ]);
    let subgraph = |ends: &[u32]| {
        let mut found: Vec<u32> = conflicted_subgraph(&ends.iter().copied().collect(), |event| {
            edges.get(event).cloned().unwrap_or_default()
        })
        .into_iter()
        .collect();
        found.sort_unstable();
        found
    };
    assert_eq!(subgraph(&[9, 3]), [3, 5, 6, 7, 9]);
    assert_eq!(subgraph(&[9, 5]), [5, 7, 9]);
    assert_eq!(subgraph(&[9, 8]), [8, 9], "a common ancestor alone is no way between them");
    assert_eq!(subgraph(&[4, 2]), [2, 4]);
    assert!(subgraph(&[]).is_empty());
}

mod random;
mod resets;
