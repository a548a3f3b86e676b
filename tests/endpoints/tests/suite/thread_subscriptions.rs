//! Threads that people follow: who follows what, what changed of it, and what notifies then.

use herold_endpoint_tests::{Answer, Client, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::relations_client::{encoded, put, relate};
use crate::rooms_basics::{create, membership, say};
use crate::sliding_client::{first, next, pos, wait};

const CHANGES: &str = "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions";
const CONFLICT: &str = "IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION";
const NOT_IN_THREAD: &str = "IO.ELEMENT.MSC4306.M_NOT_IN_THREAD";
const RULES: &str = "/_matrix/client/v3/pushrules/global/io.element.msc4306.postcontent";

fn path(room: &str, root: &str) -> String {
    let (room, root) = (encoded(room), encoded(root));
    format!("/_matrix/client/unstable/io.element.msc4306/rooms/{room}/thread/{root}/subscription")
}

async fn follow(client: &Client, room: &str, root: &str, cause: Option<&str>) -> Answer {
    let body = cause.map_or(json!({}), |cause| json!({ "automatic": cause }));
    client.put(&path(room, root), body).await
}

async fn leave(client: &Client, room: &str, root: &str) -> Answer {
    client.delete(&path(room, root), None).await
}

async fn followed(client: &Client, room: &str, root: &str) -> Answer {
    client.get(&path(room, root)).await
}

/// Alice and bob in a room, and the root of a thread in it.
async fn thread(server: &TestServer) -> (Client, Client, String, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let root = say(&alice, &room, "root", "root").await;
    (alice, bob, room, root)
}

async fn a_thread_is_followed_and_left(server: TestServer) -> TestServer {
    let (_, bob, room, root) = thread(&server).await;
    followed(&bob, &room, &root).await.error(404, "M_NOT_FOUND");
    assert_eq!(leave(&bob, &room, &root).await.ok(), json!({}), "leaving what one does not follow");
    assert_eq!(follow(&bob, &room, &root, None).await.ok(), json!({}));
    assert_eq!(followed(&bob, &room, &root).await.ok(), json!({ "automatic": false }));
    leave(&bob, &room, &root).await.ok();
    followed(&bob, &room, &root).await.error(404, "M_NOT_FOUND");
    server
}

async fn what_a_client_does_by_itself_gives_way_to_people(server: TestServer) -> TestServer {
    let (alice, bob, room, root) = thread(&server).await;
    let early = relate(&alice, &room, "early", "m.thread", &root).await;
    follow(&bob, &room, &root, Some(&early)).await.ok();
    assert_eq!(followed(&bob, &room, &root).await.ok(), json!({ "automatic": true }));
    follow(&bob, &room, &root, None).await.ok();
    follow(&bob, &room, &root, Some(&early)).await.ok();
    assert_eq!(followed(&bob, &room, &root).await.ok(), json!({ "automatic": false }), "the person said so");
    leave(&bob, &room, &root).await.ok();
    // A device that was switched off tells late of what the person has seen and left.
    follow(&bob, &room, &root, Some(&early)).await.error(409, CONFLICT);
    followed(&bob, &room, &root).await.error(404, "M_NOT_FOUND");
    let late = relate(&alice, &room, "late", "m.thread", &root).await;
    follow(&bob, &room, &root, Some(&late)).await.ok();
    assert_eq!(followed(&bob, &room, &root).await.ok(), json!({ "automatic": true }));
    leave(&bob, &room, &root).await.ok();
    follow(&bob, &room, &root, Some(&late)).await.error(409, CONFLICT);
    follow(&bob, &room, &root, None).await.ok();
    server
}

async fn only_threads_that_somebody_may_see(server: TestServer) -> TestServer {
    let (alice, bob, room, root) = thread(&server).await;
    let elsewhere = say(&alice, &room, "elsewhere", "not in the thread").await;
    follow(&bob, &room, &root, Some(&elsewhere)).await.error(400, NOT_IN_THREAD);
    let of_other = relate(&alice, &room, "other", "m.thread", &elsewhere).await;
    for cause in ["$nothing", root.as_str(), of_other.as_str()] {
        follow(&bob, &room, &root, Some(cause)).await.error(400, NOT_IN_THREAD);
    }
    follow(&bob, &room, "$nothing", None).await.error(404, "M_NOT_FOUND");
    let other = create(&alice, json!({ "preset": "private_chat" })).await;
    let secret = say(&alice, &other, "secret", "secret").await;
    let carol = server.register("carol").await;
    for (room, root) in [(&other, &secret), (&room, &secret), (&other, &root)] {
        for answer in [
            follow(&bob, room, root, None).await,
            leave(&bob, room, root).await,
            followed(&carol, room, root).await,
        ] {
            answer.error(404, "M_NOT_FOUND");
        }
    }
    bob.put(&path("nonsense", &root), json!({})).await.error(400, "M_INVALID_PARAM");
    bob.put(&path(&room, &root), json!({ "automatic": 5 })).await.error(400, "M_BAD_JSON");
    server.visitor().get(&path(&room, &root)).await.error(401, "M_MISSING_TOKEN");
    server
}

async fn sliding_sync_tells_what_changed_and_the_list_the_rest(server: TestServer) -> TestServer {
    let (alice, bob, room, root) = thread(&server).await;
    let request = |limit: u64| {
        let asked = json!({ "enabled": true, "limit": limit });
        json!({ "extensions": { "io.element.msc4308.thread_subscriptions": asked } })
    };
    let threads = |answer: &Value| answer["extensions"]["io.element.msc4308.thread_subscriptions"].clone();
    let start = first(&bob, &request(10)).await;
    assert_eq!(threads(&start), Value::Null);
    let asked = request(10);
    let (told, _) = tokio::join!(wait(&bob, &start, &asked), follow(&bob, &room, &root, None));
    let told_root = &threads(&told)["subscribed"][&room][&root];
    assert_eq!(told_root["automatic"], false);
    let stamp = told_root["bump_stamp"].as_i64().unwrap();
    assert_eq!(threads(&next(&bob, &told, &request(10)).await), Value::Null, "told once");
    let anew = threads(&first(&server.sign_in("bob", None).await, &request(10)).await);
    assert_eq!(anew["subscribed"][&room][&root]["bump_stamp"], stamp, "who begins anew is told of all");

    leave(&bob, &room, &root).await.ok();
    let mut roots = Vec::new();
    for number in 0..3 {
        let root = say(&alice, &room, &format!("root {number}"), "root").await;
        follow(&bob, &room, &root, None).await.ok();
        roots.push(root);
    }
    let newest = threads(&next(&bob, &told, &request(1)).await);
    assert_eq!(newest["subscribed"][&room].as_object().unwrap().len(), 1);
    assert!(newest["subscribed"][&room][&roots[2]].is_object());
    let list =
        |from: &str, limit: u64| format!("{CHANGES}?dir=b&from={from}&to={}&limit={limit}", pos(&told));
    let page = bob.get(&list(newest["prev_batch"].as_str().unwrap(), 2)).await.ok();
    let listed = page["subscribed"][&room].as_object().unwrap();
    assert!(listed.len() == 2 && listed.contains_key(&roots[0]) && listed.contains_key(&roots[1]));
    let last = bob.get(&list(page["end"].as_str().unwrap(), 2)).await.ok();
    assert!(last["unsubscribed"][&room][&root]["bump_stamp"].as_i64().unwrap() > stamp);
    assert!(last.get("end").is_none() && last.get("subscribed").is_none());

    let whole = bob.get(&format!("{CHANGES}?dir=b")).await.ok();
    assert_eq!(whole["subscribed"][&room].as_object().unwrap().len(), 3);
    assert_eq!(alice.get(&format!("{CHANGES}?dir=b")).await.ok(), json!({}), "everybody sees their own");
    for wrong in ["", "?dir=f", "?dir=b&limit=0", "?dir=b&from=x", "?dir=b&to=x"] {
        bob.get(&format!("{CHANGES}{wrong}")).await.error(400, "M_INVALID_PARAM");
    }
    server.visitor().get(&format!("{CHANGES}?dir=b")).await.error(401, "M_MISSING_TOKEN");
    server
}

/// What is unread in the room as a first sync tells it.
async fn unread(client: &Client, room: &str) -> i64 {
    let told = client.get("/_matrix/client/v3/sync").await.ok();
    told["rooms"]["join"][room]["unread_notifications"]["notification_count"].as_i64().unwrap()
}

async fn who_follows_hears_of_threads_they_follow_only(server: TestServer) -> TestServer {
    let (alice, bob, room, root) = thread(&server).await;
    let other = say(&alice, &room, "other", "other").await;
    let enabled = async |rule: &str| {
        bob.get(&format!("{RULES}/.io.element.msc4306.rule.{rule}/enabled")).await.ok()["enabled"].clone()
    };
    assert_eq!(enabled("subscribed_thread").await, false);
    let before = unread(&bob, &room).await;
    relate(&alice, &room, "1", "m.thread", &other).await;
    assert_eq!(unread(&bob, &room).await, before + 1, "nobody follows anything yet");

    follow(&bob, &room, &root, None).await.ok();
    assert_eq!(
        (enabled("subscribed_thread").await, enabled("unsubscribed_thread").await),
        (true.into(), true.into())
    );
    assert_eq!(unread(&bob, &room).await, before);
    relate(&alice, &room, "2", "m.thread", &other).await;
    assert_eq!(unread(&bob, &room).await, before, "a thread that bob does not follow");
    relate(&alice, &room, "3", "m.thread", &root).await;
    assert_eq!(unread(&bob, &room).await, before + 1, "one that he follows");
    let mention = json!({
        "msgtype": "m.text", "body": "bob!", "m.mentions": { "user_ids": [bob.user_id] },
        "m.relates_to": { "rel_type": "m.thread", "event_id": other },
    });
    put(&alice, &room, "m.room.message", "4", mention).await.ok();
    assert_eq!(unread(&bob, &room).await, before + 2, "who is mentioned hears of it");

    // Who switches the rules off keeps them off.
    for rule in ["subscribed_thread", "unsubscribed_thread"] {
        let path = format!("{RULES}/.io.element.msc4306.rule.{rule}/enabled");
        bob.put(&path, json!({ "enabled": false })).await.ok();
    }
    follow(&bob, &room, &other, None).await.ok();
    assert_eq!(enabled("subscribed_thread").await, false);
    let rule = json!({ "actions": ["notify"], "conditions": [] });
    let answer = bob.ask(Method::PUT, &format!("{RULES}/mine"), Some(rule)).await;
    answer.error(400, "M_INVALID_PARAM");
    server
}

on_both_engines!(
    a_thread_is_followed_and_left,
    what_a_client_does_by_itself_gives_way_to_people,
    only_threads_that_somebody_may_see,
    sliding_sync_tells_what_changed_and_the_list_the_rest,
    who_follows_hears_of_threads_they_follow_only,
);
