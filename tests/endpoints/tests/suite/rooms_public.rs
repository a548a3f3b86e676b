//! The room directory: what it tells, how it is searched and paged, and who may see and fill it.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use herold_server::config::Publishers;
use http::Method;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership};

const ROOMS: &str = "/_matrix/client/v3/publicRooms";

async fn search(client: &Client, body: Value) -> Value {
    client.post(ROOMS, body).await.ok()
}

fn names(page: &Value) -> Vec<&str> {
    let rooms = page["chunk"].as_array().unwrap().iter();
    rooms.map(|room| room["name"].as_str().unwrap_or("-")).collect()
}

async fn public(client: &Client, name: &str) -> String {
    create(client, json!({ "visibility": "public", "name": name })).await
}

async fn what_a_room_tells_is_as_its_state(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    create(&alice, json!({ "preset": "public_chat", "name": "Not listed \u{0}" })).await;
    let request = json!({
        "visibility": "public", "name": "Tea", "topic": "Milk?", "room_alias_name": "tea",
        "creation_content": { "type": "m.space" },
        "initial_state": [
            { "type": "m.room.avatar", "content": { "url": "mxc://localhost/cup" } },
            { "type": "m.room.history_visibility", "content": { "history_visibility": "world_readable" } },
            { "type": "m.room.guest_access", "content": { "guest_access": "can_join" } },
        ],
    });
    let room = create(&alice, request).await;
    let expected = json!({
        "room_id": room, "name": "Tea", "topic": "Milk?", "canonical_alias": "#tea:localhost",
        "room_type": "m.space", "avatar_url": "mxc://localhost/cup", "world_readable": true,
        "guest_can_join": true, "num_joined_members": 1,
    });
    let page = bob.get(ROOMS).await.ok();
    assert_eq!(page, json!({ "chunk": [expected], "total_room_count_estimate": 1 }));

    membership(&bob, &room, "join", json!({})).await.ok();
    let put = |kind: &str, content: Value| {
        let (alice, path) = (alice.clone(), format!("/_matrix/client/v3/rooms/{room}/state/{kind}/"));
        async move { alice.put(&path, content).await.ok()["event_id"].as_str().unwrap().to_owned() }
    };
    put("m.room.join_rules", json!({ "join_rule": "knock" })).await;
    put("m.room.topic", json!({ "topic": "" })).await;
    put("m.room.history_visibility", json!({ "history_visibility": "shared" })).await;
    let name = put("m.room.name", json!({ "name": "Coffee" })).await;
    let told = alice.get(ROOMS).await.ok()["chunk"][0].clone();
    assert_eq!(
        (&told["name"], &told["join_rule"], &told["num_joined_members"], &told["world_readable"]),
        (&json!("Coffee"), &json!("knock"), &json!(2), &json!(false))
    );
    assert_eq!(told.get("topic"), None);
    alice.put(&format!("/_matrix/client/v3/rooms/{room}/redact/{name}/r"), json!({})).await.ok();
    for (who, verb) in [(&bob, "leave"), (&bob, "knock")] {
        let path = if verb == "knock" {
            format!("/_matrix/client/v3/knock/{room}")
        } else {
            format!("/_matrix/client/v3/rooms/{room}/leave")
        };
        who.post(&path, json!({})).await.ok();
    }
    let told = alice.get(ROOMS).await.ok()["chunk"][0].clone();
    assert_eq!((told.get("name"), &told["num_joined_members"]), (None, &json!(1)), "a redacted name is gone");
    server
}

async fn the_directory_is_searched_by_words_and_types(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    create(&alice, json!({ "visibility": "public", "name": "Café Größe", "topic": "100%_sure!" })).await;
    create(&alice, json!({ "visibility": "public", "name": "Board", "room_alias_name": "council" })).await;
    for kind in ["m.space", "org.example.forum"] {
        let content = json!({ "type": kind });
        create(&alice, json!({ "visibility": "public", "name": kind, "creation_content": content })).await;
    }
    let table = [
        (json!({ "generic_search_term": "CAFE" }), vec!["Café Größe"]),
        (json!({ "generic_search_term": "größe" }), vec!["Café Größe"]),
        (json!({ "generic_search_term": "grosse" }), vec!["Café Größe"]),
        (json!({ "generic_search_term": "0%_s" }), vec!["Café Größe"]),
        (json!({ "generic_search_term": "0_s" }), vec![]),
        (json!({ "generic_search_term": "!" }), vec!["Café Größe"]),
        (json!({ "generic_search_term": "council:" }), vec!["Board"]),
        (json!({ "generic_search_term": "nothing\u{0}" }), vec![]),
        (json!({ "generic_search_term": "  " }), vec!["Board", "Café Größe", "m.space", "org.example.forum"]),
        (json!({ "room_types": [null] }), vec!["Board", "Café Größe"]),
        (json!({ "room_types": ["m.space"] }), vec!["m.space"]),
        (
            json!({ "room_types": [null, "org.example.forum"] }),
            vec!["Board", "Café Größe", "org.example.forum"],
        ),
        (json!({ "room_types": [null], "generic_search_term": "m.space" }), vec![]),
    ];
    for (filter, expected) in table {
        let page = search(&alice, json!({ "filter": filter })).await;
        assert_eq!(names(&page), expected, "{filter}");
        assert_eq!(page["total_room_count_estimate"], expected.len(), "{filter}");
    }
    let all = search(&alice, json!({ "include_all_networks": true })).await;
    assert_eq!(names(&all).len(), 4);
    let other = search(&alice, json!({ "third_party_instance_id": "irc-freenode" })).await;
    assert_eq!(names(&other), Vec::<&str>::new());
    alice.post(ROOMS, json!({ "filter": { "room_types": 5 } })).await.error(400, "M_BAD_JSON");
    server
}

async fn pages_go_both_ways_and_stay_right_while_rooms_change(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut rooms = Vec::new();
    for name in ["e", "d", "C", "b", "a"] {
        rooms.push(public(&alice, name).await);
    }
    membership(&bob, &rooms[1], "join", json!({})).await.ok();
    let ask = |since: Value| {
        let (bob, since) = (bob.clone(), since.as_str().map(str::to_owned));
        async move { search(&bob, json!({ "limit": 2, "since": since })).await }
    };
    let first = search(&bob, json!({ "limit": 2 })).await;
    assert_eq!((names(&first), first.get("prev_batch")), (vec!["d", "a"], None), "members first, then names");
    let second = ask(first["next_batch"].clone()).await;
    assert_eq!(names(&second), ["b", "C"]);

    // A room that is told already goes, and a new one comes before: the next page is what it would have been.
    let path = format!("/_matrix/client/v3/directory/list/room/{}", rooms[4]);
    alice.put(&path, json!({ "visibility": "private" })).await.ok();
    public(&alice, "aa").await;
    let third = ask(second["next_batch"].clone()).await;
    assert_eq!((names(&third), third.get("next_batch")), (vec!["e"], None));
    assert_eq!(third["total_room_count_estimate"], 5);
    let back = ask(third["prev_batch"].clone()).await;
    assert_eq!(names(&back), ["b", "C"]);
    let begin = ask(back["prev_batch"].clone()).await;
    assert_eq!((names(&begin), begin.get("prev_batch")), (vec!["d", "aa"], None));
    assert_eq!(names(&ask(begin["next_batch"].clone()).await), ["b", "C"]);
    bob.get(&format!("{ROOMS}?since=odd")).await.error(400, "M_INVALID_PARAM");
    bob.post(ROOMS, json!({ "since": "odd" })).await.error(400, "M_INVALID_PARAM");
    let page = bob.get(&format!("{ROOMS}?limit=1")).await.ok();
    let since = page["next_batch"].as_str().unwrap();
    assert_eq!(names(&bob.get(&format!("{ROOMS}?limit=1&since={since}")).await.ok()), ["aa"]);
    server
}

async fn the_operator_says_who_sees_and_who_lists(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = public(&alice, "Tea").await;
    let visitor = server.visitor();
    visitor.get(ROOMS).await.error(401, "M_MISSING_TOKEN");
    visitor.post(ROOMS, json!({})).await.error(401, "M_MISSING_TOKEN");
    let alias = "/_matrix/client/v3/directory/room/%23tea:localhost";
    alice.put(alias, json!({ "room_id": room })).await.ok();
    let summary = format!("/_matrix/client/v1/room_summary/{room}");
    visitor.get(&summary).await.error(401, "M_MISSING_TOKEN");
    alice.get(&summary).await.ok();
    // Clients send no token to ask what an alias stands for.
    assert_eq!(visitor.get(alias).await.ok()["room_id"], room.as_str());
    alice.get(&format!("{ROOMS}?server=localhost")).await.ok();
    alice.get(&format!("{ROOMS}?server=elsewhere.example")).await.error(403, "M_FORBIDDEN");
    alice.post(&format!("{ROOMS}?server=elsewhere.example"), json!({})).await.error(403, "M_FORBIDDEN");

    server.config.directory.rooms_need_sign_in = false;
    server.config.directory.publish = Publishers::Administrators;
    server.restart().await;
    let (alice, visitor) = (alice.at(&server), server.visitor());
    assert_eq!(names(&visitor.get(ROOMS).await.ok()), ["Tea"]);
    assert_eq!(visitor.get(&summary).await.ok()["name"], "Tea");
    visitor.post(ROOMS, json!({})).await.error(401, "M_MISSING_TOKEN");
    let bad = visitor.raw(Method::GET, ROOMS).bearer_auth("nonsense").send().await.unwrap();
    assert_eq!(bad.status(), 401);
    let body = json!({ "visibility": "public" });
    alice.post("/_matrix/client/v3/createRoom", body.clone()).await.error(403, "M_FORBIDDEN");
    let path = format!("/_matrix/client/v3/directory/list/room/{room}");
    alice.put(&path, body.clone()).await.error(403, "M_FORBIDDEN");
    alice.put(&path, json!({ "visibility": "private" })).await.ok();
    assert_eq!(names(&visitor.get(ROOMS).await.ok()), Vec::<&str>::new());
    let user_id = alice.user_id.as_str().try_into().unwrap();
    let make_admin = |standing| herold_accounts::Standing { admin: true, ..standing };
    server.accounts().decide(user_id, make_admin).await.unwrap();
    alice.put(&path, body).await.ok();
    server
}

on_both_engines!(
    what_a_room_tells_is_as_its_state,
    the_directory_is_searched_by_words_and_types,
    pages_go_both_ways_and_stay_right_while_rooms_change,
    the_operator_says_who_sees_and_who_lists,
);
