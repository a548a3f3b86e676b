//! What may be read, when, and by whom, as complement's tests of one server know it: visibility, rooms that were
//! left, members at a point, lazy loading, relations from a sync's token, search.
//! docs/protocol/complement.md says which of its files each is for.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::relations_client::{children, id, ids, put, relate};
use crate::rooms_basics::{create, membership, say, state};
use crate::sync_client::{ask, first, joined, next, token};

const PUBLIC: &str = "public_chat";

async fn people(server: &TestServer) -> [Client; 3] {
    [server.register("alice").await, server.register("bob").await, server.register("carol").await]
}

fn visible(visibility: &str) -> Value {
    json!({ "preset": PUBLIC, "initial_state": [{ "type": "m.room.history_visibility", "state_key": "",
        "content": { "history_visibility": visibility } }] })
}

async fn messages(client: &Client, room: &str, query: &str) -> Value {
    client.get(&format!("/_matrix/client/v3/rooms/{room}/messages?{query}")).await.ok()
}

fn texts(chunk: &Value) -> Vec<&str> {
    chunk.as_array().unwrap().iter().filter_map(|event| event["content"]["body"].as_str()).collect()
}

async fn an_event_is_seen_as_its_room_allows(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let event = |room: &str, id: &str| format!("/_matrix/client/v3/rooms/{room}/event/{id}");
    for (visibility, before, invited, stranger) in [
        ("joined", false, false, false),
        ("invited", false, true, false),
        ("shared", true, true, false),
        ("world_readable", true, true, true),
    ] {
        let room = create(&alice, visible(visibility)).await;
        let first = say(&alice, &room, "1", "before").await;
        let answer = bob.get(&event(&room, &first)).await;
        assert_eq!(answer.status.is_success(), stranger, "{visibility}");
        if !stranger {
            answer.error(404, "M_NOT_FOUND");
        }
        membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await.ok();
        let second = say(&alice, &room, "2", "meanwhile").await;
        membership(&bob, &room, "join", json!({})).await.ok();
        let third = say(&alice, &room, "3", "after").await;
        for (id, seen) in [(&first, before), (&second, invited), (&third, true)] {
            let answer = bob.get(&event(&room, id)).await;
            if !seen {
                answer.error(404, "M_NOT_FOUND");
                continue;
            }
            let told = answer.ok();
            assert_eq!((&told["room_id"], &told["event_id"]), (&json!(room), &json!(id)), "{visibility}");
            assert_eq!((&told["sender"], &told["type"]), (&json!(alice.user_id), &json!("m.room.message")));
            assert!(told["origin_server_ts"].is_i64());
        }
        assert_eq!(carol.get(&event(&room, &third)).await.status.is_success(), stranger, "{visibility}");
    }
    let nowhere = "/_matrix/client/v3/rooms/!does-not-exist:localhost/messages?dir=b";
    alice.get(nowhere).await.error(403, "M_FORBIDDEN");
    server
}

async fn events_say_what_one_was_when_they_were_sent(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    say(&alice, &room, "1", "prejoin").await;
    membership(&bob, &room, "join", json!({})).await.ok();
    say(&alice, &room, "2", "postjoin").await;
    let told = first(&bob).await;
    let mut expected = "leave";
    for event in joined(&told, &room)["timeline"]["events"].as_array().unwrap() {
        if event["state_key"] == bob.user_id.as_str() {
            expected = "join";
        }
        assert_eq!(event["unsigned"]["membership"], expected, "{event}");
    }
    assert_eq!(expected, "join");
    server
}

async fn a_room_that_was_left_stays_as_it_was(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, visible("joined")).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let path = |kind: &str| format!("/_matrix/client/v3/rooms/{room}/state/{kind}/");
    alice.put(&path("m.room.name"), json!({ "name": "N1" })).await.ok();
    alice.put(&path("madeup.test.state"), json!({ "body": "S1" })).await.ok();
    say(&alice, &room, "1", "M1").await;
    say(&alice, &room, "2", "M2").await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    let since = first(&bob).await;
    alice.put(&path("m.room.name"), json!({ "name": "N2" })).await.ok();
    alice.put(&path("madeup.test.state"), json!({ "body": "S2" })).await.ok();
    say(&alice, &room, "3", "M3").await;
    membership(&carol, &room, "join", json!({})).await.ok();
    for (who, name, made_up) in [(&bob, "N1", "S1"), (&alice, "N2", "S2")] {
        assert_eq!(state(who, &room, "m.room.name", "").await["name"], name);
        assert_eq!(state(who, &room, "madeup.test.state", "").await["body"], made_up);
    }
    let members = bob.get(&format!("/_matrix/client/v3/rooms/{room}/members")).await.ok();
    let mut members: Vec<(&str, &str)> = members["chunk"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["state_key"].as_str().unwrap(), event["content"]["membership"].as_str().unwrap()))
        .collect();
    members.sort_unstable();
    assert_eq!(members, [(alice.user_id.as_str(), "join"), (bob.user_id.as_str(), "leave")]);
    let back = messages(&bob, &room, &format!("dir=b&limit=3&from={}", token(&since))).await;
    assert_eq!(back["chunk"][0]["state_key"], bob.user_id.as_str());
    assert_eq!(texts(&back["chunk"]), ["M2", "M1"]);
    let on = messages(&bob, &room, &format!("dir=f&limit=100&from={}", token(&since))).await;
    assert_eq!(on["chunk"], json!([]));
    server
}

async fn members_are_told_as_of_a_point_and_by_membership(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    say(&alice, &room, "1", "hello").await;
    let at = joined(&first(&alice).await, &room)["timeline"]["prev_batch"].as_str().unwrap().to_owned();
    let since = first(&alice).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    say(&bob, &room, "2", "hello back").await;
    let told = async |query: String| {
        let answer = alice.get(&format!("/_matrix/client/v3/rooms/{room}/members?{query}")).await.ok();
        let mut keys: Vec<String> = answer["chunk"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| {
                assert_eq!(event["room_id"], room.as_str());
                event["state_key"].as_str().unwrap().to_owned()
            })
            .collect();
        keys.sort_unstable();
        keys
    };
    let (a, b) = (alice.user_id.clone(), bob.user_id.clone());
    assert_eq!(told(String::new()).await, [a.clone(), b.clone()]);
    assert_eq!(told(format!("at={}", token(&since))).await, std::slice::from_ref(&a));
    assert!(told(format!("at={at}")).await.len() <= 1);
    membership(&bob, &room, "leave", json!({})).await.ok();
    assert_eq!(told("not_membership=leave".to_owned()).await, std::slice::from_ref(&a));
    assert_eq!(told("membership=leave".to_owned()).await, [b]);
    assert_eq!(told("membership=join".to_owned()).await, [a]);
    server
}

async fn pages_begin_at_a_syncs_token_and_tell_who_spoke(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    for user in [&bob, &carol] {
        membership(user, &room, "join", json!({})).await.ok();
    }
    say(&bob, &room, "1", "test").await;
    let before = first(&alice).await;
    say(&carol, &room, "2", "test").await;
    let after = next(&alice, &before).await;
    let filter = "filter=%7B%22lazy_load_members%22:true%7D";
    let page =
        messages(&alice, &room, &format!("dir=f&{filter}&from={}&to={}", token(&before), token(&after)))
            .await;
    assert_eq!(texts(&page["chunk"]), ["test"]);
    let speakers: Vec<&Value> =
        page["state"].as_array().unwrap().iter().map(|event| &event["state_key"]).collect();
    assert_eq!(speakers, [&json!(carol.user_id)]);

    let own = create(&alice, json!({})).await;
    let since = first(&alice).await;
    say(&alice, &own, "3", "test").await;
    let page = messages(&alice, &own, &format!("dir=b&{filter}&from={}", token(&since))).await;
    let speakers: Vec<&Value> =
        page["state"].as_array().unwrap().iter().map(|event| &event["state_key"]).collect();
    assert_eq!(speakers, [&json!(alice.user_id)]);

    let uri = format!("mxc:/{}", alice.upload("image/png", "x").await);
    let content = json!({ "msgtype": "m.file", "body": "test.png", "url": uri });
    put(&alice, &own, "m.room.message", "4", content).await.ok();
    let page = messages(&alice, &own, "dir=b&filter=%7B%22contains_url%22:true%7D").await;
    assert_eq!(texts(&page["chunk"]), ["test.png"]);
    assert!(page["start"].is_string());
    server
}

async fn all_of_a_history_is_paged_whoever_comes_later(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    for (number, limit) in [(20, 10), (60, 40)] {
        let room = create(&alice, json!({ "preset": PUBLIC })).await;
        membership(&bob, &room, "join", json!({})).await.ok();
        membership(&bob, &room, "leave", json!({})).await.ok();
        let mut sent = Vec::new();
        for index in 0..number {
            sent.push(say(&alice, &room, &format!("t{index}"), &format!("{index}")).await);
        }
        membership(&bob, &room, "join", json!({})).await.ok();
        let mut seen = Vec::new();
        let mut from = String::new();
        loop {
            let page = messages(&bob, &room, &format!("dir=b&limit={limit}{from}")).await;
            let chunk = page["chunk"].as_array().unwrap();
            seen.extend(chunk.iter().filter(|event| event["type"] == "m.room.message").map(id));
            match page["end"].as_str() {
                Some(end) => from = format!("&from={end}"),
                None => break,
            }
        }
        seen.reverse();
        assert_eq!(seen, sent);
    }
    server
}

async fn relations_are_paged_from_a_syncs_token(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    let root = say(&alice, &room, "root", "root").await;
    for index in 0..5 {
        relate(&alice, &room, &format!("before{index}"), "m.thread", &root).await;
    }
    let since = first(&alice).await;
    let mut after = Vec::new();
    for index in 0..5 {
        after.push(relate(&alice, &room, &format!("after{index}"), "m.thread", &root).await);
    }
    let page = children(&alice, &room, &root, &format!("?dir=f&limit=3&from={}", token(&since))).await.ok();
    assert_eq!(ids(&page), after[..3]);
    let next = page["next_batch"].as_str().unwrap();
    let page = children(&alice, &room, &root, &format!("?dir=f&limit=3&from={next}")).await.ok();
    assert_eq!(ids(&page), after[3..]);
    // A child of a type that nobody knows counts by its relation.
    let relation = json!({ "m.relates_to": { "rel_type": "m.thread", "event_id": root } });
    let dummy = id(&put(&alice, &room, "m.dummy", "d", relation).await.ok());
    assert_eq!(
        ids(&children(&alice, &room, &root, "/m.thread?limit=1").await.ok()),
        std::slice::from_ref(&dummy)
    );
    let of_type = children(&alice, &room, &root, "/m.thread/m.room.message?limit=50").await.ok();
    assert!(!ids(&of_type).contains(&dummy));
    server
}

async fn a_search_pages_back_and_crosses_an_upgrade(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "private_chat" })).await;
    let mut sent = Vec::new();
    for index in 0..20 {
        sent.push(say(&alice, &room, &format!("t{index}"), &format!("Message number {index}")).await);
    }
    let search = async |term: &str, rooms: Value, more: Value, query: &str| {
        let mut events = json!({
            "keys": ["content.body"], "search_term": term, "order_by": "recent",
            "filter": { "rooms": rooms, "limit": 10 },
        });
        for (key, value) in more.as_object().unwrap() {
            events[key] = value.clone();
        }
        let body = json!({ "search_categories": { "room_events": events } });
        let answer = alice.post(&format!("/_matrix/client/v3/search{query}"), body).await.ok();
        answer["search_categories"]["room_events"].clone()
    };
    let around = json!({ "event_context": { "before_limit": 2, "after_limit": 2 } });
    let found = search("number 4", json!([room]), around, "").await;
    assert_eq!(found["count"], 1);
    let context = &found["results"][0]["context"];
    assert_eq!(texts(&context["events_before"]), ["Message number 3", "Message number 2"]);
    assert_eq!(texts(&context["events_after"]), ["Message number 5", "Message number 6"]);

    let mut pages: Vec<Value> = Vec::new();
    let mut query = String::new();
    loop {
        let found = search("Message", json!([room]), json!({}), &query).await;
        assert_eq!(found["count"], 20);
        let next = found["next_batch"].as_str().map(|next| format!("?next_batch={next}"));
        pages.push(found);
        match next {
            Some(next) => query = next,
            None => break,
        }
    }
    let found: Vec<String> = pages
        .iter()
        .flat_map(|page| page["results"].as_array().unwrap().iter().map(|result| id(&result["result"])))
        .collect();
    sent.reverse();
    assert_eq!(found, sent);

    let old = create(&alice, json!({ "room_version": "8" })).await;
    let before = say(&alice, &old, "b", "Message before upgrade").await;
    let path = format!("/_matrix/client/v3/rooms/{old}/upgrade");
    let new = alice.post(&path, json!({ "new_version": "9" })).await.ok();
    let new = new["replacement_room"].as_str().unwrap().to_owned();
    let after = say(&alice, &new, "a", "Message after upgrade").await;
    let found = search("upgrade", json!([old, new]), json!({}), "").await;
    let mut results: Vec<String> =
        found["results"].as_array().unwrap().iter().map(|result| id(&result["result"])).collect();
    let mut expected = [before, after];
    results.sort_unstable();
    expected.sort_unstable();
    assert_eq!((&found["count"], results), (&json!(2), expected.to_vec()));
    server
}

async fn transaction_ids_are_told_to_the_device_that_sent(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let event = say(&alice, &room, "abcdefg", "first").await;
    let path = format!("/_matrix/client/v3/rooms/{room}/event/{event}");
    let of = |event: Value| event["unsigned"]["transaction_id"].clone();
    assert_eq!(of(alice.get(&path).await.ok()), "abcdefg");
    let again = server.sign_in("alice", Some(&alice.device_id)).await;
    let told = first(&again).await;
    let events = joined(&told, &room)["timeline"]["events"].as_array().unwrap().clone();
    assert_eq!(of(events.last().unwrap().clone()), "abcdefg");
    assert_eq!(say(&again, &room, "abcdefg", "first").await, event);
    let other = server.sign_in("alice", None).await;
    assert_eq!(of(other.get(&path).await.ok()), Value::Null);
    let filter = json!({ "room": { "timeline": { "limit": 1 } } }).to_string();
    let told = ask(&other, &[("filter", &filter)]).await.ok();
    assert_eq!(of(joined(&told, &room)["timeline"]["events"][0].clone()), Value::Null);
    server
}

on_both_engines!(
    an_event_is_seen_as_its_room_allows,
    events_say_what_one_was_when_they_were_sent,
    a_room_that_was_left_stays_as_it_was,
    members_are_told_as_of_a_point_and_by_membership,
    pages_begin_at_a_syncs_token_and_tell_who_spoke,
    all_of_a_history_is_paged_whoever_comes_later,
    relations_are_paged_from_a_syncs_token,
    a_search_pages_back_and_crosses_an_upgrade,
    transaction_ids_are_told_to_the_device_that_sent,
);
