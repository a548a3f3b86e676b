//! What clients keep with an account.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

use crate::rooms_basics;

const KEPT: &str = "/_matrix/client/v3/user/@alice:localhost/account_data";

async fn what_is_kept_is_given_back_to_its_owner_only(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let bob = server.register("bob").await;
    let path = format!("{KEPT}/org.example.colours");
    alice.get(&path).await.error(404, "M_NOT_FOUND");
    let content = json!({ "sky": "blue", "deep": { "nested": [1, null, "\u{e4}"] } });
    alice.put(&path, json!({ "sky": "grey" })).await.ok();
    alice.put(&path, content.clone()).await.ok();
    assert_eq!(alice.get(&path).await.ok(), content);
    bob.get(&path).await.error(403, "M_FORBIDDEN");
    bob.put(&path, json!({})).await.error(403, "M_FORBIDDEN");
    server.visitor().get(&path).await.error(401, "M_MISSING_TOKEN");
    server.restart().await;
    let again = server.sign_in("alice", None).await;
    assert_eq!(again.get(&path).await.ok(), content);
    server
}

async fn what_cannot_be_kept_is_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = |kind: &str| format!("{KEPT}/{kind}");
    for content in [json!([]), json!("text"), json!(1), json!(null)] {
        alice.put(&path("m.x"), content).await.error(400, "M_BAD_JSON");
    }
    let broken = alice.raw(http::Method::PUT, &path("m.x")).body("{\"a\":");
    let answer = broken.bearer_auth(alice.token.as_deref().unwrap()).send().await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(body["errcode"], "M_NOT_JSON");
    for kind in ["m.fully_read", "m.push_rules"] {
        alice.put(&path(kind), json!({})).await.error(405, "M_BAD_JSON");
    }
    alice.put(&path(&"k".repeat(256)), json!({})).await.error(400, "M_INVALID_PARAM");
    alice.put(&path("m.x"), json!({ "a": "x".repeat(600_000) })).await.error(413, "M_TOO_LARGE");
    alice.get(&path("m.x")).await.error(404, "M_NOT_FOUND");
    server
}

async fn of_rooms_one_has_nothing_to_do_with_nothing_is_told(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = |id: &str, rest: &str| format!("/_matrix/client/v3/user/@alice:localhost/rooms/{id}/{rest}");
    let unknown = "!nowhere:localhost";
    alice.get(&room(unknown, "account_data/m.x")).await.error(404, "M_NOT_FOUND");
    alice.put(&room(unknown, "account_data/m.x"), json!({})).await.error(404, "M_NOT_FOUND");
    alice.put(&room(unknown, "tags/m.favourite"), json!({ "order": 0.5 })).await.error(404, "M_NOT_FOUND");
    alice.put(&room(unknown, "account_data/m.fully_read"), json!({})).await.error(405, "M_BAD_JSON");
    alice.get(&room("nowhere", "account_data/m.x")).await.error(400, "M_INVALID_PARAM");
    alice.put(&room(unknown, "tags/u.x"), json!({ "order": 2 })).await.error(400, "M_INVALID_PARAM");
    alice.put(&room(unknown, "tags/u.x"), json!({ "order": "first" })).await.error(400, "M_BAD_JSON");
    alice
        .put(&room(unknown, &format!("tags/{}", "x".repeat(256))), json!({}))
        .await
        .error(400, "M_INVALID_PARAM");
    server
}

async fn rooms_are_tagged_and_remembered_by_their_members(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let id = rooms_basics::create(&alice, json!({})).await;
    let room = |who: &str, rest: &str| format!("/_matrix/client/v3/user/@{who}:localhost/rooms/{id}/{rest}");
    assert_eq!(alice.get(&room("alice", "tags")).await.ok(), json!({ "tags": {} }));
    alice.put(&room("alice", "tags/m.favourite"), json!({ "order": 0.25 })).await.ok();
    alice.put(&room("alice", "tags/u.work"), json!({})).await.ok();
    alice.put(&room("alice", "tags/m.lowpriority"), json!({ "order": 1 })).await.ok();
    alice.delete(&room("alice", "tags/m.lowpriority"), None).await.ok();
    alice.delete(&room("alice", "tags/u.never"), None).await.ok();
    let tags = json!({ "tags": { "m.favourite": { "order": 0.25 }, "u.work": {} } });
    assert_eq!(alice.get(&room("alice", "tags")).await.ok(), tags);
    assert_eq!(alice.get(&room("alice", "account_data/m.tag")).await.ok(), tags);
    alice.put(&room("alice", "account_data/org.example.x"), json!({ "a": 1 })).await.ok();
    assert_eq!(alice.get(&room("alice", "account_data/org.example.x")).await.ok(), json!({ "a": 1 }));
    alice.get(&format!("{KEPT}/org.example.x")).await.error(404, "M_NOT_FOUND");
    bob.get(&room("alice", "tags")).await.error(403, "M_FORBIDDEN");
    bob.put(&room("alice", "tags/u.x"), json!({})).await.error(403, "M_FORBIDDEN");
    bob.put(&room("bob", "tags/u.x"), json!({})).await.error(404, "M_NOT_FOUND");
    server
}

async fn an_account_keeps_so_much_and_no_more(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let id = rooms_basics::create(&alice, json!({})).await;
    let half = json!({ "a": "x".repeat(512 * 1024 - 8) });
    let path = |number: usize| format!("{KEPT}/org.example.{number}");
    for number in 0..15 {
        alice.put(&path(number), half.clone()).await.ok();
    }
    let of_room = format!("/_matrix/client/v3/user/@alice:localhost/rooms/{id}/account_data/org.example.x");
    alice.put(&of_room, half.clone()).await.ok();
    // Sixteen halves of a MiB are all there may be, wherever they are kept.
    alice.put(&path(16), json!({})).await.error(413, "M_TOO_LARGE");
    let tag = format!("/_matrix/client/v3/user/@alice:localhost/rooms/{id}/tags/m.favourite");
    alice.put(&tag, json!({})).await.error(413, "M_TOO_LARGE");
    alice.put(&path(3), half).await.ok();
    // What was refused left nothing behind, and room that is made can be used.
    alice.get(&path(16)).await.error(404, "M_NOT_FOUND");
    alice.put(&path(3), json!({})).await.ok();
    alice.put(&path(16), json!({ "a": 1 })).await.ok();
    alice.put(&tag, json!({})).await.ok();
    // What the server itself writes is not counted.
    let event =
        alice.put(&format!("/_matrix/client/v3/rooms/{id}/send/m.room.message/1"), json!({})).await.ok();
    let marker = json!({ "m.fully_read": event["event_id"] });
    alice.post(&format!("/_matrix/client/v3/rooms/{id}/read_markers"), marker).await.ok();
    server
}

on_both_engines!(
    an_account_keeps_so_much_and_no_more,
    rooms_are_tagged_and_remembered_by_their_members,
    what_is_kept_is_given_back_to_its_owner_only,
    what_cannot_be_kept_is_refused,
    of_rooms_one_has_nothing_to_do_with_nothing_is_told,
);
