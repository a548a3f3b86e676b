//! Making rooms, talking in them, coming and going: the plain ways.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

/// Makes a room and gives its id.
pub(crate) async fn create(client: &Client, request: Value) -> String {
    let body = client.post("/_matrix/client/v3/createRoom", request).await.ok();
    body["room_id"].as_str().unwrap().to_owned()
}

/// Sends a text and gives the event's id.
pub(crate) async fn say(client: &Client, room: &str, transaction: &str, text: &str) -> String {
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}");
    let body = client.put(&path, json!({ "msgtype": "m.text", "body": text })).await.ok();
    body["event_id"].as_str().unwrap().to_owned()
}

/// The content of an entry of the room's state.
pub(crate) async fn state(client: &Client, room: &str, kind: &str, key: &str) -> Value {
    client.get(&format!("/_matrix/client/v3/rooms/{room}/state/{kind}/{key}")).await.ok()
}

/// Asks for one of the membership endpoints of a room.
pub(crate) async fn membership(
    client: &Client,
    room: &str,
    verb: &str,
    body: Value,
) -> herold_endpoint_tests::Answer {
    client.post(&format!("/_matrix/client/v3/rooms/{room}/{verb}"), body).await
}

async fn a_room_is_made_and_talked_in(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "name": "Tea", "topic": "Milk?", "invite": [bob.user_id] })).await;
    assert_eq!(state(&alice, &room, "m.room.name", "").await, json!({ "name": "Tea" }));
    let create_content = state(&alice, &room, "m.room.create", "").await;
    assert_eq!(create_content["room_version"], "12");
    let topic = state(&alice, &room, "m.room.topic", "").await;
    assert_eq!(topic["m.topic"]["m.text"][0]["body"], "Milk?");

    membership(&bob, &room, "join", json!({})).await.ok();
    let first = say(&bob, &room, "one", "hello").await;
    let again = say(&bob, &room, "one", "hello").await;
    assert_eq!(first, again, "one transaction id, one event");
    let event = alice.get(&format!("/_matrix/client/v3/rooms/{room}/event/{first}")).await.ok();
    assert_eq!(event["content"]["body"], "hello");

    membership(&bob, &room, "leave", json!({ "reason": "tired" })).await.ok();
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/two");
    bob.put(&path, json!({ "msgtype": "m.text", "body": "x" })).await.error(403, "M_FORBIDDEN");
    let member = state(&alice, &room, "m.room.member", &bob.user_id).await;
    assert_eq!((member["membership"].as_str(), member["reason"].as_str()), (Some("leave"), Some("tired")));
    server
}

async fn two_rooms_of_one_moment_are_two_rooms(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let make = || alice.post("/_matrix/client/v3/createRoom", json!({}));
    let (first, second) = tokio::join!(make(), make());
    assert_ne!(first.ok()["room_id"], second.ok()["room_id"]);
    server
}

on_both_engines!(two_rooms_of_one_moment_are_two_rooms, a_room_is_made_and_talked_in);
