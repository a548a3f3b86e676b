//! Sending, state, redactions: content of all kinds, and what is left of it.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say, state};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn send(room: &str, transaction: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}")
}

fn state_path(room: &str, kind: &str, key: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room}/state/{kind}/{key}")
}

async fn event(client: &Client, room: &str, event_id: &str) -> Value {
    let event_id = event_id.replace('/', "%2F").replace('+', "%2B");
    client.get(&format!("/_matrix/client/v3/rooms/{room}/event/{event_id}")).await.ok()
}

async fn a_transaction_id_belongs_to_device_endpoint_and_path(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let other = server.sign_in("alice", None).await;
    let (room, second) = (create(&alice, json!({})).await, create(&alice, json!({})).await);
    let first = say(&alice, &room, "t", "a").await;
    assert_eq!(say(&alice, &room, "t", "another text").await, first);
    assert_ne!(say(&other, &room, "t", "a").await, first);
    assert_ne!(say(&alice, &second, "t", "a").await, first);
    let sticker = format!("/_matrix/client/v3/rooms/{room}/send/m.sticker/t");
    assert_ne!(alice.put(&sticker, json!({})).await.ok()["event_id"], first.as_str());
    let redact = format!("/_matrix/client/v3/rooms/{room}/redact/{first}/t");
    let redaction = alice.put(&redact, json!({})).await.ok();
    assert_eq!(alice.put(&redact, json!({})).await.ok(), redaction);
    // What was sent stays sent, also for somebody who is gone.
    membership(&alice, &room, "leave", json!({})).await.ok();
    assert_eq!(say(&alice, &room, "t", "a").await, first);
    alice.put(&send(&room, "new"), json!({})).await.error(403, "M_FORBIDDEN");
    server
}

async fn content_that_no_event_can_have_is_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let deep = "[".repeat(5_000) + &"]".repeat(5_000);
    let refused = [
        ("{\"a\": 1.5}".to_owned(), 400, "M_BAD_JSON"),
        ("{\"a\": 9007199254740992}".to_owned(), 400, "M_BAD_JSON"),
        ("[1]".to_owned(), 400, "M_BAD_JSON"),
        ("\"text\"".to_owned(), 400, "M_BAD_JSON"),
        (format!("{{\"a\": {deep}}}"), 400, "M_BAD_JSON"),
        (format!("{{\"a\": \"{}\"}}", "x".repeat(65_536)), 413, "M_TOO_LARGE"),
    ];
    for (body, status, errcode) in refused {
        for path in [send(&room, "bad"), state_path(&room, "org.example", "")] {
            let request = alice.raw(Method::PUT, &path).body(body.clone());
            let response = request.bearer_auth(alice.token.as_ref().unwrap()).send().await.unwrap();
            let (got, text) = (response.status().as_u16(), response.text().await.unwrap());
            let start: String = body.chars().take(40).collect();
            assert_eq!(got, status, "{start}: {text}");
            assert!(text.contains(errcode), "{start}: {text}");
        }
    }
    let long = "k".repeat(256);
    alice.put(&state_path(&room, "org.example", &long), json!({})).await.error(400, "M_INVALID_PARAM");
    let path = format!("/_matrix/client/v3/rooms/{room}/send/{long}/1");
    alice.put(&path, json!({})).await.error(400, "M_INVALID_PARAM");
    let largest = json!({ "body": "x".repeat(64_000) });
    alice.put(&send(&room, "large"), largest).await.ok();
    server
}

async fn a_nul_is_refused_wherever_it_is_sent(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let space = json!([{ "type": "m.room_membership", "room_id": "!a\0b:localhost" }]);
    let rules = json!({ "join_rule": "restricted", "allow": space });
    let state = json!([{ "type": "m.room.join_rules", "content": rules }]);
    let room = create(&alice, json!({ "initial_state": state, "name": "a\0b" })).await;
    let answer = membership(&bob, &room, "join", json!({})).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    let initial = |kind: &str, key: &str| json!({ "initial_state": [{ "type": kind, "state_key": key, "content": {} }] });
    for request in [initial("a\0b", ""), initial("a", "a\0b"), json!({ "room_alias_name": "a\0b" })] {
        alice.post("/_matrix/client/v3/createRoom", request).await.error(400, "M_INVALID_PARAM");
    }
    let redaction = format!("/_matrix/client/v3/rooms/{room}/send/m.room.redaction/1");
    let answer = alice.put(&redaction, json!({ "redacts": "$a\0b" })).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    let alias = json!({ "alias": "#a\0b:localhost" });
    let answer = alice.put(&state_path(&room, "m.room.canonical_alias", ""), alias).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    for verb in ["invite", "kick", "ban", "unban"] {
        let answer = membership(&alice, &room, verb, json!({ "user_id": "@a\0b:localhost" })).await;
        assert!(answer.status.is_client_error(), "{verb}: {answer:?}");
    }
    say(&alice, &room, "1", "a\0b").await;
    server
}

async fn state_is_set_with_and_without_a_key(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let bare = format!("/_matrix/client/v3/rooms/{room}/state/m.room.topic");
    let first = alice.put(&bare, json!({ "topic": "a" })).await.ok();
    let same = alice.put(&format!("{bare}/"), json!({ "topic": "a" })).await.ok();
    assert_eq!(first, same, "the same state again is no new event");
    assert_eq!(state(&bob, &room, "m.room.topic", "").await, json!({ "topic": "a" }));
    bob.put(&bare, json!({ "topic": "b" })).await.error(403, "M_FORBIDDEN");
    let own = state_path(&room, "org.example.own", &bob.user_id);
    alice.put(&own, json!({})).await.error(403, "M_FORBIDDEN");
    let levels = json!({ "events": { "org.example.own": 0 }, "users_default": 0 });
    alice.put(&state_path(&room, "m.room.power_levels", ""), levels).await.ok();
    bob.put(&own, json!({ "mine": true })).await.ok();
    assert_eq!(state(&alice, &room, "org.example.own", &bob.user_id).await, json!({ "mine": true }));
    let invite = json!({ "membership": "invite" });
    bob.put(&state_path(&room, "m.room.member", "@carol:localhost"), invite).await.ok();
    let create = state_path(&room, "m.room.create", "");
    alice.put(&create, json!({})).await.error(400, "M_INVALID_PARAM");
    server
}

async fn a_canonical_alias_points_to_its_room(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "room_alias_name": "here" })).await;
    create(&alice, json!({ "room_alias_name": "there" })).await;
    let path = state_path(&room, "m.room.canonical_alias", "");
    let here = json!({ "alias": "#here:localhost" });
    alice.put(&path, here).await.ok();
    for wrong in ["#there:localhost", "#nowhere:localhost"] {
        alice.put(&path, json!({ "alias": wrong })).await.error(400, "M_BAD_ALIAS");
        alice.put(&path, json!({ "alt_aliases": [wrong] })).await.error(400, "M_BAD_ALIAS");
    }
    alice.put(&path, json!({ "alias": "no alias" })).await.error(400, "M_INVALID_PARAM");
    alice.put(&path, json!({})).await.ok();
    server
}

async fn a_redaction_prunes_at_once(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    for version in ["1", "3", "11", "12"] {
        let room = create(&alice, json!({ "preset": "public_chat", "room_version": version })).await;
        membership(&bob, &room, "join", json!({})).await.ok();
        let (of_alice, of_bob) = (say(&alice, &room, "a", "a").await, say(&bob, &room, "b", "b").await);
        let redact = |event: &str, transaction: &str| {
            // Ids of version 3 are in an alphabet that paths are not.
            let event = event.replace('/', "%2F").replace('+', "%2B");
            format!("/_matrix/client/v3/rooms/{room}/redact/{event}/{transaction}")
        };
        bob.put(&redact(&of_alice, "1"), json!({})).await.error(403, "M_FORBIDDEN");
        bob.put(&redact(&of_bob, "2"), json!({ "reason": "typo" })).await.ok();
        alice.put(&redact(&of_alice, "1"), json!({})).await.ok();
        bob.put(&redact("$nothing", "3"), json!({})).await.error(404, "M_NOT_FOUND");
        let pruned = event(&alice, &room, &of_bob).await;
        assert_eq!(pruned["content"], json!({}), "version {version}");
        assert_eq!(pruned["unsigned"]["redacted_because"]["content"]["reason"], "typo");
        let third = say(&bob, &room, "c", "c").await;
        let sent = format!("/_matrix/client/v3/rooms/{room}/send/m.room.redaction/4");
        alice.put(&sent, json!({ "redacts": third })).await.ok();
        assert_eq!(event(&bob, &room, &third).await["content"], json!({}), "version {version}");
    }
    server
}

async fn a_redacted_name_is_gone_from_the_state(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let path = state_path(&room, "m.room.topic", "");
    let set = alice.put(&path, json!({ "topic": "secret" })).await.ok();
    let event_id = set["event_id"].as_str().unwrap();
    alice.put(&format!("/_matrix/client/v3/rooms/{room}/redact/{event_id}/1"), json!({})).await.ok();
    assert_eq!(state(&alice, &room, "m.room.topic", "").await, json!({}));
    alice.put(&path, json!({ "topic": "secret" })).await.ok();
    assert_eq!(state(&alice, &room, "m.room.topic", "").await, json!({ "topic": "secret" }));
    server
}

async fn transaction_ids_end_after_some_days(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let first = say(&alice, &room, "t", "a").await;
    server.clock.advance_ms(2 * DAY_MS);
    assert_eq!(say(&alice, &room, "t", "a").await, first, "switched off over a weekend");
    server.clock.advance_ms(2 * DAY_MS);
    let swept = async {
        // The sweep runs beside a call, once a minute.
        while say(&alice, &room, "t", "a").await == first {
            server.clock.advance_ms(60_000);
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), swept).await.expect("old ones are swept");
    server
}

on_both_engines!(
    a_transaction_id_belongs_to_device_endpoint_and_path,
    transaction_ids_end_after_some_days,
    content_that_no_event_can_have_is_refused,
    a_nul_is_refused_wherever_it_is_sent,
    state_is_set_with_and_without_a_key,
    a_canonical_alias_points_to_its_room,
    a_redaction_prunes_at_once,
    a_redacted_name_is_gone_from_the_state,
);
