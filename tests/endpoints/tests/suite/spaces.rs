//! Spaces and summaries: what rooms tell to those outside, and to whom.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership};

async fn space(client: &Client, name: &str, preset: &str) -> String {
    let request = json!({ "name": name, "preset": preset, "creation_content": { "type": "m.space" } });
    create(client, request).await
}

async fn put_child(client: &Client, space: &str, room: &str, content: Value) {
    let path = format!("/_matrix/client/v3/rooms/{space}/state/m.space.child/{room}");
    client.put(&path, content).await.ok();
}

async fn add(client: &Client, space: &str, room: &str) {
    put_child(client, space, room, json!({ "via": ["localhost"] })).await;
}

fn path(space: &str, query: &str) -> String {
    format!("/_matrix/client/v1/rooms/{space}/hierarchy?{query}")
}

fn names(page: &Value) -> Vec<&str> {
    let rooms = page["rooms"].as_array().unwrap().iter();
    rooms.map(|room| room["name"].as_str().unwrap_or("-")).collect()
}

async fn tree(client: &Client, space: &str, query: &str) -> Vec<String> {
    let page = client.get(&path(space, query)).await.ok();
    names(&page).into_iter().map(str::to_owned).collect()
}

async fn a_space_is_walked_depth_first_in_order(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (root, sub, deep) = (
        space(&alice, "Root", "public_chat").await,
        space(&alice, "Sub", "public_chat").await,
        space(&alice, "Deep", "public_chat").await,
    );
    let mut rooms = Vec::new();
    for name in ["r1", "r2", "r3", "r4", "r5"] {
        rooms.push(create(&alice, json!({ "name": name, "preset": "public_chat" })).await);
    }
    put_child(&alice, &root, &rooms[0], json!({ "via": ["localhost"] })).await;
    put_child(&alice, &root, &rooms[1], json!({ "via": ["localhost"], "order": "b" })).await;
    put_child(&alice, &root, &sub, json!({ "via": ["localhost"], "order": "a", "suggested": true })).await;
    server.clock.advance_ms(5);
    put_child(&alice, &root, &rooms[4], json!({ "via": ["localhost"], "order": "\u{e4}" })).await;
    put_child(&alice, &root, "!gone:localhost", json!({ "via": ["localhost"] })).await;
    put_child(&alice, &root, "not a room", json!({ "via": ["localhost"] })).await;
    add(&alice, &sub, &rooms[2]).await;
    add(&alice, &sub, &deep).await;
    add(&alice, &deep, &rooms[3]).await;
    // A cycle, a room that is in two spaces, and two children that are taken away again.
    add(&alice, &deep, &root).await;
    add(&alice, &deep, &rooms[0]).await;
    put_child(&alice, &root, &rooms[3], json!({})).await;
    put_child(&alice, &root, &deep, json!({ "via": [] })).await;

    let whole = ["Root", "Sub", "r3", "Deep", "r4", "r1", "r2", "r5"];
    assert_eq!(tree(&alice, &root, "").await, whole);
    assert_eq!(tree(&alice, &root, "max_depth=0").await, ["Root"]);
    assert_eq!(tree(&alice, &root, "max_depth=1").await, ["Root", "Sub", "r2", "r1", "r5"]);
    assert_eq!(tree(&alice, &root, "suggested_only=true").await, ["Root", "Sub"]);
    let page = alice.get(&path(&root, "max_depth=0")).await.ok();
    let told = &page["rooms"][0];
    assert_eq!((&told["room_type"], &told["room_version"]), (&json!("m.space"), &json!("12")));
    let children = told["children_state"].as_array().unwrap();
    let keys: Vec<&str> = children.iter().map(|child| child["state_key"].as_str().unwrap()).collect();
    assert_eq!(keys, [&sub, &rooms[1], &rooms[0], &rooms[4], "!gone:localhost"].map(|id| id as &str));
    let stripped = json!({
        "type": "m.space.child", "state_key": sub, "sender": alice.user_id,
        "content": { "via": ["localhost"], "order": "a", "suggested": true },
        "origin_server_ts": children[0]["origin_server_ts"],
    });
    assert_eq!((&children[0], children[0]["origin_server_ts"].is_i64()), (&stripped, true));
    assert_eq!(page["rooms"].as_array().unwrap().len(), 1);
    server
}

async fn pages_of_a_space_fit_together(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let root = space(&alice, "Root", "public_chat").await;
    for index in 0..5 {
        server.clock.advance_ms(1);
        let room = create(&alice, json!({ "name": format!("r{index}"), "preset": "public_chat" })).await;
        add(&alice, &root, &room).await;
    }
    let first = alice.get(&path(&root, "limit=2&max_depth=3")).await.ok();
    assert_eq!(names(&first), ["Root", "r0"]);
    let from = first["next_batch"].as_str().unwrap();
    // A room that comes before everything else moves nothing on the pages to come.
    let room = create(&alice, json!({ "name": "early", "preset": "public_chat" })).await;
    put_child(&alice, &root, &room, json!({ "via": ["localhost"], "order": "a" })).await;
    let second = alice.get(&path(&root, &format!("limit=3&max_depth=3&from={from}"))).await.ok();
    assert_eq!(names(&second), ["r1", "r2", "r3"]);
    let from = second["next_batch"].as_str().unwrap();
    let third = alice.get(&path(&root, &format!("limit=3&max_depth=3&from={from}"))).await.ok();
    assert_eq!((names(&third), third.get("next_batch")), (vec!["r4"], None));
    assert_eq!(tree(&alice, &root, "limit=2").await, ["Root", "early"]);
    for query in ["limit=0", "from=odd", "limit=-1", "max_depth=x", "suggested_only=5"] {
        alice.get(&path(&root, query)).await.error(400, "M_INVALID_PARAM");
    }
    for changed in ["", "max_depth=2", "max_depth=3&suggested_only=true"] {
        alice.get(&path(&root, &format!("from={from}&{changed}"))).await.error(400, "M_INVALID_PARAM");
    }
    server
}

/// Rooms of every kind: (name, request).
fn kinds(home: &str) -> Vec<(&'static str, Value)> {
    let rule = |content: Value| json!([{ "type": "m.room.join_rules", "content": content }]);
    let allow = json!([{ "type": "m.room_membership", "room_id": home }]);
    let readable = json!([{ "type": "m.room.history_visibility", "content": { "history_visibility": "world_readable" } }]);
    vec![
        ("public", json!({ "preset": "public_chat" })),
        ("knock", json!({ "initial_state": rule(json!({ "join_rule": "knock" })) })),
        (
            "restricted",
            json!({ "initial_state": rule(json!({ "join_rule": "restricted", "allow": allow })) }),
        ),
        ("ask", json!({ "initial_state": rule(json!({ "join_rule": "knock_restricted", "allow": allow })) })),
        ("readable", json!({ "initial_state": readable })),
        ("private", json!({ "preset": "private_chat" })),
        ("invited", json!({ "preset": "private_chat" })),
        ("banned", json!({ "preset": "public_chat" })),
    ]
}

async fn who_may_know_of_a_room(mut server: TestServer) -> TestServer {
    server.config.directory.rooms_need_sign_in = false;
    server.restart().await;
    let (alice, bob, carl) =
        (server.register("alice").await, server.register("bob").await, server.register("carl").await);
    let home = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&bob, &home, "join", json!({})).await.ok();
    let root = space(&alice, "Root", "public_chat").await;
    let mut rooms = Vec::new();
    for (name, mut request) in kinds(&home) {
        request["name"] = json!(name);
        server.clock.advance_ms(1);
        let room = create(&alice, request).await;
        add(&alice, &root, &room).await;
        rooms.push((name, room));
    }
    membership(&alice, &rooms[6].1, "invite", json!({ "user_id": bob.user_id })).await.ok();
    membership(&alice, &rooms[7].1, "ban", json!({ "user_id": bob.user_id })).await.ok();
    let all: Vec<&str> = std::iter::once("Root").chain(rooms.iter().map(|(name, _)| *name)).collect();
    let for_bob = ["Root", "public", "knock", "restricted", "ask", "readable", "invited"];
    let for_carl = ["Root", "public", "knock", "ask", "readable", "banned"];
    assert_eq!(tree(&alice, &root, "").await, all);
    assert_eq!(tree(&bob, &root, "").await, for_bob);
    assert_eq!(tree(&carl, &root, "").await, for_carl);
    server.visitor().get(&path(&root, "")).await.error(401, "M_MISSING_TOKEN");
    let visitor = server.visitor();
    let for_visitor = ["public", "knock", "ask", "readable", "banned"];
    for (name, room) in &rooms {
        let expected: [(&Client, bool); 4] = [
            (&alice, true),
            (&bob, for_bob.contains(name)),
            (&carl, for_carl.contains(name)),
            (&visitor, for_visitor.contains(name)),
        ];
        for (who, seen) in expected {
            let answer = who.get(&format!("/_matrix/client/v1/room_summary/{room}")).await;
            if seen {
                assert_eq!(answer.ok()["name"], *name);
            } else {
                answer.error(404, "M_NOT_FOUND");
            }
        }
    }
    bob.get(&path(&rooms[5].1, "")).await.error(403, "M_FORBIDDEN");
    bob.get(&path(&rooms[7].1, "")).await.error(403, "M_FORBIDDEN");
    bob.get(&path("!nothing:localhost", "")).await.error(403, "M_FORBIDDEN");
    server
}

async fn a_summary_tells_what_a_room_is(mut server: TestServer) -> TestServer {
    server.config.directory.rooms_need_sign_in = false;
    server.restart().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let home = create(&alice, json!({})).await;
    let allow =
        json!([{ "type": "m.room_membership", "room_id": home }, { "type": "odd", "room_id": "!x:y" }]);
    let request = json!({
        "name": "Tea", "topic": "Milk?", "room_alias_name": "tea", "room_version": "11",
        "initial_state": [
            { "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } },
            { "type": "m.room.join_rules", "content": { "join_rule": "knock_restricted", "allow": allow } },
        ],
    });
    let room = create(&alice, request).await;
    let mut expected = json!({
        "room_id": room, "name": "Tea", "topic": "Milk?", "canonical_alias": "#tea:localhost",
        "num_joined_members": 1, "world_readable": false, "guest_can_join": true,
        "join_rule": "knock_restricted", "allowed_room_ids": [home], "room_version": "11",
        "encryption": "m.megolm.v1.aes-sha2",
    });
    let paths = [
        format!("/_matrix/client/v1/room_summary/{room}"),
        "/_matrix/client/v1/room_summary/%23tea:localhost?via=elsewhere.example".to_owned(),
        format!("/_matrix/client/unstable/im.nheko.summary/summary/{room}"),
        format!("/_matrix/client/unstable/im.nheko.summary/rooms/{room}/summary"),
    ];
    for path in &paths {
        assert_eq!(server.visitor().get(path).await.ok(), expected, "{path}");
        assert_eq!(bob.get(path).await.ok(), expected, "no membership was ever there");
    }
    expected["membership"] = json!("join");
    assert_eq!(alice.get(&paths[0]).await.ok(), expected);
    bob.post(&format!("/_matrix/client/v3/knock/{room}"), json!({})).await.ok();
    assert_eq!(bob.get(&paths[0]).await.ok()["membership"], "knock");
    for unknown in ["!nothing:localhost", "%23nothing:localhost", "!nothing:elsewhere.example"] {
        bob.get(&format!("/_matrix/client/v1/room_summary/{unknown}")).await.error(404, "M_NOT_FOUND");
    }
    bob.get("/_matrix/client/v1/room_summary/nothing").await.error(400, "M_INVALID_PARAM");
    server
}

on_both_engines!(
    a_space_is_walked_depth_first_in_order,
    pages_of_a_space_fit_together,
    who_may_know_of_a_room,
    a_summary_tells_what_a_room_is,
);
