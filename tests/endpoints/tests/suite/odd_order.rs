//! Many at once and in odd order: what people, scripts and attackers do and no client library means to.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use herold_endpoint_tests::{Answer, Client, PASSWORD, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::rooms_basics::{create, membership, say, state};
use crate::sync_client::{ask, first, next, token};

/// Long enough for a busy machine, far shorter than the waits that must be broken off.
const AT_ONCE: Duration = Duration::from_secs(10);

async fn all<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let mut set = JoinSet::new();
    for task in tasks {
        set.spawn(task);
    }
    set.join_all().await
}

fn text_path(room: &str, transaction: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}")
}

/// Every event of a room, oldest first.
async fn timeline(client: &Client, room: &str) -> Vec<Value> {
    let (mut events, mut from) = (Vec::new(), String::new());
    loop {
        let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=f&limit=500{from}");
        let page = client.get(&path).await.ok();
        events.extend(page["chunk"].as_array().unwrap().clone());
        match page["end"].as_str() {
            Some(end) => from = format!("&from={end}"),
            None => return events,
        }
    }
}

/// The room's members by user id, as its timeline tells it.
fn members_by(events: &[Value]) -> BTreeMap<String, String> {
    let members = events.iter().filter(|event| event["type"] == "m.room.member");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    members.map(|event| (text(&event["state_key"]), text(&event["content"]["membership"]))).collect()
}

async fn fifty_requests_with_one_transaction_id_are_one_event(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let sent = all((0..50).map(|_| {
        let (alice, room) = (alice.clone(), room.clone());
        async move { say(&alice, &room, "same", "x").await }
    }))
    .await;
    assert!(sent.iter().all(|event_id| *event_id == sent[0]));
    let events = timeline(&alice, &room).await;
    assert_eq!(events.iter().filter(|event| event["type"] == "m.room.message").count(), 1);
    server
}

async fn signing_out_while_sending_loses_nothing_that_was_answered(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let leaving = server.sign_in("alice", None).await;
    let send = |number: usize| {
        let (leaving, room) = (leaving.clone(), room.clone());
        tokio::spawn(async move {
            let body = json!({ "msgtype": "m.text", "body": "x" });
            leaving.put(&text_path(&room, &format!("t{number}")), body).await
        })
    };
    let sending: Vec<_> = (0..40).map(send).collect();
    leaving.post("/_matrix/client/v3/logout", json!({})).await.ok();
    let mut acknowledged = Vec::new();
    for answer in sending {
        let answer = answer.await.unwrap();
        if answer.status == 200 {
            acknowledged.push(answer.body["event_id"].clone());
        } else {
            answer.error(401, "M_UNKNOWN_TOKEN");
        }
    }
    let events = timeline(&alice, &room).await;
    for event_id in acknowledged {
        assert_eq!(events.iter().filter(|event| event["event_id"] == event_id).count(), 1);
    }
    leaving.get("/_matrix/client/v3/account/whoami").await.error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn closing_an_account_leaves_all_its_rooms(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut rooms = Vec::new();
    for _ in 0..50 {
        let room = create(&alice, json!({ "preset": "public_chat" })).await;
        membership(&bob, &room, "join", json!({})).await.ok();
        rooms.push(room);
    }
    let auth = json!({
        "type": "m.login.password", "password": PASSWORD,
        "identifier": { "type": "m.id.user", "user": "bob" },
    });
    let request = json!({ "auth": auth, "erase": true });
    bob.post("/_matrix/client/v3/account/deactivate", request).await.ok();
    bob.get("/_matrix/client/v3/account/whoami").await.error(401, "M_UNKNOWN_TOKEN");
    for room in &rooms {
        assert_eq!(state(&alice, room, "m.room.member", &bob.user_id).await["membership"], "leave");
    }
    server
}

async fn a_device_deleted_while_it_waits_is_told_at_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let waiting = server.sign_in("alice", None).await;
    let begun = next(&waiting, &first(&waiting).await).await;
    let begun = next(&waiting, &begun).await;
    let started = Instant::now();
    let parked = {
        let waiting = waiting.clone();
        tokio::spawn(async move { ask(&waiting, &[("since", token(&begun)), ("timeout", "60000")]).await })
    };
    tokio::task::yield_now().await;
    let auth = json!({
        "type": "m.login.password", "password": PASSWORD,
        "identifier": { "type": "m.id.user", "user": "alice" },
    });
    let path = format!("/_matrix/client/v3/devices/{}", waiting.device_id);
    alice.delete(&path, Some(json!({ "auth": auth }))).await.ok();
    parked.await.unwrap().error(401, "M_UNKNOWN_TOKEN");
    assert!(started.elapsed() < AT_ONCE);
    server
}

async fn a_storm_of_joins_and_leaves_stays_one_line(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(server.register(&format!("user{number}")).await);
    }
    // Everybody twice, so that a person's own requests race as well.
    all(people.iter().chain(&people).enumerate().map(|(index, person)| {
        let (person, room) = (person.clone(), room.clone());
        async move {
            for step in 0..4 {
                let verb = if (index + step) % 2 == 0 { "join" } else { "leave" };
                let answer = membership(&person, &room, verb, json!({})).await;
                let refused = [403, 404, 429].contains(&answer.status.as_u16());
                assert!(answer.status.is_success() || refused, "{answer:?}");
            }
        }
    }))
    .await;
    let told = members_by(&timeline(&alice, &room).await);
    let entries = alice.get(&format!("/_matrix/client/v3/rooms/{room}/state")).await.ok();
    assert_eq!(told, members_by(entries.as_array().unwrap()), "the state is where the line ends");
    let joined = alice.get(&format!("/_matrix/client/v3/rooms/{room}/joined_members")).await.ok();
    let listed: Vec<&String> = joined["joined"].as_object().unwrap().keys().collect();
    let expected: Vec<&String> =
        told.iter().filter(|(_, told)| *told == "join").map(|(user, _)| user).collect();
    assert_eq!(listed, expected);
    for person in &people {
        let rooms = person.get("/_matrix/client/v3/joined_rooms").await.ok();
        let is_in = told.get(&person.user_id).is_some_and(|told| told == "join");
        assert_eq!(rooms["joined_rooms"] == json!([room]), is_in);
    }
    server
}

async fn an_alias_taken_and_given_back_by_many_is_never_two(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let mut rooms = Vec::new();
    for _ in 0..4 {
        rooms.push(create(&alice, json!({})).await);
    }
    let path = "/_matrix/client/v3/directory/room/%23race:localhost";
    for _ in 0..3 {
        let answers = all(rooms.iter().map(|room| {
            let (alice, room) = (alice.clone(), room.clone());
            async move { (alice.put(path, json!({ "room_id": room })).await, room) }
        }))
        .await;
        let won: Vec<&String> =
            answers.iter().filter(|(answer, _)| answer.status == 200).map(|(_, room)| room).collect();
        assert_eq!(won.len(), 1);
        assert!(answers.iter().all(|(answer, _)| [200, 409].contains(&answer.status.as_u16())));
        assert_eq!(alice.get(path).await.ok()["room_id"], **won[0]);
        let (first, second) = tokio::join!(alice.delete(path, None), alice.delete(path, None));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert!(statuses == [200, 404] || statuses == [200, 200], "{statuses:?}");
        alice.get(path).await.error(404, "M_NOT_FOUND");
    }
    server
}

async fn ten_thousand_power_levels_fit_or_are_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.power_levels/");
    let mut levels = state(&alice, &room, "m.room.power_levels", "").await;
    let named = |count: usize| -> Value {
        (0..count)
            .map(|number| (format!("@u{number}:localhost"), json!(1)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    levels["users"] = named(10_000);
    alice.put(&path, levels.clone()).await.error(413, "M_TOO_LARGE");
    levels["users"] = named(2_000);
    alice.put(&path, levels.clone()).await.ok();
    say(&alice, &room, "1", "still allowed").await;
    let request = json!({ "power_level_content_override": { "users": named(10_000) } });
    let answer = alice.post("/_matrix/client/v3/createRoom", request).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    server
}

async fn a_room_begins_with_a_thousand_invites(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let invite: Vec<String> = (0..1_000).map(|number| format!("@guest{number}:localhost")).collect();
    let answer = alice.post("/_matrix/client/v3/createRoom", json!({ "invite": invite })).await;
    let room = answer.ok()["room_id"].as_str().unwrap().to_owned();
    let members = alice.get(&format!("/_matrix/client/v3/rooms/{room}/members?membership=invite")).await.ok();
    assert_eq!(members["chunk"].as_array().unwrap().len(), 1_000);
    let invite: Vec<String> = (0..5_000).map(|number| format!("@guest{number}:localhost")).collect();
    let answer = alice.post("/_matrix/client/v3/createRoom", json!({ "invite": invite })).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    server
}

async fn names_end_at_their_limits(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({})).await;
    let refused = |answer: Answer| assert!(answer.status.is_client_error(), "{answer:?}");
    let base = "/_matrix/client/v3";
    for (length, fits) in [(255, true), (256, false)] {
        let name = "n".repeat(length);
        let localpart = "n".repeat(length - "@:localhost".len());
        let cases = [
            (Method::PUT, format!("{base}/rooms/{room}/send/{name}/t{length}"), json!({})),
            (Method::PUT, format!("{base}/rooms/{room}/state/m.example/{name}"), json!({})),
            (Method::PUT, format!("{base}/rooms/{room}/send/m.example/{name}"), json!({})),
            (
                Method::PUT,
                format!("{base}/directory/room/%23{localpart}:localhost"),
                json!({ "room_id": room }),
            ),
            (
                Method::POST,
                format!("{base}/register"),
                json!({ "username": localpart, "password": PASSWORD, "auth": { "type": "m.login.dummy" } }),
            ),
        ];
        for (method, path, body) in cases {
            let answer = alice.ask(method, &path, Some(body)).await;
            if fits {
                answer.ok();
            } else {
                refused(answer);
            }
        }
    }
    server
}

on_both_engines!(
    fifty_requests_with_one_transaction_id_are_one_event,
    signing_out_while_sending_loses_nothing_that_was_answered,
    closing_an_account_leaves_all_its_rooms,
    a_device_deleted_while_it_waits_is_told_at_once,
    a_storm_of_joins_and_leaves_stays_one_line,
    an_alias_taken_and_given_back_by_many_is_never_two,
    ten_thousand_power_levels_fit_or_are_refused,
    a_room_begins_with_a_thousand_invites,
    names_end_at_their_limits,
);
