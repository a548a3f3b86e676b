//! Listing the children of an event, and the threads of a room.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::relations_client::{annotate, children, edit, id, ids, ignore, put, redact, relate, threads};
use crate::rooms_basics::{create, membership, say};
use crate::sync_client::{first, token};

async fn a_room(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

async fn children_are_listed_by_relation_and_type(server: TestServer) -> TestServer {
    let (alice, bob, room) = a_room(&server).await;
    let root = say(&alice, &room, "r", "root").await;
    let reply = relate(&alice, &room, "reply", "m.thread", &root).await;
    let relation = json!({ "m.relates_to": { "rel_type": "m.thread", "event_id": root } });
    let dummy = id(&put(&alice, &room, "m.dummy", "d", relation).await.ok());
    let edited = edit(&alice, &room, "root, edited", &root).await;
    let reaction = id(&annotate(&bob, &room, "k", "k", &root).await.ok());
    let list = async |rest: &str| ids(&children(&bob, &room, &root, rest).await.ok());
    assert_eq!(list("").await, [reaction.clone(), edited.clone(), dummy.clone(), reply.clone()]);
    assert_eq!(list("?dir=f").await, [reply.clone(), dummy.clone(), edited.clone(), reaction.clone()]);
    assert_eq!(list("/m.thread").await, [dummy, reply.clone()]);
    assert_eq!(list("/m.thread/m.room.message").await, [reply]);
    assert_eq!(list("/m.annotation/m.reaction").await, std::slice::from_ref(&reaction));
    assert!(list("/m.annotation/m.room.message").await.is_empty());
    assert!(list("/org.example.none").await.is_empty());
    redact(&bob, &room, &reaction).await;
    assert!(list("/m.annotation").await.is_empty(), "what is redacted relates to nothing");
    ignore(&bob, &[&alice]).await;
    assert!(list("").await.is_empty());
    server
}

async fn children_are_paged_both_ways(server: TestServer) -> TestServer {
    let (alice, _, room) = a_room(&server).await;
    let root = say(&alice, &room, "r", "root").await;
    let mut said = Vec::new();
    let mut between = Value::Null;
    for number in 0..10 {
        if number == 5 {
            between = first(&alice).await;
        }
        said.push(relate(&alice, &room, &format!("n{number}"), "m.thread", &root).await);
    }
    let backwards: Vec<String> = said.iter().rev().cloned().collect();
    for (direction, expected) in [("b", &backwards), ("f", &said)] {
        let (mut found, mut from) = (Vec::new(), String::new());
        for page in 0..4 {
            let query = format!("?dir={direction}&limit=3{from}");
            let answer = children(&alice, &room, &root, &query).await.ok();
            found.extend(ids(&answer));
            assert_eq!(answer["prev_batch"].is_string(), page > 0);
            assert_eq!(answer["next_batch"].is_string(), page < 3, "{direction} {page}");
            from = format!("&from={}", answer["next_batch"].as_str().unwrap_or_default());
        }
        assert_eq!(&found, expected);
    }
    let since = format!("?dir=f&limit=3&from={}", token(&between));
    assert_eq!(ids(&children(&alice, &room, &root, &since).await.ok()), said[5..8]);
    let before = format!("?dir=b&limit=3&from={}", token(&between));
    assert_eq!(ids(&children(&alice, &room, &root, &before).await.ok()), backwards[5..8]);
    let newer = format!("?to={}", token(&between));
    assert_eq!(ids(&children(&alice, &room, &root, &newer).await.ok()), backwards[..5]);
    for limit in ["0", "100000"] {
        children(&alice, &room, &root, &format!("?limit={limit}")).await.ok();
    }
    server
}

async fn children_of_children_are_listed_on_demand(server: TestServer) -> TestServer {
    let (alice, bob, room) = a_room(&server).await;
    let root = say(&alice, &room, "r", "root").await;
    let reply = relate(&alice, &room, "reply", "m.thread", &root).await;
    let edited = edit(&alice, &room, "reply, edited", &reply).await;
    let reaction = id(&annotate(&bob, &room, "k", "k", &reply).await.ok());
    let deep = relate(&bob, &room, "deep", "m.reference", &reaction).await;
    let list = async |rest: &str| children(&bob, &room, &root, rest).await.ok();
    let plain = list("").await;
    assert_eq!((ids(&plain), &plain["recursion_depth"]), (vec![reply.clone()], &Value::Null));
    let all = list("?recurse=true").await;
    assert_eq!(ids(&all), [deep.clone(), reaction.clone(), edited, reply.clone()]);
    assert!(all["recursion_depth"].as_i64().unwrap() >= 3);
    assert_eq!(ids(&list("/m.annotation?recurse=true").await), std::slice::from_ref(&reaction));
    assert_eq!(ids(&list("/m.reference/m.room.message?recurse=true").await), std::slice::from_ref(&deep));
    assert_eq!(ids(&list("?recurse=true&limit=2&dir=f").await).len(), 2);
    redact(&bob, &room, &reaction).await;
    let without = ids(&list("?recurse=true").await);
    assert!(!without.contains(&reaction) && !without.contains(&deep), "its children hang in the air");
    server
}

async fn children_of_what_nobody_may_see_are_not_found(server: TestServer) -> TestServer {
    let (alice, bob, room) = a_room(&server).await;
    let (stranger, visitor) = (server.register("stranger").await, server.visitor());
    let root = say(&alice, &room, "r", "root").await;
    let other_room = create(&bob, json!({})).await;
    relate(&alice, &room, "reply", "m.thread", &root).await;
    for rest in ["", "/m.thread", "/m.thread/m.room.message"] {
        children(&stranger, &room, &root, rest).await.error(404, "M_NOT_FOUND");
        children(&bob, &other_room, &root, rest).await.error(404, "M_NOT_FOUND");
        children(&alice, &room, "$nothing", rest).await.error(404, "M_NOT_FOUND");
        children(&alice, "!nowhere:localhost", &root, rest).await.error(404, "M_NOT_FOUND");
        children(&alice, &room, &root, &format!("{rest}?from=odd")).await.error(400, "M_INVALID_PARAM");
        children(&visitor, &room, &root, rest).await.error(401, "M_MISSING_TOKEN");
    }
    server
}

async fn threads_are_listed_by_their_newest_event(server: TestServer) -> TestServer {
    let (alice, bob, room) = a_room(&server).await;
    let stranger = server.register("stranger").await;
    assert!(ids(&threads(&alice, &room, "").await.ok()).is_empty());
    let mut roots = Vec::new();
    for name in ["a", "b", "c"] {
        roots.push(say(&alice, &room, name, name).await);
    }
    relate(&bob, &room, "reply a", "m.thread", &roots[0]).await;
    relate(&alice, &room, "reply b", "m.thread", &roots[1]).await;
    let own = say(&bob, &room, "d", "bob's").await;
    relate(&alice, &room, "reply d", "m.thread", &own).await;
    let newest = relate(&alice, &room, "again a", "m.thread", &roots[0]).await;
    let list = async |who: &Client, query: &str| threads(who, &room, query).await.ok();
    let all = list(&bob, "").await;
    assert_eq!(ids(&all), [roots[0].clone(), own.clone(), roots[1].clone()]);
    let thread = &all["chunk"][0]["unsigned"]["m.relations"]["m.thread"];
    assert_eq!((&thread["latest_event"]["event_id"], &thread["count"]), (&json!(newest), &json!(2)));
    assert_eq!(ids(&list(&bob, "?include=participated").await), [roots[0].clone(), own.clone()]);
    assert_eq!(ids(&list(&alice, "?include=participated").await).len(), 3);
    let page = list(&bob, "?limit=2").await;
    assert_eq!(ids(&page), [roots[0].clone(), own.clone()]);
    let rest = list(&bob, &format!("?limit=2&from={}", page["next_batch"].as_str().unwrap())).await;
    assert_eq!((ids(&rest), &rest["next_batch"]), (vec![roots[1].clone()], &Value::Null));

    ignore(&bob, &[&alice]).await;
    let told = list(&bob, "").await;
    assert_eq!(ids(&told), [roots[0].clone()], "the only thread with an event of somebody else");
    assert_eq!(told["chunk"][0]["content"], json!({}), "the root of somebody ignored is shown redacted");
    assert_eq!(told["chunk"][0]["unsigned"]["m.relations"]["m.thread"]["count"], 1);
    ignore(&bob, &[]).await;

    membership(&bob, &room, "leave", json!({})).await.ok();
    relate(&alice, &room, "later b", "m.thread", &roots[1]).await;
    relate(&alice, &room, "later c", "m.thread", &roots[2]).await;
    assert_eq!(ids(&list(&bob, "").await), [roots[0].clone(), own.clone(), roots[1].clone()]);
    let page = list(&bob, "?limit=1").await;
    let rest = list(&bob, &format!("?limit=1&from={}", page["next_batch"].as_str().unwrap())).await;
    assert_eq!((ids(&page), ids(&rest)), (vec![roots[0].clone()], vec![own.clone()]));
    assert_eq!(ids(&list(&alice, "").await)[..2], [roots[2].clone(), roots[1].clone()]);

    threads(&stranger, &room, "").await.error(403, "M_FORBIDDEN");
    threads(&alice, "!nowhere:localhost", "").await.error(403, "M_FORBIDDEN");
    threads(&alice, &room, "?from=odd").await.error(400, "M_INVALID_PARAM");
    threads(&alice, &room, "?limit=0").await.error(400, "M_INVALID_PARAM");
    threads(&alice, &room, "?include=some").await.error(400, "M_INVALID_PARAM");
    threads(&server.visitor(), &room, "").await.error(401, "M_MISSING_TOKEN");
    server
}

on_both_engines!(
    children_are_listed_by_relation_and_type,
    children_are_paged_both_ways,
    children_of_children_are_listed_on_demand,
    children_of_what_nobody_may_see_are_not_found,
    threads_are_listed_by_their_newest_event,
);
