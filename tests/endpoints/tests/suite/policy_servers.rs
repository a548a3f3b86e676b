//! Rooms whose policy server checks everything that is sent: another program of the same organisation, on loopback over
//! TLS, under the server's own name.

use std::collections::BTreeSet;

use herold_admin_api::{Answer as Said, Command, ask};
use herold_endpoint_tests::{Answer, Client, Contents, Place, TestServer, postgresql, run_in, sqlite};
use herold_server::config::Federation;
use herold_test_remote_server::{Authority, PolicyServer, Verdict};
use ruma::RoomVersionId;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::delayed_events::wait_for;
use crate::rooms_basics::{create, membership, say, state};
use crate::sync_client;

/// Makes two tests of each `async fn name(stage: Stage) -> TestServer`.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(#[test] fn $name() {
            super::run_in(super::sqlite(), async |place| super::$name(super::Stage::new(place).await).await);
        })* }
        mod on_postgresql { $(#[test] fn $name() {
            let place = super::postgresql(concat!(module_path!(), "::", stringify!($name)));
            super::run_in(place, async |place| super::$name(super::Stage::new(place).await).await);
        })* }
    };
}

on_both_engines!(
    everything_that_is_sent_is_checked,
    what_is_refused_does_not_happen_and_says_why,
    nothing_is_sent_while_the_server_cannot_be_asked,
    who_waits_for_the_server_keeps_nobody_waiting,
    a_room_that_is_closed_meanwhile_takes_nothing_more,
    a_server_that_stops_finishes_what_is_being_asked,
    what_was_broken_off_can_be_sent_again,
    delayed_events_of_other_rooms_do_not_wait,
    a_start_waits_for_no_policy_server,
);

/// A server, its policy server, and a room of alice's that uses it.
struct Stage {
    server: TestServer,
    policy: PolicyServer,
    alice: Client,
    room: String,
}

impl Stage {
    async fn new(place: Place) -> Self {
        let authority = Authority::default();
        let policy = PolicyServer::start(&authority, RoomVersionId::V12.rules().unwrap(), None).await;
        let server = TestServer::start_with(place, |config| {
            let roots = config.data.join("roots.pem");
            std::fs::write(&roots, authority.root_pem()).unwrap();
            config.server_name = policy.name();
            let allowed_networks = vec!["127.0.0.0/8".to_owned().try_into().unwrap()];
            config.federation = Federation { allowed_networks, root_certificates: Some(roots) };
        })
        .await;
        let alice = server.register("alice").await;
        let room = create(&alice, Self::request(&policy)).await;
        Self { server, policy, alice, room }
    }

    fn request(policy: &PolicyServer) -> Value {
        let initial = json!([{ "type": "m.room.policy", "state_key": "", "content": policy.content() }]);
        json!({ "preset": "public_chat", "initial_state": initial })
    }

    /// Another person in the room.
    async fn joined(&mut self, username: &str) -> Client {
        let client = self.server.register(username).await;
        membership(&client, &self.room, "join", json!({})).await.ok();
        assert_eq!(self.policy.asked().await.event["state_key"], client.user_id);
        client
    }

    /// Sends while the policy server takes its time: answers when the question has come.
    async fn send_slowly(&mut self, transaction: &str) -> JoinHandle<Answer> {
        self.policy.say(Verdict::Wait);
        let (alice, path) = (self.alice.clone(), send(&self.room, transaction));
        let sending = tokio::spawn(async move { alice.put(&path, json!({ "body": "slow" })).await });
        while self.policy.asked().await.event["content"]["body"] != "slow" {}
        self.policy.say(Verdict::Sign);
        sending
    }

    async fn bodies(&self) -> Vec<String> {
        let path = format!("/_matrix/client/v3/rooms/{}/messages?dir=f&limit=100", self.room);
        let page = self.alice.get(&path).await.ok();
        let events = page["chunk"].as_array().unwrap().iter();
        events.filter_map(|event| event["content"]["body"].as_str().map(str::to_owned)).collect()
    }

    async fn stop_and_start(&mut self) {
        self.server.restart().await;
        self.alice = self.alice.at(&self.server);
    }
}

fn send(room: &str, transaction: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}")
}

fn entry(room: &str, kind: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room}/state/{kind}/")
}

/// Deletes the room as an administrator does.
async fn delete(server: &TestServer, room: &str) {
    let command = Command::DeleteRoom { room: room.to_owned(), reason: None, media: false, block: false };
    let said = ask(&server.data().join("herold.sock"), &command).await;
    assert!(matches!(said, Ok(Said::RoomDeleted { .. })), "{said:?}");
}

async fn everything_that_is_sent_is_checked(mut stage: Stage) -> TestServer {
    assert_eq!(stage.policy.unread(), 0, "the beginning of a room is nobody's to judge");
    let (alice, room) = (stage.alice.clone(), stage.room.clone());
    let bob = stage.server.register("bob").await;
    let him = json!({ "user_id": bob.user_id });
    let message = say(&alice, &room, "t1", "hello").await;
    let redact = format!("/_matrix/client/v3/rooms/{room}/redact/{message}/t2");
    alice.put(&redact, json!({})).await.ok();
    alice.put(&entry(&room, "m.room.name"), json!({ "name": "Checked" })).await.ok();
    membership(&alice, &room, "invite", him.clone()).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&alice, &room, "kick", him.clone()).await.ok();
    membership(&alice, &room, "ban", him.clone()).await.ok();
    membership(&alice, &room, "unban", him).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    let profile = format!("/_matrix/client/v3/profile/{}/displayname", bob.user_id);
    bob.put(&profile, json!({ "displayname": "Bobby" })).await.ok();
    membership(&bob, &room, "leave", json!({})).await.ok();
    let upgrade = json!({ "new_version": "12" });
    let new = membership(&alice, &room, "upgrade", upgrade).await.ok();
    let wanted = [
        ("m.room.message", None),
        ("m.room.redaction", None),
        ("m.room.name", None),
        ("m.room.member", Some("invite")),
        ("m.room.member", Some("join")),
        ("m.room.member", Some("leave")),
        ("m.room.member", Some("ban")),
        ("m.room.member", Some("leave")),
        ("m.room.member", Some("join")),
        ("m.room.member", Some("join")),
        ("m.room.member", Some("leave")),
        ("m.room.tombstone", None),
        ("m.room.power_levels", None),
    ];
    for (kind, membership) in wanted {
        let asked = stage.policy.asked().await;
        assert_eq!(asked.origin, stage.policy.name());
        let event = asked.event;
        assert_eq!(
            (event["type"].as_str(), event["content"]["membership"].as_str()),
            (Some(kind), membership)
        );
        let signed = event["signatures"][stage.policy.name().as_str()].as_object().unwrap();
        assert!(
            signed.keys().all(|key| key != "ed25519:policy_server"),
            "signed by the server alone: {event}"
        );
        assert_eq!(signed.len(), 1);
    }
    assert_eq!(stage.policy.unread(), 0);
    assert_eq!(
        state(&alice, &room, "m.room.tombstone", "").await["replacement_room"],
        new["replacement_room"]
    );
    // Both keys of the one name stay in the event, which anybody may ask for.
    assert!(Contents::of(&stage.server).with_text("ed25519:policy_server").contains("events.json"));
    let told = sync_client::first(&alice).await.to_string();
    assert!(!told.contains("signatures"), "clients are told none");
    stage.server
}

async fn what_is_refused_does_not_happen_and_says_why(mut stage: Stage) -> TestServer {
    let bob = stage.joined("bob").await;
    let carol = stage.server.register("carol").await;
    let (alice, room) = (stage.alice.clone(), stage.room.clone());
    let message = say(&alice, &room, "t0", "hello").await;
    stage.policy.asked().await;
    let before = sync_client::first(&alice).await;
    let path = |rest: &str| format!("/_matrix/client/v3/rooms/{room}/{rest}");
    let (name, redaction) = (entry(&room, "m.room.name"), path(&format!("redact/{message}/t2")));
    for (status, code) in
        [(400, "M_FORBIDDEN"), (403, "M_FORBIDDEN"), (404, "M_NOT_FOUND"), (400, "ORG.TEST_HARM")]
    {
        let text = format!("the {code} of {status}");
        stage.policy.refuse(status, &json!({ "errcode": code, "error": text }));
        let refused = [
            alice.put(&send(&room, "t1"), json!({ "body": "spam" })).await,
            alice.put(&name, json!({ "name": "spam" })).await,
            alice.put(&redaction, json!({})).await,
            membership(&alice, &room, "invite", json!({ "user_id": carol.user_id })).await,
            membership(&carol, &room, "join", json!({})).await,
            carol.post(&format!("/_matrix/client/v3/join/{room}"), json!({})).await,
            membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await,
            membership(&bob, &room, "leave", json!({})).await,
            membership(&alice, &room, "upgrade", json!({ "new_version": "12" })).await,
        ];
        for answer in refused {
            assert_eq!(answer.error(status, code)["error"], text);
            stage.policy.asked().await;
        }
    }
    stage
        .policy
        .refuse(429, &json!({ "errcode": "M_LIMIT_EXCEEDED", "error": "slowly", "retry_after_ms": 700 }));
    let error = alice.put(&send(&room, "t1"), json!({ "body": "spam" })).await.error(429, "M_LIMIT_EXCEEDED");
    assert_eq!(error["retry_after_ms"], 700);
    // Nobody is signed out, whatever a policy server says.
    stage.policy.refuse(401, &json!({ "errcode": "M_UNKNOWN_TOKEN", "error": "who are you?" }));
    alice.put(&send(&room, "t1"), json!({ "body": "spam" })).await.error(403, "M_FORBIDDEN");

    // A new name is a matter of bob's own; a room that does not want it keeps the old one.
    let profile = format!("/_matrix/client/v3/profile/{}/displayname", bob.user_id);
    bob.put(&profile, json!({ "displayname": "Bobby" })).await.ok();
    assert_eq!(state(&alice, &room, "m.room.member", &bob.user_id).await.get("displayname"), None);
    let news = sync_client::next(&alice, &before).await;
    assert_eq!(news["rooms"]["join"].get(&room), None, "{news}");
    let rooms = alice.get("/_matrix/client/v3/joined_rooms").await.ok();
    assert_eq!(rooms["joined_rooms"], json!([room]), "no replacement was born");
    // The same transaction is sent once it may.
    stage.policy.say(Verdict::Sign);
    say(&alice, &room, "t1", "not spam").await;
    assert_eq!(stage.bodies().await, ["hello", "not spam"]);
    stage.server
}

async fn nothing_is_sent_while_the_server_cannot_be_asked(mut stage: Stage) -> TestServer {
    let (alice, room) = (stage.alice.clone(), stage.room.clone());
    let name = stage.policy.name();
    for verdict in
        [Verdict::SignByAnother, Verdict::Say(500, "down".to_owned()), Verdict::Say(200, "{}".to_owned())]
    {
        stage.policy.say(verdict);
        let error = alice.put(&send(&room, "t1"), json!({ "body": "x" })).await;
        let error = error.error(502, "M_CONNECTION_FAILED");
        assert!(error["error"].as_str().unwrap().contains(name.as_str()), "{error}");
        stage.policy.asked().await;
    }
    let (content, policy) = (stage.policy.content(), entry(&room, "m.room.policy"));
    drop(stage.policy);
    alice.put(&send(&room, "t1"), json!({ "body": "x" })).await.error(502, "M_CONNECTION_FAILED");
    alice.put(&entry(&room, "m.room.name"), json!({ "name": "x" })).await.error(502, "M_CONNECTION_FAILED");
    // Whoever may can always do without it.
    alice.put(&policy, json!({})).await.ok();
    say(&alice, &room, "t1", "free").await;
    alice.put(&policy, content).await.ok();
    alice.put(&send(&room, "t2"), json!({ "body": "x" })).await.error(502, "M_CONNECTION_FAILED");
    // A room that has ended lets everybody out.
    delete(&stage.server, &room).await;
    assert_eq!(alice.get("/_matrix/client/v3/joined_rooms").await.ok()["joined_rooms"], json!([]));
    stage.server
}

async fn who_waits_for_the_server_keeps_nobody_waiting(mut stage: Stage) -> TestServer {
    let bob = stage.joined("bob").await;
    let room = stage.room.clone();
    let other = create(&bob, json!({})).await;
    let before = sync_client::first(&bob).await;
    let slow = stage.send_slowly("t1").await;
    say(&bob, &other, "t1", "elsewhere").await;
    let quick = say(&bob, &room, "t2", "quick").await;
    let receipt = format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{quick}");
    bob.post(&receipt, json!({})).await.ok();
    let news = sync_client::next(&bob, &before).await;
    assert_eq!(sync_client::bodies(sync_client::joined(&news, &room)), ["quick"]);
    assert_eq!(sync_client::bodies(sync_client::joined(&news, &other)), ["elsewhere"]);
    stage.policy.release();
    let slow = slow.await.unwrap().ok();
    assert_eq!(stage.bodies().await, ["quick", "slow"]);
    let again = stage.alice.put(&send(&room, "t1"), json!({ "body": "slow" })).await.ok();
    assert_eq!(again, slow, "one transaction id, one event");
    // What was asked twice at once is there once.
    let (one, other) = (stage.send_slowly("t3").await, stage.send_slowly("t3").await);
    stage.policy.release();
    stage.policy.release();
    assert_eq!(one.await.unwrap().ok(), other.await.unwrap().ok());
    assert_eq!(stage.bodies().await, ["quick", "slow", "slow"]);
    stage.server
}

async fn a_room_that_is_closed_meanwhile_takes_nothing_more(mut stage: Stage) -> TestServer {
    let room = stage.room.clone();
    let slow = stage.send_slowly("t1").await;
    delete(&stage.server, &room).await;
    stage.policy.release();
    slow.await.unwrap().error(403, "M_FORBIDDEN");
    assert_eq!(stage.policy.unread(), 0, "people leave a closed room without asking anybody");
    assert_eq!(Contents::of(&stage.server).with_text("slow"), BTreeSet::new());
    stage.server
}

async fn a_server_that_stops_finishes_what_is_being_asked(mut stage: Stage) -> TestServer {
    let slow = stage.send_slowly("t1").await;
    let policy = &stage.policy;
    // The stop has begun before the answer comes.
    tokio::join!(stage.server.restart(), async { policy.release() });
    slow.await.unwrap().ok();
    stage.alice = stage.alice.at(&stage.server);
    assert_eq!(stage.bodies().await, ["slow"]);
    stage.server
}

async fn what_was_broken_off_can_be_sent_again(mut stage: Stage) -> TestServer {
    stage.server.config.listen.finish_within_seconds = 0;
    stage.stop_and_start().await;
    let slow = stage.send_slowly("t1").await;
    stage.stop_and_start().await;
    slow.abort();
    assert_eq!(stage.bodies().await, [""; 0]);
    say(&stage.alice, &stage.room, "t1", "again").await;
    assert_eq!(stage.bodies().await, ["again"]);
    stage.server
}

async fn delayed_events_of_other_rooms_do_not_wait(mut stage: Stage) -> TestServer {
    let (alice, room) = (stage.alice.clone(), stage.room.clone());
    let plain = create(&alice, json!({})).await;
    let later = |room: &str, transaction: &str, delay_ms: u32| {
        format!("{}?org.matrix.msc4140.delay={delay_ms}", send(room, transaction))
    };
    for (room, transaction, delay_ms) in
        [(&room, "first", 1_000), (&room, "second", 1_001), (&plain, "plain", 1_500), (&plain, "late", 2_000)]
    {
        alice.put(&later(room, transaction, delay_ms), json!({ "body": transaction })).await.ok();
    }
    stage.policy.say(Verdict::Wait);
    stage.server.clock.advance_ms(1_500);
    assert_eq!(stage.policy.asked().await.event["content"]["body"], "first");
    wait_for(&alice, "plain").await;
    stage.server.clock.advance_ms(500);
    wait_for(&alice, "late").await;
    assert_eq!(stage.bodies().await, [""; 0]);
    stage.policy.say(Verdict::Sign);
    stage.policy.release();
    wait_for(&alice, "second").await;
    assert_eq!(stage.bodies().await, ["first", "second"]);
    // One that is refused is done with.
    stage.policy.refuse(400, &json!({ "errcode": "M_FORBIDDEN", "error": "spam" }));
    alice.put(&later(&room, "third", 1), json!({ "body": "third" })).await.ok();
    alice.put(&later(&plain, "fourth", 2), json!({ "body": "fourth" })).await.ok();
    stage.server.clock.advance_ms(2);
    wait_for(&alice, "fourth").await;
    let scheduled = "/_matrix/client/unstable/org.matrix.msc4140/delayed_events";
    while alice.get(scheduled).await.ok()["scheduled"] != json!([]) {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.bodies().await, ["first", "second"]);
    stage.server
}

async fn a_start_waits_for_no_policy_server(mut stage: Stage) -> TestServer {
    let bob = stage.joined("bob").await;
    stage.policy.say(Verdict::Say(500, "down".to_owned()));
    let deactivate = json!({ "auth": bob.proof() });
    bob.post("/_matrix/client/v3/account/deactivate", deactivate).await.ok();
    stage.policy.asked().await;
    assert_eq!(state(&stage.alice, &stage.room, "m.room.member", &bob.user_id).await["membership"], "join");
    stage.policy.say(Verdict::Wait);
    stage.stop_and_start().await;
    let before = sync_client::first(&stage.alice).await;
    // Had the start waited, this question would have been given up by now.
    assert_eq!(stage.policy.asked().await.event["content"]["membership"], "leave");
    stage.policy.release();
    sync_client::wait(&stage.alice, &before).await;
    assert_eq!(state(&stage.alice, &stage.room, "m.room.member", &bob.user_id).await["membership"], "leave");
    stage.server
}
