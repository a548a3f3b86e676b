//! Finding the event nearest to a moment.

use herold_endpoint_tests::{Answer, Client, TestServer, on_both_engines};
use serde_json::json;

use crate::relations_client::{id, ignore};
use crate::rooms_basics::{create, membership, say};

async fn at(client: &Client, room: &str, ts_ms: i64, direction: &str) -> Answer {
    let path = format!("/_matrix/client/v1/rooms/{room}/timestamp_to_event?ts={ts_ms}&dir={direction}");
    client.get(&path).await
}

async fn the_nearest_event_that_one_may_see_is_found(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    server.clock.advance_ms(1_000);
    let one = say(&alice, &room, "1", "one").await;
    let same_time = say(&alice, &room, "2", "at the same time").await;
    let found = at(&bob, &room, 0, "f").await.ok();
    let begin_ms = found["origin_server_ts"].as_i64().unwrap();
    let one_ms = begin_ms + 1_000;
    server.clock.advance_ms(1_000);
    let two = say(&bob, &room, "3", "two").await;
    let find =
        async |who: &Client, ts_ms: i64, direction: &str| id(&at(who, &room, ts_ms, direction).await.ok());
    assert_eq!(find(&bob, one_ms, "f").await, one);
    assert_eq!(find(&bob, one_ms, "b").await, same_time);
    assert_eq!(find(&bob, one_ms - 1, "f").await, one);
    assert_eq!(find(&bob, one_ms + 1, "f").await, two);
    assert_eq!(find(&bob, one_ms + 999, "b").await, same_time);
    assert_eq!(find(&bob, i64::from(u32::MAX) * 1_000, "b").await, two);
    assert_eq!(at(&bob, &room, one_ms, "f").await.ok()["origin_server_ts"], one_ms);
    at(&bob, &room, one_ms + 1_001, "f").await.error(404, "M_NOT_FOUND");
    at(&bob, &room, begin_ms - 1, "b").await.error(404, "M_NOT_FOUND");

    ignore(&bob, &[&alice]).await;
    assert_eq!(find(&bob, one_ms, "f").await, two);
    ignore(&bob, &[]).await;
    server.clock.advance_ms(1_000);
    membership(&bob, &room, "leave", json!({})).await.ok();
    server.clock.advance_ms(1_000);
    say(&alice, &room, "4", "after he left").await;
    at(&bob, &room, one_ms + 2_001, "f").await.error(404, "M_NOT_FOUND");
    at(&alice, &room, one_ms + 2_001, "f").await.ok();

    let stranger = server.register("stranger").await;
    at(&stranger, &room, 0, "f").await.error(403, "M_FORBIDDEN");
    at(&alice, "!nowhere:localhost", 0, "f").await.error(403, "M_FORBIDDEN");
    at(&server.visitor(), &room, 0, "f").await.error(401, "M_MISSING_TOKEN");
    for query in ["", "?ts=1", "?dir=f", "?ts=x&dir=f", "?ts=-1&dir=f", "?ts=1&dir=x"] {
        let answer = alice.get(&format!("/_matrix/client/v1/rooms/{room}/timestamp_to_event{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
    }
    server
}

on_both_engines!(the_nearest_event_that_one_may_see_is_found);
