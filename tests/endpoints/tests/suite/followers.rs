//! What follows the log gets past what it cannot handle, and the operator hears of it. The faults are put into the
//! database itself.

use std::time::Duration;

use herold_endpoint_tests::{Client, Gateway, Place, TestServer, postgresql, run_in, sqlite};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::rooms_basics::{create, membership, say};
use crate::search_events::count;
use crate::sync_client::{first, joined, next};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server whose operators look.
async fn watched(place: Place) -> TestServer {
    let any_port = ([127, 0, 0, 1], 0).into();
    TestServer::start_with(place, |config| {
        config.operations.enabled = true;
        config.operations.address = any_port;
    })
    .await
}

async fn send(client: &Client, room: &str, transaction: &str, content: Value) {
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}");
    client.put(&path, content).await.ok();
}

/// Alice and Bob in two rooms: one that is about to be refused by the database, and another.
async fn two_rooms(server: &TestServer) -> (Client, Client, [String; 2]) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut rooms = [String::new(), String::new()];
    for room in &mut rooms {
        *room = create(&alice, json!({ "preset": "public_chat" })).await;
        membership(&bob, room, "join", json!({})).await.ok();
    }
    (alice, bob, rooms)
}

/// What counts as unread in a room, in a first sync.
async fn unread(client: &Client, room: &str) -> i64 {
    joined(&first(client).await, room)["unread_notifications"]["notification_count"].as_i64().unwrap()
}

/// Whether the follower has passed an event; the numbers are of all servers of the process.
async fn has_passed(server: &TestServer, follower: &str) -> bool {
    let (_, numbers) = server.operations("/metrics").await;
    let line = format!("herold_follower_passed_total{{follower=\"{follower}\"}} ");
    numbers.lines().any(|told| told.strip_prefix(&line).is_some_and(|count| count != "0"))
}

async fn a_verdict_that_is_refused_counts_for_nobody(place: Place) -> TestServer {
    let mut server = watched(place).await;
    let (mut alice, mut bob, [bad, good]) = two_rooms(&server).await;
    say(&alice, &bad, "before", "before").await;
    assert_eq!(unread(&bob, &bad).await, 1);
    let fault = server.damage().refuse("notices", "position", &bad);
    say(&alice, &good, "1", "one").await;
    say(&alice, &bad, "2", "two").await;
    say(&alice, &bad, "2b", "two, again").await;
    say(&alice, &good, "3", "three").await;
    let passed = async {
        while server.damage().stored_notices(&good) < 2 {
            first(&bob).await;
        }
    };
    timeout(PATIENCE, passed).await.expect("what comes after it is stored");
    assert_eq!(unread(&bob, &good).await, 2);
    assert!(has_passed(&server, "notices").await);
    assert_eq!(server.operations("/ready").await, (200, "ready\n".to_owned()));
    // The same is said by what is in memory and by what is stored.
    let told = unread(&bob, &bad).await;
    server.restart().await;
    (alice, bob) = (alice.at(&server), bob.at(&server));
    assert_eq!((unread(&bob, &good).await, unread(&bob, &bad).await), (2, told));
    server.damage().heal(fault);
    say(&alice, &bad, "4", "four").await;
    assert_eq!(unread(&bob, &bad).await, told + 1);
    server
}

async fn an_event_that_cannot_be_judged_holds_up_nobody(place: Place) -> TestServer {
    let server = watched(place).await;
    let (alice, _, [bad, good]) = two_rooms(&server).await;
    let carol = server.register("carol").await;
    membership(&carol, &good, "join", json!({})).await.ok();
    let start = first(&carol).await;
    server.damage().spoil_state(&bad, "m.room.power_levels");
    say(&alice, &good, "1", "one").await;
    let everybody = json!({ "msgtype": "m.text", "body": "@room", "m.mentions": { "room": true } });
    send(&alice, &bad, "2", everybody).await;
    say(&alice, &good, "3", "three").await;
    let heard = async {
        let mut told = start.clone();
        while unread(&carol, &good).await < 2 {
            told = next(&carol, &told).await;
        }
    };
    timeout(PATIENCE, heard).await.expect("what comes after it is told");
    assert!(has_passed(&server, "sync").await);
    server
}

async fn an_event_that_cannot_be_indexed_holds_up_no_search(place: Place) -> TestServer {
    let server = watched(place).await;
    let (alice, _, [bad, good]) = two_rooms(&server).await;
    let (table, number) = server.damage().search_index();
    server.damage().refuse(table, number, &bad);
    say(&alice, &good, "1", "apples").await;
    say(&alice, &bad, "2", "apples").await;
    say(&alice, &bad, "3", "apples").await;
    say(&alice, &good, "4", "apples").await;
    let found = async { while count(&alice, "apples").await < 2 {} };
    timeout(PATIENCE, found).await.expect("what comes after it is found");
    assert_eq!(count(&alice, "apples").await, 2);
    assert!(has_passed(&server, "search").await);
    server
}

/// PostgreSQL takes no text for a number, so that there is no such row there.
#[test]
fn a_damaged_pusher_costs_nobody_else_their_notifications() {
    run_in(sqlite(), async |place| {
        let server = watched(place).await;
        let mut gateway = Gateway::start().await;
        let (alice, bob, [_, good]) = two_rooms(&server).await;
        let carol = server.register("carol").await;
        let bad = create(&alice, json!({ "preset": "public_chat" })).await;
        membership(&carol, &bad, "join", json!({})).await.ok();
        gateway.push_to(&bob, "bob", json!({})).await;
        gateway.push_to(&carol, "carol", json!({})).await;
        server.damage().spoil_pusher("carol");
        say(&alice, &bad, "1", "one").await;
        say(&alice, &good, "2", "two").await;
        let told = timeout(PATIENCE, gateway.next()).await.expect("Bob is told");
        assert_eq!((&told["room_id"], &told["content"]["body"]), (&json!(good), &json!("two")));
        assert!(has_passed(&server, "push").await);
        server
    });
}

async fn a_follower_that_fails_for_long_makes_the_server_not_ready(place: Place) -> TestServer {
    let server = watched(place).await;
    let (alice, bob, [room, _]) = two_rooms(&server).await;
    assert_eq!(server.operations("/ready").await, (200, "ready\n".to_owned()));
    server.damage().rename_table("follower_cursors", "elsewhere");
    say(&alice, &room, "1", "one").await;
    let not_ready = async {
        loop {
            server.clock.advance_ms(61_000);
            let (status, said) = server.operations("/ready").await;
            if status == 503 {
                return said;
            }
        }
    };
    let said = timeout(PATIENCE, not_ready).await.expect("a follower fails");
    assert!(said.starts_with("not ready: the follower \"") && said.contains("failing for"), "{said}");
    // Nothing is lost meanwhile, as it is not the event that fails.
    server.damage().rename_table("elsewhere", "follower_cursors");
    let ready = async { while server.operations("/ready").await.0 != 200 {} };
    timeout(PATIENCE, ready).await.expect("it goes on");
    let stored = async {
        while server.damage().stored_notices(&room) < 1 {
            first(&bob).await;
        }
    };
    timeout(PATIENCE, stored).await.expect("what was judged meanwhile is stored");
    assert_eq!(unread(&bob, &room).await, 1);
    let (_, numbers) = server.operations("/metrics").await;
    for follower in ["sync", "notices", "search", "push"] {
        assert!(
            numbers.contains(&format!("herold_follower_behind{{follower=\"{follower}\"}} ")),
            "{numbers}"
        );
    }
    server
}

/// Two tests of each: one on SQLite, one on PostgreSQL.
macro_rules! watched_on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(#[test] fn $name() {
            super::run_in(super::sqlite(), super::$name);
        })* }
        mod on_postgresql { $(#[test] fn $name() {
            super::run_in(super::postgresql(concat!(module_path!(), "::", stringify!($name))), super::$name);
        })* }
    };
}

watched_on_both_engines!(
    a_verdict_that_is_refused_counts_for_nobody,
    an_event_that_cannot_be_judged_holds_up_nobody,
    an_event_that_cannot_be_indexed_holds_up_no_search,
    a_follower_that_fails_for_long_makes_the_server_not_ready,
);
