//! Rooms in /sync: joined, invited, knocked, left; timelines and states.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};
use crate::sync_client::{ask, bodies, content_of, first, joined, keys, members, next, token};

const PUBLIC: &str = "public_chat";

async fn a_room_is_told_of_once_and_again_when_something_happens(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let start = first(&alice).await;
    let room = create(&alice, json!({ "name": "Tea" })).await;
    let one = next(&alice, &start).await;
    let told = joined(&one, &room);
    for (section, field) in
        [("timeline", "events"), ("state", "events"), ("account_data", "events"), ("ephemeral", "events")]
    {
        assert!(told[section][field].is_array(), "{section} {told}");
    }
    assert!(told["timeline"]["limited"].is_boolean() && told["timeline"]["prev_batch"].is_string());
    assert_eq!(told["summary"]["m.joined_member_count"], 1);
    let two = next(&alice, &one).await;
    assert_eq!(two["rooms"], Value::Null, "{two}");
    say(&alice, &room, "t1", "hello").await;
    let three = next(&alice, &two).await;
    assert_eq!(bodies(joined(&three, &room)), ["hello"]);
    let event = &joined(&three, &room)["timeline"]["events"][0];
    assert_eq!(event["unsigned"]["transaction_id"], "t1");
    assert_eq!(event["unsigned"]["membership"], "join");
    assert_eq!(event["room_id"], Value::Null);
    assert_eq!(joined(&three, &room)["timeline"]["limited"], false);
    assert_eq!(keys(&joined(&three, &room)["state"]), []);
    let again = next(&alice, &two).await;
    assert_eq!(bodies(joined(&again, &room)), ["hello"], "the same token tells the same");
    server
}

async fn a_long_gap_is_limited_and_its_states_are_told(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    let start = first(&alice).await;
    let path = |kind: &str| format!("/_matrix/client/v3/rooms/{room}/state/{kind}/");
    alice.put(&path("m.room.topic"), json!({ "topic": "one" })).await.ok();
    alice.put(&path("m.room.topic"), json!({ "topic": "two" })).await.ok();
    for number in 0..12 {
        say(&alice, &room, &format!("t{number}"), &format!("{number}")).await;
    }
    alice.put(&path("m.room.name"), json!({ "name": "late" })).await.ok();
    let told = next(&alice, &start).await;
    let told = joined(&told, &room);
    assert_eq!(told["timeline"]["limited"], true);
    assert_eq!(bodies(told).len(), 9, "{told}");
    assert_eq!(keys(&told["state"]), [("m.room.topic".to_owned(), String::new())]);
    assert_eq!(told["state"]["events"][0]["content"]["topic"], "two");
    let before = told["timeline"]["prev_batch"].as_str().unwrap();
    let page = alice
        .get(&format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&from={before}&to={}", token(&start)))
        .await
        .ok();
    let missed: Vec<&str> =
        page["chunk"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        missed,
        ["m.room.message", "m.room.message", "m.room.message", "m.room.topic", "m.room.topic"]
    );

    let after = ask(&alice, &[("since", token(&start)), ("use_state_after", "true")]).await.ok();
    let after = joined(&after, &room);
    assert_eq!(after["state"], Value::Null);
    let expected: Vec<(String, String)> =
        ["m.room.name", "m.room.topic"].iter().map(|kind| ((*kind).to_owned(), String::new())).collect();
    assert_eq!(keys(&after["state_after"]), expected);
    server
}

async fn the_state_comes_before_the_timeline(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "name": "first" })).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.name/");
    alice.put(&path, json!({ "name": "second" })).await.ok();
    let filter = json!({ "room": { "timeline": { "limit": 1 } } }).to_string();
    let told = ask(&alice, &[("filter", &filter)]).await.ok();
    let told = joined(&told, &room);
    assert_eq!(content_of(&told["timeline"], "m.room.name")["name"], "second");
    assert_eq!(content_of(&told["state"], "m.room.name")["name"], "first");
    assert_eq!(told["timeline"]["events"][0]["unsigned"]["prev_content"]["name"], "first");
    let full =
        ask(&alice, &[("filter", &filter), ("full_state", "true"), ("use_state_after", "true")]).await.ok();
    assert_eq!(content_of(&joined(&full, &room)["state_after"], "m.room.name")["name"], "second");
    server
}

async fn full_state_tells_everything_at_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "name": "Tea" })).await;
    let start = first(&alice).await;
    let parameters = [("since", token(&start)), ("full_state", "true"), ("timeout", "30000")];
    let told = ask(&alice, &parameters).await.ok();
    let told = joined(&told, &room);
    assert_eq!(content_of(&told["state"], "m.room.name")["name"], "Tea");
    assert_eq!(told["timeline"]["events"], json!([]));
    server
}

async fn invites_come_with_what_may_be_known_and_go_when_rejected(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let start = first(&bob).await;
    let room = create(&alice, json!({ "name": "Tea", "invite": [bob.user_id] })).await;
    let told = next(&bob, &start).await;
    let state = &told["rooms"]["invite"][&room]["invite_state"];
    for kind in ["m.room.create", "m.room.name", "m.room.member"] {
        assert_ne!(content_of(state, kind), &Value::Null, "{kind} {told}");
    }
    assert_eq!(state["events"][0]["event_id"], Value::Null);
    assert_eq!(told["rooms"]["join"], Value::Null);
    let whole = first(&bob).await;
    assert_ne!(whole["rooms"]["invite"][&room], Value::Null);
    membership(&bob, &room, "leave", json!({})).await.ok();
    let gone = next(&bob, &told).await;
    let left = &gone["rooms"]["leave"][&room];
    assert_eq!(members(&left["timeline"]), [bob.user_id.as_str()], "{gone}");
    assert_eq!(content_of(&left["timeline"], "m.room.member")["membership"], "leave");
    assert_eq!(keys(&left["state"]), [], "who never was in the room learns nothing of it: {left}");
    assert_eq!(first(&bob).await["rooms"]["leave"], Value::Null);
    server
}

async fn who_joins_later_sees_what_may_be_seen(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let history = |visibility: &str| {
        json!({ "preset": PUBLIC, "initial_state": [{ "type": "m.room.history_visibility",
        "state_key": "", "content": { "history_visibility": visibility } }] })
    };
    let shared = create(&alice, history("shared")).await;
    let secret = create(&alice, history("joined")).await;
    for room in [&shared, &secret] {
        say(&alice, room, "before", "before").await;
    }
    let start = first(&bob).await;
    for room in [&shared, &secret] {
        membership(&bob, room, "join", json!({})).await.ok();
        say(&alice, room, "after", "after").await;
    }
    let told = next(&bob, &start).await;
    assert_eq!(bodies(joined(&told, &shared)), ["before", "after"]);
    assert_eq!(bodies(joined(&told, &secret)), ["after"], "{}", joined(&told, &secret));
    for room in [&shared, &secret] {
        let told = joined(&told, room);
        assert_eq!(told["timeline"]["limited"], true);
        assert_eq!(told["summary"]["m.joined_member_count"], 2);
        assert_eq!(told["summary"]["m.heroes"], json!([alice.user_id]));
        let mut known = members(&told["state"]);
        known.extend(members(&told["timeline"]));
        assert!(known.contains(&alice.user_id), "{told}");
    }
    server
}

async fn leaving_is_told_once_and_nothing_after_it(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let start = first(&bob).await;
    say(&alice, &room, "1", "before").await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    say(&alice, &room, "2", "after").await;
    let told = next(&bob, &start).await;
    assert_eq!(told["rooms"]["join"], Value::Null, "{told}");
    let left = &told["rooms"]["leave"][&room];
    assert_eq!(bodies(left), ["before"]);
    assert_eq!(members(&left["timeline"]), [bob.user_id.as_str()]);
    say(&alice, &room, "3", "later").await;
    let later = next(&bob, &told).await;
    assert_eq!(later["rooms"], Value::Null, "{later}");

    let filter = json!({ "room": { "include_leave": true } }).to_string();
    let archived = ask(&bob, &[("filter", &filter)]).await.ok();
    assert_eq!(bodies(&archived["rooms"]["leave"][&room]), ["before"]);
    let filter = json!({ "room": { "include_leave": true, "timeline": { "limit": 0 } } }).to_string();
    let archived = ask(&bob, &[("filter", &filter)]).await.ok();
    let left = &archived["rooms"]["leave"][&room];
    assert_eq!(left["timeline"]["events"], json!([]));
    let own = left["state"]["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["state_key"] == bob.user_id.as_str());
    assert_eq!(own.unwrap()["content"]["membership"], "leave");
    membership(&bob, &room, "forget", json!({})).await.ok();
    let forgotten = ask(&bob, &[("filter", &filter)]).await.ok();
    assert_eq!(forgotten["rooms"]["leave"], Value::Null);
    server
}

async fn coming_back_is_like_coming_and_not_like_leaving(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": PUBLIC, "name": "Tea" })).await;
    let start = first(&bob).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&bob, &room, "leave", json!({})).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    let told = next(&bob, &start).await;
    assert_eq!(told["rooms"]["leave"], Value::Null, "{told}");
    assert_eq!(joined(&told, &room)["timeline"]["limited"], true);
    membership(&bob, &room, "leave", json!({})).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    let again = next(&bob, &told).await;
    let room = joined(&again, &room);
    let mut everything = keys(&room["state"]);
    everything.extend(keys(&room["timeline"]));
    assert!(
        everything.contains(&("m.room.name".to_owned(), String::new())),
        "the state is told anew: {room}"
    );
    server
}

async fn a_ban_ends_what_is_seen(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": PUBLIC })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let start = first(&bob).await;
    membership(&alice, &room, "ban", json!({ "user_id": bob.user_id, "reason": "rude" })).await.ok();
    say(&alice, &room, "1", "secret").await;
    let told = next(&bob, &start).await;
    let left = &told["rooms"]["leave"][&room];
    assert_eq!(content_of(&left["timeline"], "m.room.member")["membership"], "ban", "{told}");
    assert_eq!(bodies(left), [""; 0]);
    server
}

/// Bob joins and leaves; then the room's name and topic are set, and carol comes. Answers the token of when bob was in.
pub(crate) async fn left_and_changed_since(
    alice: &Client,
    bob: &Client,
    carol: &Client,
    room: &str,
) -> Value {
    membership(alice, room, "invite", json!({ "user_id": bob.user_id })).await.ok();
    membership(bob, room, "join", json!({})).await.ok();
    let inside = first(bob).await;
    membership(bob, room, "leave", json!({})).await.ok();
    for (kind, content) in [("name", json!({ "name": "secret" })), ("topic", json!({ "topic": "secret" }))] {
        let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.{kind}/");
        alice.put(&path, content).await.ok();
    }
    membership(alice, room, "invite", json!({ "user_id": carol.user_id })).await.ok();
    membership(carol, room, "join", json!({})).await.ok();
    inside
}

/// What may come to somebody after they left a room, without their being in it again.
pub(crate) async fn comes_later(alice: &Client, bob: &Client, room: &str, what: &str) {
    match what {
        "knock" => {
            bob.post(&format!("/_matrix/client/v3/knock/{room}"), json!({})).await.ok();
            membership(bob, room, "leave", json!({})).await.ok();
        }
        "invite" => {
            membership(alice, room, "invite", json!({ "user_id": bob.user_id })).await.ok();
            membership(bob, room, "leave", json!({})).await.ok();
        }
        other => drop(membership(alice, room, other, json!({ "user_id": bob.user_id })).await.ok()),
    }
}

async fn what_comes_after_leaving_shows_no_more_of_the_state(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let carol = server.register("carol").await;
    let rules = json!([{ "type": "m.room.join_rules", "content": { "join_rule": "knock" } }]);
    for (what, ends_as) in [("knock", "leave"), ("invite", "leave"), ("ban", "ban"), ("unban", "leave")] {
        let room = create(&alice, json!({ "name": "Tea", "initial_state": rules })).await;
        let inside = left_and_changed_since(&alice, &bob, &carol, &room).await;
        if what == "unban" {
            comes_later(&alice, &bob, &room, "ban").await;
        }
        comes_later(&alice, &bob, &room, what).await;
        let eager = r#"{"room":{"include_leave":true,"timeline":{"limit":1}}}"#;
        let lazy =
            r#"{"room":{"include_leave":true,"timeline":{"limit":1},"state":{"lazy_load_members":true}}}"#;
        for filter in [eager, lazy] {
            for since in [None, Some(token(&inside))] {
                let since = since.map(|since| ("since", since));
                let query: Vec<_> = since.into_iter().chain([("filter", filter)]).collect();
                let told = ask(&bob, &query).await.ok();
                let left = &told["rooms"]["leave"][&room];
                let text = left.to_string();
                assert!(
                    !text.contains("secret") && !text.contains(&carol.user_id),
                    "{what} {query:?} {left}"
                );
                let events =
                    ["state", "timeline"].map(|part| left[part]["events"].as_array().unwrap().clone());
                let own = events.iter().flatten().rfind(|event| event["state_key"] == bob.user_id.as_str());
                assert_eq!(own.unwrap()["content"]["membership"], ends_as, "{what} {left}");
            }
            let told = ask(&bob, &[("filter", filter), ("full_state", "true")]).await.ok();
            assert_eq!(content_of(&told["rooms"]["leave"][&room]["state"], "m.room.name")["name"], "Tea");
        }
    }
    server
}

async fn tokens_that_are_none_are_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for wrong in ["nonsense", "t5", "s", "s1_2_3_4"] {
        ask(&alice, &[("since", wrong)]).await.error(400, "M_INVALID_PARAM");
    }
    ask(&alice, &[("since", "s999999999_1")]).await.error(400, "M_UNKNOWN_POS");
    ask(&alice, &[("set_presence", "sleepy")]).await.error(400, "M_INVALID_PARAM");
    ask(&alice, &[("timeout", "soon")]).await.error(400, "M_INVALID_PARAM");
    ask(&alice, &[("filter", "12345")]).await.error(404, "M_NOT_FOUND");
    ask(&alice, &[("filter", "{\"room\":3}")]).await.error(400, "M_BAD_JSON");
    ask(&server.visitor(), &[]).await.error(401, "M_MISSING_TOKEN");
    server
}

async fn tokens_outlive_a_restart(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let start = first(&alice).await;
    say(&alice, &room, "1", "before").await;
    server.clock.advance_ms(1_000);
    server.restart().await;
    let alice = alice.at(&server);
    say(&alice, &room, "2", "after").await;
    let told = next(&alice, &start).await;
    assert_eq!(bodies(joined(&told, &room)), ["before", "after"]);
    server
}

on_both_engines!(
    a_room_is_told_of_once_and_again_when_something_happens,
    a_long_gap_is_limited_and_its_states_are_told,
    the_state_comes_before_the_timeline,
    full_state_tells_everything_at_once,
    invites_come_with_what_may_be_known_and_go_when_rejected,
    who_joins_later_sees_what_may_be_seen,
    leaving_is_told_once_and_nothing_after_it,
    coming_back_is_like_coming_and_not_like_leaving,
    a_ban_ends_what_is_seen,
    what_comes_after_leaving_shows_no_more_of_the_state,
    tokens_that_are_none_are_refused,
    tokens_outlive_a_restart,
);
