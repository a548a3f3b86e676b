//! Pushers as people set them: what is refused, whose they are, and when they go.

use herold_endpoint_tests::{Client, Gateway, PASSWORD, TestServer, on_both_engines};
use serde_json::{Value, json};

const SET: &str = "/_matrix/client/v3/pushers/set";

async fn pushers(client: &Client) -> Vec<Value> {
    let body = client.get("/_matrix/client/v3/pushers").await.ok();
    body["pushers"].as_array().unwrap().clone()
}

fn pusher(pushkey: &str) -> Value {
    json!({
        "kind": "http", "app_id": "org.example.app", "pushkey": pushkey, "lang": "en", "profile_tag": "tag",
        "app_display_name": "Example", "device_display_name": "Phone",
        "data": { "url": "https://push.example.org/_matrix/push/v1/notify", "custom": { "a": [1] } },
    })
}

async fn a_pusher_is_set_changed_and_deleted(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    assert_eq!(pushers(&alice).await, Vec::<Value>::new());
    alice.post(SET, pusher("one")).await.ok();
    alice.post(SET, pusher("two")).await.ok();
    server.restart().await;
    let alice = alice.at(&server);
    assert_eq!(pushers(&alice).await, [pusher("one"), pusher("two")]);
    let mut changed = pusher("one");
    changed["lang"] = json!("de");
    alice.post(SET, changed.clone()).await.ok();
    assert_eq!(pushers(&alice).await, [changed, pusher("two")]);
    let gone = json!({ "kind": null, "app_id": "org.example.app", "pushkey": "one" });
    alice.post(SET, gone.clone()).await.ok();
    alice.post(SET, gone).await.ok();
    assert_eq!(pushers(&alice).await, [pusher("two")]);
    server.visitor().get("/_matrix/client/v3/pushers").await.error(401, "M_MISSING_TOKEN");
    server.visitor().post(SET, pusher("x")).await.error(401, "M_MISSING_TOKEN");
    server
}

async fn what_cannot_be_used_is_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let changed = |field: &str, value: Value| {
        let mut pusher = pusher("key");
        pusher[field] = value;
        pusher
    };
    for (field, value) in [
        ("app_id", json!("x".repeat(65))),
        ("app_id", json!("")),
        ("pushkey", json!("x".repeat(513))),
        ("pushkey", json!("a\0b")),
        ("lang", json!("x".repeat(513))),
        ("kind", json!("email")),
        ("kind", json!("other")),
        ("data", json!({})),
        ("data", json!({ "url": 7 })),
        ("data", json!({ "url": "nothing" })),
        ("data", json!({ "url": "https://push.example.org/" })),
        ("data", json!({ "url": "https://push.example.org/_matrix/push/v1/notify/x" })),
        ("data", json!({ "url": "https://push.example.org/_matrix/push/v1/notify?a=b" })),
        ("data", json!({ "url": "ftp://push.example.org/_matrix/push/v1/notify" })),
        ("data", json!({ "url": "http://8.8.8.8/_matrix/push/v1/notify" })),
        ("data", json!({ "url": "https://10.0.0.1/_matrix/push/v1/notify" })),
        ("data", json!({ "url": "https://[::1]/_matrix/push/v1/notify" })),
        ("data", json!({ "url": "https://169.254.169.254/_matrix/push/v1/notify" })),
        ("data", json!({ "url": "https://a.b/_matrix/push/v1/notify", "much": "x".repeat(9_000) })),
    ] {
        alice.post(SET, changed(field, value)).await.error(400, "M_INVALID_PARAM");
    }
    for field in ["kind", "app_id", "pushkey", "lang", "data", "app_display_name", "device_display_name"] {
        let mut without = pusher("key");
        without.as_object_mut().unwrap().remove(field);
        let told = alice.post(SET, without).await.error(400, "M_MISSING_PARAM");
        assert!(told["error"].as_str().unwrap().contains(field), "{told}");
        alice.post(SET, changed(field, json!(7))).await.error(400, "M_BAD_JSON");
    }
    alice.post(SET, json!([])).await.error(400, "M_BAD_JSON");
    assert_eq!(pushers(&alice).await, Vec::<Value>::new());
    for number in 0..100 {
        alice.post(SET, pusher(&format!("k{number}"))).await.ok();
    }
    alice.post(SET, pusher("one too many")).await.error(400, "M_INVALID_PARAM");
    alice.post(SET, pusher("k7")).await.ok();
    server
}

async fn an_app_and_key_belong_to_one_account_unless_appended(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.post(SET, pusher("key")).await.ok();
    let mut appended = pusher("key");
    appended["append"] = json!(true);
    bob.post(SET, appended).await.ok();
    assert_eq!((pushers(&alice).await.len(), pushers(&bob).await.len()), (1, 1));
    bob.post(SET, pusher("key")).await.ok();
    assert_eq!((pushers(&alice).await.len(), pushers(&bob).await.len()), (0, 1));
    server
}

async fn pushers_go_with_their_devices_and_with_the_password(server: TestServer) -> TestServer {
    let first = server.register("alice").await;
    let second = server.sign_in("alice", None).await;
    first.post(SET, pusher("first")).await.ok();
    second.post(SET, pusher("second")).await.ok();
    assert_eq!(pushers(&first).await.len(), 2);
    let password = json!({ "new_password": PASSWORD, "logout_devices": false, "auth": first.proof() });
    first.post("/_matrix/client/v3/account/password", password).await.ok();
    assert_eq!(pushers(&second).await, [pusher("first")], "whoever stays signed in sets theirs again");
    second.post(SET, pusher("second")).await.ok();
    second.post("/_matrix/client/v3/logout", json!({})).await.ok();
    assert_eq!(pushers(&first).await, [pusher("first")]);
    let third = server.sign_in("alice", None).await;
    third.post(SET, pusher("third")).await.ok();
    let password = json!({ "new_password": PASSWORD, "auth": first.proof() });
    first.post("/_matrix/client/v3/account/password", password).await.ok();
    assert_eq!(pushers(&first).await, [pusher("first")]);
    server
}

async fn a_key_that_the_gateway_rejects_is_deleted(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut gateway = Gateway::start().await;
    gateway.answer(200, json!({ "rejected": ["dead", "another"] }));
    gateway.push_to(&bob, "dead", json!({})).await;
    gateway.push_to(&bob, "alive", json!({})).await;
    let room = crate::rooms_basics::create(&alice, json!({ "invite": [bob.user_id] })).await;
    gateway.next().await;
    gateway.next().await;
    while pushers(&bob).await.len() > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(pushers(&bob).await, [gateway.pusher("alive")]);
    crate::rooms_basics::membership(&bob, &room, "join", json!({})).await.ok();
    crate::rooms_basics::say(&alice, &room, "1", "hello").await;
    assert_eq!(gateway.next().await["devices"][0]["pushkey"], "alive");
    server
}

on_both_engines!(
    a_pusher_is_set_changed_and_deleted,
    what_cannot_be_used_is_refused,
    an_app_and_key_belong_to_one_account_unless_appended,
    pushers_go_with_their_devices_and_with_the_password,
    a_key_that_the_gateway_rejects_is_deleted,
);
