//! The list of notifications: exactly what a person was notified of and may see, page by page.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

const LIST: &str = "/_matrix/client/v3/notifications";

async fn list(client: &Client, query: &str) -> Value {
    client.get(&format!("{LIST}{query}")).await.ok()
}

fn ids(page: &Value) -> Vec<String> {
    let listed = page["notifications"].as_array().unwrap();
    listed.iter().map(|told| told["event"]["event_id"].as_str().unwrap().to_owned()).collect()
}

async fn mention(client: &Client, room: &str, transaction: &str, whom: &str) -> String {
    let content = json!({ "msgtype": "m.text", "body": "you", "m.mentions": { "user_ids": [whom] } });
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}");
    client.put(&path, content).await.ok()["event_id"].as_str().unwrap().to_owned()
}

async fn what_notified_is_listed_with_what_the_rules_say(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    say(&alice, &room, "0", "before bob came").await;
    membership(&bob, &room, "join", json!({})).await.ok();
    let carol = server.register("carol").await;
    membership(&carol, &room, "join", json!({})).await.ok();
    let one = say(&alice, &room, "1", "one").await;
    let two = mention(&alice, &room, "2", &bob.user_id).await;
    say(&bob, &room, "3", "my own").await;
    let gone = say(&alice, &room, "4", "redacted").await;
    let redact = format!("/_matrix/client/v3/rooms/{room}/redact/{gone}/5");
    alice.put(&redact, json!({})).await.ok();
    let six = say(&alice, &room, "6", "six").await;
    check_list(&bob, &room, [&six, &two, &one]).await;
    server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    check_list(&bob, &room, [&six, &two, &one]).await;
    assert_eq!(ids(&list(&alice, "").await).len(), 1, "alice was told of one message");
    let receipt = format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{six}");
    bob.post(&receipt, json!({})).await.ok();
    assert_eq!(list(&bob, "").await["notifications"][0]["read"], true);
    server
}

/// Bob's list: the second of three mentions him, and he has read all but the first.
async fn check_list(bob: &Client, room: &str, expected: [&String; 3]) {
    let page = list(bob, "").await;
    assert_eq!(ids(&page), expected.map(String::clone));
    assert_eq!(page["next_token"], Value::Null);
    let told = page["notifications"].as_array().unwrap();
    let read: Vec<&Value> = told.iter().map(|told| &told["read"]).collect();
    assert_eq!(read, [false, true, true], "who speaks has read");
    let mention = &told[1];
    assert_eq!(mention["actions"][0], "notify");
    assert!(
        mention["actions"].as_array().unwrap().contains(&json!({ "set_tweak": "highlight" })),
        "{mention}"
    );
    assert_eq!((&mention["room_id"], &mention["ts"]), (&json!(room), &json!(1_700_000_000_000_i64)));
    assert_eq!(
        (&mention["event"]["content"]["body"], &mention["event"]["room_id"]),
        (&json!("you"), &Value::Null)
    );
    assert_eq!(ids(&list(bob, "?only=highlight").await), [expected[1].clone()]);
}

async fn pages_follow_each_other_without_gaps(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut sent = Vec::new();
    let rooms = [
        create(&alice, json!({ "preset": "public_chat" })).await,
        create(&alice, json!({ "preset": "public_chat" })).await,
    ];
    for room in &rooms {
        membership(&bob, room, "join", json!({})).await.ok();
    }
    // More in one room than is looked at in one page.
    for number in 0..80 {
        let room = &rooms[usize::from(number % 10 == 0)];
        sent.push(say(&alice, room, &format!("t{number}"), "x").await);
    }
    sent.reverse();
    let mut rules = vec![None];
    rules.push(Some(json!({ "pattern": "x", "actions": ["notify"] })));
    for rule in rules {
        if let Some(rule) = rule {
            bob.put("/_matrix/client/v3/pushrules/global/content/x", rule).await.ok();
        }
        for limit in [7, 30, 100] {
            let (mut seen, mut from) = (Vec::new(), String::new());
            loop {
                let page = list(&bob, &format!("?limit={limit}{from}")).await;
                assert!(ids(&page).len() <= limit);
                seen.extend(ids(&page));
                match page["next_token"].as_str() {
                    Some(token) => from = format!("&from={token}"),
                    None => break,
                }
            }
            assert_eq!(seen, sent, "limit {limit}");
        }
    }
    bob.get(&format!("{LIST}?from=nonsense")).await.error(400, "M_INVALID_PARAM");
    bob.get(&format!("{LIST}?limit=x")).await.error(400, "M_INVALID_PARAM");
    server.visitor().get(LIST).await.error(401, "M_MISSING_TOKEN");
    server
}

async fn nothing_is_listed_that_one_may_not_see(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "invite": [bob.user_id] })).await;
    mention(&alice, &room, "1", &bob.user_id).await;
    let invited = list(&bob, "").await;
    assert_eq!(invited["notifications"].as_array().unwrap().len(), 1, "{invited}");
    assert_eq!(invited["notifications"][0]["event"]["content"]["membership"], "invite");
    membership(&bob, &room, "join", json!({})).await.ok();
    let two = say(&alice, &room, "2", "two").await;
    membership(&bob, &room, "leave", json!({})).await.ok();
    mention(&alice, &room, "3", &bob.user_id).await;
    let listed = list(&bob, "").await;
    assert_eq!(ids(&listed), [two, ids(&invited)[0].clone()], "what came while outside is not told");
    let ignored = format!("/_matrix/client/v3/user/{}/account_data/m.ignored_user_list", bob.user_id);
    bob.put(&ignored, json!({ "ignored_users": { alice.user_id.clone(): {} } })).await.ok();
    assert_eq!(ids(&list(&bob, "").await), Vec::<String>::new());
    server
}

on_both_engines!(
    what_notified_is_listed_with_what_the_rules_say,
    pages_follow_each_other_without_gaps,
    nothing_is_listed_that_one_may_not_see,
);
