//! Coming and going in sliding sync: invites, knocks, rooms that were left, and lists' filters.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::sliding_client::{bodies, first, list, members, next, rooms, wait};
use crate::sync_rooms::{comes_later, left_and_changed_since};

const MEMBER: &str = "m.room.member";
/// What current clients ask of members.
const OWN: [[&str; 2]; 2] = [[MEMBER, "$LAZY"], [MEMBER, "$ME"]];

fn request() -> Value {
    list(9, 5, &json!(OWN))
}

fn own_membership(client: &Client, room: &Value) -> String {
    let events = room["required_state"].as_array().unwrap();
    let own = events.iter().find(|event| event["state_key"] == client.user_id.as_str()).unwrap();
    own["content"]["membership"].as_str().unwrap().to_owned()
}

async fn an_invite_is_told_and_what_comes_of_it(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let start = first(&bob, &request()).await;
    let room = create(&alice, json!({ "name": "Tea", "invite": [bob.user_id] })).await;
    let one = wait(&bob, &start, &request()).await;
    let told = &one["rooms"][&room];
    let kinds: Vec<_> = told["invite_state"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert!(kinds.contains(&&json!("m.room.name")) && kinds.contains(&&json!(MEMBER)), "{told}");
    assert!(told["timeline"].is_null() && told["required_state"].is_null() && told["name"].is_null());
    assert_eq!((told["initial"].as_bool(), told["notification_count"].as_u64()), (Some(true), Some(0)));
    let two = next(&bob, &one, &request()).await;
    assert_eq!((rooms(&two).len(), two["lists"]["all"]["count"].as_u64()), (0, Some(1)));
    say(&alice, &room, "a", "before").await;
    assert_eq!(rooms(&next(&bob, &two, &request()).await), [""; 0], "not for the invited");
    membership(&bob, &room, "join", json!({})).await.ok();
    let three = wait(&bob, &two, &request()).await;
    let told = &three["rooms"][&room];
    assert_eq!((told["initial"].as_bool(), told["name"].as_str()), (Some(true), Some("Tea")));
    assert_eq!((bodies(told), own_membership(&bob, told).as_str()), (vec!["before"], "join"));
    server
}

async fn an_invite_that_is_declined_or_unwanted(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "invite": [bob.user_id] })).await;
    let one = first(&bob, &request()).await;
    assert!(one["rooms"][&room]["invite_state"].is_array());
    membership(&bob, &room, "leave", json!({})).await.ok();
    let two = next(&bob, &one, &request()).await;
    let told = &two["rooms"][&room];
    assert_eq!(own_membership(&bob, told), "leave", "{told}");
    assert_eq!(members(told), [&bob.user_id]);
    assert_eq!(rooms(&next(&bob, &two, &request()).await), [""; 0], "once");
    assert_eq!(rooms(&first(&bob, &request()).await), [""; 0], "and nobody else hears of it");
    let ignored = json!({ "ignored_users": { &alice.user_id: {} } });
    let path = format!("/_matrix/client/v3/user/{}/account_data/m.ignored_user_list", bob.user_id);
    bob.put(&path, ignored).await.ok();
    create(&alice, json!({ "invite": [bob.user_id] })).await;
    let three = first(&bob, &request()).await;
    assert_eq!((rooms(&three).len(), three["lists"]["all"]["count"].as_u64()), (0, Some(0)));
    server
}

async fn a_knock_is_told(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let rules = json!({ "type": "m.room.join_rules", "content": { "join_rule": "knock" } });
    let room = create(&alice, json!({ "initial_state": [rules] })).await;
    let start = first(&bob, &request()).await;
    bob.post(&format!("/_matrix/client/v3/knock/{room}"), json!({})).await.ok();
    let one = next(&bob, &start, &request()).await;
    let state = one["rooms"][&room]["invite_state"].as_array().unwrap();
    let own = state.iter().find(|event| event["state_key"] == bob.user_id.as_str()).unwrap();
    assert_eq!(own["content"]["membership"], "knock");
    server
}

async fn a_room_that_was_left_is_told_once(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let start = first(&bob, &request()).await;
    say(&alice, &room, "a", "seen").await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    say(&alice, &room, "b", "unseen").await;
    let one = next(&bob, &start, &request()).await;
    let told = &one["rooms"][&room];
    assert_eq!((bodies(told), own_membership(&bob, told).as_str()), (vec!["seen"], "leave"), "{told}");
    assert_eq!(told["timeline"].as_array().unwrap().len(), 2);
    let two = next(&bob, &one, &request()).await;
    assert_eq!(rooms(&two), [""; 0]);
    assert_eq!(two["lists"]["all"]["count"], 0, "{two}");
    assert_eq!(rooms(&first(&bob, &request()).await), [""; 0], "who begins anew knows that they left");
    membership(&bob, &room, "join", json!({})).await.ok();
    let before = first(&bob, &request()).await;
    membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await.ok();
    let three = next(&bob, &before, &request()).await;
    assert_eq!(own_membership(&bob, &three["rooms"][&room]), "leave");
    // That they were put out they may not know: it is told to everybody of theirs.
    let anew = first(&bob, &request()).await;
    assert_eq!(own_membership(&bob, &anew["rooms"][&room]), "leave", "{anew}");
    assert_eq!(anew["lists"]["all"]["count"], 1);
    assert_eq!(rooms(&next(&bob, &anew, &request()).await), [""; 0]);
    membership(&bob, &room, "forget", json!({})).await.ok();
    let forgotten = first(&bob, &request()).await;
    assert_eq!(forgotten["lists"]["all"]["count"], 0);
    // Back again, it is as new.
    membership(&bob, &room, "join", json!({})).await.ok();
    let back = next(&bob, &forgotten, &request()).await;
    assert_eq!(own_membership(&bob, &back["rooms"][&room]), "join");
    assert_eq!(back["rooms"][&room]["initial"], true);
    server
}

async fn what_comes_after_leaving_shows_no_more_of_the_state(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let carol = server.register("carol").await;
    let rules = json!([{ "type": "m.room.join_rules", "content": { "join_rule": "knock" } }]);
    for (what, ends_as) in [("knock", "leave"), ("invite", "leave"), ("ban", "ban")] {
        let room = create(&alice, json!({ "name": "Tea", "initial_state": rules })).await;
        left_and_changed_since(&alice, &bob, &carol, &room).await;
        let every = json!([["*", "*"]]);
        let mut asked = list(9, 9, &every);
        asked["room_subscriptions"] = json!({ &room: { "timeline_limit": 9, "required_state": every } });
        let before = first(&bob, &asked).await;
        comes_later(&alice, &bob, &room, what).await;
        for told in [next(&bob, &before, &asked).await, first(&bob, &asked).await] {
            let text = told["rooms"][&room].to_string();
            assert!(!text.contains("secret") && !text.contains(&carol.user_id), "{what} {told}");
            if told["rooms"][&room].is_object() {
                assert_eq!(own_membership(&bob, &told["rooms"][&room]), ends_as, "{what} {told}");
            }
        }
        let told = first(&bob, &asked).await;
        assert!(what != "ban" || told["rooms"][&room]["name"] == "Tea", "{told}");
    }
    server
}

async fn a_ban_reaches_whoever_follows_the_room_alone(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    // No list, no timeline: a subscription and the own place in the room.
    let config = json!({ "timeline_limit": 0, "required_state": [[MEMBER, "$ME"]] });
    let request = json!({ "room_subscriptions": { &room: config } });
    let one = first(&bob, &request).await;
    assert_eq!(own_membership(&bob, &one["rooms"][&room]), "join");
    membership(&alice, &room, "ban", json!({ "user_id": bob.user_id, "reason": "enough" })).await.ok();
    let two = wait(&bob, &one, &request).await;
    assert_eq!(own_membership(&bob, &two["rooms"][&room]), "ban", "{two}");
    say(&alice, &room, "a", "without bob").await;
    let three = next(&bob, &two, &request).await;
    assert_eq!(rooms(&three), [""; 0], "told once, and nothing of what follows");
    // The ban is lifted: bob is still outside, and is told so.
    membership(&alice, &room, "unban", json!({ "user_id": bob.user_id })).await.ok();
    let four = next(&bob, &three, &request).await;
    let told = &four["rooms"][&room];
    assert_eq!((own_membership(&bob, told).as_str(), bodies(told)), ("leave", vec![]));
    server
}

async fn who_leaves_outside_of_the_window_is_told_later(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let one = first(&bob, &request()).await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    let two =
        next(&bob, &one, &json!({ "lists": { "all": { "ranges": [[5, 9]], "timeline_limit": 1 } } })).await;
    assert_eq!(rooms(&two), [""; 0]);
    let three = next(&bob, &two, &request()).await;
    assert_eq!(own_membership(&bob, &three["rooms"][&room]), "leave");
    assert_eq!(rooms(&next(&bob, &three, &request()).await), [""; 0]);
    server
}

async fn lists_are_filtered(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let plain = create(&alice, json!({ "name": "plain" })).await;
    let secret = json!([{ "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } }]);
    let secret = create(&alice, json!({ "initial_state": secret })).await;
    let space = create(&alice, json!({ "creation_content": { "type": "m.space" } })).await;
    let child = format!("/_matrix/client/v3/rooms/{space}/state/m.space.child/{plain}");
    alice.put(&child, json!({ "via": ["localhost"] })).await.ok();
    let gone = format!("/_matrix/client/v3/rooms/{space}/state/m.space.child/{secret}");
    alice.put(&gone, json!({})).await.ok();
    let invited = create(&bob, json!({ "invite": [alice.user_id] })).await;
    let user = format!("/_matrix/client/v3/user/{}", alice.user_id);
    alice.put(&format!("{user}/account_data/m.direct"), json!({ &bob.user_id: [secret] })).await.ok();
    alice.put(&format!("{user}/rooms/{plain}/tags/m.favourite"), json!({ "order": 0.5 })).await.ok();
    let table = [
        (json!({}), vec![&plain, &secret, &space, &invited]),
        (json!({ "is_dm": true }), vec![&secret]),
        (json!({ "is_dm": false, "is_invite": false }), vec![&plain, &space]),
        (json!({ "is_encrypted": true }), vec![&secret]),
        (json!({ "is_encrypted": false }), vec![&plain, &space, &invited]),
        (json!({ "is_invite": true }), vec![&invited]),
        (json!({ "room_types": ["m.space"] }), vec![&space]),
        (json!({ "room_types": [null] }), vec![&plain, &secret, &invited]),
        (
            json!({ "room_types": ["m.space", null], "not_room_types": ["m.space"], "is_invite": false }),
            vec![&plain, &secret],
        ),
        (json!({ "tags": ["m.favourite", "u.other"] }), vec![&plain]),
        (json!({ "not_tags": ["m.favourite"], "is_invite": false }), vec![&secret, &space]),
        (json!({ "tags": ["m.favourite"], "not_tags": ["m.favourite"] }), vec![]),
        (json!({ "spaces": [space, "!none:localhost"] }), vec![&plain]),
    ];
    for (filters, expected) in table {
        let mut asked = request();
        asked["lists"]["all"]["filters"] = filters.clone();
        let answer = first(&alice, &asked).await;
        let mut expected: Vec<&str> = expected.into_iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(rooms(&answer), expected, "{filters}");
        assert_eq!(answer["lists"]["all"]["count"], expected.len());
    }
    // What a filter asks about may change.
    let mut direct = request();
    direct["lists"]["all"]["filters"] = json!({ "is_dm": true });
    let one = first(&alice, &direct).await;
    assert_eq!(one["rooms"][&secret]["is_dm"], true);
    alice.put(&format!("{user}/account_data/m.direct"), json!({ &bob.user_id: [plain] })).await.ok();
    let two = wait(&alice, &one, &direct).await;
    assert_eq!((rooms(&two), &two["rooms"][&plain]["is_dm"]), (vec![plain.as_str()], &json!(true)));
    let three = next(&alice, &two, &request()).await;
    assert_eq!(three["rooms"][&secret]["is_dm"], false);
    let mut encrypted = request();
    encrypted["lists"]["all"]["filters"] = json!({ "is_encrypted": true });
    let four = first(&alice, &encrypted).await;
    let path = format!("/_matrix/client/v3/rooms/{plain}/state/m.room.encryption/");
    alice.put(&path, json!({ "algorithm": "m.megolm.v1.aes-sha2" })).await.ok();
    let five = wait(&alice, &four, &encrypted).await;
    assert_eq!((rooms(&five), five["lists"]["all"]["count"].as_u64()), (vec![plain.as_str()], Some(2)));
    server
}

on_both_engines!(
    an_invite_is_told_and_what_comes_of_it,
    an_invite_that_is_declined_or_unwanted,
    a_knock_is_told,
    a_room_that_was_left_is_told_once,
    what_comes_after_leaving_shows_no_more_of_the_state,
    a_ban_reaches_whoever_follows_the_room_alone,
    who_leaves_outside_of_the_window_is_told_later,
    lists_are_filtered,
);
