//! Invites that somebody does not want, and people whom somebody ignores.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

async fn keep(client: &Client, kind: &str, content: Value) {
    let path = format!("/_matrix/client/v3/user/{}/account_data/{kind}", client.user_id);
    client.put(&path, content).await.ok();
}

async fn invited(client: &Client) -> Vec<String> {
    let body = client.get("/_matrix/client/v3/sync").await.ok();
    let rooms = body["rooms"]["invite"].as_object().cloned().unwrap_or_default();
    rooms.keys().cloned().collect()
}

async fn who_takes_no_invites_gets_none(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let before = create(&alice, json!({ "invite": [bob.user_id] })).await;
    assert_eq!(invited(&bob).await, std::slice::from_ref(&before));
    let room = create(&alice, json!({})).await;
    let member = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", bob.user_id);
    for kind in ["org.matrix.msc4380.invite_permission_config", "m.invite_permission_config"] {
        keep(&bob, kind, json!({ "default_action": "block" })).await;
        assert_eq!(invited(&bob).await, Vec::<String>::new(), "what was told is told no more");
        let body = json!({ "user_id": bob.user_id });
        membership(&alice, &room, "invite", body).await.error(403, "M_INVITE_BLOCKED");
        let request = json!({ "name": "Not made", "invite": [bob.user_id] });
        alice.post("/_matrix/client/v3/createRoom", request).await.error(403, "M_INVITE_BLOCKED");
        alice.put(&member, json!({ "membership": "invite" })).await.error(403, "M_INVITE_BLOCKED");
        keep(&bob, kind, json!({ "default_action": "something" })).await;
        assert_eq!(invited(&bob).await, std::slice::from_ref(&before));
    }
    let state = alice.get(&format!("/_matrix/client/v3/rooms/{before}/state")).await.ok();
    assert!(state.as_array().unwrap().iter().any(|event| event["state_key"] == bob.user_id.as_str()));
    alice.put(&member, json!({ "membership": "invite" })).await.ok();
    keep(&bob, "m.invite_permission_config", json!({ "default_action": "block" })).await;
    alice.put(&member, json!({ "membership": "leave" })).await.ok();
    membership(&bob, &before, "join", json!({})).await.ok();
    server
}

async fn ignored_people_are_not_heard(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let carl = server.register("carl").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    for who in [&bob, &carl] {
        membership(who, &room, "join", json!({})).await.ok();
    }
    let since = alice.get("/_matrix/client/v3/sync").await.ok()["next_batch"].clone();
    keep(&alice, "m.ignored_user_list", json!({ "ignored_users": { &bob.user_id: {} } })).await;
    say(&bob, &room, "b1", "alice, alice, alice").await;
    say(&carl, &room, "c1", "hello").await;
    let name = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", bob.user_id);
    bob.put(&name, json!({ "membership": "join", "displayname": "Bobby" })).await.ok();
    create(&bob, json!({ "invite": [alice.user_id] })).await;
    let wanted = create(&carl, json!({ "invite": [alice.user_id] })).await;
    let path = format!("/_matrix/client/v3/sync?since={}", since.as_str().unwrap());
    for path in [path.as_str(), "/_matrix/client/v3/sync"] {
        let body = alice.get(path).await.ok();
        let told = &body["rooms"]["join"][&room];
        let events = told["timeline"]["events"].as_array().unwrap().iter();
        let senders: Vec<&Value> = events
            .filter(|event| event["type"] == "m.room.message" || event["content"]["displayname"] == "Bobby")
            .map(|event| &event["sender"])
            .collect();
        assert_eq!(senders, [carl.user_id.as_str(), bob.user_id.as_str()], "his state events are told");
        assert_eq!(told["unread_notifications"]["notification_count"], 1, "{path}");
        let invites: Vec<&String> = body["rooms"]["invite"].as_object().unwrap().keys().collect();
        assert_eq!(invites, [&wanted]);
    }
    keep(&alice, "m.ignored_user_list", json!({ "ignored_users": {} })).await;
    say(&bob, &room, "b2", "again").await;
    let body = alice.get("/_matrix/client/v3/sync").await.ok();
    assert_eq!(body["rooms"]["join"][&room]["unread_notifications"]["notification_count"], 3);
    assert_eq!(body["rooms"]["invite"].as_object().unwrap().len(), 2);
    server
}

on_both_engines!(who_takes_no_invites_gets_none, ignored_people_are_not_heard);
