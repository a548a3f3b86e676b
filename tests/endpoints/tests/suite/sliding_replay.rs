//! Random histories: whoever follows by increments of sliding sync knows what a first request tells, and what the
//! other sync tells.

use std::collections::{BTreeMap, BTreeSet};

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership};
use crate::sliding_client::{ask, pos, without_ages};

/// What a client knows of a room it is in.
#[derive(Clone, Debug, Default, PartialEq)]
struct Room {
    /// State events by type and key: their ids.
    state: BTreeMap<(String, String), String>,
    joined: i64,
    invited: i64,
    unread: (i64, i64),
    name: Option<String>,
    stamp: i64,
    tags: Value,
    /// Whose receipts stand where.
    receipts: BTreeMap<String, String>,
}

/// What a client knows.
#[derive(Clone, Debug, Default)]
struct Memory {
    rooms: BTreeMap<String, Room>,
    invited: BTreeSet<String>,
    /// Ids of the timeline, by room, in the order they came in.
    events: BTreeMap<String, Vec<String>>,
}

impl Memory {
    fn learn(&mut self, me: &str, answer: &Value) {
        for (id, told) in answer["rooms"].as_object().unwrap() {
            if told["invite_state"].is_array() {
                self.invited.insert(id.clone());
                self.rooms.remove(id);
                continue;
            }
            self.invited.remove(id);
            if told["initial"] == true {
                self.rooms.insert(id.clone(), Room::default());
                self.events.remove(id);
            }
            let room = self.rooms.entry(id.clone()).or_default();
            for event in told["required_state"].as_array().into_iter().flatten() {
                let text = |field: &str| event[field].as_str().unwrap().to_owned();
                room.state.insert((text("type"), text("state_key")), text("event_id"));
                let own = event["type"] == "m.room.member" && event["state_key"] == me;
                if own && event["content"]["membership"] != "join" {
                    room.stamp = -1;
                }
            }
            let events = self.events.entry(id.clone()).or_default();
            if told["unstable_expanded_timeline"] == true || told["limited"] == true {
                events.clear();
            }
            for event in told["timeline"].as_array().into_iter().flatten() {
                events.push(event["event_id"].as_str().unwrap().to_owned());
            }
            let number = |field: &str| told[field].as_i64();
            room.joined = number("joined_count").unwrap_or(room.joined);
            room.invited = number("invited_count").unwrap_or(room.invited);
            room.unread = (number("notification_count").unwrap(), number("highlight_count").unwrap());
            if let Some(name) = told.get("name") {
                room.name = name.as_str().map(str::to_owned);
            }
            if room.stamp >= 0 {
                room.stamp = number("bump_stamp").unwrap();
            } else {
                self.rooms.remove(id);
            }
        }
        let extensions = &answer["extensions"];
        for (id, data) in extensions["account_data"]["rooms"].as_object().into_iter().flatten() {
            for data in data.as_array().unwrap().iter().filter(|data| data["type"] == "m.tag") {
                if let Some(room) = self.rooms.get_mut(id) {
                    room.tags = data["content"].clone();
                }
            }
        }
        for (id, event) in extensions["receipts"]["rooms"].as_object().into_iter().flatten() {
            let Some(room) = self.rooms.get_mut(id) else { continue };
            for (event_id, kinds) in event["content"].as_object().unwrap() {
                for user in kinds["m.read"].as_object().into_iter().flatten() {
                    room.receipts.insert(user.0.clone(), event_id.clone());
                }
            }
        }
    }
}

/// Somebody who follows along in one way.
struct Follower {
    request: Value,
    pos: Option<String>,
    memory: Memory,
    every: u32,
}

impl Follower {
    async fn catch_up(&mut self, client: &Client) {
        let mut query = vec![("set_presence", "offline")];
        if let Some(pos) = &self.pos {
            query.push(("pos", pos));
        }
        let mut answer = ask(client, &query, &self.request).await.ok();
        if self.pos.is_some() {
            let again = ask(client, &query, &self.request).await.ok();
            let told = |answer: &Value| {
                (without_ages(answer["rooms"].clone()), answer["extensions"].clone(), answer["lists"].clone())
            };
            assert_eq!(told(&answer), told(&again), "asked twice");
            answer = again;
        }
        self.memory.learn(&client.user_id, &answer);
        self.pos = Some(pos(&answer).to_owned());
    }
}

fn request(conn_id: &str, last: usize, limit: usize) -> Value {
    let required = json!([["*", "*"]]);
    json!({
        "conn_id": conn_id,
        "lists": { "all": { "ranges": [[0, last]], "timeline_limit": limit, "required_state": required } },
        "extensions": { "account_data": { "enabled": true }, "receipts": { "enabled": true } },
    })
}

/// What the other sync tells of the same rooms.
fn compare(whole: &Memory, other: &Value) {
    let joined = other["rooms"]["join"].as_object().cloned().unwrap_or_default();
    assert_eq!(whole.rooms.keys().collect::<Vec<_>>(), joined.keys().collect::<Vec<_>>());
    let invited = other["rooms"]["invite"].as_object().cloned().unwrap_or_default();
    assert_eq!(whole.invited.iter().collect::<Vec<_>>(), invited.keys().collect::<Vec<_>>());
    for (id, told) in &joined {
        let room = &whole.rooms[id];
        let mut state = BTreeMap::new();
        for section in ["state", "timeline"] {
            for event in told[section]["events"].as_array().unwrap() {
                if let Some(key) = event["state_key"].as_str() {
                    let key = (event["type"].as_str().unwrap().to_owned(), key.to_owned());
                    state.insert(key, event["event_id"].as_str().unwrap().to_owned());
                }
            }
        }
        assert_eq!(room.state, state, "{id}");
        let events: Vec<&str> = told["timeline"]["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["event_id"].as_str().unwrap())
            .collect();
        assert_eq!(whole.events[id], events, "{id}");
        let summary = &told["summary"];
        let counts = (summary["m.joined_member_count"].as_i64(), summary["m.invited_member_count"].as_i64());
        assert_eq!((Some(room.joined), Some(room.invited)), counts);
        let unread = &told["unread_notifications"];
        let unread = (unread["notification_count"].as_i64(), unread["highlight_count"].as_i64());
        assert_eq!((Some(room.unread.0), Some(room.unread.1)), unread, "{id}");
    }
}

async fn act(people: &[Client], rooms: &[String], roll: &mut impl FnMut(usize) -> usize, step: u32) {
    let (person, room) = (&people[roll(people.len())], &rooms[roll(rooms.len())]);
    let target = &people[roll(people.len())].user_id;
    let of_room = format!("/_matrix/client/v3/rooms/{room}");
    // What is not allowed does not happen, and that is as good.
    match roll(12) {
        0 | 1 => drop(membership(person, room, "join", json!({})).await),
        2 => drop(membership(person, room, "leave", json!({})).await),
        3 => drop(membership(person, room, "invite", json!({ "user_id": target })).await),
        4 => drop(membership(person, room, "kick", json!({ "user_id": target })).await),
        5 => {
            let kind = ["m.room.topic", "m.room.name", "org.example.state"][roll(3)];
            let content = json!({ "topic": "t", "name": if roll(2) == 0 { "n" } else { "" }, "step": step });
            drop(person.put(&format!("{of_room}/state/{kind}/"), content).await);
        }
        6 => {
            let path = format!("/_matrix/client/v3/user/{}/rooms/{room}/tags/u.{}", person.user_id, roll(2));
            drop(person.put(&path, json!({ "order": 0.1 })).await);
        }
        7 => {
            let page = person.get(&format!("{of_room}/messages?dir=b&limit=3")).await;
            let event = page.body["chunk"][roll(3)]["event_id"].as_str().unwrap_or("$none").to_owned();
            drop(person.post(&format!("{of_room}/receipt/m.read/{event}"), json!({})).await);
        }
        8 => {
            let content = json!({ "msgtype": "m.text", "body": "x", "m.mentions": { "user_ids": [target] } });
            drop(person.put(&format!("{of_room}/send/m.room.message/{step}"), content).await);
        }
        _ => {
            let content = json!({ "msgtype": "m.text", "body": "x" });
            drop(person.put(&format!("{of_room}/send/m.room.message/{step}"), content).await);
        }
    }
}

/// Without what a first request need not tell: receipts at events that it does not show.
fn comparable(memory: &Memory) -> (BTreeMap<String, Room>, &BTreeSet<String>) {
    let mut rooms = memory.rooms.clone();
    rooms.values_mut().for_each(|room| room.receipts.clear());
    (rooms, &memory.invited)
}

async fn increments_add_up_and_both_syncs_tell_the_same(server: TestServer) -> TestServer {
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol"] {
        people.push(server.register(name).await);
    }
    let mut rooms = Vec::new();
    for person in &people[..2] {
        rooms.push(create(person, json!({ "preset": "public_chat" })).await);
        rooms.push(create(person, json!({ "preset": "private_chat" })).await);
    }
    let follower = |name: &str, last, limit, every| Follower {
        request: request(name, last, limit),
        pos: None,
        memory: Memory::default(),
        every,
    };
    // A window over everything, one that sees two rooms at a time, one that is seldom looked through.
    let mut followers =
        [follower("wide", 9, 10, 1), follower("narrow", 1, 2, 1), follower("seldom", 9, 3, 6)];
    let seed = 20_26;
    let mut dice: u64 = seed;
    let mut roll = move |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % sides
    };
    let observer = people[2].clone();
    for step in 0..120u32 {
        act(&people, &rooms, &mut roll, step).await;
        for follower in &mut followers {
            if step % follower.every == 0 {
                follower.catch_up(&observer).await;
            }
        }
        if step % 15 == 14 {
            let mut whole = Follower { pos: None, ..follower("whole", 9, 10, 1) };
            whole.catch_up(&observer).await;
            for (index, follower) in followers.iter_mut().enumerate() {
                // Whoever saw little opens the window: what was left behind comes then.
                let usual = follower.request["lists"].take();
                follower.request["lists"] = whole.request["lists"].clone();
                follower.catch_up(&observer).await;
                follower.request["lists"] = usual;
                let (told, known) = (comparable(&whole.memory), comparable(&follower.memory));
                assert_eq!(known, told, "follower {index}, step {step}, seed {seed}");
                for id in whole.memory.rooms.keys() {
                    let events = &whole.memory.events[id];
                    let known = follower.memory.events.get(id);
                    assert!(
                        known.is_some_and(|known| known.ends_with(events)),
                        "{index} {id} {known:?} {events:?}"
                    );
                }
                for (id, room) in &whole.memory.rooms {
                    for (user, event) in &room.receipts {
                        assert_eq!(
                            follower.memory.rooms[id].receipts.get(user),
                            Some(event),
                            "{index} {step}"
                        );
                    }
                }
            }
            let other = crate::sync_client::ask(&observer, &[("set_presence", "offline")]).await.ok();
            compare(&whole.memory, &other);
        }
    }
    server
}

on_both_engines!(increments_add_up_and_both_syncs_tell_the_same);
