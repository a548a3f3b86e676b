//! Filters, stored and inline, and members loaded lazily.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::sync_client::{ask, bodies, content_of, first, joined, keys, members, next, token};

async fn store(client: &Client, filter: Value) -> String {
    let path = format!("/_matrix/client/v3/user/{}/filter", client.user_id);
    client.post(&path, filter).await.ok()["filter_id"].as_str().unwrap().to_owned()
}

async fn filters_are_stored_and_read_back_by_their_owner(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let filter =
        json!({ "room": { "timeline": { "limit": 3, "types": ["m.room.*"] } }, "event_fields": ["type"] });
    let id = store(&alice, filter.clone()).await;
    assert_eq!(id, store(&alice, filter.clone()).await, "the same filter has the same id");
    let path = |user: &str, id: &str| format!("/_matrix/client/v3/user/{user}/filter/{id}");
    assert_eq!(alice.get(&path(&alice.user_id, &id)).await.ok(), filter);
    bob.get(&path(&alice.user_id, &id)).await.error(403, "M_FORBIDDEN");
    bob.get(&path(&bob.user_id, &id)).await.error(404, "M_NOT_FOUND");
    alice.get(&path(&alice.user_id, "nothing")).await.error(404, "M_NOT_FOUND");
    let own = format!("/_matrix/client/v3/user/{}/filter", alice.user_id);
    bob.post(&own, json!({})).await.error(403, "M_FORBIDDEN");
    alice.post(&own, json!({ "room": { "timeline": { "limit": "many" } } })).await.error(400, "M_BAD_JSON");
    ask(&bob, &[("filter", &id)]).await.error(404, "M_NOT_FOUND");
    ask(&alice, &[("filter", &id)]).await.ok();
    server
}

async fn only_what_is_wanted_is_told(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat", "name": "Tea", "topic": "Milk" })).await;
    let other = create(&alice, json!({})).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    say(&alice, &room, "1", "from alice").await;
    say(&bob, &room, "1", "from bob").await;
    let filtered = async |filter: Value| ask(&alice, &[("filter", &filter.to_string())]).await.ok();

    let told =
        filtered(json!({ "room": { "timeline": { "types": ["m.room.message"], "senders": [bob.user_id] },
        "state": { "types": ["m.room.n*"] } } }))
        .await;
    assert_eq!(bodies(joined(&told, &room)), ["from bob"]);
    assert_eq!(keys(&joined(&told, &room)["state"]), [("m.room.name".to_owned(), String::new())]);
    let told = filtered(json!({ "room": { "rooms": [other] } })).await;
    assert_eq!((joined(&told, &room), joined(&told, &other).is_object()), (&Value::Null, true));
    let told = filtered(json!({ "room": { "not_rooms": [other] } })).await;
    assert_eq!((joined(&told, &room).is_object(), joined(&told, &other)), (true, &Value::Null));
    let told = filtered(json!({ "room": { "timeline": { "not_types": ["*"] }, "state": { "not_types": ["m.room.member"] } } })).await;
    assert_eq!(joined(&told, &room)["timeline"]["events"], json!([]));
    assert_eq!(content_of(&joined(&told, &room)["state"], "m.room.topic")["topic"], "Milk");
    assert_eq!(members(&joined(&told, &room)["state"]), [""; 0]);
    let told =
        filtered(json!({ "account_data": { "types": [] }, "presence": { "not_types": ["m.presence"] } }))
            .await;
    assert_eq!((&told["account_data"], &told["presence"]), (&Value::Null, &Value::Null));
    let told = filtered(json!({ "event_fields": ["type", "content.body"],
        "room": { "timeline": { "types": ["m.room.message"], "limit": 1 } } }))
    .await;
    let event = &joined(&told, &room)["timeline"]["events"][0];
    assert_eq!(event, &json!({ "type": "m.room.message", "content": { "body": "from bob" } }));
    let told =
        filtered(json!({ "event_format": "federation", "room": { "timeline": { "limit": 1 } } })).await;
    let event = &joined(&told, &room)["timeline"]["events"][0];
    assert!(event["hashes"].is_object() && event["signatures"].is_object(), "{event}");
    server
}

async fn a_state_that_the_timeline_does_not_show_is_told_as_state(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let start = first(&alice).await;
    say(&alice, &room, "1", "before").await;
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.topic/");
    alice.put(&path, json!({ "topic": "new" })).await.ok();
    let filter = json!({ "room": { "timeline": { "types": ["m.room.message"] } } }).to_string();
    let told = ask(&alice, &[("since", token(&start)), ("filter", &filter)]).await.ok();
    assert_eq!(content_of(&joined(&told, &room)["state"], "m.room.topic")["topic"], "new", "{told}");
    server
}

async fn a_filter_finds_what_lies_further_back(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    say(&alice, &room, "1", "old").await;
    for number in 0..25 {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/org.example.noise/{number}");
        alice.put(&path, json!({})).await.ok();
    }
    let filter = json!({ "room": { "timeline": { "types": ["m.room.message"], "limit": 2 } } }).to_string();
    let told = ask(&alice, &[("filter", &filter)]).await.ok();
    assert_eq!(bodies(joined(&told, &room)), ["old"]);
    assert_eq!(joined(&told, &room)["timeline"]["limited"], false);
    server
}

async fn members_are_loaded_when_they_speak_and_only_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "public_chat", "name": "Tea" })).await;
    let mut others = Vec::new();
    for name in ["bob", "carol", "dave"] {
        let other = server.register(name).await;
        membership(&other, &room, "join", json!({})).await.ok();
        others.push(other);
    }
    for number in 0..3 {
        say(&others[0], &room, &format!("{number}"), "x").await;
    }
    let filter =
        json!({ "room": { "timeline": { "limit": 2 }, "state": { "lazy_load_members": true } } }).to_string();
    let lazily = async |since: &Value| {
        let mut parameters = vec![("filter", filter.as_str())];
        if since.is_object() {
            parameters.push(("since", token(since)));
        }
        ask(&alice, &parameters).await.ok()
    };
    let whole = lazily(&Value::Null).await;
    let mut expected = vec![alice.user_id.clone(), others[0].user_id.clone()];
    expected.sort();
    assert_eq!(members(&joined(&whole, &room)["state"]), expected, "who spoke, and oneself");
    say(&others[1], &room, "a", "carol speaks").await;
    let lost = lazily(&whole).await;
    assert_eq!(members(&joined(&lost, &room)["state"]), [others[1].user_id.as_str()]);
    let again = lazily(&whole).await;
    assert_eq!(
        members(&joined(&again, &room)["state"]),
        [others[1].user_id.as_str()],
        "an answer may get lost"
    );
    say(&others[1], &room, "b", "carol again").await;
    let later = lazily(&again).await;
    assert_eq!(members(&joined(&later, &room)["state"]), [""; 0]);
    // A name that changes in a gap is told even of those who do not speak.
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", others[2].user_id);
    others[2].put(&path, json!({ "membership": "join", "displayname": "Dave!" })).await.ok();
    for number in 0..3 {
        say(&others[1], &room, &format!("g{number}"), "gap").await;
    }
    let gap = lazily(&later).await;
    assert_eq!(joined(&gap, &room)["timeline"]["limited"], true);
    assert_eq!(members(&joined(&gap, &room)["state"]), [others[2].user_id.as_str()]);
    let all = next(&alice, &whole).await;
    assert_eq!(
        members(&joined(&all, &room)["state"]),
        [""; 0],
        "without a filter members come with the state"
    );
    server
}

on_both_engines!(
    filters_are_stored_and_read_back_by_their_owner,
    only_what_is_wanted_is_told,
    a_state_that_the_timeline_does_not_show_is_told_as_state,
    a_filter_finds_what_lies_further_back,
    members_are_loaded_when_they_speak_and_only_once,
);
