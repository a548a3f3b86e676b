//! What the rules cost per event: `cargo run --release -p herold-room-rules --example cost`.
//! Prints microseconds of one thread; never part of a test.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use herold_room_rules::{
    EventFormat, NewEvent, Pdu, PowerLevels, Resolution, StateKey, StateMap, auth_types, authorize, build,
    client_event, redact, resolve, verify_signatures,
};
use ruma::events::{StateEventType, TimelineEventType};
use ruma::room_version_rules::RoomVersionRules;
use ruma::serde::Base64;
use ruma::signatures::{Ed25519KeyPair, KeyPair};
use ruma::{OwnedEventId, OwnedUserId, ServerName, server_name};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

const ALICE: &str = "@alice:here.example";
const ROUNDS: u32 = 20_000;
const BATCHES: u32 = 40;

fn main() {
    let rules = RoomVersionRules::V12;
    let key_pair =
        Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), "1".to_owned()).expect("a new key is valid");
    let server: &ServerName = server_name!("here.example");
    let mut room = Room { state: HashMap::new(), last: Vec::new(), made: 0, rules, key_pair };
    room.send("m.room.create", Some(""), json!({ "room_version": "12" }));
    room.send("m.room.member", Some(ALICE), json!({ "membership": "join", "displayname": "Alice" }));
    let users: Value = (0..50).map(|user| (format!("@user{user}:here.example"), json!(50))).collect();
    room.send("m.room.power_levels", Some(""), json!({ "users": users, "events": { "m.room.name": 50 } }));
    room.send("m.room.join_rules", Some(""), json!({ "join_rule": "public" }));

    let text = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A".repeat(500), "session_id": "B".repeat(43),
        "sender_key": "C".repeat(43), "device_id": "ABCDEFGHIJ" });
    let new = room.new_event("m.room.encrypted", None, text);
    let event = build(&room.rules, new.clone(), server, &room.key_pair).expect("a valid event");
    println!("an encrypted message of {} bytes, microseconds each:", event.json().len());
    measure("build", ROUNDS, || build(&room.rules, new.clone(), server, &room.key_pair));
    let message = [7; 900];
    measure("of which the signature", ROUNDS, || room.key_pair.sign(&message));
    measure("from_wire", ROUNDS, || Pdu::from_wire(&room.rules, event.json()));
    let (event_id, room_id) = (event.event_id().to_owned(), event.room_id().to_owned());
    measure("from_stored", ROUNDS, || {
        Pdu::from_stored(&room.rules, event_id.clone(), room_id.clone(), event.json(), false)
    });
    let key = Base64::new(room.key_pair.public_key().to_vec());
    let keys = BTreeMap::from([(server.to_string(), BTreeMap::from([("ed25519:1".to_owned(), key)]))]);
    measure("verify_signatures", ROUNDS, || verify_signatures(&room.rules, &event, &keys));
    measure("auth_types", ROUNDS, || {
        auth_types(
            &room.rules.authorization,
            event.kind(),
            event.sender(),
            event.state_key(),
            event.content(),
        )
    });
    let state = |kind: &StateEventType, key: &str| room.state.get(&(kind.clone(), key.to_owned())).cloned();
    measure("authorize, a message", ROUNDS, || authorize(&room.rules.authorization, &event, state));
    let join = room.state[&("m.room.member".into(), ALICE.to_owned())].clone();
    measure("authorize, a member event", ROUNDS, || authorize(&room.rules.authorization, &join, state));
    measure("redact", ROUNDS, || redact(&room.rules, event.json()));
    measure("client_event", ROUNDS, || client_event(&event, EventFormat::WithoutRoomId, None));
    let levels = room.state[&("m.room.power_levels".into(), String::new())].clone();
    let create = room.state[&("m.room.create".into(), String::new())].clone();
    measure("power levels of 50 users", ROUNDS, || {
        PowerLevels::new(&room.rules.authorization, &create, Some(&levels))
    });
    resolution(&mut room);
}

/// Ten topics in conflict.
fn resolution(room: &mut Room) {
    let mut events: HashMap<OwnedEventId, Arc<Pdu>> =
        room.state.values().map(|event| (event.event_id().to_owned(), event.clone())).collect();
    let mut states = Vec::new();
    for _ in 0..2 {
        let mut state: StateMap<OwnedEventId> =
            room.state.iter().map(|(key, event)| (key.clone(), event.event_id().to_owned())).collect();
        for number in 0..10 {
            let event = room.make(&format!("m.topic.{number}"), Some(""), json!({}));
            state.insert((event.kind().to_string().into(), String::new()), event.event_id().to_owned());
            events.insert(event.event_id().to_owned(), event);
        }
        states.push(state);
    }
    let resolution = Resolution { states, auth_chains: vec![HashSet::new(); 2], conflicted_subgraph: None };
    measure("resolve, 10 conflicts", ROUNDS / 20, || {
        resolve(&room.rules, resolution.clone(), |id| events.get(id).cloned())
    });
}

/// The best of several batches: other programs disturb some of them.
fn measure<T>(name: &str, rounds: u32, work: impl Fn() -> T) {
    let batch = rounds / BATCHES;
    let mut best = f64::INFINITY;
    for _ in 0..BATCHES {
        let start = Instant::now();
        for _ in 0..batch {
            black_box(work());
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e6 / f64::from(batch));
    }
    println!("{name:28} {best:8.2}");
}

struct Room {
    state: HashMap<StateKey, Arc<Pdu>>,
    last: Vec<OwnedEventId>,
    made: i64,
    rules: RoomVersionRules,
    key_pair: Ed25519KeyPair,
}

impl Room {
    fn new_event(&self, kind: &str, state_key: Option<&str>, content: Value) -> NewEvent {
        let sender: OwnedUserId = ALICE.try_into().expect("a user id");
        let content = to_raw_value(&content).expect("JSON");
        let kind = TimelineEventType::from(kind);
        let keys = auth_types(&self.rules.authorization, &kind, &sender, state_key, &content)
            .expect("valid content");
        NewEvent {
            room_id: self
                .state
                .get(&("m.room.create".into(), String::new()))
                .map(|create| create.room_id().to_owned()),
            sender,
            kind,
            state_key: state_key.map(str::to_owned),
            content,
            redacts: None,
            prev_events: self.last.clone(),
            auth_events: keys
                .iter()
                .filter_map(|key| Some(self.state.get(key)?.event_id().to_owned()))
                .collect(),
            depth: self.made + 1,
            origin_server_ts: 1_700_000_000_000 + self.made,
            legacy: None,
        }
    }

    fn make(&mut self, kind: &str, state_key: Option<&str>, content: Value) -> Arc<Pdu> {
        self.made += 1;
        let new = self.new_event(kind, state_key, content);
        Arc::new(
            build(&self.rules, new, server_name!("here.example"), &self.key_pair).expect("a valid event"),
        )
    }

    fn send(&mut self, kind: &str, state_key: Option<&str>, content: Value) {
        let event = self.make(kind, state_key, content);
        self.last = vec![event.event_id().to_owned()];
        self.state.insert((kind.into(), state_key.unwrap_or_default().to_owned()), event);
    }
}
