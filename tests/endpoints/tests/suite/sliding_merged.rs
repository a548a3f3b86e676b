//! Sliding sync as MSC4186 was accepted: the same, spelt otherwise.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::sliding_client::{MERGED, bodies, rooms, states};

fn request(range: Value, limit: u64, required: Value) -> Value {
    let mut list = json!({ "timeline_limit": limit, "required_state": required });
    if !range.is_null() {
        list["range"] = range;
    }
    json!({ "lists": { "all": list } })
}

async fn next(client: &Client, before: &Value, mut request: Value) -> Value {
    request["pos"] = before["pos"].clone();
    client.post(MERGED, request).await.ok()
}

async fn everything_is_in_the_body(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "name": "Tea", "topic": "Milk" })).await;
    let other = create(&alice, json!({})).await;
    say(&alice, &room, "a", "hello").await;
    let named = json!({ "include": [{ "type": "m.room.name", "state_key": "" }] });
    let one = alice.post(MERGED, request(json!([0, 0]), 1, named.clone())).await.ok();
    assert_eq!((rooms(&one), one["lists"]["all"]["count"].as_u64()), (vec![room.as_str()], Some(2)));
    let told = &one["rooms"][&room];
    assert_eq!((told["membership"].as_str(), &told["lists"]), (Some("join"), &json!(["all"])));
    assert!(told["notification_count"].is_null() && told["highlight_count"].is_null());
    assert_eq!((states(told), bodies(told)), (vec![("m.room.name", "")], vec!["hello"]));
    // No range is all rooms.
    let two = next(&alice, &one, request(Value::Null, 2, named.clone())).await;
    assert_eq!(rooms(&two).len(), 2);
    assert_eq!(two["rooms"][&room]["expanded_timeline"], true);
    assert_eq!(two["rooms"][&other]["initial"], true);
    membership(&alice, &other, "invite", json!({ "user_id": bob.user_id })).await.ok();
    let mut asked = request(Value::Null, 1, json!({}));
    asked["lists"]["all"]["filters"] = json!({ "is_invited": false });
    assert_eq!(rooms(&bob.post(MERGED, asked).await.ok()), [""; 0]);
    let invited = bob.post(MERGED, request(Value::Null, 1, json!({}))).await.ok();
    let told = &invited["rooms"][&other];
    assert!(told["stripped_state"].is_array() && told["membership"] == "invite", "{told}");
    membership(&bob, &other, "leave", json!({})).await.ok();
    let left = next(&bob, &invited, request(Value::Null, 1, json!({}))).await;
    assert_eq!(left["rooms"][&other]["membership"], "leave");
    server
}

async fn state_is_included_and_excluded(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat", "name": "Tea" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let kinds = async |required: Value| {
        let answer = bob.post(MERGED, request(Value::Null, 0, required)).await.ok();
        let told = answer["rooms"][&room].clone();
        states(&told).into_iter().map(|(kind, key)| (kind.to_owned(), key.to_owned())).collect::<Vec<_>>()
    };
    let member = |client: &Client| ("m.room.member".to_owned(), client.user_id.clone());
    let all = kinds(json!({ "include": [{}] })).await;
    assert!(all.contains(&member(&alice)) && all.contains(&member(&bob)));
    let lazy = kinds(json!({ "include": [{}], "lazy_members": true })).await;
    assert_eq!(lazy.len(), all.len() - 2);
    let own = json!({ "include": [{}, { "type": "m.room.member", "state_key": bob.user_id }], "lazy_members": true });
    assert_eq!(kinds(own).await.len(), all.len() - 1);
    let without = json!({ "include": [{}], "exclude": [{ "type": "m.room.member" }, { "type": "m.room.name", "state_key": "" }] });
    assert_eq!(kinds(without).await.len(), all.len() - 3);
    let by_key = kinds(json!({ "include": [{ "state_key": alice.user_id }] })).await;
    assert_eq!(by_key, [member(&alice)]);
    server
}

async fn what_cannot_be_asked_is_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let subscriptions: serde_json::Map<String, Value> = (0..101)
        .map(|number| (format!("!r{number}:localhost"), json!({ "timeline_limit": 1, "required_state": {} })))
        .collect();
    alice.post(MERGED, json!({ "room_subscriptions": subscriptions })).await.error(400, "M_INVALID_PARAM");
    let named = json!({ "lists": { "no spaces": { "timeline_limit": 1, "required_state": {} } } });
    alice.post(MERGED, named).await.error(400, "M_INVALID_PARAM");
    alice.post(MERGED, json!({ "lists": { "a": { "timeline_limit": 1 } } })).await.error(400, "M_BAD_JSON");
    alice.post(MERGED, json!({ "set_presence": "asleep" })).await.error(400, "M_INVALID_PARAM");
    alice.post(MERGED, json!({ "pos": "s1_2" })).await.error(400, "M_UNKNOWN_POS");
    server.visitor().post(MERGED, json!({})).await.error(401, "M_MISSING_TOKEN");
    server
}

on_both_engines!(everything_is_in_the_body, state_is_included_and_excluded, what_cannot_be_asked_is_refused);
