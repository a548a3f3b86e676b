//! A room to try rules in: it builds, signs and authorizes events and keeps its state. A clone is a fork.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

use herold_room_rules::{
    LegacyIds, NewEvent, Pdu, Rejection, Resolution, StateKey, StateMap, auth_types, authorize,
    authorize_by_auth_events, build, next_depth, reference_hash, resolve,
};
use ruma::events::{StateEventType, TimelineEventType};
use ruma::room_version_rules::RoomVersionRules;
use ruma::signatures::Ed25519KeyPair;
use ruma::state_res::check_state_dependent_auth_rules;
use ruma::{EventId, OwnedEventId, OwnedUserId, RoomVersionId, ServerName};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

/// The seed of the specification's test vectors, as a PKCS#8 document.
const KEY_DOCUMENT: [u8; 48] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, 0x60,
    0x90, 0xc1, 0x03, 0xd5, 0xe7, 0xaf, 0x6b, 0x15, 0xa9, 0x70, 0xfd, 0x56, 0x3e, 0xd7, 0x55, 0x49, 0xe6,
    0x15, 0x97, 0x19, 0xae, 0x5c, 0x3c, 0x31, 0xde, 0xe4, 0x31, 0x6f, 0xb7, 0x5c, 0x0d,
];

/// Every server of the tests signs with this key, `ed25519:1`.
pub static KEY_PAIR: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_der(&KEY_DOCUMENT, "1".to_owned()).unwrap());

pub const ALICE: &str = "@alice:here.example";
pub const BOB: &str = "@bob:here.example";
pub const CAROL: &str = "@carol:far.example";
pub const DAVE: &str = "@dave:far.example";

/// All room versions there are.
pub const ALL: RangeInclusive<u8> = 1..=12;

pub fn rules(version: u8) -> RoomVersionRules {
    RoomVersionId::try_from(version.to_string()).unwrap().rules().unwrap()
}

pub fn user(id: &str) -> OwnedUserId {
    id.try_into().unwrap()
}

/// Every event of all forks, and the numbers that make them differ.
#[derive(Clone)]
pub struct Room {
    pub version: u8,
    pub rules: RoomVersionRules,
    pub events: HashMap<OwnedEventId, Arc<Pdu>>,
    pub state: HashMap<StateKey, Arc<Pdu>>,
    pub extremities: Vec<Arc<Pdu>>,
    pub create: Option<Arc<Pdu>>,
    pub now_ms: i64,
    made: u32,
    branch: u32,
}

impl Room {
    /// A room of ALICE with her in it, without power levels and join rules.
    pub fn bare(version: u8) -> Room {
        Room::created_with(version, json!({}))
    }

    /// The same, with more in the content of the create event.
    pub fn created_with(version: u8, extra: Value) -> Room {
        let mut room = Room::empty(version);
        let mut content = json!({ "room_version": version.to_string() });
        if !room.rules.authorization.use_room_create_sender {
            content["creator"] = json!(ALICE);
        }
        content.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        room.send(ALICE, "m.room.create", Some(""), content).unwrap();
        room.join(ALICE).unwrap();
        room
    }

    /// A public room of ALICE with power levels and BOB in it; levels for others are at their defaults.
    pub fn public(version: u8) -> Room {
        let mut room = Room::bare(version);
        let users = if room.has_infinite_creators() { json!({}) } else { json!({ ALICE: 100 }) };
        room.send(ALICE, "m.room.power_levels", Some(""), json!({ "users": users })).unwrap();
        room.join_rule("public").unwrap();
        room.join(BOB).unwrap();
        room
    }

    /// Nothing at all.
    pub fn empty(version: u8) -> Room {
        Room {
            version,
            rules: rules(version),
            events: HashMap::new(),
            state: HashMap::new(),
            extremities: Vec::new(),
            create: None,
            now_ms: 1_700_000_000_000,
            made: 0,
            branch: 0,
        }
    }

    /// A fork of the room, whose events are none of the original's.
    pub fn fork(&mut self) -> Room {
        self.branch += 1;
        let mut fork = self.clone();
        fork.branch = self.branch * 100;
        fork
    }

    pub fn has_infinite_creators(&self) -> bool {
        self.rules.authorization.explicitly_privilege_room_creators
    }

    /// Power levels in which `users` have these levels and ALICE has 100, or is the creator.
    pub fn levels(&self, users: Value, extra: Value) -> Value {
        let mut content = json!({ "users": users });
        if !self.has_infinite_creators() && content["users"][ALICE].is_null() {
            content["users"][ALICE] = json!(100);
        }
        content.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        content
    }

    pub fn join(&mut self, who: &str) -> Result<Arc<Pdu>, Rejection> {
        self.member(who, who, json!({ "membership": "join" }))
    }

    pub fn join_rule(&mut self, rule: &str) -> Result<Arc<Pdu>, Rejection> {
        self.send(ALICE, "m.room.join_rules", Some(""), json!({ "join_rule": rule }))
    }

    pub fn member(&mut self, sender: &str, target: &str, content: Value) -> Result<Arc<Pdu>, Rejection> {
        self.send(sender, "m.room.member", Some(target), content)
    }

    pub fn message(&mut self, sender: &str) -> Result<Arc<Pdu>, Rejection> {
        self.send(sender, "m.room.message", None, json!({ "body": "hello" }))
    }

    /// Makes an event, authorizes it by its auth events and by the state, and lets it into the room.
    pub fn send(
        &mut self,
        sender: &str,
        kind: &str,
        state_key: Option<&str>,
        content: Value,
    ) -> Result<Arc<Pdu>, Rejection> {
        let event = self.make(sender, kind, state_key, content)?;
        self.check(&event)?;
        self.accept(event.clone());
        Ok(event)
    }

    pub fn make(
        &mut self,
        sender: &str,
        kind: &str,
        state_key: Option<&str>,
        content: Value,
    ) -> Result<Arc<Pdu>, Rejection> {
        let sender = user(sender);
        let kind = TimelineEventType::from(kind);
        let content = to_raw_value(&content).unwrap();
        let keys = auth_types(&self.rules.authorization, &kind, &sender, state_key, &content)?;
        let auth_events = keys.iter().filter_map(|key| self.state.get(key)).cloned().collect();
        let server = sender.server_name().to_owned();
        let event = NewEvent {
            room_id: self.room_id(kind == TimelineEventType::RoomCreate),
            sender,
            kind,
            state_key: state_key.map(str::to_owned),
            content,
            redacts: None,
            prev_events: Vec::new(),
            auth_events: Vec::new(),
            depth: next_depth(self.extremities.iter().map(|event| event.depth()).max().unwrap_or(0)),
            origin_server_ts: self.now_ms,
            legacy: None,
        };
        Ok(self.build(event, auth_events, &server))
    }

    /// Builds with the room's extremities and these auth events.
    pub fn build(
        &mut self,
        mut event: NewEvent,
        auth_events: Vec<Arc<Pdu>>,
        server: &ServerName,
    ) -> Arc<Pdu> {
        self.made += 1;
        self.now_ms += 1;
        let ids = |events: &[Arc<Pdu>]| events.iter().map(|event| event.event_id().to_owned()).collect();
        event.prev_events = ids(&self.extremities);
        event.auth_events = ids(&auth_events);
        event.legacy = self.rules.event_format.require_event_id.then(|| LegacyIds {
            event_id: format!("${}-{}:{server}", self.branch, self.made).try_into().unwrap(),
            reference_hashes: auth_events
                .iter()
                .chain(&self.extremities)
                .map(|event| (event.event_id().to_owned(), reference_hash(&self.rules, event)))
                .collect::<BTreeMap<_, _>>(),
        });
        Arc::new(build(&self.rules, event, server, &KEY_PAIR).unwrap())
    }

    fn room_id(&self, is_create: bool) -> Option<ruma::OwnedRoomId> {
        match &self.create {
            Some(create) => Some(create.room_id().to_owned()),
            None if is_create && !self.rules.event_format.require_room_create_room_id => None,
            None => Some("!room:here.example".try_into().unwrap()),
        }
    }

    /// Whether the event's own auth events and the room's state allow it; ruma-state-res must agree.
    pub fn check(&self, event: &Pdu) -> Result<(), Rejection> {
        let rules = &self.rules.authorization;
        let answer = authorize(rules, event, |kind, state_key| self.entry(kind, state_key));
        let witness =
            check_state_dependent_auth_rules(rules, event, |kind, state_key| self.entry(kind, state_key));
        assert_eq!(answer.is_ok(), witness.is_ok(), "we say {answer:?}, ruma-state-res says {witness:?}");
        authorize_by_auth_events(rules, event, self.create.as_ref(), |id| self.fetch(id))?;
        answer
    }

    pub fn accept(&mut self, event: Arc<Pdu>) {
        if *event.kind() == TimelineEventType::RoomCreate {
            self.create = Some(event.clone());
        }
        if let Some(state_key) = event.state_key() {
            let key = (event.kind().to_string().into(), state_key.to_owned());
            self.state.insert(key, event.clone());
        }
        self.events.insert(event.event_id().to_owned(), event.clone());
        self.extremities = vec![event];
    }

    pub fn fetch(&self, id: &EventId) -> Option<Arc<Pdu>> {
        self.events.get(id).cloned()
    }

    pub fn entry(&self, kind: &StateEventType, state_key: &str) -> Option<Arc<Pdu>> {
        self.state.get(&(kind.clone(), state_key.to_owned())).cloned()
    }

    /// The event of a state entry, as the room sees it.
    pub fn event(&self, kind: &str, state_key: &str) -> Option<Arc<Pdu>> {
        self.entry(&kind.into(), state_key)
    }

    /// A user's membership as it is in the room's state.
    pub fn membership(&self, who: &str) -> String {
        let event = self.event("m.room.member", who);
        event.map_or("none".to_owned(), |event| herold_room_rules::membership(&event).to_string())
    }

    /// The state as event ids.
    pub fn ids(&self) -> StateMap<OwnedEventId> {
        self.state.iter().map(|(key, event)| (key.clone(), event.event_id().to_owned())).collect()
    }

    /// The auth events of all of the state, theirs, and so on.
    pub fn auth_chain(&self) -> HashSet<OwnedEventId> {
        let mut chain = HashSet::new();
        let mut waiting: Vec<OwnedEventId> =
            self.state.values().flat_map(|event| event.auth_events().to_vec()).collect();
        while let Some(id) = waiting.pop() {
            if chain.insert(id.clone()) {
                waiting.extend(self.events[&id].auth_events().iter().cloned());
            }
        }
        chain
    }

    /// The room after all forks have come together again.
    pub fn merged(forks: &[&Room]) -> Room {
        let mut merged = forks[0].clone();
        for fork in forks {
            merged.events.extend(fork.events.clone());
        }
        let resolution = Resolution {
            states: forks.iter().map(|fork| fork.ids()).collect(),
            auth_chains: forks.iter().map(|fork| fork.auth_chain()).collect(),
            conflicted_subgraph: None,
        };
        let resolved = resolve(&merged.rules, resolution, |id| merged.fetch(id)).unwrap();
        merged.state = resolved.into_iter().map(|(key, id)| (key, merged.events[&id].clone())).collect();
        merged.extremities = forks.iter().flat_map(|fork| fork.extremities.clone()).collect();
        merged.branch = 7;
        merged
    }
}
