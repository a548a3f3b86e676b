//! Rooms as complement's tests of one server know them: aliases, joins, forgetting, invites, state, versions.
//! docs/protocol/complement.md says which of its files each is for.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say, state};
use crate::sync_client::{ask, content_of, first, joined, next};

const CREATE: &str = "/_matrix/client/v3/createRoom";

async fn people(server: &TestServer) -> [Client; 3] {
    [server.register("alice").await, server.register("bob").await, server.register("carol").await]
}

fn alias(name: &str) -> String {
    let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/_matrix/client/v3/directory/room/%23{encoded}:localhost")
}

fn state_path(room: &str, kind: &str, key: &str) -> String {
    format!("/_matrix/client/v3/rooms/{room}/state/{kind}/{key}")
}

async fn aliases_belong_to_those_who_made_them(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let to = json!({ "room_id": room });
    let aliases = format!("/_matrix/client/v3/rooms/{room}/aliases");
    assert_eq!(alice.get(&aliases).await.ok(), json!({ "aliases": [] }));
    membership(&bob, &room, "join", json!({})).await.ok();
    // Levels for m.room.aliases are of older servers and decide nothing.
    let levels = json!({ "events": { "m.room.aliases": 50 } });
    alice.put(&state_path(&room, "m.room.power_levels", ""), levels).await.ok();
    for name in ["plain", "老虎Â£я🤨👉ඞ"] {
        bob.put(&alias(name), to.clone()).await.ok();
        assert_eq!(alice.get(&alias(name)).await.ok()["room_id"], room.as_str());
        bob.delete(&alias(name), None).await.ok();
        bob.get(&alias(name)).await.error(404, "M_NOT_FOUND");
    }
    alice.put(&alias("hers"), to.clone()).await.ok();
    bob.delete(&alias("hers"), None).await.error(403, "M_FORBIDDEN");
    let levels = json!({ "users": { bob.user_id.clone(): 100 } });
    alice.put(&state_path(&room, "m.room.power_levels", ""), levels).await.ok();
    bob.delete(&alias("hers"), None).await.ok();
    server
}

async fn who_may_not_set_the_canonical_alias_takes_back_their_own(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    bob.put(&alias("his"), json!({ "room_id": room })).await.ok();
    let canonical = state_path(&room, "m.room.canonical_alias", "");
    alice.put(&canonical, json!({ "alias": "#his:localhost" })).await.ok();
    bob.delete(&alias("his"), None).await.ok();
    alice.put(&canonical, json!({})).await.ok();
    alice.put(&canonical, json!({ "alias": "#his:localhost" })).await.error(400, "M_BAD_ALIAS");

    alice.put(&alias("hers"), json!({ "room_id": room })).await.ok();
    alice
        .put(&canonical, json!({ "alias": "#hers:localhost", "alt_aliases": ["#hers:localhost"] }))
        .await
        .ok();
    let wrong = json!({ "alias": "#hers:localhost", "alt_aliases": ["%hers:localhost"] });
    alice.put(&canonical, wrong).await.error(400, "M_INVALID_PARAM");
    alice.put(&canonical, json!({ "alias": "%hers:localhost" })).await.error(400, "M_INVALID_PARAM");
    let start = first(&alice).await;
    alice.delete(&alias("hers"), None).await.ok();
    let told = next(&alice, &start).await;
    assert_eq!(content_of(&joined(&told, &room)["timeline"], "m.room.canonical_alias"), &json!({}));
    server
}

async fn a_topic_is_written_for_every_client(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let topic = json!([{ "type": "m.room.topic", "state_key": "", "content": { "topic": "given" } }]);
    let room = create(&alice, json!({ "initial_state": topic })).await;
    assert_eq!(state(&alice, &room, "m.room.topic", "").await, json!({ "topic": "given" }));
    let room = create(&alice, json!({ "initial_state": topic, "topic": "better" })).await;
    let content = state(&alice, &room, "m.room.topic", "").await;
    assert_eq!(
        (&content["topic"], &content["m.topic"]["m.text"][0]["body"]),
        (&json!("better"), &json!("better"))
    );
    let content = json!({ "creation_content": { "test": "azerty", "room_version": "test" } });
    let room = create(&alice, content).await;
    let told = first(&alice).await;
    let created = &joined(&told, &room)["timeline"]["events"][0];
    assert_eq!((&created["type"], &created["content"]["test"]), (&json!("m.room.create"), &json!("azerty")));
    assert_eq!(created["content"]["room_version"], "12");
    alice.post(CREATE, json!({ "room_version": 1 })).await.error(400, "M_BAD_JSON");
    server
}

async fn what_is_said_with_a_join_is_kept(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, json!({ "preset": "public_chat", "room_alias_name": "door" })).await;
    bob.post(&format!("/_matrix/client/v3/join/{room}"), json!({ "foo": "bar" })).await.ok();
    carol.post("/_matrix/client/v3/join/%23door:localhost", json!({ "foo": "bar" })).await.ok();
    for user in [&bob, &carol] {
        let content = state(&alice, &room, "m.room.member", &user.user_id).await;
        assert_eq!((&content["membership"], &content["foo"]), (&json!("join"), &json!("bar")));
    }
    server
}

async fn a_creator_comes_back_by_an_invite(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "room_version": "11", "invite": [bob.user_id] })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let levels = json!({ "invite": 100, "users": { alice.user_id.clone(): 100, bob.user_id.clone(): 100 } });
    alice.put(&state_path(&room, "m.room.power_levels", ""), levels).await.ok();
    membership(&alice, &room, "leave", json!({})).await.ok();
    membership(&alice, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
    membership(&bob, &room, "invite", json!({ "user_id": alice.user_id })).await.ok();
    membership(&alice, &room, "join", json!({})).await.ok();
    server
}

async fn a_forgotten_room_is_as_if_it_never_was(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, json!({ "preset": "private_chat" })).await;
    membership(&alice, &room, "forget", json!({})).await.error(400, "M_UNKNOWN");
    membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    let before = say(&alice, &room, "1", "before").await;
    let start = first(&bob).await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    membership(&bob, &room, "forget", json!({})).await.ok();
    let messages = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=100");
    bob.get(&messages).await.error(403, "M_FORBIDDEN");
    say(&alice, &room, "2", "while away").await;
    let filter = json!({ "room": { "include_leave": true } }).to_string();
    let whole = ask(&bob, &[("filter", &filter)]).await.ok();
    for section in ["join", "invite", "leave", "knock"] {
        assert_eq!(whole["rooms"][section][&room], Value::Null, "{section}");
    }
    let told = next(&bob, &start).await;
    assert_ne!(told["rooms"]["leave"][&room], Value::Null, "other devices hear that it was left: {told}");
    membership(&bob, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await.ok();
    membership(&bob, &room, "join", json!({})).await.ok();
    let seen = bob.get(&messages).await.ok();
    assert!(seen["chunk"].as_array().unwrap().iter().any(|event| event["event_id"] == before.as_str()));

    // Who only was invited, who was kicked, and who was the last.
    membership(&alice, &room, "invite", json!({ "user_id": carol.user_id })).await.ok();
    membership(&carol, &room, "leave", json!({})).await.ok();
    membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await.ok();
    membership(&alice, &room, "leave", json!({})).await.ok();
    for user in [&alice, &bob, &carol] {
        membership(user, &room, "forget", json!({})).await.ok();
    }
    server
}

async fn invites_are_for_those_who_are_not_in(server: TestServer) -> TestServer {
    let [alice, bob, carol] = people(&server).await;
    let room = create(&alice, json!({ "name": "Tea" })).await;
    membership(&alice, &room, "invite", json!({ "user_id": alice.user_id })).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await.error(403, "M_FORBIDDEN");
    membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await.ok();
    let start = first(&bob).await;
    let told = &start["rooms"]["invite"][&room]["invite_state"];
    assert_eq!(content_of(told, "m.room.name")["name"], "Tea");
    assert_eq!(content_of(told, "m.room.join_rules")["join_rule"], "invite");
    membership(&alice, &room, "leave", json!({})).await.ok();
    membership(&bob, &room, "leave", json!({})).await.ok();
    let told = next(&bob, &start).await;
    assert_ne!(told["rooms"]["leave"][&room], Value::Null);
    assert_eq!(next(&bob, &told).await["rooms"], Value::Null);

    // Power without presence is none.
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let levels = json!({ "users": { carol.user_id.clone(): 100 } });
    alice.put(&state_path(&room, "m.room.power_levels", ""), levels).await.ok();
    let ban = json!({ "user_id": bob.user_id, "reason": "testing" });
    membership(&carol, &room, "ban", ban).await.error(403, "M_FORBIDDEN");
    server
}

async fn direct_rooms_are_marked_for_those_who_are_asked(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let room = create(&alice, json!({ "is_direct": true, "invite": [bob.user_id] })).await;
    let told = first(&bob).await;
    let events = told["rooms"]["invite"][&room]["invite_state"]["events"].as_array().unwrap().clone();
    let invite = events.iter().find(|event| event["state_key"] == bob.user_id.as_str()).unwrap();
    assert_eq!(invite["content"]["is_direct"], true);
    server
}

async fn knocking_again_and_too_late(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    for (version, rule) in [("7", "knock"), ("10", "knock_restricted"), ("12", "knock")] {
        let room = create(&alice, json!({ "room_version": version })).await;
        let knock = format!("/_matrix/client/v3/knock/{room}?server_name=localhost");
        bob.post(&knock, json!({ "reason": "x" })).await.error(403, "M_FORBIDDEN");
        let rules = json!({ "join_rule": rule });
        alice.put(&state_path(&room, "m.room.join_rules", ""), rules).await.ok();
        let watch = first(&alice).await;
        bob.post(&knock, json!({ "reason": "one" })).await.ok();
        let told = next(&alice, &watch).await;
        let seen = content_of(&joined(&told, &room)["timeline"], "m.room.member").clone();
        assert_eq!((&seen["membership"], &seen["reason"]), (&json!("knock"), &json!("one")));
        bob.post(&knock, json!({ "reason": "two" })).await.ok();
        let start = first(&bob).await;
        assert_ne!(start["rooms"]["knock"][&room], Value::Null);
        membership(&bob, &room, "leave", json!({})).await.ok();
        let told = next(&bob, &start).await;
        let left = &told["rooms"]["leave"][&room]["timeline"];
        assert_eq!(content_of(left, "m.room.member")["membership"], "leave", "{told}");
        bob.post(&knock, json!({})).await.ok();
        membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await.ok();
        bob.post(&knock, json!({})).await.ok();
        membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await.ok();
        bob.post(&knock, json!({})).await.error(403, "M_FORBIDDEN");
        membership(&bob, &room, "join", json!({})).await.ok();
        bob.post(&knock, json!({})).await.error(403, "M_FORBIDDEN");
        membership(&alice, &room, "ban", json!({ "user_id": bob.user_id })).await.ok();
        bob.post(&knock, json!({})).await.error(403, "M_FORBIDDEN");

        let list = format!("/_matrix/client/v3/directory/list/room/{room}");
        alice.put(&list, json!({ "visibility": "public" })).await.ok();
        let listed = alice.get("/_matrix/client/v3/publicRooms").await.ok();
        let listed = listed["chunk"].as_array().unwrap().clone();
        let listed = listed.iter().find(|listed| listed["room_id"] == room.as_str()).unwrap();
        assert_eq!(listed["join_rule"], rule);
    }
    server
}

async fn restricted_rooms_close_when_their_rules_break(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    for (version, join_rule) in [("8", "restricted"), ("10", "knock_restricted"), ("12", "restricted")] {
        let space = create(&alice, json!({ "preset": "public_chat" })).await;
        let allow = json!([{ "type": "m.room_membership", "room_id": space, "via": ["localhost"] }]);
        let rules = json!({ "join_rule": join_rule, "allow": allow });
        let initial_state = json!([{ "type": "m.room.join_rules", "state_key": "", "content": rules }]);
        let request =
            json!({ "preset": "public_chat", "room_version": version, "initial_state": initial_state });
        let room = create(&alice, request).await;
        membership(&bob, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
        membership(&bob, &space, "join", json!({})).await.ok();
        membership(&bob, &room, "join", json!({})).await.ok();
        let renamed = json!({
            "membership": "join", "displayname": "Bobby", "join_authorised_via_users_server": "unused" });
        bob.put(&state_path(&room, "m.room.member", &bob.user_id), renamed).await.ok();
        membership(&bob, &room, "leave", json!({})).await.ok();
        membership(&bob, &space, "leave", json!({})).await.ok();
        membership(&bob, &room, "join", json!({})).await.error(403, "M_FORBIDDEN");
        membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await.ok();
        membership(&bob, &room, "join", json!({})).await.ok();
        membership(&bob, &room, "leave", json!({})).await.ok();
        membership(&bob, &space, "join", json!({})).await.ok();
        for broken in [json!(["invalid"]), json!("invalid")] {
            let rules = json!({ "join_rule": join_rule, "allow": broken });
            alice.put(&state_path(&room, "m.room.join_rules", ""), rules).await.ok();
            let answer = membership(&bob, &room, "join", json!({})).await;
            assert!(answer.status.is_client_error(), "{answer:?}");
        }
    }
    server
}

async fn what_a_new_room_tells_its_maker(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let request = json!({ "preset": "public_chat", "visibility": "public", "name": "Tea", "topic": "Milk?" });
    let room = create(&alice, request).await;
    let levels = state(&alice, &room, "m.room.power_levels", "").await;
    for level in ["ban", "kick", "redact", "users_default", "state_default", "events_default"] {
        assert!(levels[level].is_i64(), "{level}: {levels}");
    }
    assert!(levels["users"].is_object() && levels["events"].is_object());
    assert_eq!(levels["events"]["m.room.tombstone"], 150);
    let members = alice.get(&format!("/_matrix/client/v3/rooms/{room}/joined_members")).await.ok();
    let own = members["joined"][&alice.user_id].as_object().unwrap();
    assert!(own.contains_key("display_name") && own.contains_key("avatar_url"), "{own:?}");
    let path = format!("{}?format=event", state_path(&room, "m.room.member", &alice.user_id));
    let event = alice.get(&path).await.ok();
    assert_eq!((&event["room_id"], &event["content"]["membership"]), (&json!(room), &json!("join")));
    let whole = alice.get(&format!("/_matrix/client/v3/rooms/{room}/state")).await.ok();
    for kind in ["m.room.create", "m.room.join_rules", "m.room.name", "m.room.power_levels", "m.room.topic"] {
        let event = whole.as_array().unwrap().iter().find(|event| event["type"] == kind);
        assert_eq!(event.unwrap()["room_id"], room.as_str());
    }
    let again = alice.put(&state_path(&room, "m.room.name", ""), json!({ "name": "Tea" })).await.ok();
    let event = alice.get(&format!("{}?format=event", state_path(&room, "m.room.name", ""))).await.ok();
    assert_eq!(again["event_id"], event["event_id"], "the same state again is no new event");
    let create_again = json!({ "room_version": "12", "entropy": 100 });
    alice.put(&state_path(&room, "m.room.create", ""), create_again).await.error(400, "M_INVALID_PARAM");
    membership(&alice, &room, "leave", json!({})).await.ok();
    alice.get(&format!("/_matrix/client/r0/rooms/{room}/joined_members")).await.error(403, "M_FORBIDDEN");
    server
}

async fn levels_are_numbers_within_their_bounds(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let override_levels = json!({
        "users_default": 100, "users": { alice.user_id.clone(): 100 }, "events": {}, "notifications": {} });
    let request = json!({ "room_version": "11", "power_level_content_override": override_levels });
    let room = create(&alice, request).await;
    let path = state_path(&room, "m.room.power_levels", "");
    alice.put(&path, json!({ "users_default": 40, "users": { alice.user_id.clone(): 100 } })).await.ok();

    let room = create(&alice, json!({ "room_version": "11" })).await;
    let path = state_path(&room, "m.room.power_levels", "");
    let levels = json!({ "invite": 100, "users": { alice.user_id.clone(): 100, "@else:their.home": 20 } });
    let set = alice.put(&path, levels.clone()).await.ok();
    let id = set["event_id"].as_str().unwrap();
    let event = alice.get(&format!("/_matrix/client/v3/rooms/{room}/event/{id}")).await.ok();
    assert_eq!(event["content"], levels);
    alice.put(&path, json!({ "users": { alice.user_id.clone(): 100 } })).await.ok();
    alice.put(&path, json!({})).await.ok();
    alice.put(&path, json!({ "users": {} })).await.error(403, "M_FORBIDDEN");
    assert_eq!(state(&alice, &room, "m.room.power_levels", "").await, json!({}));

    let largest: i64 = (1 << 53) - 1;
    let room = create(&alice, json!({ "invite": [bob.user_id] })).await;
    let path = state_path(&room, "m.room.power_levels", "");
    assert_eq!(state(&alice, &room, "m.room.power_levels", "").await["users"], json!({}));
    let own = json!({ "users": { alice.user_id.clone(): 100 } });
    let answer = alice.put(&path, own).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let answer = alice.put(&path, json!({ "users": { bob.user_id.clone(): largest + 1 } })).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    for level in [100, 949_342, largest] {
        alice.put(&path, json!({ "users": { bob.user_id.clone(): level } })).await.ok();
        membership(&alice, &room, "invite", json!({ "user_id": bob.user_id })).await;
        membership(&bob, &room, "join", json!({})).await.ok();
        membership(&bob, &room, "kick", json!({ "user_id": alice.user_id })).await.error(403, "M_FORBIDDEN");
        membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await.ok();
    }
    server
}

async fn additional_creators_are_people_and_above_levels(server: TestServer) -> TestServer {
    let [alice, bob, _] = people(&server).await;
    let request = |creators: Value| json!({ "preset": "public_chat", "creation_content": { "additional_creators": creators } });
    for wrong in [
        json!("no-array"),
        json!(["@foo:example.com", 42]),
        json!(["@foo:example.com", "not-a-user-id"]),
        json!(["@invalid:dom$ain$.com"]),
    ] {
        let answer = alice.post(CREATE, request(wrong.clone())).await;
        assert_eq!(answer.status, 400, "{wrong} {answer:?}");
    }
    create(&alice, request(json!(["@foo:example.com", "@bar:baz.code"]))).await;
    let room = create(&alice, request(json!([bob.user_id]))).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    membership(&alice, &room, "kick", json!({ "user_id": bob.user_id })).await.error(403, "M_FORBIDDEN");
    bob.put(&state_path(&room, "m.room.name", ""), json!({ "name": "his" })).await.ok();
    let levels = json!({ "users": { bob.user_id.clone(): 100 } });
    let answer = alice.put(&state_path(&room, "m.room.power_levels", ""), levels).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    server
}

async fn unknown_paths_are_404_and_unknown_methods_405(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for path in [
        "unknown",
        "client/unknown",
        "client/v1/unknown",
        "client/v3/room/unknown",
        "federation/unknown",
        "federation/v1/unknown",
        "key/unknown",
        "key/v2/unknown",
        "media/unknown",
        "media/v3/unknown",
    ] {
        alice.get(&format!("/_matrix/{path}")).await.error(404, "M_UNRECOGNIZED");
    }
    for (method, path) in [(Method::PUT, "client/v3/login"), (Method::PATCH, "media/v3/upload")] {
        alice.ask(method, &format!("/_matrix/{path}"), None).await.error(405, "M_UNRECOGNIZED");
    }
    server
}

on_both_engines!(
    aliases_belong_to_those_who_made_them,
    who_may_not_set_the_canonical_alias_takes_back_their_own,
    a_topic_is_written_for_every_client,
    what_is_said_with_a_join_is_kept,
    a_creator_comes_back_by_an_invite,
    a_forgotten_room_is_as_if_it_never_was,
    invites_are_for_those_who_are_not_in,
    direct_rooms_are_marked_for_those_who_are_asked,
    knocking_again_and_too_late,
    restricted_rooms_close_when_their_rules_break,
    what_a_new_room_tells_its_maker,
    levels_are_numbers_within_their_bounds,
    additional_creators_are_people_and_above_levels,
    unknown_paths_are_404_and_unknown_methods_405,
);
