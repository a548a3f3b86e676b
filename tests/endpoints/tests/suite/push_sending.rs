//! What push gateways are told: what, when, how often, and what never.

use herold_endpoint_tests::{Client, Gateway, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

/// A day and a little.
const DAY_MS: i64 = 25 * 60 * 60 * 1_000;

async fn send(client: &Client, room: &str, kind: &str, transaction: &str, content: Value) -> String {
    let path = format!("/_matrix/client/v3/rooms/{room}/send/{kind}/{transaction}");
    client.put(&path, content).await.ok()["event_id"].as_str().unwrap().to_owned()
}

async fn read(client: &Client, room: &str, event: &str) {
    client.post(&format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}"), json!({})).await.ok();
}

/// Alice, who has a name, Bob, who has a pusher, and a room with a name.
async fn alice_and_bob(server: &TestServer, gateway: &Gateway, data: Value) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let name = format!("/_matrix/client/v3/profile/{}/displayname", alice.user_id);
    alice.put(&name, json!({ "displayname": "Alice" })).await.ok();
    let room = create(&alice, json!({ "preset": "public_chat", "name": "Mission Control" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let carol = server.register("carol").await;
    membership(&carol, &room, "join", json!({})).await.ok();
    gateway.push_to(&bob, "key", data).await;
    (alice, bob, room)
}

async fn a_message_is_told_with_all_that_belongs_to_it(server: TestServer) -> TestServer {
    let mut gateway = Gateway::start().await;
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({ "custom": 7 })).await;
    let one = say(&alice, &room, "1", "one").await;
    let device = json!({
        "app_id": "org.example.app", "pushkey": "key", "pushkey_ts": 1_700_000_000,
        "data": { "custom": 7 }, "tweaks": {},
    });
    let expected = json!({
        "event_id": one, "room_id": room, "type": "m.room.message", "sender": alice.user_id,
        "sender_display_name": "Alice", "room_name": "Mission Control", "prio": "low",
        "content": { "msgtype": "m.text", "body": "one" }, "counts": { "unread": 1 }, "devices": [device],
    });
    assert_eq!(gateway.next().await, expected);
    let mention = json!({ "msgtype": "m.text", "body": "bob", "m.mentions": { "user_ids": [bob.user_id] } });
    let two = send(&alice, &room, "m.room.message", "2", mention).await;
    let told = gateway.next().await;
    assert_eq!(
        (&told["event_id"], &told["prio"], &told["counts"]["unread"]),
        (&json!(two), &json!("high"), &json!(2))
    );
    assert_eq!(told["devices"][0]["tweaks"], json!({ "highlight": true, "sound": "default" }));
    // Nothing of these: a notice, a reaction, a state event, the person's own words (which count as reading).
    send(&alice, &room, "m.room.message", "3", json!({ "msgtype": "m.notice", "body": "beep" })).await;
    let reaction = json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": two, "key": "x" } });
    send(&alice, &room, "m.reaction", "4", reaction).await;
    say(&bob, &room, "5", "mine").await;
    assert_eq!(gateway.next().await["counts"], json!({ "unread": 0 }), "who speaks has read");
    let encrypted = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "abc", "session_id": "s" });
    let six = send(&alice, &room, "m.room.encrypted", "6", encrypted.clone()).await;
    let told = gateway.next().await;
    assert_eq!((&told["event_id"], &told["prio"]), (&json!(six), &json!("high")));
    assert_eq!((&told["content"], &told["counts"]["unread"]), (&encrypted, &json!(1)));
    server
}

async fn a_gateway_that_wants_ids_only_learns_no_more(server: TestServer) -> TestServer {
    let mut gateway = Gateway::start().await;
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({ "format": "event_id_only" })).await;
    let one = say(&alice, &room, "1", "secret").await;
    let device = json!({
        "app_id": "org.example.app", "pushkey": "key", "pushkey_ts": 1_700_000_000,
        "data": { "format": "event_id_only" },
    });
    let expected = json!({
        "event_id": one, "room_id": room, "prio": "low", "counts": { "unread": 1 }, "devices": [device],
    });
    assert_eq!(gateway.next().await, expected);
    let other = create(&alice, json!({ "invite": [bob.user_id] })).await;
    let told = gateway.next().await;
    assert_eq!((&told["room_id"], &told["content"]), (&json!(other), &Value::Null));
    server
}

async fn an_invite_is_told_and_what_is_ignored_is_not(server: TestServer) -> TestServer {
    let mut gateway = Gateway::start().await;
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({})).await;
    let other = create(&alice, json!({ "invite": [bob.user_id] })).await;
    let told = gateway.next().await;
    assert_eq!((&told["room_id"], &told["type"]), (&json!(other), &json!("m.room.member")));
    assert_eq!((&told["user_is_target"], &told["content"]["membership"]), (&json!(true), &json!("invite")));
    say(&alice, &other, "1", "nothing of this is for those outside").await;
    let mallory = server.register("mallory").await;
    membership(&mallory, &room, "join", json!({})).await.ok();
    let ignored = format!("/_matrix/client/v3/user/{}/account_data/m.ignored_user_list", bob.user_id);
    bob.put(&ignored, json!({ "ignored_users": { mallory.user_id.clone(): {} } })).await.ok();
    say(&mallory, &room, "1", "listen!").await;
    create(&mallory, json!({ "invite": [bob.user_id] })).await;
    let two = say(&alice, &room, "2", "two").await;
    loop {
        let told = gateway.next().await;
        if told["event_id"] == json!(two) {
            break;
        }
        assert_eq!(told["event_id"], Value::Null, "at most a number: {told}");
    }
    server
}

async fn a_badge_goes_away_when_everything_is_read(server: TestServer) -> TestServer {
    let mut gateway = Gateway::start().await;
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({})).await;
    let one = say(&alice, &room, "1", "one").await;
    gateway.next().await;
    let two = say(&alice, &room, "2", "two").await;
    assert_eq!(gateway.next().await["counts"]["unread"], 2);
    read(&bob, &room, &one).await;
    let told = gateway.next().await;
    let device =
        json!({ "app_id": "org.example.app", "pushkey": "key", "pushkey_ts": 1_700_000_000, "data": {} });
    assert_eq!(told, json!({ "counts": { "unread": 1 }, "devices": [device] }));
    read(&bob, &room, &two).await;
    assert_eq!(gateway.next().await["counts"], json!({ "unread": 0 }));
    server
}

async fn a_gateway_that_fails_is_tried_again_and_others_are_not_held_up(server: TestServer) -> TestServer {
    let (mut gateway, mut other) = (Gateway::start().await, Gateway::start().await);
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({})).await;
    other.push_to(&bob, "other", json!({})).await;
    gateway.answer(500, json!({}));
    let one = say(&alice, &room, "1", "one").await;
    assert_eq!(gateway.next().await["event_id"], json!(one));
    assert_eq!(other.next().await["event_id"], json!(one));
    let two = say(&alice, &room, "2", "two").await;
    assert_eq!(other.next().await["event_id"], json!(two));
    assert_eq!(gateway.next_in_time(&server).await["event_id"], json!(one), "again");
    gateway.answer(200, json!({}));
    assert_eq!(gateway.next_in_time(&server).await["event_id"], json!(one), "and again");
    assert_eq!(gateway.next().await["event_id"], json!(two));
    let three = say(&alice, &room, "3", "three").await;
    assert_eq!(gateway.next().await["event_id"], json!(three), "each once");
    assert_eq!(other.next().await["event_id"], json!(three), "each once");
    // What is read by the time of sending is not sent, only the number.
    gateway.answer(503, json!({}));
    let four = say(&alice, &room, "4", "four").await;
    assert_eq!(gateway.next().await["event_id"], json!(four));
    read(&bob, &room, &four).await;
    gateway.answer(200, json!({}));
    assert_eq!(gateway.next_in_time(&server).await["counts"], json!({ "unread": 0 }));
    // What is older than a day is not sent either.
    gateway.answer(503, json!({}));
    let five = say(&alice, &room, "5", "five").await;
    assert_eq!(gateway.next().await["event_id"], json!(five));
    gateway.answer(200, json!({}));
    server.clock.advance_ms(DAY_MS);
    assert_eq!(gateway.next_in_time(&server).await["counts"], json!({ "unread": 1 }));
    server
}

async fn a_gateway_that_never_answers_holds_up_nobody(server: TestServer) -> TestServer {
    let (mut silent, mut gateway) = (Gateway::start().await, Gateway::start().await);
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({})).await;
    silent.push_to(&bob, "other key", json!({})).await;
    silent.answer_never();
    let mut told = 0;
    for number in 0..20 {
        let said = say(&alice, &room, &number.to_string(), "hello").await;
        assert_eq!(gateway.next().await["event_id"], json!(said), "the other gateway is told at once");
        told += i32::from(!silent.is_quiet());
    }
    if told == 0 {
        silent.next().await;
        told += 1;
    }
    assert_eq!(told, 1, "nobody is told of the next before the first was answered");
    // The server ends in good order: whatever is on its way has its time, and no more.
    server
}

async fn a_restart_loses_nothing_and_repeats_nothing(mut server: TestServer) -> TestServer {
    let mut gateway = Gateway::start().await;
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({})).await;
    let one = say(&alice, &room, "1", "one").await;
    assert_eq!(gateway.next().await["event_id"], json!(one));
    gateway.answer(500, json!({}));
    let two = say(&alice, &room, "2", "two").await;
    assert_eq!(gateway.next().await["event_id"], json!(two));
    server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    let three = say(&alice, &room, "3", "three").await;
    assert!(gateway.is_quiet(), "a gateway that failed has its rest");
    gateway.answer(200, json!({}));
    assert_eq!(gateway.next_in_time(&server).await["event_id"], json!(two));
    assert_eq!(gateway.next().await["event_id"], json!(three));
    server.restart().await;
    let (alice, _bob) = (alice.at(&server), bob.at(&server));
    let four = say(&alice, &room, "4", "four").await;
    assert_eq!(gateway.next().await["event_id"], json!(four), "nothing twice");
    server
}

async fn own_rules_decide_what_is_told(server: TestServer) -> TestServer {
    let mut gateway = Gateway::start().await;
    let (alice, bob, room) = alice_and_bob(&server, &gateway, json!({})).await;
    let rule = |kind: &str, id: &str| format!("/_matrix/client/v3/pushrules/global/{kind}/{id}");
    bob.put(&rule("room", &room), json!({ "actions": [] })).await.ok();
    let cake =
        json!({ "pattern": "cake", "actions": ["notify", { "set_tweak": "sound", "value": "crunch" }] });
    bob.put(&rule("content", "cake"), cake).await.ok();
    say(&alice, &room, "1", "tea").await;
    let two = say(&alice, &room, "2", "and cake").await;
    let told = gateway.next().await;
    assert_eq!((&told["event_id"], &told["counts"]["unread"]), (&json!(two), &json!(1)));
    assert_eq!(told["devices"][0]["tweaks"], json!({ "sound": "crunch" }));
    // An event that notifies nobody by the default rules.
    let odd = json!({ "conditions": [{ "kind": "event_match", "key": "type", "pattern": "org.example.odd" }], "actions": ["notify"] });
    bob.put(&rule("override", "odd"), odd).await.ok();
    let three = send(&alice, &room, "org.example.odd", "3", json!({})).await;
    assert_eq!(gateway.next().await["event_id"], json!(three));
    server
}

on_both_engines!(
    a_message_is_told_with_all_that_belongs_to_it,
    a_gateway_that_wants_ids_only_learns_no_more,
    an_invite_is_told_and_what_is_ignored_is_not,
    a_badge_goes_away_when_everything_is_read,
    a_gateway_that_fails_is_tried_again_and_others_are_not_held_up,
    a_gateway_that_never_answers_holds_up_nobody,
    a_restart_loses_nothing_and_repeats_nothing,
    own_rules_decide_what_is_told,
);
