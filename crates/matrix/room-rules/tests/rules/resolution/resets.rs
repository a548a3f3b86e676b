//! The state resets that room version 12 puts an end to: what everybody agreed on, or what followed from older state,
//! must not fall back when forks meet.

use serde_json::json;

use super::{merged, moderated, topic};
use crate::room::{ALICE, BOB, CAROL, DAVE, Room};

/// A server that lost DAVE's join, but has the join rule that came after it, meets one that has both. Before room
/// version 12 the old join is judged by the new rule, and DAVE is out although nobody removed him.
#[test]
fn a_join_is_judged_by_the_rules_of_its_time() {
    for version in 2..=12 {
        let mut room = moderated(version);
        room.join_rule("invite").unwrap();
        let mut forgetful = room.fork();
        forgetful.state.retain(|key, _| key.1 != DAVE);
        let membership = merged(&[&room, &forgetful]).membership(DAVE);
        let expected = if version == 12 { "join" } else { "none" };
        assert_eq!(membership, expected, "room version {version}");
    }
}

/// One server has power levels as they are, another has fallen back to the first ones although its state refers to
/// those between. The latest are BOB's, who got his power from those between: only the subgraph brings them in.
#[test]
fn the_way_between_conflicting_power_levels_is_replayed() {
    for version in 2..=12 {
        let mut room = moderated(version);
        let first = room.event("m.room.power_levels", "").unwrap();
        let between = room.levels(json!({ BOB: 100 }), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), between).unwrap();
        room.send(BOB, "m.room.topic", Some(""), json!({ "topic": "bob's" })).unwrap();
        let mut fallen_back = room.fork();
        let latest = room.levels(json!({ BOB: 100, DAVE: 60 }), json!({}));
        let latest = room.send(BOB, "m.room.power_levels", Some(""), latest).unwrap();
        fallen_back.state.insert(("m.room.power_levels".into(), String::new()), first.clone());
        let merged = merged(&[&room, &fallen_back]);
        let expected = if version == 12 { &latest } else { &first };
        let levels = merged.event("m.room.power_levels", "").unwrap();
        assert_eq!(levels.event_id(), expected.event_id(), "room version {version}");
    }
}

/// BOB (50) changes the topic several times under power levels that also change; then a fork that saw none of it
/// but an early, different join rule comes in.
#[test]
fn a_long_chain_of_power_levels_does_not_fall_back() {
    for version in 2..=12 {
        let mut room = Room::bare(version);
        let levels = room.levels(json!({ BOB: 50 }), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
        room.join_rule("public").unwrap();
        room.join(BOB).unwrap();
        room.join(CAROL).unwrap();
        room.send(ALICE, "m.room.topic", Some(""), json!({ "topic": "first" })).unwrap();
        let mut fork = room.fork();
        for level in [60, 70, 80] {
            let levels = room.levels(json!({ BOB: level }), json!({}));
            room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
        }
        room.send(BOB, "m.room.topic", Some(""), json!({ "topic": "latest" })).unwrap();
        fork.now_ms += 10_000;
        fork.join(CAROL).unwrap();
        let merged = merged(&[&room, &fork]);
        assert_eq!(topic(&merged), "latest", "room version {version}");
        let levels = merged.event("m.room.power_levels", "").unwrap();
        assert!(levels.content().get().contains("80"), "room version {version}");
    }
}

/// A member's join was allowed by a join rule that has since changed on both sides. When only the join is in conflict,
/// the rules of the time must be found again: through the subgraph, or through the event's own auth events.
#[test]
fn a_join_under_an_older_rule_survives_a_conflict() {
    for version in 2..=12 {
        let mut room = Room::bare(version);
        let levels = room.levels(json!({ BOB: 50 }), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
        room.join_rule("public").unwrap();
        room.join(BOB).unwrap();
        room.join(DAVE).unwrap();
        room.join_rule("invite").unwrap();
        let mut fork = room.fork();
        room.join(DAVE).unwrap();
        fork.message(BOB).unwrap();
        let merged = merged(&[&room, &fork]);
        assert_eq!(merged.membership(DAVE), "join", "room version {version}");
    }
}

/// The moderator whose power came late in the chain: in the conflict are only his own events, and the levels that
/// allow them are agreed on.
#[test]
fn agreed_power_is_found_although_resolution_starts_empty() {
    for version in 2..=12 {
        let mut room = Room::bare(version);
        let levels = room.levels(json!({}), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
        room.join_rule("public").unwrap();
        for user in [BOB, CAROL, DAVE] {
            room.join(user).unwrap();
        }
        let levels = room.levels(json!({ BOB: 50 }), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
        let mut fork = room.fork();
        room.member(BOB, CAROL, json!({ "membership": "leave" })).unwrap();
        room.member(BOB, CAROL, json!({ "membership": "ban" })).unwrap();
        fork.member(BOB, DAVE, json!({ "membership": "leave" })).unwrap();
        let merged = merged(&[&room, &fork]);
        assert_eq!(merged.membership(CAROL), "ban", "room version {version}");
        assert_eq!(merged.membership(DAVE), "leave", "room version {version}");
        assert_eq!(merged.membership(BOB), "join", "room version {version}");
    }
}

/// A fork from before the creator's own later join refers to the first one; the creator stays joined and stays
/// powerful.
#[test]
fn the_creator_keeps_the_room() {
    for version in 1..=12 {
        let mut room = Room::public(version);
        let mut fork = room.fork();
        room.join(ALICE).unwrap();
        let levels = room.levels(json!({ BOB: 10 }), json!({}));
        room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
        fork.now_ms += 10_000;
        fork.message(BOB).unwrap();
        fork.join(CAROL).unwrap();
        let mut merged = merged(&[&room, &fork]);
        assert_eq!(merged.membership(ALICE), "join");
        merged.send(ALICE, "m.room.topic", Some(""), json!({ "topic": "mine" })).unwrap();
    }
}
