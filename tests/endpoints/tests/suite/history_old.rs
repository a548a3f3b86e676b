//! Older ways to read rooms, which some clients still go.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

use crate::rooms_basics::{create, membership, say};

async fn an_event_is_found_without_naming_its_room(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({})).await;
    let event = say(&alice, &room, "t", "hello").await;
    let path = format!("/_matrix/client/v3/events/{event}");
    let found = alice.get(&path).await.ok();
    assert_eq!(found["content"]["body"], "hello");
    assert_eq!((found["room_id"].as_str(), found["event_id"].as_str()), (Some(&*room), Some(&*event)));
    bob.get(&path).await.error(404, "M_NOT_FOUND");
    alice.get("/_matrix/client/v3/events/$nothing").await.error(404, "M_NOT_FOUND");
    alice.get("/_matrix/client/v3/events/odd").await.error(400, "M_INVALID_PARAM");
    server.visitor().get(&path).await.error(401, "M_MISSING_TOKEN");
    server
}

async fn a_room_is_told_at_once_with_messages_state_and_ones_own_data(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "name": "Tea", "invite": [bob.user_id] })).await;
    for text in ["one", "two", "three"] {
        say(&alice, &room, text, text).await;
    }
    let tag = format!("/_matrix/client/v3/user/@alice:localhost/rooms/{room}/tags/u.tea");
    alice.put(&tag, json!({})).await.ok();
    let path = format!("/_matrix/client/v3/rooms/{room}/initialSync");
    let told = alice.get(&format!("{path}?limit=2")).await.ok();
    assert_eq!((told["room_id"].as_str(), told["membership"].as_str()), (Some(&*room), Some("join")));
    assert_eq!(told["visibility"], "private");
    let chunk = told["messages"]["chunk"].as_array().unwrap();
    let bodies: Vec<_> = chunk.iter().map(|event| event["content"]["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["two", "three"], "in the order they were said");
    assert!(told["state"].as_array().unwrap().iter().any(|event| event["content"]["name"] == "Tea"));
    assert_eq!(told["account_data"], json!([{ "type": "m.tag", "content": { "tags": { "u.tea": {} } } }]));
    let start = told["messages"]["start"].as_str().unwrap();
    let earlier = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=1&from={start}");
    assert_eq!(alice.get(&earlier).await.ok()["chunk"][0]["content"]["body"], "one");

    bob.get(&path).await.error(403, "M_FORBIDDEN");
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&bob, &room, "leave", json!({})).await.ok();
    say(&alice, &room, "after", "bob is gone").await;
    let told = bob.get(&path).await.ok();
    assert_eq!(told["membership"], "leave");
    assert!(!told["messages"].to_string().contains("bob is gone"));
    assert_eq!(told["account_data"], json!([]));
    alice.get("/_matrix/client/v3/rooms/odd/initialSync").await.error(400, "M_INVALID_PARAM");
    alice.get(&format!("{path}?limit=many")).await.error(400, "M_INVALID_PARAM");
    alice.get("/_matrix/client/v3/rooms/!nowhere:localhost/initialSync").await.error(403, "M_FORBIDDEN");
    server.visitor().get(&path).await.error(401, "M_MISSING_TOKEN");
    server
}

on_both_engines!(
    an_event_is_found_without_naming_its_room,
    a_room_is_told_at_once_with_messages_state_and_ones_own_data,
);
