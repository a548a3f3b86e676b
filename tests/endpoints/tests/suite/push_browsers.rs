//! Browsers are told through the push services of their makers, which learn nothing and can check who sends.

use std::time::Duration;

use herold_accounts::Standing;
use herold_endpoint_tests::{Client, PushService, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

async fn alice_and_bob(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat", "name": "Mission Control" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

async fn read(client: &Client, room: &str, event: &str) {
    client.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}"), json!({})).await.ok();
}

async fn stand(server: &TestServer, who: &Client, locked: bool, suspended: bool) {
    let user_id = who.user_id.as_str().try_into().unwrap();
    let decide = move |standing| Standing { locked, suspended, ..standing };
    server.accounts().decide(user_id, decide).await.unwrap();
}

async fn pushers(client: &Client) -> usize {
    client.get("/_matrix/client/v3/pushers").await.ok()["pushers"].as_array().unwrap().len()
}

async fn a_browser_is_told_what_its_app_wants_to_know(mut server: TestServer) -> TestServer {
    let mut service = PushService::start().await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    service.push_to(&server, &bob, json!({ "format": "event_id_only" })).await;
    let one = say(&alice, &room, "1", "secret").await;
    let told = service.next().await;
    let expected = json!({
        "event_id": one, "room_id": room, "prio": "high", "unread": 1, "user_id": bob.user_id,
    });
    assert_eq!(told.payload, expected, "ids alone");
    assert_eq!(told.claims["aud"], json!(service.origin()));
    assert_eq!(told.claims["sub"], "https://matrix.example.org");
    let day_s = 24 * 60 * 60;
    let holds_s = told.claims["exp"].as_i64().unwrap() - 1_700_000_000;
    assert!((1..day_s).contains(&holds_s), "{holds_s}");
    assert_eq!((&told.headers["urgency"], told.headers.get("topic")), (&"high".parse().unwrap(), None));
    let described = server.visitor().get("/app.json").await.ok();
    assert_eq!(described["web_push"]["key"], json!(told.key), "what the browser subscribed to signs");
    assert_eq!(described["web_push"]["gateway"], "https://matrix.example.org/_matrix/push/v1/notify");
    read(&bob, &room, &one).await;
    let number = service.next().await;
    assert_eq!(number.payload, json!({ "unread": 0, "user_id": bob.user_id }));
    assert_eq!(
        (&number.headers["topic"], &number.headers["urgency"]),
        (&"unread".parse().unwrap(), &"low".parse().unwrap())
    );
    assert_eq!(number.length, told.length, "what is not read tells nothing by its length");
    server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    service.push_to(&server, &bob, json!({})).await;
    say(&alice, &room, "2", &"long ".repeat(2_000)).await;
    let told = service.next().await;
    assert_eq!(told.key, described["web_push"]["key"], "the key stays");
    assert_eq!(told.payload["room_name"], "Mission Control");
    assert_eq!(told.payload["content"], Value::Null, "what does not fit is left out");
    say(&alice, &room, "3", "short").await;
    assert_eq!(service.next().await.payload["content"]["body"], "short");
    server
}

async fn who_wants_only_events_is_told_no_numbers(server: TestServer) -> TestServer {
    let mut service = PushService::start().await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    service.push_to(&server, &bob, json!({ "events_only": true })).await;
    let one = say(&alice, &room, "1", "one").await;
    assert_eq!(service.next().await.payload["event_id"], json!(one));
    read(&bob, &room, &one).await;
    let two = say(&alice, &room, "2", "two").await;
    assert_eq!(service.next().await.payload["event_id"], json!(two));
    server
}

async fn a_subscription_that_ended_is_forgotten(server: TestServer) -> TestServer {
    let (alice, bob, room) = alice_and_bob(&server).await;
    for (transaction, status) in [("1", 404), ("2", 410)] {
        let mut service = PushService::start().await;
        service.push_to(&server, &bob, json!({})).await;
        assert_eq!(pushers(&bob).await, 1);
        service.answer(status, None);
        say(&alice, &room, transaction, "hello").await;
        service.next().await;
        while pushers(&bob).await > 0 {
            tokio::task::yield_now().await;
        }
    }
    server
}

async fn a_service_that_wants_to_be_left_alone_is(server: TestServer) -> TestServer {
    let mut service = PushService::start().await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    service.push_to(&server, &bob, json!({})).await;
    service.answer(429, Some("600"));
    let one = say(&alice, &room, "1", "one").await;
    service.next().await;
    service.answer(201, None);
    // The failure is noted when the answer was read: the clock moves on until then. What passes before ten minutes
    // are over must bring nothing.
    let mut waited_ms = 0;
    let told = loop {
        server.clock.advance_ms(60_000);
        waited_ms += 60_000;
        if let Ok(told) = tokio::time::timeout(Duration::from_millis(250), service.next()).await {
            break told;
        }
    };
    assert!(waited_ms >= 600_000, "{waited_ms}");
    assert_eq!(told.payload["event_id"], json!(one));
    server
}

async fn what_no_browser_gave_is_refused(mut server: TestServer) -> TestServer {
    let service = PushService::start().await;
    let bob = server.register("bob").await;
    let good = service.pusher(&server, json!({})).await;
    let set = "/_matrix/client/v3/pushers/set";
    for (field, value) in
        [("auth", json!("x")), ("endpoint", json!("https://10.0.0.1/")), ("endpoint", json!(1))]
    {
        let mut wrong = good.clone();
        wrong["data"][field] = value;
        let told = bob.post(set, wrong).await.error(400, "M_INVALID_PARAM");
        assert!(told["error"].as_str().unwrap().contains(field), "{told}");
    }
    let mut wrong = good.clone();
    wrong["pushkey"] = json!("key");
    bob.post(set, wrong).await.error(400, "M_INVALID_PARAM");
    server.config.push.web_push = false;
    server.restart().await;
    assert_eq!(server.visitor().get("/app.json").await.ok()["web_push"], Value::Null);
    bob.at(&server).post(set, good).await.error(400, "M_INVALID_PARAM");
    server
}

async fn who_is_locked_out_suspended_or_gone_is_told_nothing(server: TestServer) -> TestServer {
    let mut service = PushService::start().await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    let carol = server.register("carol").await;
    membership(&carol, &room, "join", json!({})).await.ok();
    let mut witness = PushService::start().await;
    witness.push_to(&server, &carol, json!({ "events_only": true })).await;
    service.push_to(&server, &bob, json!({ "events_only": true })).await;
    for (name, locked, suspended) in [("locked", true, false), ("suspended", false, true)] {
        stand(&server, &bob, locked, suspended).await;
        for number in 0..3 {
            let unheard = say(&alice, &room, &format!("{name} {number}"), "unheard").await;
            assert_eq!(witness.next().await.payload["event_id"], json!(unheard));
        }
        assert!(service.is_quiet(), "nothing is told to whoever is {name}");
        stand(&server, &bob, false, false).await;
        let heard = say(&alice, &room, name, "heard").await;
        witness.next().await;
        while service.next().await.payload["event_id"] != json!(heard) {}
    }
    bob.post("/_matrix/client/v3/account/deactivate", json!({ "auth": bob.proof() })).await.ok();
    say(&alice, &room, "last", "unheard").await;
    witness.next().await;
    assert!(service.is_quiet());
    server
}

on_both_engines!(
    a_browser_is_told_what_its_app_wants_to_know,
    who_wants_only_events_is_told_no_numbers,
    a_subscription_that_ended_is_forgotten,
    a_service_that_wants_to_be_left_alone_is,
    what_no_browser_gave_is_refused,
    who_is_locked_out_suspended_or_gone_is_told_nothing,
);
