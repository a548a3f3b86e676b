//! Unread counts: by push rules, by thread, the same after a restart, the same as a recount.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::sync_client::{ask, first, joined, next, token};

async fn send(client: &Client, room: &str, kind: &str, transaction: &str, content: Value) -> String {
    let path = format!("/_matrix/client/v3/rooms/{room}/send/{kind}/{transaction}");
    client.put(&path, content).await.ok()["event_id"].as_str().unwrap().to_owned()
}

fn text(body: &str) -> Value {
    json!({ "msgtype": "m.text", "body": body })
}

async fn read(client: &Client, room: &str, event: &str, body: Value) {
    client.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}"), body).await.ok();
}

/// Notifications and highlights as a first sync tells them, and with threads apart.
async fn counts(client: &Client, room: &str) -> ((i64, i64), (i64, i64), Value) {
    let pair = |value: &Value| {
        (value["notification_count"].as_i64().unwrap(), value["highlight_count"].as_i64().unwrap())
    };
    let plain = first(client).await;
    let filter = json!({ "room": { "timeline": { "unread_thread_notifications": true } } }).to_string();
    let threaded = ask(client, &[("filter", &filter)]).await.ok();
    let threaded = joined(&threaded, room);
    let threads = threaded["unread_thread_notifications"].clone();
    (pair(&joined(&plain, room)["unread_notifications"]), pair(&threaded["unread_notifications"]), threads)
}

async fn two_in_a_room(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    say(&alice, &room, "early", "before bob came").await;
    membership(&bob, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

async fn what_notifies_is_counted_until_it_is_read(mut server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    assert_eq!(counts(&bob, &room).await.0, (0, 0), "what was said before is read");
    let start = first(&bob).await;
    say(&alice, &room, "1", "one").await;
    let mention = json!({ "msgtype": "m.text", "body": "bob!", "m.mentions": { "user_ids": [bob.user_id] } });
    let two = send(&alice, &room, "m.room.message", "2", mention).await;
    send(&alice, &room, "m.room.message", "3", json!({ "msgtype": "m.notice", "body": "beep" })).await;
    send(&alice, &room, "org.example.other", "4", json!({})).await;
    let reaction = json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": two, "key": "x" } });
    send(&alice, &room, "m.reaction", "5", reaction).await;
    let room_mention = json!({ "msgtype": "m.text", "body": "@room", "m.mentions": { "room": true } });
    send(&alice, &room, "m.room.message", "6", room_mention.clone()).await;
    let told = next(&bob, &start).await;
    let unread = &joined(&told, &room)["unread_notifications"];
    assert_eq!(
        unread,
        &json!({ "notification_count": 3, "highlight_count": 2 }),
        "with the events themselves"
    );
    assert_eq!(counts(&bob, &room).await.0, (3, 2));
    assert_eq!(counts(&alice, &room).await.0, (0, 0), "nobody is notified of what they say");
    server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    assert_eq!(counts(&bob, &room).await.0, (3, 2), "after a restart the same");
    read(&bob, &room, &two, json!({})).await;
    let told = next(&bob, &told).await;
    let unread = &joined(&told, &room)["unread_notifications"];
    assert_eq!(unread, &json!({ "notification_count": 1, "highlight_count": 1 }));
    send(&bob, &room, "m.room.message", "1", room_mention).await;
    assert_eq!(counts(&bob, &room).await.0, (0, 0), "who speaks has read");
    assert_eq!(counts(&alice, &room).await.0, (1, 0), "bob has not the power to call everybody");
    server
}

async fn threads_are_counted_apart(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let a = send(&alice, &room, "m.room.message", "a", text("A")).await;
    let within = |rel: &str, to: &str, mention: bool| {
        let mut content = text("x");
        content["m.relates_to"] = json!({ "rel_type": rel, "event_id": to });
        if mention {
            content["m.mentions"] = json!({ "user_ids": [bob.user_id] });
        }
        content
    };
    let b = send(&alice, &room, "m.room.message", "b", within("m.thread", &a, false)).await;
    send(&alice, &room, "m.room.message", "c", within("m.thread", &a, true)).await;
    let d = text("D");
    let mut mention = d.clone();
    mention["m.mentions"] = json!({ "user_ids": [bob.user_id] });
    let d = send(&alice, &room, "m.room.message", "d", mention).await;
    send(&alice, &room, "m.room.message", "e", within("m.thread", &a, false)).await;
    let f = send(&alice, &room, "m.room.message", "f", within("m.reference", &a, false)).await;
    let annotation = json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": f, "key": "k" } });
    let g = send(&alice, &room, "m.reaction", "g", annotation).await;
    let of_thread = |threads: &Value| threads[&a].clone();
    let unread =
        |notify: i64, highlight: i64| json!({ "notification_count": notify, "highlight_count": highlight });

    let (all, main, threads) = counts(&bob, &room).await;
    assert_eq!((all, main, of_thread(&threads)), ((6, 2), (3, 1), unread(3, 1)));
    read(&bob, &room, &a, json!({ "thread_id": "main" })).await;
    let (all, main, threads) = counts(&bob, &room).await;
    assert_eq!((all, main, of_thread(&threads)), ((5, 2), (2, 1), unread(3, 1)));
    read(&bob, &room, &b, json!({ "thread_id": a })).await;
    let (all, main, threads) = counts(&bob, &room).await;
    assert_eq!((all, main, of_thread(&threads)), ((4, 2), (2, 1), unread(2, 1)));
    read(&bob, &room, &d, json!({})).await;
    let (all, main, threads) = counts(&bob, &room).await;
    assert_eq!((all, main, of_thread(&threads)), ((2, 0), (1, 0), unread(1, 0)));
    read(&bob, &room, &g, json!({ "thread_id": a })).await;
    let (all, main, threads) = counts(&bob, &room).await;
    assert_eq!((all, main, threads), ((1, 0), (1, 0), Value::Null));
    server
}

async fn own_push_rules_are_counted_by(mut server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let rule = |kind: &str, id: &str| format!("/_matrix/client/v3/pushrules/global/{kind}/{id}");
    bob.put(
        &rule("content", "cake"),
        json!({ "pattern": "cake", "actions": ["notify", { "set_tweak": "highlight" }] }),
    )
    .await
    .ok();
    say(&alice, &room, "1", "tea").await;
    say(&alice, &room, "2", "and Cake").await;
    assert_eq!(counts(&bob, &room).await.0, (2, 1));
    bob.put(&rule("room", &room), json!({ "actions": [] })).await.ok();
    let start = first(&bob).await;
    say(&alice, &room, "3", "more cake").await;
    let told = next(&bob, &start).await;
    assert_eq!(
        joined(&told, &room)["unread_notifications"]["highlight_count"],
        2,
        "content rules come before room rules"
    );
    let muted = json!({ "conditions": [{ "kind": "event_match", "key": "room_id", "pattern": room }], "actions": [] });
    bob.put(&rule("override", &room), muted).await.ok();
    assert_eq!(counts(&bob, &room).await.0, (0, 0));
    server.restart().await;
    let bob = bob.at(&server);
    assert_eq!(counts(&bob, &room).await.0, (0, 0));
    bob.delete(&rule("override", &room), None).await.ok();
    bob.delete(&rule("room", &room), None).await.ok();
    bob.delete(&rule("content", "cake"), None).await.ok();
    assert_eq!(counts(&bob, &room).await.0, (3, 0));
    server
}

/// Counts as a simple model keeps them: what others said after the newest of one's own words and receipts.
async fn counts_equal_a_recount(mut server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let (mut alice, mut bob) = (alice, bob);
    let mut said: Vec<(bool, String, bool)> = Vec::new();
    let mut read_to = [0usize; 2];
    let mut dice = 7u32;
    let mut roll = move |sides: u32| {
        dice = dice.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        (dice >> 16) % sides
    };
    let mut before = first(&bob).await;
    for step in 0..60u32 {
        let by_alice = roll(3) > 0;
        match roll(6) {
            0 if !said.is_empty() => {
                let up_to = roll(said.len() as u32) as usize;
                read(&bob, &room, &said[up_to].1, json!({})).await;
                read_to[1] = read_to[1].max(up_to + 1);
            }
            1 if step % 20 == 11 => {
                server.restart().await;
                (alice, bob) = (alice.at(&server), bob.at(&server));
            }
            choice => {
                let (who, other) = if by_alice { (&alice, &bob) } else { (&bob, &alice) };
                let mut content = text("x");
                let highlight = choice == 5;
                if highlight {
                    content["m.mentions"] = json!({ "user_ids": [other.user_id] });
                }
                let event = send(who, &room, "m.room.message", &format!("s{step}"), content).await;
                said.push((by_alice, event, highlight));
                read_to[usize::from(!by_alice)] = said.len();
            }
        }
        let expected = |reader: usize| {
            let unread = said[read_to[reader]..].iter().filter(|(by_alice, _, _)| *by_alice == (reader == 1));
            let unread: Vec<_> = unread.collect();
            (unread.len() as i64, unread.iter().filter(|(_, _, highlight)| *highlight).count() as i64)
        };
        assert_eq!(counts(&bob, &room).await.0, expected(1), "step {step}");
        assert_eq!(counts(&alice, &room).await.0, expected(0), "step {step}");
        let told = ask(&bob, &[("since", token(&before))]).await.ok();
        let unread = &joined(&told, &room)["unread_notifications"];
        if unread.is_object() {
            assert_eq!(unread["notification_count"].as_i64(), Some(expected(1).0), "step {step}");
        }
        before = told;
    }
    server
}

async fn all_push_rules_together_have_a_size(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let rule = |name: &str| format!("/_matrix/client/v3/pushrules/global/sender/@{name}:a");
    let actions = |bytes: usize| json!({ "actions": [{ "set_tweak": "x", "value": "v".repeat(bytes) }] });
    alice.put(&rule("a"), actions(600_000)).await.ok();
    alice.put(&rule("b"), actions(600_000)).await.error(400, "M_INVALID_PARAM");
    alice.put(&format!("{}/actions", rule("a")), actions(1_100_000)).await.error(400, "M_INVALID_PARAM");
    alice.put(&rule("b"), actions(300_000)).await.ok();
    server
}

/// What an event names is anybody's text, and the server looks all of it up while it counts for everybody.
async fn ids_that_are_none_stop_nobody(mut server: TestServer) -> TestServer {
    let (mut alice, mut bob, room) = two_in_a_room(&server).await;
    let start = first(&bob).await;
    let long =
        format!("${}", (0..40_000u32).map(|n| char::from(b'a' + (n * n % 23) as u8)).collect::<String>());
    let relation = |kind: &str, id: &str| {
        let mut content =
            json!({ "msgtype": "m.text", "body": "x", "m.relates_to": { "rel_type": kind, "event_id": id } });
        content["m.relates_to"]["key"] = json!("a\0b");
        content
    };
    let mut contents =
        vec![json!({ "msgtype": "m.text", "body": "x", "m.mentions": { "user_ids": ["@a\0b:x", long] } })];
    for kind in ["m.annotation", "m.reference", "m.replace", "m.thread"] {
        contents.extend([relation(kind, "$a\0b"), relation(kind, &long), relation(kind, "")]);
    }
    for (number, content) in contents.into_iter().enumerate() {
        send(&alice, &room, "m.room.message", &format!("odd{number}"), content).await;
    }
    let direct = format!("/_matrix/client/v3/user/{}/account_data/m.direct", bob.user_id);
    bob.put(&direct, json!({ "@a\0b:x": ["!a\0b", room] })).await.ok();
    let told = next(&bob, &start).await;
    // All but the edits notify, and all stand in the main timeline.
    assert_eq!(joined(&told, &room)["unread_notifications"]["notification_count"], 10);
    server.restart().await;
    (alice, bob) = (alice.at(&server), bob.at(&server));
    assert_eq!(counts(&bob, &room).await, ((10, 0), (10, 0), Value::Null));
    say(&alice, &room, "after", "and on it goes").await;
    assert_eq!(counts(&bob, &room).await.0, (11, 0));
    server
}

on_both_engines!(
    all_push_rules_together_have_a_size,
    what_notifies_is_counted_until_it_is_read,
    threads_are_counted_apart,
    own_push_rules_are_counted_by,
    counts_equal_a_recount,
    ids_that_are_none_stop_nobody,
);
