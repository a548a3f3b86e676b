//! Connections of sliding sync: they outlive restarts, wait, give way to newer requests, and end.

use std::time::Duration;

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, say};
use crate::sliding_client::{UNSTABLE, ask, bodies, first, list, next, pos, rooms, wait};

fn request(conn_id: &str) -> Value {
    let mut request = list(0, 1, &json!([["m.room.name", ""]]));
    request["conn_id"] = json!(conn_id);
    request
}

async fn a_restart_costs_no_connection_its_place(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (one, two) = (create(&alice, json!({})).await, create(&alice, json!({})).await);
    let start = first(&alice, &request("a")).await;
    assert_eq!(rooms(&start), [two.as_str()]);
    say(&alice, &one, "a", "hello").await;
    let before = next(&alice, &start, &request("a")).await;
    say(&alice, &two, "b", "quiet").await;
    say(&alice, &one, "c", "more").await;
    let last = next(&alice, &before, &request("a")).await;
    assert_eq!((rooms(&last), bodies(&last["rooms"][&one])), (vec![one.as_str()], vec!["more"]));
    let empty = first(&alice, &json!({ "conn_id": "encryption" })).await;
    server.restart().await;
    let alice = alice.at(&server);
    next(&alice, &empty, &json!({ "conn_id": "encryption" })).await;
    // The last answer may have been lost, and it may have been read.
    let again = next(&alice, &before, &request("a")).await;
    assert_eq!(bodies(&again["rooms"][&one]), ["more"], "{again}");
    server.restart().await;
    let alice = alice.at(&server);
    let nothing = next(&alice, &again, &request("a")).await;
    assert_eq!(rooms(&nothing), [""; 0]);
    say(&alice, &two, "d", "here").await;
    let after = next(&alice, &nothing, &request("a")).await;
    let told = &after["rooms"][&two];
    assert_eq!(
        (bodies(told), told["initial"].as_bool(), told["limited"].as_bool()),
        (vec!["here"], None, Some(true))
    );
    server
}

async fn places_belong_to_one_connection_of_one_device(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let start = first(&alice, &request("a")).await;
    let place = [("pos", pos(&start))];
    let second = server.sign_in("alice", None).await;
    for (client, conn_id) in [(&alice, "b"), (&second, "a"), (&bob, "a")] {
        ask(client, &place, &request(conn_id)).await.error(400, "M_UNKNOWN_POS");
    }
    for wrong in ["s1_1_1_1", "junk", "s1", "s99999999_0_1_0"] {
        ask(&alice, &[("pos", wrong)], &request("a")).await.error(400, "M_UNKNOWN_POS");
    }
    ask(&alice, &place, &request("a")).await.ok();
    first(&alice, &request("a")).await;
    ask(&alice, &place, &request("a")).await.error(400, "M_UNKNOWN_POS");
    // A place is good for paging too.
    let room = create(&alice, json!({})).await;
    let from = pos(&first(&alice, &request("a")).await).to_owned();
    alice.get(&format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&from={from}")).await.ok();
    server
}

async fn a_device_has_only_so_many_connections(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let mut answers = Vec::new();
    for number in 0..17 {
        answers.push(first(&alice, &request(&format!("{number}"))).await);
    }
    let mut fates = Vec::new();
    // Memory may still have the one that had to go; a restart has not.
    let mut server = server;
    server.restart().await;
    let alice = alice.at(&server);
    for (number, answer) in answers.iter().enumerate() {
        let answer = ask(&alice, &[("pos", pos(answer))], &request(&format!("{number}"))).await;
        fates.push(answer.status.is_success());
    }
    assert_eq!(fates.iter().filter(|fate| !**fate).count(), 1);
    assert!(!fates[0], "the oldest goes");
    server
}

async fn news_come_to_those_who_wait(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let start = first(&alice, &request("a")).await;
    let waiting = tokio::spawn({
        let (alice, start) = (alice.clone(), start.clone());
        async move { wait(&alice, &start, &request("a")).await }
    });
    say(&alice, &room, "a", "hello").await;
    let one = waiting.await.unwrap();
    assert_eq!(bodies(&one["rooms"][&room]), ["hello"]);
    assert_eq!(one["rooms"][&room]["timeline"][0]["unsigned"]["transaction_id"], "a");
    // Nothing comes of what nobody asked for, and a request ends when its time is up.
    let query = [("pos", pos(&one)), ("timeout", "50")];
    let begun = std::time::Instant::now();
    let nothing = ask(&alice, &query, &request("a")).await.ok();
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert_eq!((rooms(&nothing).len(), nothing["lists"]["all"]["count"].as_u64()), (0, Some(1)));
    server
}

async fn a_newer_request_takes_over(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let start = first(&alice, &request("a")).await;
    let older = tokio::spawn({
        let (alice, start) = (alice.clone(), start.clone());
        async move { wait(&alice, &start, &request("a")).await }
    });
    // The same place again, while the older request waits or is about to: which comes first is not ours to say.
    let mut other = request("a");
    other["lists"]["all"]["timeline_limit"] = json!(5);
    let newer = next(&alice, &start, &other).await;
    say(&alice, &room, "a", "hello").await;
    let older = older.await.unwrap();
    assert_eq!(bodies(&older["rooms"][&room]), ["hello"]);
    let after = ask(&alice, &[("pos", pos(&newer))], &other).await;
    if after.status == 200 {
        assert_eq!(bodies(&after.body["rooms"][&room]), ["hello"], "{newer} {older} {}", after.body);
    } else {
        after.error(400, "M_UNKNOWN_POS");
        // The older one came last, so the connection goes on from its answer, with what that asked for.
        assert!(rooms(&next(&alice, &older, &request("a")).await).is_empty());
    }
    server
}

async fn who_is_signed_out_hears_of_it(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let start = first(&alice, &request("a")).await;
    let second = server.sign_in("alice", None).await;
    let waiting = tokio::spawn({
        let (alice, place) = (alice.clone(), pos(&start).to_owned());
        async move { ask(&alice, &[("pos", &place), ("timeout", "30000")], &request("a")).await }
    });
    let delete = format!("/_matrix/client/v3/devices/{}", alice.device_id);
    let session = second.delete(&delete, Some(json!({}))).await.body["session"].clone();
    let mut proof = second.proof();
    proof["session"] = session;
    second.delete(&delete, Some(json!({ "auth": proof }))).await.ok();
    waiting.await.unwrap().error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn what_cannot_be_asked_is_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    server.visitor().post(UNSTABLE, json!({})).await.error(401, "M_MISSING_TOKEN");
    let lists: serde_json::Map<String, Value> =
        (0..101).map(|number| (format!("{number}"), json!({ "ranges": [], "timeline_limit": 0 }))).collect();
    alice.post(UNSTABLE, json!({ "lists": lists })).await.error(400, "M_INVALID_PARAM");
    alice.post(UNSTABLE, json!({ "conn_id": "x".repeat(256) })).await.error(400, "M_INVALID_PARAM");
    let negative = json!({ "lists": { "a": { "ranges": [[0, -1]], "timeline_limit": 1 } } });
    alice.post(UNSTABLE, negative).await.error(400, "M_BAD_JSON");
    alice.post(UNSTABLE, json!({ "room_subscriptions": { "x": {} } })).await.error(400, "M_BAD_JSON");
    let presence = [("set_presence", "asleep")];
    ask(&alice, &presence, &json!({})).await.error(400, "M_INVALID_PARAM");
    let huge = u64::MAX;
    let all = json!({ "lists": { "a": { "ranges": [[0, huge], [huge, 0]], "timeline_limit": huge } } });
    let room = create(&alice, json!({})).await;
    assert_eq!(rooms(&alice.post(UNSTABLE, all).await.ok()), [room.as_str()]);
    let versions = server.visitor().get("/_matrix/client/versions").await.ok();
    assert_eq!(versions["unstable_features"]["org.matrix.simplified_msc3575"], true);
    let echo = alice.post(UNSTABLE, json!({ "txn_id": "t" })).await.ok();
    assert_eq!(echo["txn_id"], "t");
    server
}

on_both_engines!(
    a_restart_costs_no_connection_its_place,
    places_belong_to_one_connection_of_one_device,
    a_device_has_only_so_many_connections,
    news_come_to_those_who_wait,
    a_newer_request_takes_over,
    who_is_signed_out_hears_of_it,
    what_cannot_be_asked_is_refused,
);
