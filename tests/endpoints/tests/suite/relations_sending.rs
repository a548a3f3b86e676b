//! Which relations may be sent.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

use crate::relations_client::{annotate, children, id, ids, put, redact, relate};
use crate::rooms_basics::{create, membership, say};

async fn nobody_annotates_twice_alike(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let parent = say(&alice, &room, "p", "parent").await;
    let first = annotate(&alice, &room, "1", "x", &parent).await.ok();
    annotate(&alice, &room, "2", "x", &parent).await.error(400, "M_DUPLICATE_ANNOTATION");
    assert_eq!(
        annotate(&alice, &room, "1", "x", &parent).await.ok(),
        first,
        "the same request is answered alike"
    );
    annotate(&alice, &room, "3", "y", &parent).await.ok();
    annotate(&bob, &room, "1", "x", &parent).await.ok();
    let relation = json!({ "rel_type": "m.annotation", "event_id": parent, "key": "x" });
    let content = json!({ "m.relates_to": relation });
    put(&alice, &room, "org.example.other", "1", content.clone()).await.ok();
    put(&alice, &room, "org.example.other", "2", content).await.error(400, "M_DUPLICATE_ANNOTATION");
    say(&alice, &room, "after", "the room goes on").await;
    redact(&alice, &room, &id(&first)).await;
    annotate(&alice, &room, "4", "x", &parent).await.ok();
    // At the same time only one of them is the first.
    let attempts = (0..8).map(|number| {
        let (alice, room, parent) = (alice.clone(), room.clone(), parent.clone());
        tokio::spawn(async move { annotate(&alice, &room, &format!("c{number}"), "z", &parent).await })
    });
    let mut made = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        if answer.status.is_success() {
            made += 1;
        } else {
            answer.error(400, "M_DUPLICATE_ANNOTATION");
        }
    }
    assert_eq!(made, 1);
    let listed = children(&bob, &room, &parent, "/m.annotation/m.reaction").await.ok();
    assert_eq!(ids(&listed).len(), 4, "x by both, y and z by alice");
    server
}

async fn no_thread_begins_within_a_relation(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let root = say(&alice, &room, "r", "root").await;
    let reply = relate(&alice, &room, "reply", "m.thread", &root).await;
    let reference = relate(&alice, &room, "reference", "m.reference", &root).await;
    let reaction = id(&annotate(&alice, &room, "k", "k", &root).await.ok());
    let of_thread =
        |root: &str| json!({ "body": "x", "m.relates_to": { "rel_type": "m.thread", "event_id": root } });
    for (number, parent) in [&reply, &reference, &reaction].into_iter().enumerate() {
        let answer = put(&bob, &room, "m.room.message", &format!("n{number}"), of_thread(parent)).await;
        answer.error(400, "M_UNKNOWN");
    }
    let stranger = server.register("stranger").await;
    put(&stranger, &room, "m.room.message", "n", of_thread(&reply)).await.error(403, "M_FORBIDDEN");
    // A reply is no relation of a type, and what is redacted relates to nothing.
    let answer = json!({ "body": "x", "m.relates_to": { "m.in_reply_to": { "event_id": root } } });
    let answer = id(&put(&bob, &room, "m.room.message", "a", answer).await.ok());
    put(&bob, &room, "m.room.message", "ok", of_thread(&answer)).await.ok();
    put(&bob, &room, "m.room.message", "unknown", of_thread("$unknown")).await.ok();
    redact(&alice, &room, &reference).await;
    put(&bob, &room, "m.room.message", "redacted", of_thread(&reference)).await.ok();
    server
}

on_both_engines!(nobody_annotates_twice_alike, no_thread_begins_within_a_relation);
