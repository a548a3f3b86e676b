//! Searching events by their words, exactly within what the searcher may see.

use herold_endpoint_tests::{Answer, Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::relations_client::{edit, encoded, ignore, put, redact, relate};
use crate::rooms_basics::{create, membership, say};

const PATH: &str = "/_matrix/client/v3/search";

async fn ask(client: &Client, criteria: Value, next: &str) -> Answer {
    let path = if next.is_empty() { PATH.to_owned() } else { format!("{PATH}?next_batch={next}") };
    client.post(&path, json!({ "search_categories": { "room_events": criteria } })).await
}

async fn search(client: &Client, criteria: Value) -> Value {
    ask(client, criteria, "").await.ok()["search_categories"]["room_events"].clone()
}

fn recent(term: &str) -> Value {
    json!({ "search_term": term, "order_by": "recent" })
}

/// How many events have this word.
pub(crate) async fn count(client: &Client, word: &str) -> usize {
    search(client, recent(word)).await["results"].as_array().unwrap().len()
}

fn bodies(found: &Value) -> Vec<String> {
    let results = found["results"].as_array().unwrap();
    let body = |hit: &Value| hit["result"]["content"]["body"].as_str().unwrap_or_default().to_owned();
    results.iter().map(body).collect()
}

async fn two_in_a_room(server: &TestServer) -> (Client, Client, String) {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room =
        create(&alice, json!({ "preset": "public_chat", "name": "Tea time", "topic": "Tea, not coffee" }))
            .await;
    membership(&bob, &room, "join", json!({})).await.ok();
    (alice, bob, room)
}

async fn words_are_found_whatever_their_case_and_accents(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    say(&alice, &room, "1", "Crème brûlée for ALL").await;
    say(&bob, &room, "2", "no cream for me").await;
    say(&alice, &room, "3", "it's \"quoted\" & odd: 'x' | (y) * NEAR §r1").await;
    for (term, expected) in [
        ("creme", vec!["Crème brûlée for ALL"]),
        ("CRÈME all", vec!["Crème brûlée for ALL"]),
        ("for", vec!["no cream for me", "Crème brûlée for ALL"]),
        ("for crea", vec!["no cream for me"]),
        ("crea for", vec![]),
        ("nowhere", vec![]),
        ("\"quoted\" NEAR * ' | & ) (", vec!["it's \"quoted\" & odd: 'x' | (y) * NEAR §r1"]),
    ] {
        let found =
            search(&alice, json!({ "search_term": term, "order_by": "recent", "keys": ["content.body"] }))
                .await;
        assert_eq!(bodies(&found), expected, "{term}");
        assert_eq!(found["count"], expected.len(), "{term}");
    }
    let found = search(&alice, recent("creme")).await;
    assert_eq!(found["highlights"], json!(["crème"]));
    assert!(found["results"][0]["rank"].as_f64().unwrap() > 0.0);
    assert_eq!(found["results"][0]["result"]["room_id"], json!(room));
    for nothing in ["", "  ", "§§ !", "\0"] {
        let found = search(&alice, recent(nothing)).await;
        assert_eq!((&found["results"], &found["count"]), (&json!([]), &json!(0)));
    }
    let kinds = async |keys: Value| {
        let found = search(&bob, json!({ "search_term": "tea", "order_by": "recent", "keys": keys })).await;
        let results = found["results"].as_array().unwrap().clone();
        results.iter().map(|hit| hit["result"]["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(json!(["content.name"])).await, ["m.room.name"]);
    assert_eq!(kinds(json!(["content.topic"])).await, ["m.room.topic"]);
    assert_eq!(kinds(json!(["content.topic", "content.name"])).await, ["m.room.topic", "m.room.name"]);
    assert!(kinds(json!(["content.body"])).await.is_empty());
    server
}

async fn what_is_gone_or_sealed_is_not_found(mut server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let secret = say(&alice, &room, "1", "the secret word").await;
    say(&alice, &room, "2", "another secret").await;
    assert_eq!(search(&bob, recent("secret")).await["count"], 2);
    redact(&alice, &room, &secret).await;
    for order in ["recent", "rank"] {
        let found = search(&bob, json!({ "search_term": "secret", "order_by": order })).await;
        assert_eq!(bodies(&found), ["another secret"], "{order}");
    }
    ignore(&bob, &[&alice]).await;
    assert_eq!(search(&bob, recent("secret")).await["results"], json!([]));
    assert_eq!(search(&bob, recent("coffee")).await["count"], 1, "states are shown whoever sent them");
    ignore(&bob, &[]).await;
    let sealed = create(
        &alice,
        json!({ "initial_state": [{
        "type": "m.room.encryption", "state_key": "", "content": { "algorithm": "m.megolm.v1.aes-sha2" },
    }] }),
    )
    .await;
    say(&alice, &sealed, "1", "a secret by mistake").await;
    assert_eq!(bodies(&search(&alice, recent("secret")).await), ["another secret"]);
    server.restart().await;
    let bob = bob.at(&server);
    assert_eq!(bodies(&search(&bob, recent("secret")).await), ["another secret"]);
    server
}

async fn results_are_paged_in_order(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let other = create(&alice, json!({ "preset": "public_chat" })).await;
    for number in 0..9 {
        let room = if number % 3 == 0 { &other } else { &room };
        let filler = "word ".repeat(number);
        say(&alice, room, &format!("n{number}"), &format!("cake {number} {filler}")).await;
    }
    let collect = async |criteria: Value, first: String| {
        let (mut found, mut next, mut counts) = (Vec::new(), first, Vec::new());
        for _ in 0..5 {
            let page =
                ask(&alice, criteria.clone(), &next).await.ok()["search_categories"]["room_events"].clone();
            found.extend(bodies(&page).iter().map(|body| body[5..6].to_owned()));
            counts.push(page["count"].as_i64().unwrap());
            let Some(token) = page["next_batch"].as_str() else { break };
            next = encoded(token);
        }
        (found.concat(), counts)
    };
    let criteria = |order: &str| {
        json!({ "search_term": "cake", "order_by": order, "filter": { "limit": 4 },
            "groupings": { "group_by": [{ "key": "room_id" }, { "key": "sender" }] } })
    };
    assert_eq!(collect(criteria("recent"), String::new()).await, ("876543210".to_owned(), vec![9, 9, 9]));
    let (ranked, counts) = collect(criteria("rank"), String::new()).await;
    assert_eq!((ranked.as_str(), counts[0]), ("012345678", 9), "the shortest text is the closest");
    let without_order = search(&alice, json!({ "search_term": "cake" })).await;
    assert!(bodies(&without_order)[0].starts_with("cake 0"), "by rank where nobody says how");

    for order in ["recent", "rank"] {
        let page = search(&alice, criteria(order)).await;
        let groups = &page["groups"]["room_id"];
        let grouped = |room: &str| groups[room]["results"].as_array().unwrap().len();
        assert_eq!(
            (grouped(&room) + grouped(&other), &page["groups"]["sender"][&alice.user_id]["order"]),
            (4, &json!(1))
        );
        let token = encoded(groups[&other]["next_batch"].as_str().unwrap());
        let (rest, _) = collect(criteria(order), token).await;
        let expected = if order == "recent" { "30" } else { "6" };
        assert_eq!(rest, expected, "{order}");
        assert_eq!(groups[&room]["order"], if order == "recent" { 1 } else { 2 });
    }
    ask(&alice, criteria("recent"), "odd").await.error(400, "M_INVALID_PARAM");
    ask(&alice, criteria("recent"), "k5.1").await.error(400, "M_INVALID_PARAM");
    assert_eq!(search(&bob, recent("cake")).await["count"], 6);
    server
}

async fn filters_narrow_the_search(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let other = create(&alice, json!({ "preset": "public_chat" })).await;
    say(&alice, &room, "1", "cake by alice").await;
    say(&bob, &room, "1", "cake by bob").await;
    say(&alice, &other, "2", "cake elsewhere").await;
    let file = json!({ "msgtype": "m.file", "body": "cake.txt", "url": "mxc://localhost/x" });
    put(&alice, &room, "m.room.message", "f", file).await.ok();
    let found = async |filter: Value| {
        let criteria = json!({ "search_term": "cake", "order_by": "recent", "filter": filter });
        bodies(&search(&alice, criteria).await)
    };
    let all = ["cake.txt", "cake elsewhere", "cake by bob", "cake by alice"];
    assert_eq!(found(json!({})).await, all);
    assert_eq!(found(json!({ "limit": 2 })).await, all[..2]);
    assert_eq!(found(json!({ "rooms": [other] })).await, all[1..2]);
    assert_eq!(found(json!({ "rooms": [] })).await.len(), 0);
    assert_eq!(found(json!({ "rooms": ["!nowhere:localhost"] })).await.len(), 0);
    assert_eq!(found(json!({ "not_rooms": [room] })).await, all[1..2]);
    assert_eq!(found(json!({ "senders": [bob.user_id] })).await, all[2..3]);
    assert_eq!(found(json!({ "senders": ["@nobody:localhost"] })).await.len(), 0);
    assert_eq!(found(json!({ "not_senders": [alice.user_id] })).await, all[2..3]);
    assert_eq!(found(json!({ "contains_url": true })).await, all[..1]);
    assert_eq!(found(json!({ "types": ["m.room.name"] })).await.len(), 0);
    assert_eq!(found(json!({ "not_types": ["m.room.message"] })).await.len(), 0);
    for wrong in [
        json!({ "search_term": "x", "order_by": "odd" }),
        json!({ "search_term": "x", "keys": ["content.odd"] }),
        json!({ "search_term": "x", "groupings": { "group_by": [{ "key": "odd" }] } }),
    ] {
        ask(&alice, wrong, "").await.error(400, "M_INVALID_PARAM");
    }
    ask(&alice, json!({}), "").await.error(400, "M_BAD_JSON");
    ask(&server.visitor(), recent("x"), "").await.error(401, "M_MISSING_TOKEN");
    let nothing = alice.post(PATH, json!({ "search_categories": {} })).await.ok();
    assert_eq!(nothing, json!({ "search_categories": {} }));
    server
}

async fn results_come_with_what_is_around_them(server: TestServer) -> TestServer {
    let (alice, bob, room) = two_in_a_room(&server).await;
    let name = format!("/_matrix/client/v3/profile/{}/displayname", bob.user_id);
    bob.put(&name, json!({ "displayname": "Bob" })).await.ok();
    for number in 1..=7 {
        say(&alice, &room, &number.to_string(), &format!("message number {number}")).await;
    }
    let four = say(&bob, &room, "4", "unique").await;
    let reply = relate(&alice, &room, "a reply", "m.thread", &four).await;
    edit(&bob, &room, "something else", &four).await;
    bob.put(&name, json!({ "displayname": "Robert" })).await.ok();
    let criteria = json!({ "search_term": "unique", "order_by": "recent", "include_state": true,
        "event_context": { "before_limit": 2, "after_limit": 1, "include_profile": true } });
    let found = search(&alice, criteria).await;
    let hit = &found["results"][0];
    let told = |events: &Value| {
        let events = events.as_array().unwrap().iter();
        events.map(|event| event["content"]["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told(&hit["context"]["events_before"]), ["message number 7", "message number 6"]);
    assert_eq!(told(&hit["context"]["events_after"]), ["a reply"]);
    let profiles = &hit["context"]["profile_info"];
    assert_eq!(profiles[&bob.user_id]["displayname"], "Bob", "as he was called then");
    assert!(profiles[&alice.user_id].is_object());
    let bundle = &hit["result"]["unsigned"]["m.relations"];
    assert_eq!(bundle["m.thread"]["latest_event"]["event_id"], json!(reply));
    assert!(bundle["m.replace"].is_object());
    let state = found["state"][&room].as_array().unwrap();
    assert!(state.iter().any(|event| event["type"] == "m.room.create"));
    let start = hit["context"]["start"].as_str().unwrap();
    let older =
        alice.get(&format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=1&from={start}")).await.ok();
    assert_eq!(older["chunk"][0]["content"]["body"], "message number 5");
    let plain = search(&alice, recent("unique")).await;
    assert_eq!((&plain["results"][0]["context"], &plain["state"]), (&Value::Null, &Value::Null));
    server
}

/// What a person may see of the rooms that they are or were in, read page by page, and sifted by word.
async fn naive(client: &Client, rooms: &[String], word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for room in rooms {
        let mut from = String::new();
        loop {
            let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=50{from}");
            let page = client.get(&path).await;
            if page.status == 403 {
                break;
            }
            let page = page.ok();
            for event in page["chunk"].as_array().unwrap() {
                let body = event["content"]["body"].as_str().unwrap_or_default();
                if event["type"] == "m.room.message" && body.split(' ').any(|said| said.starts_with(word)) {
                    found.push(event["event_id"].as_str().unwrap().to_owned());
                }
            }
            let Some(end) = page["end"].as_str() else { break };
            from = format!("&from={end}");
        }
    }
    found.sort();
    found
}

async fn results_equal_a_naive_scan(server: TestServer) -> TestServer {
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol"] {
        people.push(server.register(name).await);
    }
    let mut rooms = Vec::new();
    for person in &people {
        rooms.push(create(person, json!({ "preset": "public_chat" })).await);
    }
    let mut dice: u64 = 42;
    let mut roll = move |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % sides
    };
    let words = ["tea", "teapot", "milk", "sugar"];
    let mut said: Vec<(usize, usize, String)> = Vec::new();
    for step in 0..150 {
        let (who, place) = (roll(3), roll(3));
        let (person, room) = (&people[who], &rooms[place]);
        // What is not allowed does not happen, and that is as good.
        match roll(10) {
            0 => drop(membership(person, room, "join", json!({})).await),
            1 => drop(membership(person, room, "leave", json!({})).await),
            2 => {
                let visibility = ["joined", "shared", "invited", "world_readable"][roll(4)];
                let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.history_visibility/");
                drop(person.put(&path, json!({ "history_visibility": visibility })).await);
            }
            3 if !said.is_empty() => {
                let (who, place, event) = said[roll(said.len())].clone();
                let path =
                    format!("/_matrix/client/v3/rooms/{}/redact/{}/{step}", rooms[place], encoded(&event));
                drop(people[who].put(&path, json!({})).await);
            }
            4 => ignore(person, &[&people[roll(3)]]).await,
            _ => {
                let body = format!("{} {}", words[roll(4)], words[roll(4)]);
                let content = json!({ "msgtype": "m.text", "body": body });
                let answer = put(person, room, "m.room.message", &format!("s{step}"), content).await;
                if let Some(event) = answer.body["event_id"].as_str() {
                    said.push((who, place, event.to_owned()));
                }
            }
        }
        if step % 30 == 29 {
            for person in &people {
                for word in words {
                    let criteria =
                        json!({ "search_term": word, "order_by": "recent", "filter": { "limit": 100 } });
                    let found = search(person, criteria).await;
                    let results = found["results"].as_array().unwrap().iter();
                    let mut ids: Vec<String> =
                        results.map(|hit| hit["result"]["event_id"].as_str().unwrap().to_owned()).collect();
                    ids.sort();
                    let member = json!(ids);
                    assert_eq!(
                        member,
                        json!(naive(person, &own(person, &rooms).await, word).await),
                        "{} {word} step {step}",
                        person.user_id
                    );
                }
            }
        }
    }
    server
}

/// Those of `rooms` that a person is in or was in.
async fn own(person: &Client, rooms: &[String]) -> Vec<String> {
    let mut own = Vec::new();
    for room in rooms {
        let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", person.user_id);
        if person.get(&path).await.status.is_success() {
            own.push(room.clone());
        }
    }
    own
}

on_both_engines!(
    words_are_found_whatever_their_case_and_accents,
    what_is_gone_or_sealed_is_not_found,
    results_are_paged_in_order,
    filters_narrow_the_search,
    results_come_with_what_is_around_them,
    results_equal_a_naive_scan,
);
