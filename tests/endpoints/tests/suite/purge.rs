//! Old messages: gone from what people are shown, and from the disk.

use std::path::Path;

use herold_admin_api::{Answer, Command, ask};
use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use herold_server::config::Retention;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say, state};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

async fn purged(server: &TestServer, command: Command) -> Result<u64, String> {
    match ask(&server.data().join("herold.sock"), &command).await {
        Ok(Answer::Purged { messages }) => Ok(messages),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

/// What is said in the room, oldest first.
async fn said(client: &Client, room: &str) -> Vec<String> {
    let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=f&limit=1000");
    let body = client.get(&path).await.ok();
    let events = body["chunk"].as_array().unwrap().iter();
    events.filter_map(|event| event["content"]["body"].as_str().map(str::to_owned)).collect()
}

async fn timeline(client: &Client, room: &str) -> Value {
    client.get("/_matrix/client/v3/sync").await.ok()["rooms"]["join"][room].clone()
}

/// Whether `text` is anywhere in the files of the embedded database.
fn is_on_disk(data: &Path, text: &str) -> bool {
    ["herold.db", "herold.db-wal"].iter().any(|file| {
        let bytes = std::fs::read(data.join(file)).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

async fn a_purged_message_is_gone_everywhere(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat", "topic": "stays-for-ever" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let old = say(&alice, &room, "t1", "a-secret-of-old").await;
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.reaction/r1");
    let relates_to = json!({ "rel_type": "m.annotation", "event_id": old, "key": "thumb-of-old" });
    bob.put(&path, json!({ "m.relates_to": relates_to })).await.ok();
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.name/");
    alice.put(&path, json!({ "name": "old-name-stays" })).await.ok();
    let before_ms = 1_700_000_000_000 + DAY_MS;
    server.clock.advance_ms(DAY_MS);
    let new = say(&alice, &room, "t2", "said-today").await;
    // What bob sent says that he has read what came before.
    assert_eq!(timeline(&bob, &room).await["unread_notifications"]["notification_count"], 1);

    let command = || Command::PurgeRoom { room: room.clone(), before_ms };
    assert_eq!(purged(&server, command()).await, Ok(2));
    assert_eq!(purged(&server, command()).await, Ok(0));
    let nowhere = Command::PurgeRoom { room: "!nothing:localhost".to_owned(), before_ms };
    assert!(purged(&server, nowhere).await.is_err());
    assert_eq!(said(&bob, &room).await, ["said-today"]);
    let told = timeline(&bob, &room).await;
    let events = told["timeline"]["events"].as_array().unwrap();
    assert!(events.iter().all(|event| event["event_id"] != old.as_str()));
    let event = |id: &str| format!("/_matrix/client/v3/rooms/{room}/event/{id}");
    bob.get(&event(&old)).await.error(404, "M_NOT_FOUND");
    bob.get(&event(&new)).await.ok();
    bob.get(&format!("/_matrix/client/v3/rooms/{room}/context/{old}")).await.error(404, "M_NOT_FOUND");
    assert_eq!(state(&bob, &room, "m.room.name", "").await["name"], "old-name-stays");
    say(&bob, &room, "t3", "and-on-it-goes").await;

    // After an orderly end the embedded database is one file, and nothing is left in it.
    server.restart().await;
    let bob = bob.at(&server);
    assert_eq!(said(&bob, &room).await, ["said-today", "and-on-it-goes"]);
    assert_eq!(timeline(&bob, &room).await["unread_notifications"]["notification_count"], 0);
    if server.data().join("herold.db").exists() {
        for (text, expected) in [("a-secret-of-old", false), ("thumb-of-old", false), ("said-today", true)] {
            assert_eq!(is_on_disk(server.data(), text), expected, "{text}");
        }
    }
    server
}

async fn rooms_keep_messages_as_long_as_they_may(mut server: TestServer) -> TestServer {
    server.config.retention =
        Retention { enabled: true, shortest_days: 2, longest_days: 10, ..Retention::default() };
    server.restart().await;
    let alice = server.register("alice").await;
    let mut rooms = Vec::new();
    for days in [Some(1), Some(5), Some(100), None] {
        let lifetime = days.map(|days: i64| json!({ "max_lifetime": days * DAY_MS }));
        let content = lifetime.unwrap_or_else(|| json!({ "max_lifetime": "odd" }));
        let state = json!([{ "type": "m.room.retention", "content": content }]);
        rooms.push(create(&alice, json!({ "initial_state": state })).await);
    }
    for day in 0..13 {
        for room in &rooms {
            say(&alice, room, &format!("t{day}"), &day.to_string()).await;
        }
        server.clock.advance_ms(DAY_MS);
    }
    // How many it is nobody knows: the server does the same every hour from its start, which may be just now.
    purged(&server, Command::ApplyRetention).await.unwrap();
    assert_eq!(purged(&server, Command::ApplyRetention).await, Ok(0));
    // Of 13 days 2, 5, 10 and 10 are kept: what was said exactly so long ago is kept, too.
    for (room, kept) in rooms.iter().zip([2, 5, 10, 10]) {
        let days: Vec<String> = (13 - kept..13).map(|day| day.to_string()).collect();
        assert_eq!(said(&alice, room).await, days);
    }
    server.clock.advance_ms(100 * DAY_MS);
    purged(&server, Command::ApplyRetention).await.unwrap();
    for room in &rooms {
        assert_eq!(said(&alice, room).await, ["12"], "the newest stays: the next one stands on it");
    }
    server.config.retention.enabled = false;
    server.restart().await;
    server.clock.advance_ms(100 * DAY_MS);
    assert_eq!(purged(&server, Command::ApplyRetention).await, Ok(0));
    server
}

on_both_engines!(a_purged_message_is_gone_everywhere, rooms_keep_messages_as_long_as_they_may);
