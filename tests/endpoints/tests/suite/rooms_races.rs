//! Many at once: nothing doubled, nothing lost, no forks.

use std::collections::HashSet;

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::rooms_basics::{create, membership, say};

async fn all<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let mut set = JoinSet::new();
    for task in tasks {
        set.spawn(task);
    }
    set.join_all().await
}

async fn timeline(client: &Client, room: &str) -> Vec<Value> {
    let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=200");
    client.get(&path).await.ok()["chunk"].as_array().unwrap().clone()
}

async fn one_transaction_id_at_once_is_one_event(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    for round in 0..5 {
        let sent = all((0..8).map(|_| {
            let (alice, room) = (alice.clone(), room.clone());
            async move { say(&alice, &room, &format!("same{round}"), "x").await }
        }))
        .await;
        assert_eq!(sent.iter().collect::<HashSet<_>>().len(), 1, "round {round}");
    }
    let messages = timeline(&alice, &room).await;
    assert_eq!(messages.iter().filter(|event| event["type"] == "m.room.message").count(), 5);
    server
}

async fn twenty_senders_make_one_line(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(server.register(&format!("user{number}")).await);
    }
    all(people.iter().map(|person| {
        let (person, room) = (person.clone(), room.clone());
        async move { membership(&person, &room, "join", json!({})).await.ok() }
    }))
    .await;
    let sent = all(people.iter().map(|person| {
        let (person, room) = (person.clone(), room.clone());
        async move { say(&person, &room, "t", "x").await }
    }))
    .await;
    assert_eq!(sent.iter().collect::<HashSet<_>>().len(), 20);
    let events = timeline(&alice, &room).await;
    let found: Vec<&str> = events.iter().filter_map(|event| event["event_id"].as_str()).collect();
    assert!(sent.iter().all(|event_id| found.contains(&event_id.as_str())));
    let joins = events.iter().filter(|event| event["content"]["membership"] == "join").count();
    assert_eq!(joins, 21);
    server
}

async fn joining_twice_at_once_is_one_join(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    all((0..6).map(|_| {
        let (bob, room) = (bob.clone(), room.clone());
        async move { membership(&bob, &room, "join", json!({})).await.ok() }
    }))
    .await;
    let events = timeline(&alice, &room).await;
    let joins = events.iter().filter(|event| event["state_key"] == bob.user_id.as_str()).count();
    assert_eq!(joins, 1);
    server
}

async fn one_alias_at_once_is_one_room(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let answers =
        all(
            (0..5).map(|_| {
                let alice = alice.clone();
                async move {
                    alice.post("/_matrix/client/v3/createRoom", json!({ "room_alias_name": "one" })).await
                }
            }),
        )
        .await;
    let made = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(made, 1);
    assert!(
        answers.iter().all(|answer| answer.status.is_success() || answer.body["errcode"] == "M_ROOM_IN_USE")
    );
    server
}

async fn a_room_goes_on_after_a_restart(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let before = say(&alice, &room, "1", "before").await;
    server.restart().await;
    let again = |client: &Client| {
        let mut visitor = server.visitor();
        visitor.token = client.token.clone();
        visitor
    };
    let (alice, bob) = (again(&alice), again(&bob));
    assert_eq!(say(&alice, &room, "1", "before").await, before);
    let after = say(&bob, &room, "1", "after").await;
    let events = timeline(&alice, &room).await;
    assert_eq!((&events[0]["event_id"], &events[1]["event_id"]), (&json!(after), &json!(before)));
    server
}

on_both_engines!(
    one_transaction_id_at_once_is_one_event,
    twenty_senders_make_one_line,
    joining_twice_at_once_is_one_join,
    one_alias_at_once_is_one_room,
    a_room_goes_on_after_a_restart,
);
