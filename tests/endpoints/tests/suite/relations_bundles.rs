//! What is bundled with events: edits, threads and references, for those who may see them.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::relations_client::{
    annotate, bundle, children, edit, encoded, event, id, ids, ignore, put, redact, relate,
};
use crate::rooms_basics::{create, membership, say};
use crate::sync_client::{ask, first, joined, next};

async fn two_in_a_room(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

async fn the_newest_valid_edit_is_bundled(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let original = say(&alice, &room, "o", "original").await;
    assert_eq!(bundle(&alice, &room, &original).await, Value::Null);
    let first = edit(&alice, &room, "first edit", &original).await;
    edit(&bob, &room, "by another", &original).await;
    relate(&alice, &room, "no new content", "m.replace", &original).await;
    let other_type = json!({
        "m.new_content": {}, "m.relates_to": { "rel_type": "m.replace", "event_id": original },
    });
    put(&alice, &room, "org.example.other", "t", other_type).await.ok();
    edit(&alice, &room, "an edit of an edit", &first).await;
    let told = event(&bob, &room, &original).await;
    assert_eq!(told["unsigned"]["m.relations"]["m.replace"]["event_id"], json!(first));
    assert_eq!(told["content"]["body"], "original", "the content stays as it was");
    assert_eq!(bundle(&bob, &room, &first).await, Value::Null, "an edit cannot be edited");
    server.clock.advance_ms(10);
    let second = edit(&alice, &room, "second edit", &original).await;
    let replace = &bundle(&bob, &room, &original).await["m.replace"];
    assert_eq!(replace["event_id"], json!(second));
    assert_eq!(replace["content"]["m.new_content"]["body"], "second edit");
    assert_eq!((&replace["room_id"], &replace["sender"]), (&json!(room), &json!(alice.user_id)));
    redact(&alice, &room, &second).await;
    assert_eq!(bundle(&bob, &room, &original).await["m.replace"]["event_id"], json!(first));
    redact(&alice, &room, &original).await;
    assert_eq!(bundle(&bob, &room, &original).await, Value::Null, "nothing replaces what is redacted");

    let sealed = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x" });
    let original = id(&put(&alice, &room, "m.room.encrypted", "e1", sealed.clone()).await.ok());
    let mut edit = sealed;
    edit["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": original });
    let edit = id(&put(&alice, &room, "m.room.encrypted", "e2", edit).await.ok());
    assert_eq!(bundle(&bob, &room, &original).await["m.replace"]["event_id"], json!(edit));
    server
}

async fn a_thread_is_bundled_with_its_root(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let carol = server.register("carol").await;
    membership(&carol, &room, "join", json!({})).await.ok();
    let root = say(&alice, &room, "r", "root").await;
    let one = relate(&bob, &room, "one", "m.thread", &root).await;
    let two = relate(&bob, &room, "two", "m.thread", &root).await;
    let edited = edit(&bob, &room, "two, edited", &two).await;
    relate(&bob, &room, "a custom relation", "org.example.custom", &root).await;
    annotate(&bob, &room, "a", "x", &root).await.ok();
    let told = bundle(&carol, &room, &root).await;
    assert_eq!(told.as_object().unwrap().len(), 1, "annotations and unknown relations are not bundled");
    let thread = &told["m.thread"];
    assert_eq!((&thread["count"], &thread["current_user_participated"]), (&json!(2), &json!(false)));
    assert_eq!(thread["latest_event"]["event_id"], json!(two));
    let nested = &thread["latest_event"]["unsigned"]["m.relations"];
    assert_eq!(nested["m.replace"]["event_id"], json!(edited));
    for (who, participated) in [(&alice, true), (&bob, true), (&carol, false)] {
        let told = bundle(who, &room, &root).await;
        assert_eq!(told["m.thread"]["current_user_participated"], json!(participated), "{}", who.user_id);
    }
    ignore(&carol, &[&bob]).await;
    assert_eq!(bundle(&carol, &room, &root).await, Value::Null, "nobody else has written there");
    ignore(&carol, &[]).await;
    redact(&bob, &room, &two).await;
    let thread = &bundle(&carol, &room, &root).await["m.thread"];
    assert_eq!((&thread["count"], &thread["latest_event"]["event_id"]), (&json!(1), &json!(one)));
    redact(&alice, &room, &root).await;
    let thread = &bundle(&carol, &room, &root).await["m.thread"];
    assert_eq!(thread["count"], 1, "the thread outlives its root's content");
    server
}

async fn references_are_bundled_by_id(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let poll = say(&alice, &room, "p", "poll").await;
    let mut votes = Vec::new();
    for vote in ["a", "b", "c"] {
        votes.push(relate(&bob, &room, vote, "m.reference", &poll).await);
    }
    let chunk =
        |votes: &[String]| json!(votes.iter().map(|id| json!({ "event_id": id })).collect::<Vec<_>>());
    assert_eq!(bundle(&alice, &room, &poll).await, json!({ "m.reference": { "chunk": chunk(&votes) } }));
    redact(&bob, &room, &votes[1]).await;
    votes.remove(1);
    assert_eq!(bundle(&alice, &room, &poll).await["m.reference"]["chunk"], chunk(&votes));
    let other_room = create(&bob, json!({})).await;
    relate(&bob, &other_room, "elsewhere", "m.reference", &poll).await;
    assert_eq!(bundle(&alice, &room, &poll).await["m.reference"]["chunk"], chunk(&votes));
    let topic = format!("/_matrix/client/v3/rooms/{room}/state/m.room.topic/");
    let topic = id(&alice.put(&topic, json!({ "topic": "t" })).await.ok());
    relate(&bob, &room, "about the topic", "m.reference", &topic).await;
    assert_eq!(bundle(&alice, &room, &topic).await, Value::Null, "states have no bundles");
    server
}

async fn bundles_come_with_every_way_to_read(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let start = first(&alice).await;
    let root = say(&alice, &room, "r", "root").await;
    let reply = relate(&bob, &room, "reply", "m.thread", &root).await;
    let all = next(&alice, &start).await;
    let in_timeline = |answer: &Value, id: &str| {
        let events = joined(answer, &room)["timeline"]["events"].as_array().unwrap().clone();
        events.into_iter().find(|event| event["event_id"] == id).unwrap()["unsigned"]["m.relations"].clone()
    };
    assert_eq!(joined(&all, &room)["timeline"]["limited"], false);
    assert_eq!(in_timeline(&all, &root), Value::Null, "the client has the children");
    let filter = json!({ "room": { "timeline": { "limit": 2 } } }).to_string();
    let limited = ask(&alice, &[("filter", &filter)]).await.ok();
    let thread = &in_timeline(&limited, &root)["m.thread"];
    assert_eq!((&thread["count"], &thread["latest_event"]["event_id"]), (&json!(1), &json!(reply)));
    assert_eq!(thread["latest_event"]["unsigned"]["membership"], "join");
    let limited = ask(&alice, &[("filter", &filter), ("since", start["next_batch"].as_str().unwrap())]).await;
    assert_eq!(joined(&limited.ok(), &room)["timeline"]["limited"], false);

    let find = |events: &Value, id: &str| {
        let found = events.as_array().unwrap().iter().find(|event| event["event_id"] == id);
        found.unwrap()["unsigned"]["m.relations"]["m.thread"]["count"].clone()
    };
    let messages = alice.get(&format!("/_matrix/client/v3/rooms/{room}/messages?dir=b")).await.ok();
    assert_eq!(find(&messages["chunk"], &root), 1);
    let context = |of: &str| format!("/_matrix/client/v3/rooms/{room}/context/{}", encoded(of));
    let around_reply = alice.get(&context(&reply)).await.ok();
    assert_eq!(find(&around_reply["events_before"], &root), 1);
    let around_root = alice.get(&context(&root)).await.ok();
    assert_eq!(around_root["event"]["unsigned"]["m.relations"]["m.thread"]["count"], 1);
    let edited = edit(&bob, &room, "reply, edited", &reply).await;
    let listed = children(&alice, &room, &root, "").await.ok();
    assert_eq!(ids(&listed), std::slice::from_ref(&reply));
    assert_eq!(listed["chunk"][0]["unsigned"]["m.relations"]["m.replace"]["event_id"], json!(edited));
    server
}

async fn nobody_counts_what_they_may_not_see(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let root = say(&alice, &room, "r", "root").await;
    let seen = relate(&alice, &room, "seen", "m.thread", &root).await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    relate(&alice, &room, "after he left", "m.thread", &root).await;
    edit(&alice, &room, "root, edited", &root).await;
    let told = bundle(&bob, &room, &root).await;
    assert_eq!((&told["m.thread"]["count"], &told["m.replace"]), (&json!(1), &Value::Null));
    assert_eq!(told["m.thread"]["latest_event"]["event_id"], json!(seen));
    assert_eq!(ids(&children(&bob, &room, &root, "").await.ok()), [seen]);
    assert_eq!(bundle(&alice, &room, &root).await["m.thread"]["count"], 2);

    // Whoever comes into a room that hides its past sees neither it nor how much of it there is.
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.history_visibility/");
    alice.put(&path, json!({ "history_visibility": "joined" })).await.ok();
    let hidden = relate(&alice, &room, "hidden", "m.thread", &root).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let last = relate(&alice, &room, "last", "m.thread", &root).await;
    let thread = &bundle(&bob, &room, &root).await["m.thread"];
    assert_eq!((&thread["count"], &thread["latest_event"]["event_id"]), (&json!(3), &json!(last)));
    redact(&alice, &room, &last).await;
    let thread = &bundle(&bob, &room, &root).await["m.thread"];
    assert_eq!(thread["count"], 2);
    assert_ne!(thread["latest_event"]["event_id"], json!(hidden));
    server
}

on_both_engines!(
    the_newest_valid_edit_is_bundled,
    a_thread_is_bundled_with_its_root,
    references_are_bundled_by_id,
    bundles_come_with_every_way_to_read,
    nobody_counts_what_they_may_not_see,
);
