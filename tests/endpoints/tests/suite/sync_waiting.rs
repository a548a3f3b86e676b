//! Waiting for news: woken at once, nothing lost, nothing twice, ended in good order.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say, state};
use crate::sync_client::{ask, bodies, first, joined, next, token, wait};

async fn a_message_ends_the_wait(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let mut before = first(&bob).await;
    let mut slowest = Duration::ZERO;
    for number in 0..20 {
        // Nothing is left to be told, so that the request below really waits.
        before = next(&bob, &before).await;
        let waiting = {
            let (bob, before) = (bob.clone(), before.clone());
            tokio::spawn(async move { (wait(&bob, &before).await, Instant::now()) })
        };
        tokio::task::yield_now().await;
        say(&alice, &room, &format!("t{number}"), "ping").await;
        let sent = Instant::now();
        let (told, woken) = waiting.await.unwrap();
        assert_eq!(bodies(joined(&told, &room)), ["ping"]);
        slowest = slowest.max(woken.saturating_duration_since(sent));
        before = told;
    }
    // An allowance for a busy machine; a wait that is not woken would take 30 seconds.
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    server
}

async fn nothing_is_lost_and_nothing_doubled_while_many_send(server: TestServer) -> TestServer {
    const SENDERS: usize = 4;
    const EACH: usize = 15;
    let mut people = Vec::new();
    for number in 0..SENDERS {
        people.push(server.register(&format!("user{number}")).await);
    }
    let room = create(&people[0], json!({ "preset": "public_chat" })).await;
    for person in &people[1..] {
        membership(person, &room, "join", json!({})).await.ok();
    }
    let mut reading = Vec::new();
    for person in &people {
        let (person, room, start) = (person.clone(), room.clone(), first(person).await);
        reading.push(tokio::spawn(async move { read_until(&person, &room, start, SENDERS * EACH).await }));
    }
    let mut sending = Vec::new();
    for (index, person) in people.iter().enumerate() {
        let (person, room) = (person.clone(), room.clone());
        sending.push(tokio::spawn(async move {
            for number in 0..EACH {
                say(&person, &room, &format!("t{number}"), &format!("{index}-{number}")).await;
            }
        }));
    }
    for task in sending {
        task.await.unwrap();
    }
    let mut orders = BTreeSet::new();
    for task in reading {
        let read = task.await.unwrap();
        let different: BTreeSet<&String> = read.iter().collect();
        assert_eq!((read.len(), different.len()), (SENDERS * EACH, SENDERS * EACH));
        orders.insert(read);
    }
    assert_eq!(orders.len(), 1, "everybody reads in the same order");
    server
}

/// The bodies of `wanted` messages, as they are told one after the other.
async fn read_until(client: &Client, room: &str, mut before: Value, wanted: usize) -> Vec<String> {
    let filter = json!({ "room": { "timeline": { "limit": 100 } } }).to_string();
    let mut read = Vec::new();
    while read.len() < wanted {
        let parameters = [("since", token(&before)), ("timeout", "30000"), ("filter", filter.as_str())];
        let told = ask(client, &parameters).await.ok();
        assert_ne!(joined(&told, room)["timeline"]["limited"], true);
        read.extend(bodies(joined(&told, room)).into_iter().map(str::to_owned));
        before = told;
    }
    read
}

async fn a_wait_ends_with_its_time(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let start = next(&alice, &first(&alice).await).await;
    let told = ask(&alice, &[("since", token(&start)), ("timeout", "20")]).await.ok();
    assert_eq!(told["rooms"], Value::Null);
    assert!(told["next_batch"].is_string());
    server
}

async fn signing_out_and_stopping_end_the_wait(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let start = next(&alice, &first(&alice).await).await;
    let waiting = {
        let (alice, start) = (alice.clone(), start.clone());
        tokio::spawn(async move { wait(&alice, &start).await })
    };
    tokio::task::yield_now().await;
    alice.post("/_matrix/client/v3/logout", json!({})).await.ok();
    // Either the wait ended, or the request came after the sign-out and was refused.
    let _ = waiting.await;
    let bob = server.register("bob").await;
    let start = next(&bob, &first(&bob).await).await;
    let waiting = tokio::spawn({
        let bob = bob.clone();
        async move { ask(&bob, &[("since", token(&start)), ("timeout", "60000")]).await.status.as_u16() }
    });
    while bob.get("/_matrix/client/versions").await.status != 200 {}
    let begun = Instant::now();
    server.restart().await;
    assert!(begun.elapsed() < Duration::from_secs(15), "a request that waits does not hold up the end");
    drop(waiting);
    server
}

async fn an_invite_ends_the_wait_and_so_does_the_first_message_of_a_new_room(
    server: TestServer,
) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let start = next(&bob, &first(&bob).await).await;
    let waiting = tokio::spawn({
        let bob = bob.clone();
        async move { wait(&bob, &start).await }
    });
    let room = create(&alice, json!({ "invite": [bob.user_id] })).await;
    let told = waiting.await.unwrap();
    assert_ne!(told["rooms"]["invite"][&room], Value::Null, "{told}");
    membership(&bob, &room, "join", json!({})).await.ok();
    let told = next(&bob, &told).await;
    assert_ne!(joined(&told, &room), &Value::Null);
    let told = next(&bob, &told).await;
    let waiting = tokio::spawn({
        let bob = bob.clone();
        async move { wait(&bob, &told).await }
    });
    say(&alice, &room, "t", "welcome").await;
    assert_eq!(bodies(joined(&waiting.await.unwrap(), &room)), ["welcome"]);
    server
}

/// Devices that ask for much and read nothing; more than the database has readers.
const SLOW_READERS: usize = 8;

async fn whoever_reads_slowly_holds_up_nobody(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let text = "long ".repeat(12_000);
    for number in 0..100 {
        say(&alice, &room, &number.to_string(), &text).await;
    }
    let mut slow = Vec::new();
    for _ in 0..SLOW_READERS {
        let filter = json!({ "room": { "timeline": { "limit": 100 } } }).to_string();
        let request = alice.raw(http::Method::GET, "/_matrix/client/v3/sync").query(&[("filter", &filter)]);
        // The head of the answer is here; nothing reads the rest.
        let answer = request.bearer_auth(alice.token.as_deref().unwrap()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        slow.push(answer);
    }
    // Each of these needs the database, to read and to write.
    say(&alice, &room, "last", "short").await;
    assert_eq!(
        state(&alice, &room, "m.room.create", "").await["room_version"].as_str().map(str::is_empty),
        Some(false)
    );
    let last = slow.pop().unwrap().bytes().await.unwrap();
    assert!(last.len() > 100 * text.len(), "a slow reader gets everything in the end");
    server
}

on_both_engines!(
    whoever_reads_slowly_holds_up_nobody,
    a_message_ends_the_wait,
    nothing_is_lost_and_nothing_doubled_while_many_send,
    a_wait_ends_with_its_time,
    signing_out_and_stopping_end_the_wait,
    an_invite_ends_the_wait_and_so_does_the_first_message_of_a_new_room,
);
