//! Finding people by name, and the rooms that one shares with them.

use herold_accounts::Standing;
use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use herold_server::config::FindPeople;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership};

const SEARCH: &str = "/_matrix/client/v3/user_directory/search";
const MUTUAL: &str = "/_matrix/client/v1/mutual_rooms";

async fn named(server: &TestServer, username: &str, name: &str) -> Client {
    let client = server.register(username).await;
    let path = format!("/_matrix/client/v3/profile/{}/displayname", client.user_id);
    client.put(&path, json!({ "displayname": name })).await.ok();
    client
}

/// The local parts of those who are found, in order.
async fn found(client: &Client, term: &str) -> Vec<String> {
    let body = client.post(SEARCH, json!({ "search_term": term })).await.ok();
    let users = body["results"].as_array().unwrap().iter();
    let localpart =
        |user: &Value| user["user_id"].as_str().unwrap()[1..].split(':').next().unwrap().to_owned();
    users.map(localpart).collect()
}

async fn keep(client: &Client, kind: &str, content: Value) {
    let path = format!("/_matrix/client/v3/user/{}/account_data/{kind}", client.user_id);
    client.put(&path, content).await.ok();
}

async fn people_are_found_by_name_and_id(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    named(&server, "zoe.k", "Zoé Müller-Strauß").await;
    named(&server, "m2", "Lukas \u{141}uczak").await;
    let zora = named(&server, "zora", "Muller").await;
    let picture = format!("/_matrix/client/v3/profile/{}/avatar_url", zora.user_id);
    zora.put(&picture, json!({ "avatar_url": "mxc://localhost/fox" })).await.ok();
    let table = [
        ("zoe", vec!["zoe.k"]),
        ("ZO", vec!["zora", "zoe.k"]),
        ("strauss", vec!["zoe.k"]),
        ("str müll", vec!["zoe.k"]),
        ("muller", vec!["zora", "zoe.k"]),
        ("@zoe.k:localhost", vec!["zoe.k"]),
        ("zoe.k", vec!["zoe.k"]),
        ("LUC", vec!["m2"]),
        ("uller", vec![]),
        ("zoe luczak", vec![]),
        ("alice", vec![]),
        ("", vec![]),
        ("\u{0}", vec![]),
        (" - ", vec![]),
    ];
    for (term, expected) in table {
        assert_eq!(found(&alice, term).await, expected, "{term}");
    }
    let one = alice.post(SEARCH, json!({ "search_term": "zo", "limit": 1 })).await.ok();
    let user =
        json!({ "user_id": zora.user_id, "display_name": "Muller", "avatar_url": "mxc://localhost/fox" });
    assert_eq!(one, json!({ "results": [user], "limited": true }));
    let none = alice.post(SEARCH, json!({ "search_term": "zo", "limit": 0 })).await.ok();
    assert_eq!(none, json!({ "results": [], "limited": true }));
    alice.post(SEARCH, json!({ "limit": 1 })).await.error(400, "M_BAD_JSON");
    server.visitor().post(SEARCH, json!({ "search_term": "zo" })).await.error(401, "M_MISSING_TOKEN");

    let path = format!("/_matrix/client/v3/profile/{}/displayname", zora.user_id);
    zora.put(&path, json!({ "displayname": "Schmidt" })).await.ok();
    assert_eq!(found(&alice, "mull").await, ["zoe.k"]);
    assert_eq!(found(&alice, "schmidt").await, ["zora"]);
    zora.put(&path, json!({ "displayname": "" })).await.ok();
    assert_eq!(
        (found(&alice, "schmidt").await, found(&alice, "zora").await),
        (vec![], vec!["zora".to_owned()])
    );
    server
}

async fn who_shares_a_room_comes_first_and_who_hides_never(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let mut people = Vec::new();
    for (username, name) in
        [("p1", "Kim A"), ("p2", "Kim B"), ("p3", "Kim C"), ("p4", "Kim"), ("p5", "Kim E")]
    {
        people.push(named(&server, username, name).await);
    }
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    membership(&people[2], &room, "join", json!({})).await.ok();
    assert_eq!(found(&alice, "kim").await, ["p4", "p3", "p1", "p2", "p5"], "exact, shares a room, by name");

    keep(&people[0], "im.vector.hide_profile", json!({ "hide_profile": true })).await;
    keep(&alice, "m.ignored_user_list", json!({ "ignored_users": { &people[1].user_id: {} } })).await;
    let id = people[4].user_id.as_str().try_into().unwrap();
    server.accounts().decide(id, |standing| Standing { locked: true, ..standing }).await.unwrap();
    assert_eq!(found(&alice, "kim").await, ["p4", "p3"]);
    people[3].post("/_matrix/client/v3/account/deactivate", json!({ "auth": people[3].proof() })).await.ok();
    assert_eq!(found(&alice, "kim").await, ["p3"]);
    keep(&people[0], "im.vector.hide_profile", json!({ "hide_profile": false })).await;
    keep(&alice, "m.ignored_user_list", json!({ "ignored_users": {} })).await;
    assert_eq!(found(&alice, "kim").await, ["p3", "p1", "p2"]);
    server
}

async fn the_operator_says_who_is_found(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for name in ["in_room", "in_public", "apart"] {
        named(&server, name, "Kim").await;
    }
    server.config.directory.people = FindPeople::Seen;
    server.restart().await;
    let alice = alice.at(&server);
    assert_eq!(found(&alice, "kim").await, Vec::<String>::new());
    let (bob, carl) = (server.sign_in("in_room", None).await, server.sign_in("in_public", None).await);
    create(&carl, json!({ "preset": "public_chat" })).await;
    let apart = server.sign_in("apart", None).await;
    create(&apart, json!({})).await;
    let room = create(&alice, json!({ "invite": [bob.user_id] })).await;
    assert_eq!(found(&alice, "kim").await, ["in_public"]);
    membership(&bob, &room, "join", json!({})).await.ok();
    assert_eq!(found(&alice, "kim").await, ["in_room", "in_public"]);
    server.config.directory.people = FindPeople::Nobody;
    server.restart().await;
    assert_eq!(found(&alice.at(&server), "kim").await, Vec::<String>::new());
    server
}

async fn rooms_in_common_are_told_page_by_page(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let ask = |query: String| {
        let alice = alice.clone();
        async move { alice.get(&format!("{MUTUAL}?{query}")).await }
    };
    let with_bob = format!("user_id={}", bob.user_id);
    assert_eq!(ask(with_bob.clone()).await.ok(), json!({ "joined": [], "count": 0 }));
    let mut rooms = Vec::new();
    for _ in 0..101 {
        let room = create(&alice, json!({ "preset": "public_chat" })).await;
        membership(&bob, &room, "join", json!({})).await.ok();
        rooms.push(room);
    }
    create(&alice, json!({ "invite": [bob.user_id] })).await;
    create(&bob, json!({})).await;
    let first = ask(with_bob.clone()).await.ok();
    assert_eq!((&first["joined"], &first["count"]), (&json!(rooms[..100]), &json!(101)));
    let from = first["next_batch"].as_str().unwrap();
    let second = ask(format!("{with_bob}&from={from}")).await.ok();
    assert_eq!(second, json!({ "joined": [rooms[100]], "count": 101 }));
    let unstable = "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms";
    let page = alice.get(&format!("{unstable}?{with_bob}&batch_token={from}")).await.ok();
    assert_eq!(page["joined"], json!([rooms[100]]));
    membership(&bob, &rooms[0], "leave", json!({})).await.ok();
    assert_eq!(ask(with_bob.clone()).await.ok()["count"], 100);

    for unknown in ["@nobody:localhost", "@someone:elsewhere.example"] {
        assert_eq!(ask(format!("user_id={unknown}")).await.ok(), json!({ "joined": [], "count": 0 }));
    }
    for bad in
        [format!("user_id={}", alice.user_id), "user_id=bob".to_owned(), format!("{with_bob}&from=odd")]
    {
        ask(bad).await.error(400, "M_INVALID_PARAM");
    }
    ask(String::new()).await.error(400, "M_MISSING_PARAM");
    server.visitor().get(&format!("{MUTUAL}?{with_bob}")).await.error(401, "M_MISSING_TOKEN");
    server
}

on_both_engines!(
    people_are_found_by_name_and_id,
    who_shares_a_room_comes_first_and_who_hides_never,
    the_operator_says_who_is_found,
    rooms_in_common_are_told_page_by_page,
);
