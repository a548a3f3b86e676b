//! What sliding sync tells beside rooms: messages to devices, keys, account data, receipts, typing.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::signer::{Signer, one_time_keys};
use crate::sliding_client::{ask, first, list, next, pos, rooms, wait};

async fn pair(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

fn with(mut request: Value, name: &str, extension: Value) -> Value {
    request["extensions"][name] = extension;
    request
}

async fn receipt(client: &Client, room: &str, kind: &str, event: &str) {
    client.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/{kind}/{event}"), json!({})).await.ok();
}

async fn messages_to_a_device_wait_until_they_are_acknowledged(server: TestServer) -> TestServer {
    let (alice, bob, _) = pair(&server).await;
    let asked = |since: Option<&str>, limit: Option<u64>| {
        let mut asked = json!({ "enabled": true });
        if let Some(since) = since {
            asked["since"] = json!(since);
        }
        if let Some(limit) = limit {
            asked["limit"] = json!(limit);
        }
        with(json!({ "conn_id": "encryption" }), "to_device", asked)
    };
    let send = async |number: usize| {
        let body = json!({ "messages": { &bob.user_id: { "*": { "number": number } } } });
        alice.put(&format!("/_matrix/client/v3/sendToDevice/m.test/{number}"), body).await.ok();
    };
    let numbers = |answer: &Value| -> Vec<u64> {
        let events = answer["extensions"]["to_device"]["events"].as_array().unwrap();
        events.iter().map(|event| event["content"]["number"].as_u64().unwrap()).collect()
    };
    let token = |answer: &Value| answer["extensions"]["to_device"]["next_batch"].as_str().unwrap().to_owned();
    let start = first(&bob, &asked(None, None)).await;
    assert_eq!(numbers(&start), [0; 0]);
    send(1).await;
    send(2).await;
    let one = wait(&bob, &start, &asked(Some(&token(&start)), None)).await;
    assert_eq!(numbers(&one), [1, 2]);
    let again = next(&bob, &start, &asked(Some(&token(&start)), None)).await;
    assert_eq!(numbers(&again), [1, 2], "not acknowledged yet");
    // A client that begins anew goes on with the messages where it was.
    let anew = first(&bob, &asked(Some(&token(&start)), Some(1))).await;
    assert_eq!(numbers(&anew), [1]);
    let rest = wait(&bob, &anew, &asked(Some(&token(&anew)), Some(1))).await;
    assert_eq!(numbers(&rest), [2]);
    let none = next(&bob, &rest, &asked(Some(&token(&rest)), None)).await;
    assert_eq!(numbers(&none), [0; 0]);
    assert_eq!(numbers(&first(&bob, &asked(None, None)).await), [0; 0], "they are gone");
    ask(&bob, &[], &asked(Some("s1_2"), None)).await.error(400, "M_INVALID_PARAM");
    server
}

async fn keys_and_devices(server: TestServer) -> TestServer {
    let (alice, bob, room) = pair(&server).await;
    let request = with(json!({}), "e2ee", json!({ "enabled": true }));
    let start = first(&bob, &request).await;
    let told = &start["extensions"]["e2ee"];
    assert!(told["device_one_time_keys_count"].is_object() && told["device_lists"].is_null(), "{told}");
    assert_eq!(told["device_unused_fallback_key_types"], json!([]));
    let signer = Signer::device(&bob);
    let keys = json!({ "device_keys": signer.device_keys(&bob), "one_time_keys": one_time_keys(["a"]) });
    bob.post("/_matrix/client/v3/keys/upload", keys).await.ok();
    let one = wait(&bob, &start, &request).await;
    assert_eq!(one["extensions"]["e2ee"]["device_one_time_keys_count"], json!({ "signed_curve25519": 1 }));
    let keys = Signer::device(&alice).device_keys(&alice);
    alice.post("/_matrix/client/v3/keys/upload", json!({ "device_keys": keys })).await.ok();
    let two = wait(&bob, &one, &request).await;
    assert_eq!(two["extensions"]["e2ee"]["device_lists"]["changed"], json!([alice.user_id]));
    membership(&alice, &room, "leave", json!({})).await.ok();
    let three = wait(&bob, &two, &request).await;
    assert_eq!(three["extensions"]["e2ee"]["device_lists"]["left"], json!([alice.user_id]));
    assert_eq!(rooms(&three), [""; 0], "nobody asked for rooms");
    server
}

async fn account_data_of_rooms_and_of_none(server: TestServer) -> TestServer {
    let (alice, _, room) = pair(&server).await;
    let user = format!("/_matrix/client/v3/user/{}", alice.user_id);
    let set = async |path: &str, value: u64| {
        alice.put(&format!("{user}/{path}"), json!({ "value": value })).await.ok();
    };
    set("account_data/org.test", 1).await;
    set(&format!("rooms/{room}/account_data/org.test"), 1).await;
    let request = with(list(9, 1, &json!([])), "account_data", json!({ "enabled": true }));
    let one = first(&alice, &request).await;
    let told = &one["extensions"]["account_data"];
    let kinds: Vec<_> = told["global"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, ["org.test", "m.push_rules"], "{told}");
    assert_eq!(told["rooms"][&room], json!([{ "type": "org.test", "content": { "value": 1 } }]));
    assert!(next(&alice, &one, &request).await["extensions"]["account_data"].is_null());
    set("account_data/org.test", 2).await;
    let two = wait(&alice, &one, &request).await;
    let told = &two["extensions"]["account_data"];
    assert_eq!(told["global"], json!([{ "type": "org.test", "content": { "value": 2 } }]));
    set(&format!("rooms/{room}/account_data/org.test"), 3).await;
    let three = wait(&alice, &two, &request).await;
    assert_eq!(three["extensions"]["account_data"]["rooms"][&room][0]["content"]["value"], 3);
    assert_eq!(rooms(&three), [""; 0], "the room itself has no news");
    // Who was not told something is told it when they ask again.
    let without = list(9, 1, &json!([]));
    set("account_data/org.test", 4).await;
    set(&format!("rooms/{room}/account_data/org.test"), 4).await;
    let four = next(&alice, &three, &without).await;
    let five = next(&alice, &four, &request).await;
    let told = &five["extensions"]["account_data"];
    assert_eq!(told["global"][0]["content"]["value"], 4, "{told}");
    assert_eq!(told["rooms"][&room][0]["content"]["value"], 4);
    // A room that is not covered, and is later.
    set(&format!("rooms/{room}/account_data/org.test"), 5).await;
    let uncovered = with(list(9, 1, &json!([])), "account_data", json!({ "enabled": true, "lists": [] }));
    let six = next(&alice, &five, &uncovered).await;
    assert!(six["extensions"]["account_data"].is_null(), "{six}");
    let seven = next(&alice, &six, &request).await;
    assert_eq!(seven["extensions"]["account_data"]["rooms"][&room][0]["content"]["value"], 5);
    server
}

async fn receipts_go_with_what_is_shown(server: TestServer) -> TestServer {
    let (alice, bob, room) = pair(&server).await;
    let old = say(&alice, &room, "a", "old").await;
    receipt(&bob, &room, "m.read", &old).await;
    let new = say(&alice, &room, "b", "new").await;
    receipt(&alice, &room, "m.read.private", &new).await;
    let request = with(list(9, 1, &json!([])), "receipts", json!({ "enabled": true }));
    let one = first(&alice, &request).await;
    let told = &one["extensions"]["receipts"]["rooms"][&room];
    assert_eq!(told["type"], "m.receipt");
    assert!(told["content"][&old].is_null(), "nobody sees the old event: {told}");
    assert!(told["content"][&new]["m.read.private"][&alice.user_id]["ts"].is_number());
    receipt(&bob, &room, "m.read", &new).await;
    let two = wait(&alice, &one, &request).await;
    let told = &two["extensions"]["receipts"]["rooms"][&room]["content"];
    assert!(told[&new]["m.read"][&bob.user_id].is_object() && told[&new]["m.read.private"].is_null());
    // What is private stays with whose it is.
    receipt(&alice, &room, "m.read.private", &new).await;
    let other = first(&bob, &request).await;
    let others = &other["extensions"]["receipts"]["rooms"][&room]["content"];
    assert!(others[&new]["m.read.private"].is_null() && others[&new]["m.read"][&bob.user_id].is_object());
    // A room outside of all windows is told when it comes back.
    let nothing = with(
        json!({ "lists": { "all": { "ranges": [[5, 6]], "timeline_limit": 1 } } }),
        "receipts",
        json!({ "enabled": true }),
    );
    let away = next(&alice, &two, &nothing).await;
    let last = say(&bob, &room, "c", "last").await;
    receipt(&bob, &room, "m.read", &last).await;
    let still = next(&alice, &away, &nothing).await;
    assert!(still["extensions"]["receipts"].is_null() && rooms(&still).is_empty());
    let back = next(&alice, &still, &request).await;
    assert!(back["extensions"]["receipts"]["rooms"][&room]["content"][&last]["m.read"].is_object(), "{back}");
    server
}

async fn who_types_is_told_where_it_is_asked_for(server: TestServer) -> TestServer {
    let (alice, bob, room) = pair(&server).await;
    let type_for = async |client: &Client, typing: bool| {
        let path = format!("/_matrix/client/v3/rooms/{room}/typing/{}", client.user_id);
        client.put(&path, json!({ "typing": typing, "timeout": 60_000 })).await.ok();
    };
    let request = with(list(9, 1, &json!([])), "typing", json!({ "enabled": true }));
    let start = first(&alice, &request).await;
    assert!(start["extensions"]["typing"].is_null());
    type_for(&bob, true).await;
    let one = wait(&alice, &start, &request).await;
    let told = &one["extensions"]["typing"]["rooms"][&room];
    assert_eq!(*told, json!({ "type": "m.typing", "content": { "user_ids": [bob.user_id] } }));
    assert_eq!(rooms(&one), [""; 0]);
    let anew = first(&alice, &request).await;
    assert_eq!(anew["extensions"]["typing"]["rooms"][&room]["content"]["user_ids"], json!([bob.user_id]));
    type_for(&bob, false).await;
    let two = wait(&alice, &anew, &request).await;
    assert_eq!(two["extensions"]["typing"]["rooms"][&room]["content"]["user_ids"], json!([]));
    // Only in the rooms that the extension covers.
    let mut covered =
        with(list(9, 1, &json!([])), "typing", json!({ "enabled": true, "lists": [], "rooms": ["*"] }));
    let three = next(&alice, &two, &covered).await;
    type_for(&bob, true).await;
    let four = next(&alice, &three, &covered).await;
    assert!(four["extensions"]["typing"].is_null());
    type_for(&bob, false).await;
    covered["room_subscriptions"] = json!({ &room: { "timeline_limit": 1 } });
    type_for(&bob, true).await;
    let five = ask(&alice, &[("pos", pos(&four))], &covered).await.ok();
    assert!(five["extensions"]["typing"]["rooms"][&room].is_object(), "{five}");
    server
}

on_both_engines!(
    messages_to_a_device_wait_until_they_are_acknowledged,
    keys_and_devices,
    account_data_of_rooms_and_of_none,
    receipts_go_with_what_is_shown,
    who_types_is_told_where_it_is_asked_for,
);
