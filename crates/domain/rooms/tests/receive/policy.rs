//! Rooms that let a policy server judge what is sent, on both engines: a server of another organisation on loopback,
//! over TLS, whose user has joined.

use std::sync::Arc;

use herold_room_rules::{Pdu, PolicyServer as Policy};
use herold_rooms::{
    Invite, Join, Profile, Receipt, Redact, RoomsError, SendMessage, SendState, TransactionId, Upgrade,
};
use herold_storage::{Database, Postgresql};
use herold_test_remote_server::{Authority, PolicyServer, Verdict};
use ruma::api::error::ErrorKind;
use ruma::events::StateEventType;
use ruma::{OwnedEventId, OwnedUserId, RoomVersionId, UserId};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::run;
use super::world::{Ground, World, user};

/// Makes two tests of each `async fn name(stage: Stage)`.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(#[test] fn $name() {
            super::run(async { super::$name(super::Stage::new(None, "12").await).await });
        })* }
        mod on_postgresql { $(#[test] fn $name() {
            let database = super::postgresql(stringify!($name));
            super::run(async { super::$name(super::Stage::new(Some(database), "12").await).await });
        })* }
    };
}

on_both_engines!(
    what_the_server_signs_is_sent,
    what_the_server_refuses_is_not_sent,
    an_answer_that_is_none_sends_nothing,
    a_slow_server_keeps_nobody_waiting_but_the_sender,
    what_the_room_went_on_without_takes_its_place,
    what_the_room_no_longer_allows_is_not_sent,
    events_that_belong_together_are_judged_one_by_one,
    what_was_sent_before_is_not_judged_again,
    a_room_can_do_without_its_server,
    received_events_need_the_signature,
);

fn postgresql(name: &str) -> Database {
    let server = std::env::var("HEROLD_TEST_POSTGRESQL")
        .expect("HEROLD_TEST_POSTGRESQL is not set: run the tests through `make test`");
    let mut client =
        postgres::Client::connect(&format!("{server} dbname=postgres"), postgres::NoTls).unwrap();
    let name = format!("policy_{name}");
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    Database::Postgresql(Postgresql::new(format!("{server} dbname={name}")))
}

/// A room with alice, whose server is under test, and a policy server that has a user in it.
struct Stage {
    world: World,
    policy: PolicyServer,
}

impl Stage {
    async fn new(database: Option<Database>, version: &str) -> Self {
        let authority = Authority::default();
        let outgoing = herold_outgoing::Settings {
            allowed: vec!["127.0.0.0/8".parse().unwrap()],
            roots: vec![authority.root()],
            ..herold_outgoing::Settings::default()
        };
        let mut world = World::on(Ground { database, outgoing }, version, 1).await;
        let rules = RoomVersionId::try_from(version).unwrap().rules().unwrap();
        let key = [("ed25519:1".to_owned(), world.public_key.clone())].into();
        let askers = [("alice.example".to_owned(), key)].into();
        let policy = PolicyServer::start(&authority, rules, Some(askers)).await;
        let bot = bot(&policy);
        let tip = world.order.last().unwrap().clone();
        let content = json!({ "membership": "join" });
        let joined = world.make(&bot, "m.room.member", Some(bot.as_str()), &content, &[tip]);
        assert_eq!(world.receive(&joined).await, "accepted");
        let mut stage = Self { world, policy };
        stage.set_policy(&stage.policy.content()).await;
        stage
    }

    async fn set_policy(&mut self, content: &Value) {
        let event_id = self.state("m.room.policy", "", content).await.unwrap();
        self.world.import(event_id.as_str()).await;
    }

    async fn state(&self, kind: &str, key: &str, content: &Value) -> Result<OwnedEventId, RoomsError> {
        let state = SendState {
            room_id: self.world.room_id.clone(),
            sender: user("alice"),
            kind: StateEventType::from(kind),
            state_key: key.to_owned(),
            content: to_raw_value(content).unwrap(),
            guest: false,
            transaction: None,
            origin_server_ts: None,
        };
        self.world.rooms.send_state(state).await
    }

    fn message(&self, text: &str) -> SendMessage {
        SendMessage {
            room_id: self.world.room_id.clone(),
            sender: user("alice"),
            kind: "m.room.message".into(),
            content: to_raw_value(&json!({ "msgtype": "m.text", "body": text })).unwrap(),
            transaction: None,
            origin_server_ts: None,
        }
    }

    async fn say(&self, text: &str) -> Result<OwnedEventId, RoomsError> {
        self.world.rooms.send(self.message(text)).await
    }

    /// Sends while the policy server takes its time: answers when the question has come.
    async fn say_slowly(&mut self, text: &str) -> tokio::task::JoinHandle<Result<OwnedEventId, RoomsError>> {
        let (rooms, message) = (self.world.rooms.clone(), self.message(text));
        let sending = tokio::spawn(async move { rooms.send(message).await });
        self.policy.asked().await;
        sending
    }

    /// Whether the policy server's signature stands in the event as it is stored.
    async fn is_signed(&self, event_id: &OwnedEventId) -> bool {
        let (json, _) = self.world.stored(event_id).await;
        let room_id = self.world.room_id.clone();
        let event =
            Pdu::from_stored(&self.world.rules, event_id.clone(), room_id, json.to_string(), false).unwrap();
        let policy = Policy::read(&to_raw_value(&self.policy.content()).unwrap()).unwrap();
        assert!(
            json["signatures"]["alice.example"].is_object(),
            "the signature of the sender's server stays"
        );
        policy.has_signed(&self.world.rules, &event)
    }
}

fn bot(policy: &PolicyServer) -> OwnedUserId {
    UserId::parse(format!("@policy:{}", policy.name())).unwrap()
}

async fn what_the_server_signs_is_sent(mut stage: Stage) {
    assert_eq!(stage.policy.unread(), 0, "nobody is asked about the event that names the server");
    let said = stage.say("hello").await.unwrap();
    let asked = stage.policy.asked().await;
    assert_eq!(asked.origin, "alice.example");
    assert_eq!(asked.event["content"]["body"], "hello");
    assert!(asked.event["signatures"]["alice.example"].is_object(), "the sender's server signs first");
    assert!(stage.is_signed(&said).await);
    let named = stage.state("m.room.name", "", &json!({ "name": "Judged" })).await.unwrap();
    assert!(stage.is_signed(&named).await, "state is judged as well");
    let other = stage.state("m.room.policy", "key", &json!({})).await.unwrap();
    assert!(stage.is_signed(&other).await, "and so is what only looks as if it named a server");
    for event_id in [said, named, other] {
        stage.world.import(event_id.as_str()).await;
    }
    stage.world.check().await;
}

async fn what_the_server_refuses_is_not_sent(stage: Stage) {
    let refusals = [
        (400, "M_FORBIDDEN", "it looks like spam", ErrorKind::Forbidden),
        (403, "M_FORBIDDEN", "your server may not ask", ErrorKind::Forbidden),
        (404, "M_NOT_FOUND", "no such room", ErrorKind::NotFound),
        (400, "M_BAD_JSON", "this is no event", ErrorKind::BadJson),
        // What would make a client think that its own server says so.
        (401, "M_UNKNOWN_TOKEN", "who are you?", ErrorKind::Forbidden),
        (400, "M_USER_DEACTIVATED", "you are closed", ErrorKind::Forbidden),
        (401, "M_FORBIDDEN", "I do not know you", ErrorKind::Forbidden),
    ];
    for (status, code, text, wanted) in refusals {
        stage.policy.refuse(status, &json!({ "errcode": code, "error": text }));
        match stage.say("spam").await.unwrap_err() {
            RoomsError::PolicyRefused { status: told, kind, text: words } => {
                let status = if code == wanted.errcode().as_str() && status != 401 { status } else { 403 };
                assert_eq!((told, kind.errcode(), words.as_str()), (status, wanted.errcode(), text));
            }
            error => panic!("{code}: {error}"),
        }
    }
    let body = json!({ "errcode": "M_LIMIT_EXCEEDED", "error": "slowly", "retry_after_ms": 700 });
    stage.policy.refuse(429, &body);
    let error = stage.say("spam").await.unwrap_err();
    let RoomsError::PolicyRefused { kind: ErrorKind::LimitExceeded(limit), .. } = &error else {
        panic!("{error}")
    };
    assert!(limit.retry_after.is_some(), "the client is told how long to wait");
    stage.policy.say(Verdict::Say(403, "go away".to_owned()));
    let error = stage.say("spam").await.unwrap_err();
    assert!(matches!(&error, RoomsError::PolicyRefused { kind: ErrorKind::Forbidden, .. }), "{error}");
    // Nothing of it is left: what comes next follows what was there before.
    stage.policy.say(Verdict::Sign);
    let said = stage.say("hello").await.unwrap();
    let (json, _) = stage.world.stored(&said).await;
    assert_eq!(json["prev_events"], json!([stage.world.order.last().unwrap()]));
}

async fn an_answer_that_is_none_sends_nothing(mut stage: Stage) {
    let unsigned = json!({ stage.policy.name().as_str(): {} }).to_string();
    let verdicts = [
        Verdict::SignByAnother,
        Verdict::Say(200, "<html>".to_owned()),
        Verdict::Say(200, "{}".to_owned()),
        Verdict::Say(200, unsigned),
        Verdict::Say(302, "{}".to_owned()),
        Verdict::Say(500, json!({ "errcode": "M_FORBIDDEN", "error": "broken" }).to_string()),
        Verdict::Say(404, json!({ "errcode": "M_UNRECOGNIZED", "error": "what?" }).to_string()),
        Verdict::Say(200, "x".repeat(200_000)),
    ];
    for verdict in verdicts {
        stage.policy.say(verdict.clone());
        let error = stage.say("hello").await.unwrap_err();
        assert!(matches!(&error, RoomsError::PolicyUnknown { .. }), "{verdict:?}: {error}");
        assert!(error.to_string().contains(stage.policy.name().as_str()), "{error}");
    }
    // A key that is none was never signed with.
    let mut content = stage.policy.content();
    content["public_keys"]["ed25519"] = json!("no key");
    stage.set_policy(&content).await;
    stage.policy.say(Verdict::Sign);
    let error = stage.say("hello").await.unwrap_err();
    assert!(matches!(&error, RoomsError::PolicyUnknown { .. }), "{error}");
}

async fn a_slow_server_keeps_nobody_waiting_but_the_sender(mut stage: Stage) {
    stage.policy.say(Verdict::Wait);
    let first = stage.say_slowly("first").await;
    let second = stage.say_slowly("second").await;
    let bob = user("bob");
    let tip = stage.world.order.last().unwrap().clone();
    let content = json!({ "membership": "join" });
    let joined = stage.world.make(&bob, "m.room.member", Some(bob.as_str()), &content, &[tip]);
    // Bob's server sent it without asking: ours asks, and nobody waits for that either.
    let rooms = stage.world.rooms.clone();
    let wire = Pdu::from_wire(&stage.world.rules, joined.json()).unwrap();
    let receiving = tokio::spawn(async move { rooms.receive(wire).await });
    stage.policy.asked().await;
    for _ in 0..3 {
        stage.policy.release();
    }
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!(receiving.await.unwrap().unwrap(), Receipt::Accepted);
    assert!(stage.is_signed(&first).await && stage.is_signed(&second).await);
    let (one, _) = stage.world.stored(&first).await;
    let (other, _) = stage.world.stored(&second).await;
    assert_eq!(one["prev_events"], other["prev_events"], "both were made before either was judged");
    // The next event brings them together again.
    stage.policy.say(Verdict::Sign);
    let third = stage.say("third").await.unwrap();
    let (third, _) = stage.world.stored(&third).await;
    assert_eq!(third["prev_events"].as_array().unwrap().len(), 3, "{third}");
}

async fn what_the_room_went_on_without_takes_its_place(mut stage: Stage) {
    let said = stage.say("regretted").await.unwrap();
    stage.policy.asked().await;
    let redaction = Redact {
        room_id: stage.world.room_id.clone(),
        sender: user("alice"),
        event_id: said.clone(),
        content: to_raw_value(&json!({})).unwrap(),
        transaction: None,
    };
    let invite = Invite {
        room_id: stage.world.room_id.clone(),
        sender: user("alice"),
        target: UserId::parse("@anna:alice.example").unwrap(),
        target_profile: Profile::default(),
        reason: None,
        is_direct: false,
    };
    stage.policy.say(Verdict::Wait);
    let rooms = stage.world.rooms.clone();
    let inviting = tokio::spawn(async move { rooms.invite(invite).await });
    assert_eq!(stage.policy.asked().await.event["content"]["membership"], "invite");
    let rooms = stage.world.rooms.clone();
    let redacting = tokio::spawn(async move { rooms.redact(redaction).await });
    assert_eq!(stage.policy.asked().await.event["type"], "m.room.redaction");
    stage.policy.say(Verdict::Sign);
    stage.say("meanwhile").await.unwrap();
    stage.policy.release();
    stage.policy.release();
    inviting.await.unwrap().unwrap();
    let told = stage.world.told_with_invite("@anna:alice.example").await;
    assert!(
        told.iter().any(|entry| entry["type"] == "m.room.create"),
        "who is invited sees the room: {told:?}"
    );
    redacting.await.unwrap().unwrap();
    let (json, is_redacted) = stage.world.stored(&said).await;
    assert!(is_redacted && json["content"] == json!({}), "{json}");
}

async fn what_the_room_no_longer_allows_is_not_sent(mut stage: Stage) {
    let anna = UserId::parse("@anna:alice.example").unwrap();
    let join = Join {
        room_id: stage.world.room_id.clone(),
        user_id: anna.clone(),
        profile: Profile::default(),
        reason: None,
        guest: false,
        third_party_signed: None,
        content: serde_json::Map::new(),
    };
    stage.world.rooms.join(join).await.unwrap();
    stage.policy.asked().await;
    stage.policy.say(Verdict::Wait);
    let (rooms, message) = (stage.world.rooms.clone(), stage.message("last words"));
    let sending = tokio::spawn(async move { rooms.send(SendMessage { sender: anna, ..message }).await });
    stage.policy.asked().await;
    stage.policy.say(Verdict::Sign);
    let ban = json!({ "membership": "ban" });
    stage.state("m.room.member", "@anna:alice.example", &ban).await.unwrap();
    stage.policy.release();
    let error = sending.await.unwrap().unwrap_err();
    assert!(matches!(&error, RoomsError::Forbidden(_)), "{error}");
}

async fn events_that_belong_together_are_judged_one_by_one(mut stage: Stage) {
    let upgrade = Upgrade {
        room_id: stage.world.room_id.clone(),
        user_id: user("alice"),
        profile: Profile::default(),
        version: RoomVersionId::V11,
        additional_creators: Vec::new(),
    };
    stage.policy.say(Verdict::Wait);
    let rooms = stage.world.rooms.clone();
    let upgrading = tokio::spawn(async move { rooms.upgrade(upgrade).await });
    assert_eq!(stage.policy.asked().await.event["type"], "m.room.tombstone");
    // What comes between has them decided again, and none of them is in the room twice.
    stage.policy.say(Verdict::Sign);
    stage.say("wait!").await.unwrap();
    stage.policy.asked().await;
    stage.policy.release();
    upgrading.await.unwrap().unwrap();
    let mut kinds = Vec::new();
    while stage.policy.unread() > 0 {
        kinds.push(stage.policy.asked().await.event["type"].as_str().unwrap().to_owned());
    }
    let both = ["m.room.power_levels", "m.room.tombstone", "m.room.power_levels"];
    assert_eq!(kinds, both, "the second half of what was decided first, then all of it again");
}

async fn what_was_sent_before_is_not_judged_again(mut stage: Stage) {
    let transaction = TransactionId { device_number: 7, transaction_id: "once".to_owned() };
    let message = SendMessage { transaction: Some(transaction), ..stage.message("once") };
    let first = stage.world.rooms.send(message.clone()).await.unwrap();
    stage.policy.asked().await;
    stage.policy.refuse(400, &json!({ "errcode": "M_FORBIDDEN", "error": "twice" }));
    assert_eq!(stage.world.rooms.send(message).await.unwrap(), first);
    assert_eq!(stage.policy.unread(), 0);
}

async fn a_room_can_do_without_its_server(mut stage: Stage) {
    stage.policy.say(Verdict::Say(500, "down".to_owned()));
    assert!(stage.say("hello").await.is_err());
    stage.policy.asked().await;
    stage.set_policy(&json!({})).await;
    let said = stage.say("hello").await.unwrap();
    stage.world.import(said.as_str()).await;
    stage.set_policy(&stage.policy.content()).await;
    assert!(stage.say("hello").await.is_err());
    stage.policy.asked().await;
    // The server takes itself out of the room.
    let (bot, tip) = (bot(&stage.policy), stage.world.order.last().unwrap().clone());
    stage.policy.say(Verdict::Sign);
    let content = json!({ "membership": "leave" });
    let left = stage.world.make(&bot, "m.room.member", Some(bot.as_str()), &content, &[tip]);
    assert_eq!(stage.world.receive(&left).await, "accepted");
    stage.policy.asked().await;
    let said = stage.say("hello").await.unwrap();
    assert_eq!(stage.policy.unread(), 0, "nobody is asked");
    assert!(!stage.is_signed(&said).await);
}

async fn received_events_need_the_signature(mut stage: Stage) {
    let bob = user("bob");
    let content = json!({ "membership": "join" });
    let tip = stage.world.order.last().unwrap().clone();
    let joined = stage.world.make(&bob, "m.room.member", Some(bob.as_str()), &content, &[tip]);
    assert_eq!(stage.world.receive(&joined).await, "accepted");
    stage.policy.asked().await;
    assert!(
        stage.is_signed_by_policy(&joined).await,
        "the signature is kept for those who ask for the event"
    );
    let says = |stage: &mut Stage, text: &str| -> Arc<Pdu> {
        let last = [joined.event_id().to_owned()];
        stage.world.make(&bob, "m.room.message", None, &json!({ "body": text }), &last)
    };
    let spam = says(&mut stage, "spam");
    stage.policy.refuse(400, &json!({ "errcode": "M_FORBIDDEN", "error": "spam" }));
    let receipt = stage.receive(&spam).await;
    assert!(matches!(receipt, Receipt::SoftFailed(_)), "{receipt:?}");
    stage.policy.asked().await;
    // One that bears the signature needs nobody to be asked; with a wrong one there is a question.
    let policy = Policy::read(&to_raw_value(&stage.policy.content()).unwrap()).unwrap();
    stage.policy.say(Verdict::Sign);
    let good = says(&mut stage, "good");
    assert_eq!(stage.receive(&good).await, Receipt::Accepted);
    stage.policy.asked().await;
    let (json, _) = stage.world.stored(good.event_id()).await;
    let signature =
        json["signatures"][policy.via.as_str()]["ed25519:policy_server"].as_str().unwrap().to_owned();
    let other = says(&mut stage, "other");
    assert!(policy.add_signature(&stage.world.rules, (*other).clone(), &signature).is_err());
    let mut forged: Value = serde_json::from_str(other.json()).unwrap();
    forged["signatures"][policy.via.as_str()] = json!({ "ed25519:policy_server": signature });
    let forged = Pdu::from_wire(&stage.world.rules, &forged.to_string()).unwrap();
    assert_eq!(stage.receive(&forged).await, Receipt::Accepted);
    stage.policy.asked().await;
    assert!(stage.is_signed_by_policy(&forged).await, "a new signature takes the place of the wrong one");
}

impl Stage {
    async fn receive(&self, event: &Pdu) -> Receipt {
        let wire = Pdu::from_wire(&self.world.rules, event.json()).unwrap();
        self.world.rooms.receive(wire).await.unwrap()
    }

    /// Whether a received event is stored with the policy server's signature.
    async fn is_signed_by_policy(&self, event: &Pdu) -> bool {
        let (json, _) = self.world.stored(event.event_id()).await;
        let wire = Pdu::from_wire(&self.world.rules, &json.to_string()).unwrap();
        let policy = Policy::read(&to_raw_value(&self.policy.content()).unwrap()).unwrap();
        policy.has_signed(&self.world.rules, &wire)
    }
}

#[test]
fn every_room_version_is_judged() {
    run(async {
        for version in super::VERSIONS {
            let stage = Stage::new(None, version).await;
            let said = stage.say("hello").await.unwrap();
            assert!(stage.is_signed(&said).await, "version {version}");
        }
    });
}

#[test]
fn a_server_that_is_away_sends_nothing() {
    run(async {
        let mut stage = Stage::new(None, "12").await;
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let bot = UserId::parse(format!("@policy:{free}")).unwrap();
        let tip = stage.world.order.last().unwrap().clone();
        let content = json!({ "membership": "join" });
        let joined = stage.world.make(&bot, "m.room.member", Some(bot.as_str()), &content, &[tip]);
        assert_eq!(stage.world.receive(&joined).await, "accepted");
        let mut content = stage.policy.content();
        content["via"] = json!(free.to_string());
        stage.set_policy(&content).await;
        let error = stage.say("hello").await.unwrap_err();
        assert!(matches!(&error, RoomsError::PolicyUnknown { .. }), "{error}");
    });
}
