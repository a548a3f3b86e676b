//! Rooms that are replaced, as complement's tests of one server know it: creators, levels, ids, and the rules
//! people had for the old room. docs/protocol/complement.md says which of its files each is for.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, state};
use crate::sync_client::{content_of, first, next};

async fn people(server: &TestServer) -> [Client; 3] {
    [server.register("alice").await, server.register("bob").await, server.register("carol").await]
}

async fn upgrade(client: &Client, room: &str, body: Value) -> String {
    let body = client.post(&format!("/_matrix/client/v3/rooms/{room}/upgrade"), body).await.ok();
    body["replacement_room"].as_str().unwrap().to_owned()
}

async fn creators_and_levels_of_the_new_room(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let (a, b, c) = (alice.user_id.as_str(), bob.user_id.as_str(), carol.user_id.as_str());
    let none = json!({});
    for (version, levels, by, additional, creators, users) in [
        ("11", json!({ b: 100 }), &bob, Value::Null, Value::Null, none.clone()),
        ("11", json!({ b: 100, c: 100 }), &bob, Value::Null, Value::Null, json!({ c: 100 })),
        ("12", json!({ b: 150 }), &bob, json!([c]), json!([c]), none.clone()),
        ("12", json!({ b: 150, c: 50 }), &bob, json!([c]), json!([c]), none.clone()),
        ("11", json!({ a: 100, b: 100 }), &alice, json!([b]), json!([b]), none.clone()),
        ("11", json!({ a: 100, b: 100, c: 50 }), &alice, json!([b]), json!([b]), json!({ c: 50 })),
    ] {
        let room = create(&alice, json!({ "room_version": version, "preset": "public_chat" })).await;
        for user in [&bob, &carol] {
            membership(user, &room, "join", json!({})).await.ok();
        }
        let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.power_levels/");
        alice.put(&path, json!({ "users": levels })).await.ok();
        let mut body = json!({ "new_version": "12" });
        if additional.is_array() {
            body["additional_creators"] = additional;
        }
        let new = upgrade(by, &room, body).await;
        let content = state(by, &new, "m.room.create", "").await;
        assert_eq!((&content["room_version"], &content["additional_creators"]), (&json!("12"), &creators));
        assert_eq!(state(by, &new, "m.room.power_levels", "").await["users"], users, "{version} {levels}");
    }
    server
}

async fn a_room_of_version_12_is_called_by_its_create_event(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for version in ["10", "11", "12"] {
        let old = create(&alice, json!({ "room_version": version, "preset": "public_chat" })).await;
        let new = upgrade(&alice, &old, json!({ "new_version": "12" })).await;
        assert_eq!(state(&alice, &old, "m.room.tombstone", "").await["replacement_room"], new.as_str());
        let content = state(&alice, &new, "m.room.create", "").await;
        assert_eq!(content["predecessor"], json!({ "room_id": old }), "no event is named: it comes later");
        let whole = alice.get(&format!("/_matrix/client/v3/rooms/{new}/state")).await.ok();
        let events = whole.as_array().unwrap();
        let event = events.iter().find(|event| event["type"] == "m.room.create").unwrap();
        assert_eq!(event["event_id"], format!("${}", &new[1..]));
        let id = event["event_id"].as_str().unwrap();
        for path in [format!("event/{id}"), format!("context/{id}"), "messages?dir=f&limit=1".to_owned()] {
            let told = alice.get(&format!("/_matrix/client/v3/rooms/{new}/{path}")).await.ok();
            let event = [&told, &told["event"], &told["chunk"][0]]
                .into_iter()
                .find(|event| event["type"] == "m.room.create");
            assert_eq!(event.unwrap()["room_id"], new.as_str(), "{path}: {told}");
        }
    }
    server
}

async fn packs_of_pictures_go_along(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let old = create(&alice, json!({ "preset": "public_chat", "room_version": "11" })).await;
    let pack = |name: &str| json!({ "images": { "cat": { "url": "mxc://localhost/cat" } }, "pack": { "display_name": name } });
    let path = |key: &str| format!("/_matrix/client/v3/rooms/{old}/state/m.room.image_pack/{key}");
    for (key, content) in
        [("", pack("first")), ("cats", pack("Cats")), ("gone", pack("Gone")), ("gone", json!({}))]
    {
        alice.put(&path(key), content).await.ok();
    }
    let new = upgrade(&alice, &old, json!({ "new_version": "12" })).await;
    let whole = alice.get(&format!("/_matrix/client/v3/rooms/{new}/state")).await.ok();
    let events = whole.as_array().unwrap().iter().filter(|event| event["type"] == "m.room.image_pack");
    let mut packs: Vec<_> =
        events.map(|event| (event["state_key"].as_str().unwrap(), &event["content"])).collect();
    packs.sort_by_key(|(key, _)| *key);
    assert_eq!(packs, [("", &pack("first")), ("cats", &pack("Cats"))]);
    server
}

fn rules_of(rules: &Value, room: &str) -> Value {
    let rules = rules["global"]["room"].as_array().unwrap();
    rules.iter().find(|rule| rule["rule_id"] == room).map_or(Value::Null, |rule| rule["actions"].clone())
}

/// What people said about the old room holds for the new one: in an upgrade, and in one done by hand.
async fn rules_and_tags_go_along_to_the_new_room(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    for by_hand in [false, true] {
        let old = create(&alice, json!({ "preset": "public_chat", "room_version": "10" })).await;
        membership(&bob, &old, "join", json!({})).await.ok();
        for user in [&alice, &bob] {
            let rule = format!("/_matrix/client/v3/pushrules/global/room/{old}");
            user.put(&rule, json!({ "actions": ["dont_notify"] })).await.ok();
            let tag = format!("/_matrix/client/v3/user/{}/rooms/{old}/tags/m.favourite", user.user_id);
            user.put(&tag, json!({ "order": 0.5 })).await.ok();
            let direct = format!("/_matrix/client/v3/user/{}/account_data/m.direct", user.user_id);
            user.put(&direct, json!({ "@x:localhost": [old] })).await.ok();
        }
        let since = first(&bob).await;
        let new = if by_hand {
            let content = json!({ "predecessor": { "room_id": old } });
            let request =
                json!({ "preset": "public_chat", "room_version": "11", "creation_content": content });
            let new = create(&alice, request).await;
            let path = format!("/_matrix/client/v3/rooms/{old}/state/m.room.tombstone/");
            alice.put(&path, json!({ "body": "moved", "replacement_room": new })).await.ok();
            new
        } else {
            upgrade(&alice, &old, json!({ "new_version": "11" })).await
        };
        membership(&bob, &new, "join", json!({})).await.ok();
        let told = next(&bob, &since).await;
        let pushed = content_of(&told["account_data"], "m.push_rules").clone();
        assert_eq!(rules_of(&pushed, &new), json!(["dont_notify"]), "by hand {by_hand}: {told}");
        for user in [&alice, &bob] {
            let rules = user.get("/_matrix/client/v3/pushrules/").await.ok();
            for room in [&old, &new] {
                assert_eq!(rules_of(&rules, room), json!(["dont_notify"]), "by hand {by_hand}");
            }
            let tags = format!("/_matrix/client/v3/user/{}/rooms/{new}/tags", user.user_id);
            assert_eq!(user.get(&tags).await.ok()["tags"]["m.favourite"]["order"], 0.5, "by hand {by_hand}");
            let direct = format!("/_matrix/client/v3/user/{}/account_data/m.direct", user.user_id);
            assert_eq!(user.get(&direct).await.ok(), json!({ "@x:localhost": [old, new] }));
        }
    }
    server
}

on_both_engines!(
    creators_and_levels_of_the_new_room,
    a_room_of_version_12_is_called_by_its_create_event,
    packs_of_pictures_go_along,
    rules_and_tags_go_along_to_the_new_room,
);
