//! Syncs as complement's tests of one server know them: rooms that were left, presence, summaries, device lists,
//! push rules. docs/protocol/complement.md says which of its files each is for.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::relations_client::relate;
use crate::rooms_basics::{create, membership, say};
use crate::sync_client::{ask, bodies, content_of, first, joined, keys, next, token, wait};

const PUBLIC: &str = "public_chat";

async fn people(server: &TestServer) -> [Client; 3] {
    [server.register("alice").await, server.register("bob").await, server.register("carol").await]
}

fn presence<'a>(told: &'a Value, user: &Client) -> &'a Value {
    let events = told["presence"]["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    events.iter().find(|event| event["sender"] == user.user_id.as_str()).unwrap_or(&Value::Null)
}

fn lists(told: &Value, kind: &str, user: &Client) -> bool {
    let users = told["device_lists"][kind].as_array().map(Vec::as_slice).unwrap_or_default();
    users.iter().any(|id| id == user.user_id.as_str())
}

async fn rooms_that_were_left_are_told_where_asked_for(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let leave = json!({ "room": { "include_leave": true } }).to_string();
    let gappy = json!({ "room": { "timeline": { "limit": 1 }, "include_leave": true } }).to_string();
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    let spam = create(&alice, json!({ "preset": PUBLIC })).await;
    for to in [&room, &spam] {
        membership(&bob, to, "join", json!({})).await.ok();
    }
    let start = first(&alice).await;
    membership(&alice, &room, "leave", json!({})).await.ok();
    for number in 0..20 {
        say(&alice, &spam, &format!("s{number}"), "x").await;
    }
    let left = |told: &Value| told["rooms"]["leave"][&room].clone();
    for parameters in [
        vec![("filter", leave.as_str())],
        vec![("filter", leave.as_str()), ("since", token(&start)), ("full_state", "true")],
        vec![("since", token(&start))],
        vec![("filter", gappy.as_str()), ("since", token(&start))],
    ] {
        let told = ask(&alice, &parameters).await.ok();
        assert!(left(&told).is_object(), "{parameters:?}: {told}");
    }
    let after = ask(&alice, &[("filter", &gappy), ("since", token(&start))]).await.ok();
    let rejoined = json!({ "membership": "join", "filler": "welcome back" });
    bob.put(&format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", bob.user_id), rejoined)
        .await
        .ok();
    for number in 0..20 {
        say(&bob, &spam, &format!("b{number}"), "x").await;
    }
    let told = ask(&alice, &[("filter", &gappy), ("since", token(&after))]).await.ok();
    assert_eq!(left(&told), Value::Null);
    server
}

async fn a_left_room_ends_with_ones_leaving(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let kind = "a.madeup.test.state";
    let filter = json!({ "room": {
        "timeline": { "types": ["m.room.message", kind] }, "state": { "types": [kind] }, "include_leave": true,
    } });
    let filter = filter.to_string();
    let since = ask(&bob, &[("filter", &filter)]).await.ok();
    let path = format!("/_matrix/client/v3/rooms/{room}/state/{kind}/");
    say(&alice, &room, "1", "before").await;
    alice.put(&path, json!({ "my_key": "before" })).await.ok();
    membership(&bob, &room, "leave", json!({})).await.ok();
    say(&alice, &room, "2", "after").await;
    alice.put(&path, json!({ "my_key": "after" })).await.ok();
    for parameters in [vec![], vec![("since", token(&since))]] {
        let all = [vec![("filter", filter.as_str())], parameters.clone()].concat();
        let told = ask(&bob, &all).await.ok();
        let left = &told["rooms"]["leave"][&room];
        assert_eq!(left["timeline"]["events"].as_array().map(Vec::len), Some(2), "{parameters:?} {left}");
        assert_eq!(bodies(left), ["before"]);
        assert_eq!(keys(&left["state"]), []);
    }
    let empty = json!({ "room": { "timeline": { "limit": 0 }, "include_leave": true } }).to_string();
    for parameters in [vec![], vec![("since", token(&since))]] {
        let all = [vec![("filter", empty.as_str())], parameters.clone()].concat();
        let told = ask(&bob, &all).await.ok();
        let left = &told["rooms"]["leave"][&room];
        assert_eq!(left["timeline"]["events"], json!([]), "{parameters:?} {left}");
        assert_eq!(content_of(&left["state"], kind)["my_key"], "before", "{parameters:?} {left}");
        let events = left["state"]["events"].as_array().unwrap();
        let own = events.iter().find(|event| event["state_key"] == bob.user_id.as_str());
        assert_eq!(own.unwrap()["content"]["membership"], "leave", "{parameters:?}");
    }
    server
}

async fn ones_own_leaving_is_seen_where_history_is_not(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let state = json!([{ "type": "m.room.history_visibility", "state_key": "",
        "content": { "history_visibility": "joined" } }]);
    let room = create(&alice, json!({ "preset": PUBLIC, "initial_state": state })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let filter = json!({ "room": { "include_leave": true } }).to_string();
    let since = ask(&alice, &[("filter", &filter)]).await.ok();
    membership(&alice, &room, "leave", json!({})).await.ok();
    let told = ask(&alice, &[("filter", &filter), ("since", token(&since))]).await.ok();
    let left = &told["rooms"]["leave"][&room];
    assert_eq!(keys(&left["state"]), []);
    let events = left["timeline"]["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{left}");
    assert_eq!(events[0]["content"]["membership"], "leave");

    let room = create(&bob, json!({ "initial_state": state })).await;
    let since = ask(&alice, &[("filter", &filter)]).await.ok();
    membership(&bob, &room, "invite", json!({ "user_id": alice.user_id })).await.ok();
    let invited = ask(&alice, &[("filter", &filter), ("since", token(&since))]).await.ok();
    assert!(invited["rooms"]["invite"][&room].is_object());
    membership(&alice, &room, "leave", json!({})).await.ok();
    let told = ask(&alice, &[("filter", &filter), ("since", token(&invited))]).await.ok();
    let timeline = &told["rooms"]["leave"][&room]["timeline"];
    assert_eq!(content_of(timeline, "m.room.member")["membership"], "leave", "{told}");
    server
}

async fn coming_back_is_no_leaving(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&bob, json!({ "preset": PUBLIC })).await;
    let since = first(&alice).await;
    for verb in ["join", "leave", "join"] {
        membership(&alice, &room, verb, json!({})).await.ok();
    }
    let told = next(&alice, &since).await;
    assert_eq!(told["rooms"]["leave"][&room], Value::Null);
    assert!(joined(&told, &room).is_object());

    let room = create(&alice, json!({ "preset": PUBLIC, "invite": [bob.user_id] })).await;
    let since = first(&bob).await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    let told = ask(&bob, &[("since", token(&since)), ("full_state", "true")]).await.ok();
    assert!(told["rooms"]["leave"][&room].is_object(), "{told}");
    membership(&bob, &room, "join", json!({})).await.ok();
    let told = ask(&bob, &[("since", token(&told)), ("full_state", "true")]).await.ok();
    assert_eq!(told["rooms"]["leave"][&room], Value::Null);
    server
}

async fn a_new_room_has_all_its_parts_and_its_presence(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let online = json!({ "presence": "online" });
    for user in [&alice, &bob] {
        user.put(&format!("/_matrix/client/v3/presence/{}/status", user.user_id), online.clone()).await.ok();
    }
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    for number in 0..4 {
        say(&alice, &room, &format!("a{number}"), &format!("one {number}")).await;
    }
    let filter = json!({ "room": {
        "timeline": { "limit": 10, "types": ["m.room.message"] }, "state": { "types": [] } } });
    let filter = filter.to_string();
    let by_alice = first(&alice).await;
    let by_bob = ask(&bob, &[("filter", &filter)]).await.ok();
    for number in 0..4 {
        say(&alice, &room, &format!("b{number}"), &format!("two {number}")).await;
    }
    membership(&bob, &room, "join", json!({})).await.ok();
    let told = ask(&bob, &[("filter", &filter), ("since", token(&by_bob))]).await.ok();
    let timeline = &joined(&told, &room)["timeline"];
    let events = timeline["events"].as_array().unwrap();
    assert!(events.iter().all(|event| event["type"] == "m.room.message"), "{timeline}");
    assert!(events.len() == 8 || timeline["limited"] == true, "{timeline}");
    assert_eq!(presence(&told, &alice)["type"], "m.presence", "who is there already: {told}");
    let told = next(&bob, &told).await;
    assert_eq!(told["presence"], Value::Null, "{told}");

    let told = next(&alice, &by_alice).await;
    assert_eq!(presence(&told, &bob)["content"]["presence"], "online", "who is new: {told}");
    assert_eq!(joined(&told, &room)["summary"]["m.joined_member_count"], 2);
    assert_ne!(presence(&first(&alice).await, &bob), &Value::Null);
    server
}

async fn presence_comes_from_all_ones_rooms_and_from_syncing(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    for user in [&bob, &carol] {
        let room = create(&alice, json!({ "invite": [user.user_id] })).await;
        let told = first(&alice).await;
        let summary = &joined(&told, &room)["summary"];
        assert_eq!(
            (&summary["m.joined_member_count"], &summary["m.invited_member_count"]),
            (&json!(1), &json!(1))
        );
        membership(user, &room, "join", json!({})).await.ok();
        for reader in [&alice, user] {
            let told = first(reader).await;
            let summary = &joined(&told, &room)["summary"];
            assert_eq!(summary["m.joined_member_count"], 2);
            assert_eq!(summary["m.invited_member_count"], 0);
        }
    }
    let own = format!("/_matrix/client/v3/presence/{}/status", alice.user_id);
    assert!(alice.get(&own).await.ok()["presence"].is_string());
    let mut told = first(&alice).await;
    for user in [&bob, &carol] {
        let path = format!("/_matrix/client/v3/presence/{}/status", user.user_id);
        user.put(&path, json!({ "presence": "online", "status_msg": "here" })).await.ok();
    }
    let (mut of_bob, mut of_carol) = (false, false);
    while !(of_bob && of_carol) {
        of_bob |= presence(&told, &bob)["content"]["status_msg"] == "here";
        of_carol |= presence(&told, &carol)["content"]["status_msg"] == "here";
        if !(of_bob && of_carol) {
            told = wait(&alice, &told).await;
        }
    }
    let by_bob = first(&bob).await;
    ask(&alice, &[("set_presence", "unavailable")]).await.ok();
    let mut told = wait(&bob, &by_bob).await;
    while presence(&told, &alice)["content"]["presence"] != "unavailable" {
        told = wait(&bob, &told).await;
    }
    server
}

async fn device_lists_end_also_for_lazy_loaders(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    let filter = json!({ "room": {
        "timeline": { "lazy_load_members": true }, "state": { "lazy_load_members": true } } });
    let filter = filter.to_string();
    let since = ask(&alice, &[("filter", &filter)]).await.ok();
    membership(&carol, &room, "join", json!({})).await.ok();
    let told = ask(&alice, &[("filter", &filter), ("since", token(&since))]).await.ok();
    assert!(lists(&told, "changed", &carol), "{told}");
    say(&carol, &room, "1", "test").await;
    membership(&carol, &room, "leave", json!({})).await.ok();
    for _ in 0..2 {
        let left = ask(&alice, &[("filter", &filter), ("since", token(&told))]).await.ok();
        assert!(lists(&left, "left", &carol), "{left}");
    }
    // Coming, changing, going and coming again.
    let mut since = first(&alice).await;
    for (verb, kind) in [("join", "changed"), ("leave", "left"), ("join", "changed")] {
        membership(&bob, &room, verb, json!({})).await.ok();
        let told = next(&alice, &since).await;
        assert!(lists(&told, kind, &bob), "{verb}: {told}");
        since = told;
    }
    membership(&alice, &room, "leave", json!({})).await.ok();
    let told = next(&alice, &since).await;
    assert!(lists(&told, "left", &bob), "{told}");
    server
}

async fn push_rules_are_told_as_they_were_set(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let mut since = first(&alice).await;
    assert!(content_of(&since["account_data"], "m.push_rules")["global"].is_object());
    let rule = "/_matrix/client/v3/pushrules/global/room/!foo:example.com";
    for (path, body) in [
        (rule.to_owned(), json!({ "actions": ["notify"] })),
        (format!("{rule}/enabled"), json!({ "enabled": false })),
        (format!("{rule}/enabled"), json!({ "enabled": true })),
        (format!("{rule}/actions"), json!({ "actions": ["dont_notify"] })),
    ] {
        let (woken, set) = tokio::join!(wait(&alice, &since), alice.put(&path, body));
        set.ok();
        assert!(content_of(&woken["account_data"], "m.push_rules")["global"].is_object(), "{path} {woken}");
        since = woken;
    }
    let sender = format!("/_matrix/client/v3/pushrules/global/sender/{}", alice.user_id);
    alice.put(&sender, json!({ "actions": ["dont_notify"] })).await.ok();
    for _ in 0..2 {
        let rules = alice.get("/_matrix/client/v3/pushrules/").await.ok();
        assert_eq!(rules["global"]["sender"][0]["actions"], json!(["dont_notify"]), "{rules}");
    }
    server
}

/// Of an unthreaded receipt and one of a thread at the same event, the unthreaded is told first.
async fn receipts_of_all_and_of_one_thread_do_not_hide_each_other(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    let root = say(&alice, &room, "a", "Hello world!").await;
    let reply = relate(&alice, &room, "b", "m.thread", &root).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{reply}");
    alice.post(&path, json!({})).await.ok();
    alice.post(&path, json!({ "thread_id": root })).await.ok();
    let told = first(&alice).await;
    let events = joined(&told, &room)["ephemeral"]["events"].as_array().unwrap().clone();
    let of = |event: &Value| event["content"][&reply]["m.read"][&alice.user_id].clone();
    assert!(
        events.iter().any(|event| of(event).is_object() && of(event)["thread_id"].is_null()),
        "{events:?}"
    );
    assert!(events.iter().all(|event| event["room_id"].is_null()));
    server
}

on_both_engines!(
    rooms_that_were_left_are_told_where_asked_for,
    a_left_room_ends_with_ones_leaving,
    ones_own_leaving_is_seen_where_history_is_not,
    coming_back_is_no_leaving,
    a_new_room_has_all_its_parts_and_its_presence,
    presence_comes_from_all_ones_rooms_and_from_syncing,
    device_lists_end_also_for_lazy_loaders,
    push_rules_are_told_as_they_were_set,
    receipts_of_all_and_of_one_thread_do_not_hide_each_other,
);
