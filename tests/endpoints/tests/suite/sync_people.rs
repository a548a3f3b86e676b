//! What sync tells of people: whose keys changed, who is ignored, messages between devices, account data.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::signer::{Signer, one_time_keys};
use crate::sync_client::{bodies, content_of, first, joined, next, token, wait};

fn lists(answer: &Value) -> (Vec<&str>, Vec<&str>) {
    let users = |field: &str| -> Vec<&str> {
        let users = answer["device_lists"][field].as_array().map(Vec::as_slice).unwrap_or_default();
        users.iter().filter_map(Value::as_str).collect()
    };
    (users("changed"), users("left"))
}

async fn publish(client: &Client) {
    let keys = Signer::device(client).device_keys(client);
    client.post("/_matrix/client/v3/keys/upload", json!({ "device_keys": keys })).await.ok();
}

async fn device_lists_follow_who_shares_a_room(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let start = first(&alice).await;
    publish(&bob).await;
    let told = next(&alice, &start).await;
    assert_eq!(lists(&told).0, [""; 0], "nobody hears of strangers");
    membership(&bob, &room, "join", json!({})).await.ok();
    let came = next(&alice, &told).await;
    assert_eq!(lists(&came), (vec![bob.user_id.as_str()], vec![]));
    let of_bob = first(&bob).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", bob.user_id);
    bob.put(&path, json!({ "membership": "join", "displayname": "Bob!" })).await.ok();
    let renamed = next(&alice, &came).await;
    assert_eq!(lists(&renamed), (vec![], vec![]), "another name is no other key");
    let second = server.sign_in("bob", None).await;
    publish(&second).await;
    let changed = wait(&alice, &renamed).await;
    assert_eq!(lists(&changed), (vec![bob.user_id.as_str()], vec![]));
    assert_eq!(lists(&next(&bob, &of_bob).await).0, [bob.user_id.as_str()], "one's own devices too");
    let second_room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &second_room, "join", json!({})).await.ok();
    let both = next(&alice, &changed).await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    let still = next(&alice, &both).await;
    assert_eq!(lists(&still).1, [""; 0], "another room is shared still");
    membership(&bob, &second_room, "leave", json!({})).await.ok();
    let gone = next(&alice, &still).await;
    assert_eq!(lists(&gone), (vec![], vec![bob.user_id.as_str()]));
    publish(&server.sign_in("bob", None).await).await;
    let silent = next(&alice, &gone).await;
    assert_eq!(lists(&silent), (vec![], vec![]));
    membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await.ok();
    let invited = next(&alice, &silent).await;
    assert_eq!(
        lists(&invited).0,
        [bob.user_id.as_str()],
        "who is invited is to read what is said from now on"
    );

    let path = format!("/_matrix/client/v3/keys/changes?from={}&to={}", token(&start), token(&invited));
    let changes = alice.get(&path).await.ok();
    assert_eq!(changes["changed"], json!([bob.user_id]));
    let between = async |from: &Value, to: &Value| {
        let path = format!("/_matrix/client/v3/keys/changes?from={}&to={}", token(from), token(to));
        let changes = alice.get(&path).await.ok();
        (changes["changed"].clone(), changes["left"].clone())
    };
    let bob_alone = json!([bob.user_id]);
    assert_eq!(between(&start, &told).await, (json!([]), json!([])), "who came later is a stranger still");
    assert_eq!(between(&told, &came).await, (bob_alone.clone(), json!([])));
    assert_eq!(between(&start, &both).await.0, bob_alone, "who left later is there still");
    assert_eq!(
        between(&still, &gone).await,
        (json!([]), bob_alone.clone()),
        "who is invited later is gone still"
    );
    assert_eq!(
        between(&silent, &start).await,
        (json!([]), json!([])),
        "a span that ends before it begins is empty"
    );
    alice.get("/_matrix/client/v3/keys/changes?from=x&to=y").await.error(400, "M_INVALID_PARAM");
    server
}

async fn joining_and_leaving_tell_of_everybody_there(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&bob, json!({ "preset": "public_chat" })).await;
    let start = first(&alice).await;
    membership(&alice, &room, "join", json!({})).await.ok();
    let came = next(&alice, &start).await;
    assert!(lists(&came).0.contains(&bob.user_id.as_str()), "{came}");
    membership(&alice, &room, "leave", json!({})).await.ok();
    let left = next(&alice, &came).await;
    assert_eq!(lists(&left), (vec![], vec![bob.user_id.as_str()]));
    server
}

async fn who_comes_back_comes_with_the_keys_of_meanwhile(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    publish(&bob).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let start = first(&alice).await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    let gone = next(&alice, &start).await;
    assert_eq!(lists(&gone), (vec![], vec![bob.user_id.as_str()]));
    publish(&server.sign_in("bob", None).await).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    // Whether alice heard of the leaving or slept through all of it.
    for before in [&gone, &start] {
        assert_eq!(lists(&next(&alice, before).await), (vec![bob.user_id.as_str()], vec![]));
    }
    server
}

async fn ignored_people_are_not_heard(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let start = first(&alice).await;
    let path = format!("/_matrix/client/v3/user/{}/account_data/m.ignored_user_list", alice.user_id);
    alice.put(&path, json!({ "ignored_users": { bob.user_id.clone(): {} } })).await.ok();
    let told = wait(&alice, &start).await;
    let ignored = content_of(&told["account_data"], "m.ignored_user_list");
    assert!(ignored["ignored_users"][&bob.user_id].is_object());
    say(&bob, &room, "1", "psst").await;
    let topic = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", bob.user_id);
    bob.put(&topic, json!({ "membership": "join", "displayname": "Bobby" })).await.ok();
    create(&bob, json!({ "invite": [alice.user_id] })).await;
    say(&alice, &room, "1", "hello?").await;
    let told = next(&alice, &told).await;
    assert_eq!(bodies(joined(&told, &room)), ["hello?"]);
    assert_eq!(content_of(&joined(&told, &room)["timeline"], "m.room.member")["displayname"], "Bobby");
    assert_eq!(told["rooms"]["invite"], Value::Null);
    alice.put(&path, json!({ "ignored_users": {} })).await.ok();
    let told = next(&alice, &told).await;
    say(&bob, &room, "2", "again").await;
    assert_eq!(bodies(joined(&next(&alice, &told).await, &room)), ["again"]);
    server
}

async fn messages_to_a_device_wait_until_they_are_seen(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let start = first(&bob).await;
    for number in 0..105 {
        let body = json!({ "messages": { bob.user_id.clone(): { bob.device_id.clone(): { "n": number } } } });
        let path = format!("/_matrix/client/v3/sendToDevice/org.example.note/{number}");
        alice.put(&path, body).await.ok();
    }
    let numbers = |answer: &Value| -> Vec<i64> {
        let events = answer["to_device"]["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        events.iter().filter_map(|event| event["content"]["n"].as_i64()).collect()
    };
    let one = next(&bob, &start).await;
    assert_eq!(numbers(&one), (0..100).collect::<Vec<i64>>());
    assert_eq!(
        numbers(&next(&bob, &start).await),
        (0..100).collect::<Vec<i64>>(),
        "until they are acknowledged"
    );
    let two = wait(&bob, &one).await;
    assert_eq!(numbers(&two), (100..105).collect::<Vec<i64>>());
    assert_eq!(numbers(&next(&bob, &two).await), [0; 0]);
    assert_eq!(numbers(&first(&bob).await), [0; 0]);
    server
}

async fn counts_of_keys_come_with_every_answer(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let start = first(&alice).await;
    assert_eq!(start["device_unused_fallback_key_types"], json!([]));
    let keys = json!({ "one_time_keys": one_time_keys(["A", "B"]) });
    alice.post("/_matrix/client/v3/keys/upload", keys).await.ok();
    let told = wait(&alice, &start).await;
    assert_eq!(told["device_one_time_keys_count"], json!({ "signed_curve25519": 2 }));
    server
}

async fn account_data_is_told_with_the_default_push_rules(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let start = first(&alice).await;
    let rules = content_of(&start["account_data"], "m.push_rules");
    assert!(rules["global"]["override"].as_array().is_some_and(|rules| !rules.is_empty()), "{start}");
    let path =
        format!("/_matrix/client/v3/user/{}/rooms/{room}/account_data/org.example.note", alice.user_id);
    alice.put(&path, json!({ "n": 1 })).await.ok();
    let told = wait(&alice, &start).await;
    assert_eq!(content_of(&joined(&told, &room)["account_data"], "org.example.note"), &json!({ "n": 1 }));
    let rule = "/_matrix/client/v3/pushrules/global/room/";
    let path = format!("{rule}{room}");
    alice.put(&path, json!({ "actions": [] })).await.ok();
    let told = wait(&alice, &told).await;
    assert_eq!(
        content_of(&told["account_data"], "m.push_rules")["global"]["room"][0]["rule_id"],
        room.as_str()
    );
    assert_eq!(alice.get(&path).await.ok()["enabled"], true);
    alice.put(&format!("{path}/enabled"), json!({ "enabled": false })).await.ok();
    assert_eq!(alice.get(&format!("{path}/enabled")).await.ok(), json!({ "enabled": false }));
    alice.put(&format!("{path}/actions"), json!({ "actions": ["notify"] })).await.ok();
    assert_eq!(alice.get(&format!("{path}/actions")).await.ok(), json!({ "actions": ["notify"] }));
    alice.delete(&path, None).await.ok();
    alice.get(&path).await.error(404, "M_NOT_FOUND");
    alice.delete(&path, None).await.error(404, "M_NOT_FOUND");
    let master = "/_matrix/client/v3/pushrules/global/override/.m.rule.master";
    alice.delete(master, None).await.error(400, "M_INVALID_PARAM");
    for path in ["/_matrix/client/v3/pushrules/", "/_matrix/client/v3/pushrules"] {
        assert!(alice.get(path).await.ok()["global"]["underride"].is_array());
    }
    server
}

on_both_engines!(
    device_lists_follow_who_shares_a_room,
    joining_and_leaving_tell_of_everybody_there,
    who_comes_back_comes_with_the_keys_of_meanwhile,
    ignored_people_are_not_heard,
    messages_to_a_device_wait_until_they_are_seen,
    counts_of_keys_come_with_every_answer,
    account_data_is_told_with_the_default_push_rules,
);
