//! Apps on telephones are told through Apple and Google, which are given ids and numbers.

use std::time::Duration;

use herold_endpoint_tests::{Arrived, Client, TestServer, Vendors, on_both_engines};
use herold_server::config::{AppleApp, GoogleApp};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

/// The device's token as its app writes it, and as Apple wants it.
const APPLE_TOKEN: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
const APPLE_HEX: &str = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

async fn configured(server: &mut TestServer) -> Vendors {
    let vendors = Vendors::start().await;
    server.config.push.apns = vec![AppleApp {
        app_id: "org.example.ios".to_owned(),
        topic: "org.example".to_owned(),
        team_id: "TEAM".to_owned(),
        key_id: "KEY".to_owned(),
        key_file: vendors.apple_key(),
        server: vendors.origin().to_owned(),
    }];
    server.config.push.fcm = vec![GoogleApp {
        app_id: "org.example.android".to_owned(),
        service_account_file: vendors.google_account(),
        server: vendors.origin().to_owned(),
    }];
    server.restart().await;
    vendors
}

fn pusher(app_id: &str, pushkey: &str, data: Value) -> Value {
    let mut pusher = json!({
        "kind": "http", "app_id": app_id, "pushkey": pushkey, "lang": "en", "append": true,
        "app_display_name": "Example", "device_display_name": "Telephone",
        "data": { "url": "https://matrix.example.org/_matrix/push/v1/notify" },
    });
    for (key, value) in data.as_object().unwrap() {
        pusher["data"][key] = value.clone();
    }
    pusher
}

async fn set(client: &Client, pusher: Value) {
    client.post("/_matrix/client/v3/pushers/set", pusher).await.ok();
}

async fn pushers(client: &Client) -> usize {
    client.get("/_matrix/client/v3/pushers").await.ok()["pushers"].as_array().unwrap().len()
}

async fn alice_and_bob(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat", "name": "Mission Control" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    // Among three nothing is urgent that mentions nobody.
    let carol = server.register("carol").await;
    membership(&carol, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

async fn read(client: &Client, room: &str, event: &str) {
    client.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}"), json!({})).await.ok();
}

/// The next notification that arrives while the server's clock runs on, and how far it ran.
async fn next_in_time(server: &TestServer, vendors: &mut Vendors) -> (Arrived, i64) {
    let mut waited_ms = 0;
    loop {
        server.clock.advance_ms(60_000);
        waited_ms += 60_000;
        if let Ok(told) = tokio::time::timeout(Duration::from_millis(250), vendors.next()).await {
            return (told, waited_ms);
        }
    }
}

async fn apple_is_given_ids_and_numbers(mut server: TestServer) -> TestServer {
    let mut vendors = configured(&mut server).await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    let defaults = json!({ "cs": "secret", "aps": { "alert": { "loc-key": "HELLO" }, "sound": "ring" } });
    set(&bob, pusher("org.example.ios", APPLE_TOKEN, json!({ "default_payload": defaults }))).await;
    let one = say(&alice, &room, "1", "confidential").await;
    let told = vendors.next().await;
    let expected = json!({
        "aps": { "alert": { "loc-key": "HELLO" }, "sound": "ring", "badge": 1, "mutable-content": 1 },
        "cs": "secret", "event_id": one, "room_id": room, "unread_count": 1,
    });
    assert_eq!((told.to.as_str(), &told.body), (APPLE_HEX, &expected));
    assert_eq!(told.claims, json!({ "iss": "TEAM", "iat": 1_700_000_000 }));
    let header = |told: &Arrived, name: &str| told.headers[name].to_str().unwrap().to_owned();
    let headers = |told: &Arrived| {
        ["apns-topic", "apns-push-type", "apns-priority", "apns-expiration"].map(|name| header(told, name))
    };
    assert_eq!(headers(&told), ["org.example", "alert", "5", "1700086400"]);
    read(&bob, &room, &one).await;
    let number = vendors.next().await;
    assert_eq!(number.body, json!({ "aps": { "badge": 0 } }));
    assert_eq!(
        (header(&number, "apns-collapse-id").as_str(), header(&number, "apns-priority").as_str()),
        ("unread", "5")
    );
    // The token is used for a while, and then made anew.
    server.clock.advance_ms(39 * 60 * 1_000);
    say(&alice, &room, "2", "two").await;
    assert_eq!(vendors.next().await.claims, told.claims);
    server.clock.advance_ms(2 * 60 * 1_000);
    let mention = json!({ "msgtype": "m.text", "body": "x", "m.mentions": { "user_ids": [bob.user_id] } });
    alice.put(&format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/3"), mention).await.ok();
    let urgent = vendors.next().await;
    assert_eq!(urgent.claims["iat"], 1_700_000_000 + 41 * 60);
    assert_eq!(header(&urgent, "apns-priority"), "10");
    server
}

async fn google_is_given_ids_and_numbers(mut server: TestServer) -> TestServer {
    let mut vendors = configured(&mut server).await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    let defaults = json!({ "cs": "secret", "nested": { "a": 1 }, "unread": "odd" });
    set(&bob, pusher("org.example.android", "registration", json!({ "default_payload": defaults }))).await;
    let one = say(&alice, &room, "1", "confidential").await;
    let told = vendors.next().await;
    let data = json!({
        "cs": "secret", "nested": "{\"a\":1}", "event_id": one, "room_id": room, "prio": "low", "unread": "1",
    });
    let expected = json!({ "message": {
        "token": "registration", "data": data, "android": { "priority": "normal", "ttl": "86400s" },
    } });
    assert_eq!((told.to.as_str(), &told.body), ("project-1", &expected));
    let claims = json!({
        "iss": "herold@example.org", "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "aud": format!("{}/token", vendors.origin()), "iat": 1_700_000_000, "exp": 1_700_003_600,
    });
    assert_eq!(vendors.asked(), [claims]);
    read(&bob, &room, &one).await;
    let number = vendors.next().await.body;
    let data = json!({ "cs": "secret", "nested": "{\"a\":1}", "unread": "0" });
    assert_eq!(
        (&number["message"]["data"], &number["message"]["android"]["collapse_key"]),
        (&data, &json!("unread"))
    );
    // Access is asked for again when it ends, and when Google takes it no more.
    server.clock.advance_ms(3_600_000);
    say(&alice, &room, "2", "two").await;
    vendors.next().await;
    assert_eq!(vendors.asked().len(), 2);
    vendors.answer(401, json!({ "error": { "status": "UNAUTHENTICATED" } }), None);
    let three = say(&alice, &room, "3", "three").await;
    vendors.next().await;
    vendors.answer(200, json!({}), None);
    let (again, _) = next_in_time(&server, &mut vendors).await;
    assert_eq!(again.body["message"]["data"]["event_id"], json!(three));
    assert_eq!(vendors.asked().len(), 3);
    server
}

async fn a_device_that_is_gone_is_forgotten(mut server: TestServer) -> TestServer {
    let mut vendors = configured(&mut server).await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    let fcm = |status: u16, detail: Value| (status, json!({ "error": { "details": [detail] } }));
    let field = json!({ "fieldViolations": [{ "field": "message.token" }] });
    let cases = [
        ("org.example.ios", (410, json!({ "reason": "Unregistered", "timestamp": 1 }))),
        ("org.example.ios", (400, json!({ "reason": "BadDeviceToken" }))),
        ("org.example.ios", (400, json!({ "reason": "DeviceTokenNotForTopic" }))),
        ("org.example.android", fcm(404, json!({ "errorCode": "UNREGISTERED" }))),
        ("org.example.android", fcm(400, field)),
        ("org.example.android", fcm(403, json!({ "errorCode": "SENDER_ID_MISMATCH" }))),
    ];
    for (number, (app_id, (status, answer))) in cases.into_iter().enumerate() {
        set(&bob, pusher(app_id, APPLE_TOKEN, json!({}))).await;
        assert_eq!(pushers(&bob).await, 1);
        vendors.answer(status, answer, None);
        say(&alice, &room, &number.to_string(), "hello").await;
        vendors.next().await;
        while pushers(&bob).await > 0 {
            tokio::task::yield_now().await;
        }
    }
    server
}

async fn what_was_not_taken_is_told_later(mut server: TestServer) -> TestServer {
    let mut vendors = configured(&mut server).await;
    let (alice, bob, room) = alice_and_bob(&server).await;
    let mut transaction = 0;
    for app_id in ["org.example.ios", "org.example.android"] {
        set(&bob, pusher(app_id, APPLE_TOKEN, json!({}))).await;
        for (status, answer, retry_after) in [
            (429, json!({ "reason": "TooManyRequests" }), Some("900")),
            (503, json!({ "reason": "ServiceUnavailable" }), None),
            (403, json!({ "reason": "InvalidProviderToken" }), None),
            (400, json!({ "reason": "BadTopic" }), None),
            (404, json!({ "reason": "BadPath" }), None),
        ] {
            vendors.answer(status, answer, retry_after);
            transaction += 1;
            say(&alice, &room, &transaction.to_string(), "hello").await;
            let first = vendors.next().await.body;
            vendors.answer(200, json!({}), None);
            let (again, waited_ms) = next_in_time(&server, &mut vendors).await;
            assert_eq!(again.body, first, "{app_id} {status}");
            assert!(retry_after.is_none() || waited_ms >= 900_000, "{app_id}: {waited_ms}");
            assert_eq!(pushers(&bob).await, 1);
        }
        let mut gone = pusher(app_id, APPLE_TOKEN, json!({}));
        gone["kind"] = Value::Null;
        set(&bob, gone).await;
    }
    server
}

async fn what_no_app_gave_is_refused_and_others_are_served(mut server: TestServer) -> TestServer {
    server.config.push.gateway = true;
    let mut vendors = configured(&mut server).await;
    let bob = server.register("bob").await;
    let path = "/_matrix/client/v3/pushers/set";
    for odd in ["token", "abcd", &"f".repeat(300)] {
        bob.post(path, pusher("org.example.ios", odd, json!({}))).await.error(400, "M_INVALID_PARAM");
    }
    let much = json!({ "default_payload": { "a": "x".repeat(3_000) } });
    let refused =
        bob.post(path, pusher("org.example.android", "t", much)).await.error(400, "M_INVALID_PARAM");
    assert!(refused["error"].as_str().unwrap().contains("default_payload"), "{refused}");
    // Of an app that is not configured, a browser is meant.
    bob.post(path, pusher("org.example.other", "t", json!({}))).await.error(400, "M_INVALID_PARAM");
    set(&bob, pusher("org.example.ios", &APPLE_HEX.to_uppercase(), json!({}))).await;
    let devices = json!([
        { "app_id": "org.example.ios", "pushkey": APPLE_HEX, "data": {} },
        { "app_id": "org.example.ios", "pushkey": "odd" },
    ]);
    let notification = json!({ "event_id": "$e", "room_id": "!r", "sender": "@a:b", "devices": devices });
    let answer =
        server.visitor().post("/_matrix/push/v1/notify", json!({ "notification": notification })).await;
    assert_eq!(answer.ok(), json!({ "rejected": ["odd"] }));
    let told = vendors.next().await;
    let usual =
        json!({ "alert": { "loc-key": "SINGLE_UNREAD", "loc-args": [] }, "badge": 0, "mutable-content": 1 });
    let expected = json!({ "aps": usual, "event_id": "$e", "room_id": "!r", "unread_count": 0 });
    assert_eq!((told.to.as_str(), &told.body), (APPLE_HEX, &expected));
    assert_eq!(told.headers["apns-priority"], "10", "without a word on it, it is urgent");
    assert!(vendors.is_quiet());
    server
}

on_both_engines!(
    apple_is_given_ids_and_numbers,
    google_is_given_ids_and_numbers,
    a_device_that_is_gone_is_forgotten,
    what_was_not_taken_is_told_later,
    what_no_app_gave_is_refused_and_others_are_served,
);
