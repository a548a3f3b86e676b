//! A room of several servers, and a naive model of it that keeps every state whole.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_base::{Clock, ManualClock, Random};
use herold_federation_client::FederationClient;
use herold_room_rules::{
    LegacyIds, NewEvent, Pdu, Preset, Resolution, StateMap, auth_types, authorize, authorize_by_auth_events,
    build, next_depth, reference_hash, resolve,
};
use herold_rooms::read::Person;
use herold_rooms::{CreateRoom, Profile, Receipt, Rooms, Settings};
use herold_storage::room_state::OPEN_END;
use herold_storage::{
    Database, Storage, StorageError, events, memberships, room_graph, room_head, room_state, rooms, users,
};
use ruma::events::{StateEventType, TimelineEventType};
use ruma::room_version_rules::RoomVersionRules;
use ruma::serde::Base64;
use ruma::signatures::Ed25519KeyPair;
use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomVersionId, UserId};
use serde_json::Value;
use serde_json::value::to_raw_value;

pub type State = StateMap<OwnedEventId>;

pub struct World {
    pub rooms: Rooms,
    pub room_id: OwnedRoomId,
    pub rules: RoomVersionRules,
    pub random: Random,
    storage: Storage,
    room_number: i64,
    key: Ed25519KeyPair,
    /// The key of alice's server.
    pub public_key: Base64,
    pub events: HashMap<OwnedEventId, Arc<Pdu>>,
    /// Every event of the room in the order in which it came.
    pub order: Vec<OwnedEventId>,
    pub before: HashMap<OwnedEventId, State>,
    pub after: HashMap<OwnedEventId, State>,
    pub line: State,
    pub extremities: HashSet<OwnedEventId>,
    time_ms: i64,
    _folder: tempfile::TempDir,
}

pub fn user(name: &str) -> OwnedUserId {
    UserId::parse(format!("@{name}:{name}.example")).unwrap()
}

fn key_pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), "1".to_owned()).unwrap()
}

/// What a world stands on.
#[derive(Default)]
pub struct Ground {
    /// A database that is empty; without one, a file of its own.
    pub database: Option<Database>,
    /// Where the server may ask others.
    pub outgoing: herold_outgoing::Settings,
}

impl World {
    /// A public room that alice made; her server is the one under test.
    pub async fn new(version: &str, seed: u64) -> Self {
        Self::on(Ground::default(), version, seed).await
    }

    /// [`World::new`] on a ground that is given.
    pub async fn on(ground: Ground, version: &str, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = Database::Sqlite { path: folder.path().join("herold.db") };
        let database = ground.database.unwrap_or(file);
        let opening = tokio::task::spawn_blocking(move || Storage::open(&database, 2, 0).unwrap());
        let (storage, _threads) = opening.await.unwrap();
        let random = Random::seeded(seed);
        let key = Arc::new(key_pair());
        let public_key = Base64::new(key.public_key().to_vec());
        let settings = Settings {
            server_name: "alice.example".try_into().unwrap(),
            key: Arc::clone(&key),
            default_room_version: RoomVersionId::V12,
            retention: None,
            redacted_kept_ms: None,
            only_admins_publish: false,
            directory_needs_sign_in: false,
        };
        let clock = Clock::Manual(ManualClock::new(1_000_000));
        let federation = herold_federation_client::Settings {
            server_name: settings.server_name.clone(),
            key,
            outgoing: ground.outgoing,
        };
        let federation = FederationClient::new(federation, clock.clone());
        let rooms = Rooms::new(storage.clone(), federation, clock, random.clone(), settings);
        let version = RoomVersionId::try_from(version).unwrap();
        let create = CreateRoom {
            creator: user("alice"),
            creator_profile: Profile::default(),
            version: Some(version.clone()),
            preset: Preset::PublicChat,
            published: false,
            alias_localpart: None,
            name: None,
            topic: None,
            invite: Vec::new(),
            is_direct: false,
            creation_content: None,
            initial_state: Vec::new(),
            power_levels: None,
        };
        let room_id = rooms.create(create).await.unwrap();
        let id = room_id.to_string();
        let found = storage.read(move |session| rooms::by_id(session, &[id])).await.unwrap();
        let mut world = Self {
            rooms,
            room_id,
            rules: version.rules().unwrap(),
            random,
            storage,
            room_number: found[0].room_number,
            key: key_pair(),
            public_key,
            events: HashMap::new(),
            order: Vec::new(),
            before: HashMap::new(),
            after: HashMap::new(),
            line: State::new(),
            extremities: HashSet::new(),
            time_ms: 2_000_000,
            _folder: folder,
        };
        let room = world.room_number;
        let read = move |session: &mut _| room_state::at(session, &[room], OPEN_END - 1);
        let mut first: Vec<_> = world.storage.read(read).await.unwrap();
        first.sort_by_key(|entry| entry.from_position);
        for entry in first {
            world.import(&entry.event.event_id).await;
        }
        world
    }

    /// Takes an event over from the server's storage into the model.
    pub async fn import(&mut self, event_id: &str) {
        let asked = event_id.to_owned();
        let found = self.storage.read(move |session| events::by_id(session, &[asked])).await.unwrap();
        let id = OwnedEventId::try_from(event_id).unwrap();
        let json = found[event_id].json.clone();
        let event = Pdu::from_stored(&self.rules, id, self.room_id.clone(), json, false).unwrap();
        assert_eq!(self.model(Arc::new(event)), "accepted");
    }

    /// An event as the server has it, and whether it counts as redacted.
    pub async fn stored(&self, event_id: &EventId) -> (Value, bool) {
        let asked = [event_id.to_string()];
        let mut found = self.storage.read(move |session| events::by_id(session, &asked)).await.unwrap();
        let stored = found.remove(event_id.as_str()).unwrap();
        (serde_json::from_str(&stored.json).unwrap(), stored.redacted_by.is_some())
    }

    /// What somebody is told of the room with their invite.
    pub async fn told_with_invite(&self, user_id: &str) -> Vec<Value> {
        let (id, room_number) = (user_id.to_owned(), self.room_number);
        let read = move |session: &mut _| -> Result<_, StorageError> {
            let numbers = users::numbers(session, std::slice::from_ref(&id))?;
            memberships::stripped_states(session, numbers[&id], &[room_number])
        };
        let told = self.storage.read(read).await.unwrap();
        serde_json::from_str(told[0].1.as_deref().unwrap()).unwrap()
    }

    /// Makes an event of any server's user after `previous`, allowed by the state there as far as it is.
    pub fn make(
        &mut self,
        sender: &UserId,
        kind: &str,
        state_key: Option<&str>,
        content: &Value,
        previous: &[OwnedEventId],
    ) -> Arc<Pdu> {
        self.make_with(sender, kind, state_key, content, None, previous)
    }

    /// Makes a redaction of any server's user after `previous`.
    pub fn redaction(&mut self, sender: &UserId, target: &EventId, previous: &[OwnedEventId]) -> Arc<Pdu> {
        let content = serde_json::json!({ "reason": "late" });
        self.make_with(sender, "m.room.redaction", None, &content, Some(target.to_owned()), previous)
    }

    fn make_with(
        &mut self,
        sender: &UserId,
        kind: &str,
        state_key: Option<&str>,
        content: &Value,
        redacts: Option<OwnedEventId>,
        previous: &[OwnedEventId],
    ) -> Arc<Pdu> {
        let state = self.resolve(previous.iter().map(|id| self.after[id].clone()).collect());
        let kind = TimelineEventType::from(kind);
        let content = to_raw_value(content).unwrap();
        let types = auth_types(&self.rules.authorization, &kind, sender, state_key, &content).unwrap();
        let allowing: Vec<OwnedEventId> = types.iter().filter_map(|key| state.get(key).cloned()).collect();
        let depth = previous.iter().map(|id| self.events[id].depth()).max().map_or(1, next_depth);
        self.time_ms += 1_000;
        let legacy = self.rules.event_format.require_event_id.then(|| LegacyIds {
            event_id: EventId::parse(format!("${}:{}", self.random.letters(12), sender.server_name()))
                .unwrap(),
            reference_hashes: previous
                .iter()
                .chain(&allowing)
                .map(|id| (id.clone(), reference_hash(&self.rules, &self.events[id])))
                .collect(),
        });
        let event = NewEvent {
            room_id: Some(self.room_id.clone()),
            sender: sender.to_owned(),
            kind,
            state_key: state_key.map(str::to_owned),
            content,
            redacts,
            prev_events: previous.to_vec(),
            auth_events: allowing,
            depth,
            origin_server_ts: self.time_ms,
            legacy,
        };
        Arc::new(build(&self.rules, event, sender.server_name(), &self.key).unwrap())
    }

    /// Gives the event to the server and to the model; both must say the same. Says what they said.
    pub async fn receive(&mut self, event: &Arc<Pdu>) -> &'static str {
        let wire = Pdu::from_wire(&self.rules, event.json()).unwrap();
        let receipt = self.rooms.receive(wire).await.unwrap();
        let expected = self.model(Arc::clone(event));
        let got = match &receipt {
            Receipt::Accepted => "accepted",
            Receipt::SoftFailed(_) => "soft-failed",
            Receipt::Rejected(_) => "rejected",
            Receipt::Outlier | Receipt::Known => "odd",
        };
        assert_eq!(got, expected, "{receipt:?} for {}", event.json());
        expected
    }

    /// An event as alice sees it.
    pub async fn seen(&self, event_id: &EventId) -> Value {
        let (alice, id) = (user("alice"), user("alice").to_string());
        let read = move |session: &mut _| users::numbers(session, std::slice::from_ref(&id));
        let numbers: HashMap<String, i64> = self.storage.read(read).await.unwrap();
        let user_number = numbers[alice.as_str()];
        let person = Person { user_id: alice, user_number, device_number: 0 };
        let event = self.rooms.event(person, &self.room_id, event_id).await.unwrap();
        let mut json = String::new();
        event.write(&mut json, 0, true);
        serde_json::from_str(&json).unwrap()
    }

    /// The model's verdict, by whole states.
    fn model(&mut self, event: Arc<Pdu>) -> &'static str {
        let id = event.event_id().to_owned();
        let before = self.resolve(event.prev_events().iter().map(|id| self.after[id].clone()).collect());
        let verdict = self.verdict(&event, &before);
        let event = Arc::new((*event).clone().with_rejected(verdict == "rejected"));
        self.events.insert(id.clone(), Arc::clone(&event));
        self.order.push(id.clone());
        let mut after = before.clone();
        if let (Some(key), true) = (event.state_key(), verdict != "rejected") {
            after.insert((event.kind().to_string().into(), key.to_owned()), id.clone());
        }
        self.before.insert(id.clone(), before);
        self.after.insert(id.clone(), after);
        if verdict == "accepted" {
            self.extremities.retain(|extremity| !event.prev_events().contains(extremity));
            self.extremities.insert(id);
            self.line = self.resolve(self.extremities.iter().map(|id| self.after[id].clone()).collect());
        }
        verdict
    }

    fn verdict(&self, event: &Arc<Pdu>, before: &State) -> &'static str {
        let rules = &self.rules.authorization;
        let create = self.line.get(&(StateEventType::RoomCreate, String::new()));
        let create = create.map(|id| Arc::clone(&self.events[id]));
        let fetch = |id: &EventId| self.events.get(id).cloned();
        let find = |state: &State, kind: &StateEventType, key: &str| {
            state.get(&(kind.clone(), key.to_owned())).map(|id| Arc::clone(&self.events[id]))
        };
        if authorize_by_auth_events(rules, event, create.as_ref(), fetch).is_err()
            || authorize(rules, event, |kind, key| find(before, kind, key)).is_err()
        {
            return "rejected";
        }
        match authorize(rules, event, |kind, key| find(&self.line, kind, key)) {
            _ if create.is_none() => "accepted",
            Ok(()) => "accepted",
            Err(_) => "soft-failed",
        }
    }

    fn resolve(&self, mut states: Vec<State>) -> State {
        if states.len() <= 1 {
            return states.pop().unwrap_or_default();
        }
        let auth_chains = states.iter().map(|state| self.chain(state)).collect();
        let resolution = Resolution { states, auth_chains, conflicted_subgraph: None };
        resolve(&self.rules, resolution, |id| self.events.get(id).cloned()).unwrap()
    }

    fn chain(&self, state: &State) -> HashSet<OwnedEventId> {
        let mut chain = HashSet::new();
        let mut next: Vec<OwnedEventId> = state.values().cloned().collect();
        while let Some(id) = next.pop() {
            for auth in self.events[&id].auth_events() {
                if chain.insert(auth.clone()) {
                    next.push(auth.clone());
                }
            }
        }
        chain
    }

    /// Checks line, forward extremities and the state before every event against the model.
    pub async fn check(&self) {
        let room = self.room_number;
        let line = self.line_before(OPEN_END - 1).await;
        assert_eq!(line, self.line, "the line");
        let found = self.storage.read(move |session| room_head::forward_extremities(session, room)).await;
        let found: HashSet<OwnedEventId> =
            found.unwrap().into_iter().map(|found| found.event_id.try_into().unwrap()).collect();
        assert_eq!(found, self.extremities, "the forward extremities");
        for (id, expected) in &self.before {
            let asked = vec![id.to_string()];
            let read = move |session: &mut _| -> Result<_, StorageError> {
                let found = events::by_id(session, &asked)?;
                Ok((found[&asked[0]].line_position, room_graph::differences(session, &asked)?))
            };
            let (position, differences) = self.storage.read(read).await.unwrap();
            let mut state = self.line_before(position).await;
            for difference in differences {
                let key = (StateEventType::from(difference.kind), difference.state_key);
                match difference.state_event_id {
                    Some(id) => state.insert(key, id.try_into().unwrap()),
                    None => state.remove(&key),
                };
            }
            assert_eq!(state, *expected, "the state before {}", self.events[id].json());
        }
    }

    async fn line_before(&self, position: i64) -> State {
        let room = self.room_number;
        let read = move |session: &mut _| room_state::at(session, &[room], position - 1);
        let entries: Vec<_> = self.storage.read(read).await.unwrap();
        let entry = |entry: room_state::StateEntry| {
            (
                (StateEventType::from(entry.event.kind), entry.state_key),
                entry.event.event_id.try_into().unwrap(),
            )
        };
        entries.into_iter().map(entry).collect()
    }
}
