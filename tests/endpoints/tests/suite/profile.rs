//! Profiles.

use herold_endpoint_tests::{TestServer, on_both_engines};
use herold_server::config::{RateLimit, RateLimits};
use serde_json::{Value, json};

use crate::rooms_basics;

const ALICE: &str = "/_matrix/client/v3/profile/@alice:localhost";

fn field(name: &str) -> String {
    format!("{ALICE}/{name}")
}

async fn fields_are_set_read_and_taken_away(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let visitor = server.visitor();
    assert_eq!(visitor.get(ALICE).await.ok(), json!({}));
    visitor.get(&field("displayname")).await.error(404, "M_NOT_FOUND");
    let profile = json!({
        "displayname": "Alice \u{1f98a}",
        "avatar_url": "mxc://localhost/fox",
        "m.tz": "Europe/Berlin",
        "org.example.job": { "title": "Fox", "years": [1, 2] },
        "org.example.nothing": null,
    });
    for (name, value) in profile.as_object().unwrap() {
        let mut body = json!({});
        body[name] = value.clone();
        assert_eq!(alice.put(&field(name), body.clone()).await.ok(), json!({}));
        assert_eq!(visitor.get(&field(name)).await.ok(), body);
    }
    assert_eq!(visitor.get(ALICE).await.ok(), profile);
    alice.delete(&field("org.example.job"), None).await.ok();
    alice.delete(&field("org.example.job"), None).await.ok();
    visitor.get(&field("org.example.job")).await.error(404, "M_NOT_FOUND");
    alice.put(&field("displayname"), json!({ "displayname": "" })).await.ok();
    alice.put(&field("avatar_url"), json!({ "avatar_url": null })).await.ok();
    let left = json!({ "m.tz": "Europe/Berlin", "org.example.nothing": null });
    assert_eq!(visitor.get(ALICE).await.ok(), left);
    server
}

async fn a_profile_is_its_owners_to_change(server: TestServer) -> TestServer {
    server.register("alice").await;
    let bob = server.register("bob").await;
    let body = json!({ "displayname": "Bob was here" });
    bob.put(&field("displayname"), body.clone()).await.error(403, "M_FORBIDDEN");
    bob.delete(&field("displayname"), None).await.error(403, "M_FORBIDDEN");
    server.visitor().put(&field("displayname"), body).await.error(401, "M_MISSING_TOKEN");
    let visitor = server.visitor();
    visitor.get("/_matrix/client/v3/profile/@nobody:localhost").await.error(404, "M_NOT_FOUND");
    visitor.get("/_matrix/client/v3/profile/nobody").await.error(400, "M_INVALID_PARAM");
    server
}

async fn what_cannot_be_kept_is_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let put = |name: &str, value: Value| {
        let mut body = json!({});
        body[name] = value;
        let (alice, path) = (alice.clone(), field(name));
        async move { alice.put(&path, body).await }
    };
    put("displayname", json!(5)).await.error(400, "M_INVALID_PARAM");
    put("displayname", json!("x".repeat(2000))).await.error(413, "M_TOO_LARGE");
    put("avatar_url", json!("https://example.org/fox.png")).await.error(400, "M_INVALID_PARAM");
    put("m.tz", json!({})).await.error(400, "M_INVALID_PARAM");
    put("nickname", json!("x")).await.error(400, "M_INVALID_PARAM");
    put("Org.Example", json!("x")).await.error(400, "M_INVALID_PARAM");
    put(&format!("m.{}", "x".repeat(254)), json!("x")).await.error(400, "M_KEY_TOO_LARGE");
    put("org.example.big", json!("x".repeat(65_520))).await.error(400, "M_PROFILE_TOO_LARGE");
    put("org.example.a", json!("x".repeat(40_000))).await.ok();
    put("org.example.b", json!("x".repeat(40_000))).await.error(400, "M_PROFILE_TOO_LARGE");
    put("org.example.b", json!("x".repeat(20_000))).await.ok();
    alice.put(&field("displayname"), json!({ "name": "x" })).await.error(400, "M_MISSING_PARAM");
    alice.put(&field("displayname"), json!([])).await.error(400, "M_BAD_JSON");
    alice.delete(&field("nickname"), None).await.error(400, "M_INVALID_PARAM");
    let broken = alice.raw(http::Method::PUT, &field("displayname")).body("{");
    let answer = broken.bearer_auth(alice.token.as_deref().unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    server
}

async fn rooms_are_told_a_new_name_and_know_it_from_the_start(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.put(&field("displayname"), json!({ "displayname": "Alice" })).await.ok();
    let room =
        rooms_basics::create(&alice, json!({ "preset": "public_chat", "invite": [bob.user_id] })).await;
    let member = |who: &'static str| {
        let (alice, room) = (alice.clone(), room.clone());
        async move { rooms_basics::state(&alice, &room, "m.room.member", who).await }
    };
    let before = member("@alice:localhost").await;
    assert_eq!((&before["displayname"], before.get("avatar_url")), (&json!("Alice"), None));
    let (name, avatar) = (field("displayname"), field("avatar_url"));
    let (first, second) = tokio::join!(
        alice.put(&name, json!({ "displayname": "Allie" })),
        alice.put(&avatar, json!({ "avatar_url": "mxc://localhost/fox" })),
    );
    first.ok();
    second.ok();
    let after = member("@alice:localhost").await;
    assert_eq!(after["membership"], "join");
    assert_eq!(
        (&after["displayname"], &after["avatar_url"]),
        (&json!("Allie"), &json!("mxc://localhost/fox"))
    );
    alice.delete(&field("avatar_url"), None).await.ok();
    assert_eq!(member("@alice:localhost").await.get("avatar_url"), None);
    assert_eq!(member("@bob:localhost").await["membership"], "invite");
    server
}

async fn strangers_learn_slowly_who_is_here(mut server: TestServer) -> TestServer {
    server.register("alice").await;
    let bob = server.register("bob").await;
    let sign_in = RateLimit { per_second: 1.0, burst: 3 };
    server.config.rate_limits = RateLimits { sign_in, ..RateLimits::default() };
    server.restart().await;
    let (bob, mut visitor) = (bob.at(&server), server.visitor());
    for _ in 0..3 {
        visitor.get(ALICE).await.ok();
    }
    visitor.get(ALICE).await.error(429, "M_LIMIT_EXCEEDED");
    visitor.get(&field("displayname")).await.error(429, "M_LIMIT_EXCEEDED");
    visitor.token = Some("nobodys".to_owned());
    visitor.get(ALICE).await.error(401, "M_UNKNOWN_TOKEN");
    bob.get(ALICE).await.ok();
    server
}

on_both_engines!(
    strangers_learn_slowly_who_is_here,
    rooms_are_told_a_new_name_and_know_it_from_the_start,
    fields_are_set_read_and_taken_away,
    a_profile_is_its_owners_to_change,
    what_cannot_be_kept_is_refused,
);
