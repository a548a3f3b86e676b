//! Events that are sent later, unless somebody says otherwise.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, state};

pub(crate) const DELAYED: &str = "/_matrix/client/unstable/org.matrix.msc4140/delayed_events";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn message(room: &str, transaction: &str, delay: impl std::fmt::Display) -> String {
    format!(
        "/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}?org.matrix.msc4140.delay={delay}"
    )
}

async fn schedule(client: &Client, path: &str, content: Value) -> String {
    let body = client.put(path, content).await.ok();
    assert_eq!(body.get("event_id"), None);
    body["delay_id"].as_str().unwrap().to_owned()
}

/// Waits with the client's sync until an event with this body has come.
pub(crate) async fn wait_for(client: &Client, body: &str) -> Value {
    wait_until(client, |event| event["content"]["body"] == body).await
}

/// Waits with the client's sync until an event that is `meant` has come.
pub(crate) async fn wait_until(client: &Client, meant: impl Fn(&Value) -> bool) -> Value {
    let mut since = String::new();
    loop {
        let path = format!("/_matrix/client/v3/sync?timeout=10000{since}");
        let news = client.get(&path).await.ok();
        let rooms = news["rooms"]["join"].as_object().cloned().unwrap_or_default();
        let events = rooms.values().flat_map(|room| room["timeline"]["events"].as_array().cloned());
        if let Some(event) = events.flatten().find(&meant) {
            return event;
        }
        since = format!("&since={}", news["next_batch"].as_str().unwrap());
    }
}

async fn event_of(client: &Client, room: &str, event: &str) -> Value {
    client.get(&format!("/_matrix/client/v3/rooms/{room}/event/{event}")).await.ok()
}

async fn bodies(client: &Client, room: &str) -> Vec<String> {
    let page = client.get(&format!("/_matrix/client/v3/rooms/{room}/messages?dir=f&limit=100")).await.ok();
    let chunk = page["chunk"].as_array().unwrap().clone();
    chunk.iter().filter_map(|event| event["content"]["body"].as_str().map(str::to_owned)).collect()
}

async fn an_event_is_sent_when_its_time_has_come_also_after_a_restart(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let content = |text: &str| json!({ "msgtype": "m.text", "body": text });
    let name = schedule(&alice, &message(&room, "t1", 60_000), content("first")).await;
    let again = schedule(&alice, &message(&room, "t1", 60_000), content("first")).await;
    assert_eq!(name, again, "one transaction id, one event");
    schedule(&alice, &message(&room, "t2", 120_000), content("second")).await;
    let listed = alice.get(DELAYED).await.ok();
    let listed = listed["scheduled"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["delay_id"], &listed[0]["delay"]), (&json!(name), &json!(60_000)));
    assert_eq!((&listed[0]["type"], &listed[0]["room_id"]), (&json!("m.room.message"), &json!(room)));
    assert_eq!(listed[0]["content"], content("first"));
    assert!(bodies(&alice, &room).await.is_empty());
    server.clock.advance_ms(60_000);
    let first = wait_for(&alice, "first").await;
    assert_eq!(first["sender"], "@alice:localhost");
    assert_eq!(first["unsigned"]["org.matrix.msc4140.delay_id"], name);
    assert_eq!(first["unsigned"].get("transaction_id"), None, "what the server calls it is nobody's");
    let phone = server.sign_in("alice", None).await;
    let same = wait_for(&phone, "first").await;
    assert_eq!(same["unsigned"]["org.matrix.msc4140.delay_id"], name, "for all devices of its sender");
    let bob = server.register("bob").await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let told = event_of(&bob, &room, first["event_id"].as_str().unwrap()).await;
    assert_eq!(told["unsigned"].get("org.matrix.msc4140.delay_id"), None, "and for nobody else");
    assert_eq!(bodies(&alice, &room).await, ["first"]);
    server.clock.advance_ms(59_000);
    server.restart().await;
    let alice = alice.at(&server);
    server.clock.advance_ms(1_000);
    wait_for(&alice, "second").await;
    assert_eq!(bodies(&alice, &room).await, ["first", "second"]);
    let versions = server.visitor().get("/_matrix/client/versions").await.ok();
    assert_eq!(versions["unstable_features"]["org.matrix.msc4140"], true);
    server
}

async fn a_silent_caller_leaves_unless_the_delay_begins_anew(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let bob = server.register("bob").await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let path = format!("/_matrix/client/v3/rooms/{room}/state/org.example.call/alice");
    alice.put(&path, json!({ "body": "here" })).await.ok();
    let delayed = format!("{path}?org.matrix.msc4140.delay=10000");
    let name = schedule(&alice, &delayed, json!({ "body": "gone" })).await;
    for _ in 0..3 {
        server.clock.advance_ms(9_000);
        // Whoever knows the name may, without a token.
        server.visitor().post(&format!("{DELAYED}/{name}/restart"), json!({})).await.ok();
    }
    assert_eq!(state(&alice, &room, "org.example.call", "alice").await["body"], "here");
    server.clock.advance_ms(10_000);
    let gone = wait_for(&alice, "gone").await;
    assert_eq!(gone["unsigned"]["org.matrix.msc4140.delay_id"], name);
    assert_eq!(gone["unsigned"]["prev_content"]["body"], "here");
    assert_eq!(state(&alice, &room, "org.example.call", "alice").await["body"], "gone");
    let gone = gone["event_id"].as_str().unwrap();
    let phone = server.sign_in("alice", None).await;
    let same = event_of(&phone, &room, gone).await;
    assert_eq!(same["unsigned"]["org.matrix.msc4140.delay_id"], name, "for all devices of its sender");
    let told = event_of(&bob, &room, gone).await;
    assert_eq!(told["unsigned"].get("org.matrix.msc4140.delay_id"), None, "and for nobody else");
    // What somebody sends under a name of that kind is a transaction id like any other.
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{name}");
    alice.put(&path, json!({ "body": "now" })).await.ok();
    let now = wait_for(&alice, "now").await;
    assert_eq!(now["unsigned"]["transaction_id"], name);
    assert_eq!(now["unsigned"].get("org.matrix.msc4140.delay_id"), None);
    server
}

async fn it_is_sent_at_once_or_never_and_only_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let sent = schedule(&alice, &message(&room, "t1", 60_000), json!({ "body": "now" })).await;
    let cancelled = schedule(&alice, &message(&room, "t2", 60_000), json!({ "body": "never" })).await;
    let act = |name: &str, action: &str| format!("{DELAYED}/{name}/{action}");
    for _ in 0..2 {
        alice.post(&act(&sent, "send"), json!({})).await.ok();
        // The older form names the action in the body.
        let body = json!({ "action": "cancel" });
        server.visitor().post(&format!("{DELAYED}/{cancelled}"), body).await.ok();
    }
    assert_eq!(bodies(&alice, &room).await, ["now"]);
    assert_eq!(alice.get(DELAYED).await.ok()["scheduled"], json!([]));
    for (name, action) in
        [(&sent, "cancel"), (&sent, "restart"), (&cancelled, "send"), (&cancelled, "restart")]
    {
        alice.post(&act(name, action), json!({})).await.error(409, "M_UNKNOWN");
    }
    server.clock.advance_ms(60_000);
    let last = schedule(&alice, &message(&room, "t3", 1), json!({ "body": "last" })).await;
    server.clock.advance_ms(1);
    wait_for(&alice, "last").await;
    assert_eq!(bodies(&alice, &room).await, ["now", "last"]);
    assert_ne!(last, sent);
    alice.post(&act("none", "send"), json!({})).await.error(404, "M_NOT_FOUND");
    alice.post(&act(&sent, "hurry"), json!({})).await.error(404, "M_UNRECOGNIZED");
    alice
        .post(&format!("{DELAYED}/{sent}"), json!({ "action": "hurry" }))
        .await
        .error(400, "M_INVALID_PARAM");
    alice.post(&format!("{DELAYED}/{sent}"), json!({})).await.error(400, "M_BAD_JSON");
    server
}

async fn what_may_not_be_sent_then_is_not(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    schedule(&bob, &message(&room, "t1", 1_000), json!({ "body": "too late" })).await;
    let early = schedule(&bob, &message(&room, "t2", 50_000), json!({ "body": "not in" })).await;
    membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await.ok();
    bob.post(&format!("{DELAYED}/{early}/send"), json!({})).await.error(403, "M_FORBIDDEN");
    assert_eq!(bob.get(DELAYED).await.ok()["scheduled"].as_array().unwrap().len(), 2, "it stays scheduled");
    assert_eq!(alice.get(DELAYED).await.ok()["scheduled"], json!([]), "others see nothing of it");
    server.clock.advance_ms(1_000);
    // What is due is sent in order: once this one is here, the one before was refused.
    schedule(&alice, &message(&room, "t3", 1), json!({ "body": "after" })).await;
    server.clock.advance_ms(1);
    wait_for(&alice, "after").await;
    assert_eq!(bodies(&alice, &room).await, ["after"]);
    assert_eq!(bob.get(DELAYED).await.ok()["scheduled"].as_array().unwrap().len(), 1);
    server
}

async fn nothing_is_kept_for_rooms_that_one_is_not_in(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "invite": [bob.user_id] })).await;
    let content = json!({ "body": "x" });
    bob.put(&message(&room, "t1", 60_000), content.clone()).await.error(403, "M_FORBIDDEN");
    bob.put(&message("!nothing:localhost", "t2", 60_000), content.clone()).await.error(403, "M_FORBIDDEN");
    assert_eq!(bob.get(DELAYED).await.ok()["scheduled"], json!([]));
    membership(&bob, &room, "join", json!({})).await.ok();
    schedule(&bob, &message(&room, "t1", 60_000), content).await;
    server
}

async fn delays_and_their_number_are_bounded(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let content = json!({ "body": "x" });
    let error = alice.put(&message(&room, "t", DAY_MS + 1), content.clone()).await.error(400, "M_UNKNOWN");
    assert_eq!(error["org.matrix.msc4140.errcode"], "M_MAX_DELAY_EXCEEDED");
    assert_eq!(error["org.matrix.msc4140.max_delay"], DAY_MS);
    for odd in ["0", "-5", "soon"] {
        alice.put(&message(&room, "t", odd), content.clone()).await.error(400, "M_INVALID_PARAM");
    }
    alice.put(&message(&room, "t", 5), json!("text")).await.error(400, "M_BAD_JSON");
    let large = json!({ "body": "x".repeat(70_000) });
    alice.put(&message(&room, "t", 5), large).await.error(413, "M_TOO_LARGE");
    for number in 0..100 {
        schedule(&alice, &message(&room, &format!("n{number}"), DAY_MS), content.clone()).await;
    }
    let error =
        alice.put(&message(&room, "more", 5_000), content.clone()).await.error(429, "M_LIMIT_EXCEEDED");
    assert!(error["error"].as_str().unwrap().contains("100"));
    server.visitor().ask(Method::GET, DELAYED, None).await.error(401, "M_MISSING_TOKEN");
    server.visitor().put(&message(&room, "t", 5), content).await.error(401, "M_MISSING_TOKEN");
    server
}

on_both_engines!(
    an_event_is_sent_when_its_time_has_come_also_after_a_restart,
    a_silent_caller_leaves_unless_the_delay_begins_anew,
    it_is_sent_at_once_or_never_and_only_once,
    what_may_not_be_sent_then_is_not,
    nothing_is_kept_for_rooms_that_one_is_not_in,
    delays_and_their_number_are_bounded,
);
