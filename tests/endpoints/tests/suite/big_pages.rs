//! Pages of a room full of the biggest events: bounded in bytes, and nothing is lost between them.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, say};

/// Messages in the room; together more than a page may hold.
const MESSAGES: usize = 90;
/// Bytes of events in a page at most, with what an event may be beyond.
const PAGE_MAX: usize = 4 * 1024 * 1024 + 64 * 1024;

async fn page(client: &Client, path: &str) -> Value {
    let page = client.get(path).await.ok();
    assert!(page.to_string().len() < PAGE_MAX);
    page
}

fn messages(chunk: &Value) -> impl Iterator<Item = String> + '_ {
    let events = chunk.as_array().into_iter().flatten();
    events.filter(|event| event["type"] == "m.room.message").map(|event| event["event_id"].to_string())
}

/// All messages from `from` on, page by page.
async fn rest(client: &Client, room: &str, direction: &str, from: Option<String>) -> Vec<String> {
    let (mut found, mut from) = (Vec::new(), from);
    loop {
        let token = from.map(|from| format!("&from={from}")).unwrap_or_default();
        let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir={direction}&limit=1000{token}");
        let page = page(client, &path).await;
        found.extend(messages(&page["chunk"]));
        match page["end"].as_str() {
            Some(end) => from = Some(end.to_owned()),
            None => return found,
        }
    }
}

async fn pages_of_big_events_are_bounded_and_complete(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let mut sent = Vec::new();
    for message in 0..MESSAGES {
        let text = format!("{message}{}", "x".repeat(60_000));
        sent.push(json!(say(&alice, &room, &message.to_string(), &text).await).to_string());
    }
    assert_eq!(rest(&alice, &room, "f", None).await, sent);
    let mut backwards = rest(&alice, &room, "b", None).await;
    backwards.reverse();
    assert_eq!(backwards, sent);

    let middle = sent[MESSAGES - 2].trim_matches('"');
    let path = format!("/_matrix/client/v3/rooms/{room}/context/{middle}?limit=1000");
    let context = alice.get(&path).await.ok();
    assert!(context.to_string().len() < 2 * PAGE_MAX);
    let token = |name: &str| context[name].as_str().map(str::to_owned);
    let mut all = rest(&alice, &room, "b", token("start")).await;
    all.reverse();
    let mut before: Vec<String> = messages(&context["events_before"]).collect();
    before.reverse();
    all.extend(before);
    all.push(context["event"]["event_id"].to_string());
    all.extend(messages(&context["events_after"]));
    all.extend(rest(&alice, &room, "f", token("end")).await);
    assert_eq!(all, sent);
    server
}

on_both_engines!(pages_of_big_events_are_bounded_and_complete);
