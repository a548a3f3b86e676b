//! Aliases, the directory's list, and replacing rooms.

use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

use crate::rooms_basics::{create, membership, state};

const ALIAS: &str = "/_matrix/client/v3/directory/room/%23tea:localhost";

async fn an_alias_is_made_found_and_removed(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let to = |room: &str| json!({ "room_id": room });
    bob.put(ALIAS, to(&room)).await.error(403, "M_FORBIDDEN");
    alice.put(ALIAS, to("!nothing:localhost")).await.error(404, "M_NOT_FOUND");
    alice.put(ALIAS, to(&room)).await.ok();
    alice.put(ALIAS, to(&room)).await.error(409, "M_UNKNOWN");
    let remote = "/_matrix/client/v3/directory/room/%23tea:elsewhere.example";
    alice.put(remote, to(&room)).await.error(400, "M_INVALID_PARAM");
    assert_eq!(bob.get(ALIAS).await.ok()["room_id"], room.as_str());
    let aliases = format!("/_matrix/client/v3/rooms/{room}/aliases");
    bob.get(&aliases).await.error(403, "M_FORBIDDEN");
    bob.post("/_matrix/client/v3/join/%23tea:localhost", json!({})).await.ok();
    assert_eq!(bob.get(&aliases).await.ok()["aliases"], json!(["#tea:localhost"]));

    let canonical = format!("/_matrix/client/v3/rooms/{room}/state/m.room.canonical_alias");
    alice.put(&canonical, json!({ "alias": "#tea:localhost" })).await.ok();
    bob.delete(ALIAS, None).await.error(403, "M_FORBIDDEN");
    alice.delete(ALIAS, None).await.ok();
    alice.delete(ALIAS, None).await.error(404, "M_NOT_FOUND");
    bob.get(ALIAS).await.error(404, "M_NOT_FOUND");
    assert_eq!(state(&alice, &room, "m.room.canonical_alias", "").await, json!({}));
    server
}

async fn rooms_are_listed_by_who_may_name_them(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let path = format!("/_matrix/client/v3/directory/list/room/{room}");
    assert_eq!(server.visitor().get(&path).await.ok()["visibility"], "private");
    bob.put(&path, json!({ "visibility": "public" })).await.error(403, "M_FORBIDDEN");
    alice.put(&path, json!({ "visibility": "public" })).await.ok();
    assert_eq!(server.visitor().get(&path).await.ok()["visibility"], "public");
    alice.put(&path, json!({ "visibility": "odd" })).await.error(400, "M_INVALID_PARAM");
    let unknown = "/_matrix/client/v3/directory/list/room/!nothing:localhost";
    alice.put(unknown, json!({ "visibility": "public" })).await.error(404, "M_NOT_FOUND");
    server.visitor().get(unknown).await.error(404, "M_NOT_FOUND");
    server
}

async fn a_room_is_replaced_by_one_of_another_version(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    for (index, (from, to)) in [("1", "11"), ("11", "12"), ("12", "12"), ("12", "10")].iter().enumerate() {
        let request = json!({
            "preset": "public_chat", "visibility": "public", "room_version": from, "name": "Old",
            "room_alias_name": format!("moving{index}"), "creation_content": { "type": "m.space" },
            "power_level_content_override": { "events": { "m.room.name": 60, "m.room.avatar": 120 } },
        });
        let old = create(&alice, request).await;
        membership(&bob, &old, "join", json!({})).await.ok();
        membership(&alice, &old, "ban", json!({ "user_id": "@carol:localhost", "reason": "x" })).await.ok();
        let path = format!("/_matrix/client/v3/rooms/{old}/upgrade");
        bob.post(&path, json!({ "new_version": to })).await.error(403, "M_FORBIDDEN");
        alice.post(&path, json!({ "new_version": "99" })).await.error(400, "M_UNSUPPORTED_ROOM_VERSION");
        let body = alice.post(&path, json!({ "new_version": to })).await.ok();
        let new = body["replacement_room"].as_str().unwrap();

        let tombstone = state(&bob, &old, "m.room.tombstone", "").await;
        assert_eq!(tombstone["replacement_room"], new);
        let content = state(&alice, new, "m.room.create", "").await;
        assert_eq!(content["predecessor"]["room_id"], old.as_str());
        assert_eq!((&content["type"], &content["room_version"]), (&json!("m.space"), &json!(to)));
        assert_eq!(state(&alice, new, "m.room.name", "").await["name"], "Old");
        assert_eq!(state(&alice, new, "m.room.member", "@carol:localhost").await["reason"], "x");
        let levels = state(&alice, new, "m.room.power_levels", "").await;
        assert_eq!(levels["events"]["m.room.name"], json!(60), "{from} to {to}");
        let own = levels["users"].get(&alice.user_id);
        assert_eq!(own, (*to != "12").then_some(&json!(100)), "{from} to {to}");
        let alias = format!("#moving{index}:localhost");
        assert_eq!(state(&alice, new, "m.room.canonical_alias", "").await["alias"], alias.as_str());
        let found = alice.get(&format!("/_matrix/client/v3/directory/room/%23moving{index}:localhost")).await;
        assert_eq!(found.ok()["room_id"], new);
        let listed = |room: &str| format!("/_matrix/client/v3/directory/list/room/{room}");
        assert_eq!(alice.get(&listed(new)).await.ok()["visibility"], "public");
        assert_eq!(alice.get(&listed(&old)).await.ok()["visibility"], "private");
        let send = format!("/_matrix/client/v3/rooms/{old}/send/m.room.message/after");
        bob.put(&send, json!({})).await.error(403, "M_FORBIDDEN");
        membership(&bob, new, "join", json!({})).await.ok();
        assert_eq!(state(&alice, &old, "m.room.canonical_alias", "").await, json!({}));

        let again = alice.post(&path, json!({ "new_version": to })).await.ok();
        assert_eq!(again["replacement_room"], new, "a lost answer is given again");
        assert_eq!(state(&alice, &old, "m.room.tombstone", "").await, tombstone);
    }
    server
}

async fn a_room_that_is_replaced_many_times_at_once_is_replaced_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let old = create(&alice, json!({ "room_version": "11" })).await;
    let path = format!("/_matrix/client/v3/rooms/{old}/upgrade");
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let (alice, path) = (alice.clone(), path.clone());
            tokio::spawn(async move { alice.post(&path, json!({ "new_version": "12" })).await.ok() })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.unwrap()["replacement_room"].clone());
    }
    let named = &state(&alice, &old, "m.room.tombstone", "").await["replacement_room"];
    assert!(answers.iter().all(|answer| answer == named), "{named} in {answers:?}");
    let rooms = alice.get("/_matrix/client/v3/joined_rooms").await.ok();
    assert_eq!(rooms["joined_rooms"].as_array().unwrap().len(), 2, "no room is left over");
    server
}

async fn a_room_has_so_many_aliases_and_no_more(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (room, other) = (create(&alice, json!({})).await, create(&alice, json!({})).await);
    let name =
        |name: &str, number: usize| format!("/_matrix/client/v3/directory/room/%23{name}{number}:localhost");
    for number in 0..500 {
        alice.put(&name("a", number), json!({ "room_id": room })).await.ok();
    }
    alice.put(&name("b", 0), json!({ "room_id": room })).await.error(429, "M_LIMIT_EXCEEDED");
    for number in 0..500 {
        alice.put(&name("c", number), json!({ "room_id": other })).await.ok();
    }
    let third = create(&alice, json!({})).await;
    alice.put(&name("d", 0), json!({ "room_id": third })).await.error(429, "M_LIMIT_EXCEEDED");
    let created = alice.post("/_matrix/client/v3/createRoom", json!({ "room_alias_name": "e" })).await;
    created.error(429, "M_LIMIT_EXCEEDED");
    alice.delete(&name("c", 0), None).await.ok();
    alice.put(&name("d", 0), json!({ "room_id": third })).await.ok();
    server
}

on_both_engines!(
    a_room_has_so_many_aliases_and_no_more,
    an_alias_is_made_found_and_removed,
    rooms_are_listed_by_who_may_name_them,
    a_room_is_replaced_by_one_of_another_version,
    a_room_that_is_replaced_many_times_at_once_is_replaced_once,
);
