//! Random histories: whoever follows a room by increments knows what a first sync tells.

use std::collections::BTreeMap;

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership};
use crate::sync_client::{ask, token};

/// What a client knows of its rooms.
#[derive(Clone, Debug, Default, PartialEq)]
struct Memory {
    /// By room, state events by type and key: their ids.
    states: BTreeMap<String, BTreeMap<(String, String), String>>,
    invited: Vec<String>,
    joined_counts: BTreeMap<String, i64>,
}

impl Memory {
    fn learn(&mut self, answer: &Value) {
        let rooms = |section: &str| answer["rooms"][section].as_object().cloned().unwrap_or_default();
        for (room, news) in rooms("join") {
            self.invited.retain(|other| *other != room);
            let state = self.states.entry(room.clone()).or_default();
            for section in ["state", "timeline", "state_after"] {
                if news["state_after"].is_object() && section == "timeline" {
                    continue;
                }
                for event in news[section]["events"].as_array().into_iter().flatten() {
                    if let Some(key) = event["state_key"].as_str() {
                        let key = (event["type"].as_str().unwrap().to_owned(), key.to_owned());
                        state.insert(key, event["event_id"].as_str().unwrap().to_owned());
                    }
                }
            }
            if let Some(count) = news["summary"]["m.joined_member_count"].as_i64() {
                self.joined_counts.insert(room, count);
            }
        }
        for room in rooms("leave").keys() {
            self.states.remove(room);
            self.joined_counts.remove(room);
            self.invited.retain(|other| other != room);
        }
        for room in rooms("invite").keys() {
            if !self.invited.contains(room) {
                self.invited.push(room.clone());
                self.invited.sort();
            }
        }
    }
}

/// Somebody who follows along in one way.
struct Follower {
    filter: String,
    state_after: &'static str,
    token: Option<String>,
    memory: Memory,
    every: u32,
}

impl Follower {
    async fn catch_up(&mut self, client: &Client) {
        let mut parameters = vec![
            ("filter", self.filter.as_str()),
            ("use_state_after", self.state_after),
            ("set_presence", "offline"),
        ];
        if let Some(token) = &self.token {
            parameters.push(("since", token));
        }
        let answer = ask(client, &parameters).await.ok();
        let again = ask(client, &parameters).await.ok();
        assert_eq!(
            without_ages(answer["rooms"].clone()),
            without_ages(again["rooms"].clone()),
            "asked twice"
        );
        self.memory.learn(&answer);
        self.token = Some(token(&answer).to_owned());
    }
}

/// Ages pass, and what was told lazily is told in another order.
fn without_ages(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.remove("age");
            fields.values_mut().for_each(|field| *field = without_ages(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_ages(item.take())),
        _ => {}
    }
    value
}

async fn increments_add_up_to_a_first_sync(server: TestServer) -> TestServer {
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol"] {
        people.push(server.register(name).await);
    }
    let mut rooms = Vec::new();
    for person in &people[..2] {
        rooms.push(create(person, json!({ "preset": "public_chat" })).await);
        rooms.push(create(person, json!({ "preset": "private_chat" })).await);
    }
    let small = json!({ "room": { "timeline": { "limit": 2 } } }).to_string();
    let messages = json!({ "room": { "timeline": { "limit": 3, "types": ["m.room.message"] } } }).to_string();
    let follower = |filter: &str, state_after, every| Follower {
        filter: filter.to_owned(),
        state_after,
        token: None,
        memory: Memory::default(),
        every,
    };
    let mut followers = [
        follower("{}", "false", 1),
        follower(&small, "false", 4),
        follower(&small, "true", 3),
        follower(&messages, "false", 5),
    ];
    let seed = 20_26;
    let mut dice: u64 = seed;
    let mut roll = move |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % sides
    };
    let observer = people[2].clone();
    for step in 0..90u32 {
        let (person, room) = (&people[roll(3)], &rooms[roll(rooms.len())]);
        let target = &people[roll(3)].user_id;
        // What is not allowed does not happen, and that is as good.
        match roll(9) {
            0 | 1 => drop(membership(person, room, "join", json!({})).await),
            2 => drop(membership(person, room, "leave", json!({})).await),
            3 => drop(membership(person, room, "invite", json!({ "user_id": target })).await),
            4 => drop(membership(person, room, "kick", json!({ "user_id": target })).await),
            5 | 6 => {
                let kind = ["m.room.topic", "m.room.name", "org.example.state"][roll(3)];
                let key = if kind == "org.example.state" { format!("k{}", roll(3)) } else { String::new() };
                let path = format!("/_matrix/client/v3/rooms/{room}/state/{kind}/{key}");
                drop(person.put(&path, json!({ "topic": "t", "name": "n", "step": step })).await);
            }
            _ => {
                let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{step}");
                drop(person.put(&path, json!({ "msgtype": "m.text", "body": "x" })).await);
            }
        }
        for follower in &mut followers {
            if step % follower.every == 0 {
                follower.catch_up(&observer).await;
            }
        }
        if step % 15 == 14 {
            let mut whole = Memory::default();
            whole.learn(&ask(&observer, &[("set_presence", "offline")]).await.ok());
            for (index, follower) in followers.iter_mut().enumerate() {
                follower.catch_up(&observer).await;
                assert_eq!(follower.memory, whole, "follower {index}, step {step}, seed {seed}");
            }
        }
    }
    server
}

on_both_engines!(increments_add_up_to_a_first_sync);
