//! Typing, receipts, read markers and presence.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::sync_client::{content_of, first, joined, next, wait};

async fn two_in_a_room(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

async fn types(client: &Client, room: &str, body: Value) -> herold_endpoint_tests::Answer {
    client.put(&format!("/_matrix/client/v3/rooms/{room}/typing/{}", client.user_id), body).await
}

async fn reads(
    client: &Client,
    room: &str,
    kind: &str,
    event: &str,
    body: Value,
) -> herold_endpoint_tests::Answer {
    client.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/{kind}/{event}"), body).await
}

async fn typing_is_seen_in_the_room_and_ends(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let carol = server.register("carol").await;
    let (start, outside) = (first(&bob).await, first(&carol).await);
    types(&alice, &room, json!({ "typing": true, "timeout": 10_000 })).await.ok();
    let told = wait(&bob, &start).await;
    let ephemeral = &joined(&told, &room)["ephemeral"];
    assert_eq!(content_of(ephemeral, "m.typing"), &json!({ "user_ids": [alice.user_id] }));
    assert_eq!(ephemeral["events"][0]["room_id"], Value::Null);
    assert_eq!(next(&bob, &told).await["rooms"], Value::Null);
    assert_eq!(next(&carol, &outside).await["rooms"], Value::Null);
    types(&alice, &room, json!({ "typing": false })).await.ok();
    let told = wait(&bob, &told).await;
    assert_eq!(content_of(&joined(&told, &room)["ephemeral"], "m.typing"), &json!({ "user_ids": [] }));
    types(&alice, &room, json!({ "typing": true, "timeout": 1 })).await.ok();
    let told = wait(&bob, &told).await;
    let mut typing = content_of(&joined(&told, &room)["ephemeral"], "m.typing").clone();
    if typing != json!({ "user_ids": [] }) {
        let told = wait(&bob, &told).await;
        typing = content_of(&joined(&told, &room)["ephemeral"], "m.typing").clone();
    }
    assert_eq!(typing, json!({ "user_ids": [] }), "typing ends by itself");

    types(&carol, &room, json!({ "typing": true })).await.error(403, "M_FORBIDDEN");
    types(&alice, &room, json!({ "typing": "yes" })).await.error(400, "M_BAD_JSON");
    let path = format!("/_matrix/client/v3/rooms/{room}/typing/{}", alice.user_id);
    bob.put(&path, json!({ "typing": true, "timeout": 1 })).await.error(403, "M_FORBIDDEN");
    server
}

async fn a_receipt_is_seen_by_all_and_a_private_one_by_its_owner(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let one = say(&alice, &room, "1", "one").await;
    let two = say(&alice, &room, "2", "two").await;
    let (by_alice, by_bob) = (first(&alice).await, first(&bob).await);
    reads(&bob, &room, "m.read", &one, json!({})).await.ok();
    let told = wait(&alice, &by_alice).await;
    let receipts = content_of(&joined(&told, &room)["ephemeral"], "m.receipt").clone();
    assert!(receipts[&one]["m.read"][&bob.user_id]["ts"].is_i64(), "{told}");
    assert_eq!(receipts[&one]["m.read"][&bob.user_id]["thread_id"], Value::Null);
    reads(&bob, &room, "m.read.private", &two, json!({})).await.ok();
    assert_eq!(next(&alice, &told).await["rooms"], Value::Null);
    let own = next(&bob, &by_bob).await;
    let receipts = content_of(&joined(&own, &room)["ephemeral"], "m.receipt").clone();
    assert!(receipts[&two]["m.read.private"][&bob.user_id]["ts"].is_i64(), "{own}");
    let whole = first(&alice).await;
    assert!(!joined(&whole, &room)["ephemeral"].to_string().contains("private"));
    let back = next(&bob, &own).await;
    reads(&bob, &room, "m.read", &one, json!({})).await.ok();
    assert_eq!(next(&bob, &back).await["rooms"], Value::Null, "a receipt does not go back");
    server
}

async fn receipts_of_threads_are_checked(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let root = say(&alice, &room, "1", "root").await;
    let other = say(&alice, &room, "2", "other").await;
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/3");
    let relation = json!({ "rel_type": "m.thread", "event_id": root });
    let reply =
        alice.put(&path, json!({ "msgtype": "m.text", "body": "r", "m.relates_to": relation })).await.ok();
    let reply = reply["event_id"].as_str().unwrap().to_owned();
    let start = first(&bob).await;
    for wrong in [json!({ "thread_id": "" }), json!({ "thread_id": 3 }), json!({ "thread_id": "else" })] {
        reads(&bob, &room, "m.read", &root, wrong).await.error(400, "M_INVALID_PARAM");
    }
    reads(&bob, &room, "m.read", &reply, json!({ "thread_id": "main" })).await.error(400, "M_INVALID_PARAM");
    reads(&bob, &room, "m.read", &other, json!({ "thread_id": root })).await.error(400, "M_INVALID_PARAM");
    reads(&bob, &room, "m.fully_read", &root, json!({ "thread_id": "main" }))
        .await
        .error(400, "M_INVALID_PARAM");
    reads(&bob, &room, "m.other", &root, json!({})).await.error(400, "M_INVALID_PARAM");
    reads(&bob, &room, "m.read", "$nothing", json!({})).await.error(404, "M_NOT_FOUND");
    reads(&bob, &room, "m.read", &reply, json!({ "thread_id": root })).await.ok();
    reads(&bob, &room, "m.read", &reply, json!({})).await.ok();
    let told = next(&bob, &start).await;
    let events = joined(&told, &room)["ephemeral"]["events"].as_array().unwrap().clone();
    let threads: Vec<&Value> =
        events.iter().map(|event| &event["content"][&reply]["m.read"][&bob.user_id]["thread_id"]).collect();
    assert_eq!(threads, [&Value::Null, &json!(root)], "one event for each thread: {events:?}");
    server
}

async fn read_markers_are_account_data_of_the_room(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let event = say(&alice, &room, "1", "one").await;
    let start = first(&bob).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/read_markers");
    bob.post(&path, json!({ "m.fully_read": event, "m.read": event })).await.ok();
    let told = next(&bob, &start).await;
    let told = joined(&told, &room);
    assert_eq!(content_of(&told["account_data"], "m.fully_read"), &json!({ "event_id": event }));
    assert!(content_of(&told["ephemeral"], "m.receipt")[&event]["m.read"][&bob.user_id].is_object());
    bob.post(&path, json!({ "m.fully_read": "$nothing" })).await.error(404, "M_NOT_FOUND");
    let stranger = server.register("carol").await;
    stranger.post(&path, json!({ "m.read": event })).await.error(403, "M_FORBIDDEN");
    server
}

async fn presence_is_seen_by_those_who_share_a_room(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let stranger = server.register("carol").await;
    let start = first(&bob).await;
    let path = format!("/_matrix/client/v3/presence/{}/status", alice.user_id);
    alice.put(&path, json!({ "presence": "unavailable", "status_msg": "lunch" })).await.ok();
    let told = wait(&bob, &start).await;
    let event = told["presence"]["events"]
        .as_array()
        .and_then(|events| events.iter().find(|event| event["sender"] == alice.user_id.as_str()))
        .cloned()
        .unwrap_or_default();
    assert_eq!(event["content"]["presence"], "unavailable", "{told}");
    assert_eq!(event["content"]["status_msg"], "lunch");
    let seen = bob.get(&path).await.ok();
    assert_eq!(
        (seen["presence"].as_str(), seen["status_msg"].as_str()),
        (Some("unavailable"), Some("lunch"))
    );
    stranger.get(&path).await.error(403, "M_FORBIDDEN");
    bob.put(&path, json!({ "presence": "online" })).await.error(403, "M_FORBIDDEN");
    alice.put(&path, json!({ "presence": "asleep" })).await.error(400, "M_INVALID_PARAM");
    membership(&stranger, &room, "join", json!({})).await.ok();
    stranger.get(&path).await.ok();
    server
}

on_both_engines!(
    typing_is_seen_in_the_room_and_ends,
    a_receipt_is_seen_by_all_and_a_private_one_by_its_owner,
    receipts_of_threads_are_checked,
    read_markers_are_account_data_of_the_room,
    presence_is_seen_by_those_who_share_a_room,
);
