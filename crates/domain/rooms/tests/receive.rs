//! Events from other servers: forks, fights and merges, against a model that keeps every state whole.

#[path = "receive/policy.rs"]
mod policy;
#[path = "receive/world.rs"]
mod world;

use std::collections::BTreeMap;

use herold_rooms::{Receipt, RoomsError, SendMessage, SendState};
use ruma::events::StateEventType;
use ruma::{OwnedEventId, OwnedUserId};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use herold_room_rules::Pdu;
use world::{World, user};

const VERSIONS: [&str; 6] = ["1", "2", "6", "10", "11", "12"];

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

/// A world in which bob, carol and dave have joined, and its one forward extremity.
async fn populated(version: &str, seed: u64) -> (World, OwnedEventId) {
    let mut world = World::new(version, seed).await;
    let mut tip = world.order.last().unwrap().clone();
    for name in ["bob", "carol", "dave"] {
        let user = user(name);
        let event =
            world.make(&user, "m.room.member", Some(user.as_str()), &json!({ "membership": "join" }), &[tip]);
        assert_eq!(world.receive(&event).await, "accepted");
        tip = event.event_id().to_owned();
    }
    let levels = levels(&world, &[("bob", 100), ("carol", 50)]);
    let event = world.make(&user("alice"), "m.room.power_levels", Some(""), &levels, &[tip]);
    assert_eq!(world.receive(&event).await, "accepted");
    let tip = event.event_id().to_owned();
    (world, tip)
}

fn levels(world: &World, users: &[(&str, i64)]) -> Value {
    let mut all: serde_json::Map<String, Value> =
        users.iter().map(|(name, level)| (user(name).to_string(), json!(level))).collect();
    if !world.rules.authorization.explicitly_privilege_room_creators {
        all.insert(user("alice").to_string(), json!(100));
    }
    json!({ "users": all, "state_default": 50, "events_default": 0, "ban": 50, "kick": 50, "redact": 75 })
}

#[test]
fn a_ban_beats_what_the_banned_said_meanwhile() {
    run(async {
        for version in VERSIONS {
            let (mut world, tip) = populated(version, 1).await;
            let dave = user("dave");
            let ban = json!({ "membership": "ban" });
            let from = [tip.clone()];
            let ban = world.make(&user("bob"), "m.room.member", Some(dave.as_str()), &ban, &from);
            let said = world.make(&dave, "m.room.message", None, &json!({ "body": "hi" }), &[tip]);
            assert_eq!(world.receive(&ban).await, "accepted");
            assert_eq!(world.receive(&said).await, "soft-failed", "version {version}");
            let after = [ban.event_id().to_owned()];
            let late = world.make(&dave, "m.room.message", None, &json!({ "body": "hi" }), &after);
            assert_eq!(world.receive(&late).await, "rejected", "version {version}");
            let both = [ban.event_id().to_owned(), said.event_id().to_owned()];
            let merge = world.make(&user("carol"), "m.room.message", None, &json!({ "body": "x" }), &both);
            assert_eq!(world.receive(&merge).await, "accepted", "version {version}");
            world.check().await;
        }
    });
}

#[test]
fn a_fight_about_power_is_settled_alike_everywhere() {
    run(async {
        for version in VERSIONS {
            let (mut world, tip) = populated(version, 2).await;
            let from = [tip.clone()];
            let demote = levels(&world, &[("bob", 100), ("carol", 0)]);
            let demote = world.make(&user("bob"), "m.room.power_levels", Some(""), &demote, &from);
            let topic = world.make(&user("carol"), "m.room.topic", Some(""), &json!({ "topic": "c" }), &from);
            let promote = levels(&world, &[("bob", 100), ("carol", 50), ("dave", 50)]);
            let promote = world.make(&user("alice"), "m.room.power_levels", Some(""), &promote, &from);
            for event in [&topic, &demote, &promote] {
                world.receive(event).await;
                world.check().await;
            }
            let tips: Vec<OwnedEventId> = world.extremities.iter().cloned().collect();
            let merge = world.make(&user("bob"), "m.room.message", None, &json!({ "body": "x" }), &tips);
            world.receive(&merge).await;
            world.check().await;
        }
    });
}

#[test]
fn a_redaction_that_comes_first_prunes_what_comes_later() {
    run(async {
        for version in VERSIONS {
            let (mut world, tip) = populated(version, 4).await;
            let from = [tip];
            // By themselves, by somebody with power, and by somebody without.
            for (redactor, takes_effect) in [("dave", true), ("bob", true), ("carol", false)] {
                let said = json!({ "body": "regretted" });
                let said = world.make(&user("dave"), "m.room.message", None, &said, &from);
                let redactor = user(redactor);
                let redaction = world.redaction(&redactor, said.event_id(), &from);
                // Before room version 3 the rules themselves refuse it.
                let verdict = world.receive(&redaction).await;
                assert!(verdict == "accepted" || !takes_effect, "version {version}: {verdict}");
                assert_eq!(world.receive(&said).await, "accepted");
                let (stored, redacted) = world.stored(said.event_id()).await;
                let left = if takes_effect { json!({}) } else { json!({ "body": "regretted" }) };
                assert_eq!((&stored["content"], redacted), (&left, takes_effect), "{version} by {redactor}");
            }
            world.check().await;
        }
    });
}

#[test]
fn what_an_event_stands_on_must_be_here() {
    run(async {
        let (mut world, tip) = populated("12", 3).await;
        let bob = user("bob");
        let topic = world.make(&bob, "m.room.topic", Some(""), &json!({ "topic": "t" }), &[tip]);
        // The model knows what the server does not.
        let wire = |event: &Pdu| Pdu::from_wire(&world.rules, event.json()).unwrap();
        let (first, rules) = (wire(&topic), world.rules.clone());
        let receipt = world.rooms.receive_outlier(first).await.unwrap();
        assert_eq!(receipt, Receipt::Outlier);
        let again = world.rooms.receive_outlier(wire(&topic)).await.unwrap();
        assert_eq!(again, Receipt::Known);
        assert_eq!(world.receive(&topic).await, "accepted", "an outlier gets its place");
        world.check().await;
        let lost = world.make(&bob, "m.room.message", None, &json!({}), &[topic.event_id().to_owned()]);
        world.events.insert(lost.event_id().to_owned(), lost.clone());
        world.after.insert(lost.event_id().to_owned(), world.line.clone());
        let next = world.make(&bob, "m.room.message", None, &json!({}), &[lost.event_id().to_owned()]);
        let answer = world.rooms.receive(Pdu::from_wire(&rules, next.json()).unwrap()).await;
        match answer {
            Err(RoomsError::MissingEvents(missing)) => assert_eq!(missing, [lost.event_id().to_owned()]),
            other => panic!("{other:?}"),
        }
    });
}

/// One random event after random places of the graph.
async fn random_event(world: &mut World) -> &'static str {
    let draw = |world: &World, below: usize| {
        let mut bytes = [0; 4];
        world.random.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % below
    };
    let names = ["alice", "bob", "carol", "dave"];
    let recent: Vec<OwnedEventId> = world.order.iter().rev().take(7).cloned().collect();
    let mut previous: Vec<OwnedEventId> = Vec::new();
    for _ in 0..=draw(world, 3) {
        let chosen = recent[draw(world, recent.len())].clone();
        if !previous.contains(&chosen) {
            previous.push(chosen);
        }
    }
    let sender: OwnedUserId = user(names[draw(world, 4)]);
    let other = user(names[draw(world, 4)]);
    let number = draw(world, 100);
    let member = |membership: &str| json!({ "membership": membership });
    let (kind, key, content) = match number {
        0..20 => ("m.room.message", None, json!({ "body": number })),
        20..35 => ("m.room.topic", Some(String::new()), json!({ "topic": number })),
        35..50 => {
            let choice = [0, 50, 100];
            let users = [
                ("bob", choice[draw(world, 3)]),
                ("carol", choice[draw(world, 3)]),
                ("dave", choice[draw(world, 3)]),
            ];
            ("m.room.power_levels", Some(String::new()), levels(world, &users))
        }
        50..60 => ("m.room.member", Some(other.to_string()), member("ban")),
        60..70 => ("m.room.member", Some(other.to_string()), member("leave")),
        70..85 => ("m.room.member", Some(sender.to_string()), member("join")),
        85..93 => {
            let rule = ["public", "invite"][draw(world, 2)];
            ("m.room.join_rules", Some(String::new()), json!({ "join_rule": rule }))
        }
        _ => ("m.room.name", Some(String::new()), json!({ "name": number })),
    };
    let event = world.make(&sender, kind, key.as_deref(), &content, &previous);
    world.receive(&event).await
}

/// Something that the server itself sends, if it may.
async fn local_event(world: &mut World, index: usize) {
    let content = |value: Value| to_raw_value(&value).unwrap();
    let (room_id, sender) = (world.room_id.clone(), user("alice"));
    let sent = if index.is_multiple_of(2) {
        let (kind, content) = ("m.room.message".into(), content(json!({ "body": index })));
        let message =
            SendMessage { room_id, sender, kind, content, transaction: None, origin_server_ts: None };
        world.rooms.send(message).await
    } else {
        let kind = StateEventType::RoomAvatar;
        let (state_key, content) = (String::new(), content(json!({ "url": index.to_string() })));
        let state = SendState {
            room_id,
            sender,
            kind,
            state_key,
            content,
            guest: false,
            transaction: None,
            origin_server_ts: None,
        };
        world.rooms.send_state(state).await
    };
    if let Ok(event_id) = sent {
        world.import(event_id.as_str()).await;
    }
}

#[test]
fn random_graphs_end_in_the_states_of_the_model() {
    run(async {
        let mut verdicts = BTreeMap::new();
        for version in VERSIONS {
            for seed in 0..6 {
                println!("version {version}, seed {seed}");
                let (mut world, _) = populated(version, seed).await;
                for index in 0..30 {
                    *verdicts.entry(random_event(&mut world).await).or_insert(0) += 1;
                    if index % 7 == 3 {
                        local_event(&mut world, index).await;
                    }
                }
                world.check().await;
            }
        }
        // Each of them is tried often, or this tests nothing.
        println!("{verdicts:?}");
        assert!(verdicts.len() == 3 && verdicts.values().all(|count| *count > 30), "{verdicts:?}");
    });
}

#[test]
fn a_child_may_come_before_its_parent() {
    run(async {
        for version in ["2", "12"] {
            let (mut world, tip) = populated(version, 9).await;
            let (bob, carol) = (user("bob"), user("carol"));
            let text = json!({ "body": "root" });
            let parent = world.make(&bob, "m.room.message", None, &text, std::slice::from_ref(&tip));
            let relation = |kind: &str| json!({ "rel_type": kind, "event_id": parent.event_id() });
            let content = json!({ "body": "reply", "m.relates_to": relation("m.thread") });
            let child = world.make(&carol, "m.room.message", None, &content, std::slice::from_ref(&tip));
            let content = json!({ "m.relates_to": relation("m.annotation") });
            let other = world.make(&carol, "m.reaction", None, &content, &[tip]);
            assert_eq!(world.receive(&child).await, "accepted");
            assert_eq!(world.receive(&other).await, "accepted");
            assert_eq!(world.receive(&parent).await, "accepted");
            let told = world.seen(parent.event_id()).await;
            let thread = &told["unsigned"]["m.relations"]["m.thread"];
            assert_eq!(thread["count"], 1, "{told}");
            assert_eq!(thread["latest_event"]["event_id"], json!(child.event_id()));
            world.check().await;
        }
    });
}
