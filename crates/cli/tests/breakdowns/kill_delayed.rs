//! `kill -9` while scheduled events fall due: each of them is sent, and none of them twice.

use reqwest::Method;
use serde_json::Value;

use crate::person::{Person, message};
use crate::running::{Place, Running, block_on};

/// How often the server is killed.
const ROUNDS: usize = 4;
/// Events scheduled in each round; below what one person may have scheduled at once.
const EVENTS: usize = 60;
/// They fall due one after another, so that the end comes between two of them. Milliseconds.
const APART_MS: usize = 5;

/// The next answer of a sync, with what happens within a second.
async fn sync(person: &Person, since: &mut String) -> Value {
    let answer = person.done(Method::GET, &format!("v3/sync?timeout=1000{since}"), None).await;
    *since = format!("&since={}", answer["next_batch"].as_str().unwrap());
    answer
}

/// Whether a sync tells of a message of this round.
fn tells(answer: &Value, room: &str, round: usize) -> bool {
    let events = answer["rooms"]["join"][room]["timeline"]["events"].as_array();
    let body = |event: &Value| event["content"]["body"].as_str().unwrap_or_default().to_owned();
    events.is_some_and(|events| events.iter().any(|event| body(event).starts_with(&format!("{round}-"))))
}

/// Waits until none is scheduled any more.
async fn all_sent(person: &Person, since: &mut String) {
    loop {
        let left = person.done(Method::GET, "unstable/org.matrix.msc4140/delayed_events", None).await;
        if left["scheduled"].as_array().unwrap().is_empty() {
            return;
        }
        sync(person, since).await;
    }
}

async fn kill_and_count(place: Place) {
    let mut running = Running::start(&place);
    let person = Person::register(&running, "anna").await;
    let room = person.create_room().await;
    let (mut expected, mut since) = (Vec::new(), String::new());
    for round in 0..ROUNDS {
        let now = person.at(&running);
        all_sent(&now, &mut since).await;
        for number in 0..EVENTS {
            let text = format!("{round}-{number}");
            let (path, body) = message(&room, &text);
            let delay = 1 + number * APART_MS;
            now.done(Method::PUT, &format!("{path}?org.matrix.msc4140.delay={delay}"), body).await;
            expected.push(text);
        }
        while !tells(&sync(&now, &mut since).await, &room, round) {}
        running.kill();
        running = Running::start(&place);
    }
    let now = person.at(&running);
    all_sent(&now, &mut since).await;
    let mut found: Vec<String> = now.all_messages(&room).await.into_iter().map(|(text, _)| text).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    running.kill();
}

#[test]
fn what_was_scheduled_is_sent_once_on_sqlite() {
    block_on(kill_and_count(Place::sqlite()));
}

#[test]
fn what_was_scheduled_is_sent_once_on_postgresql() {
    block_on(kill_and_count(Place::postgresql("breakdowns_kill_delayed")));
}
