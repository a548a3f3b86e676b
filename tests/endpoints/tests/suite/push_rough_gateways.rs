//! Push gateways that never answer, break off, drip, talk nonsense or never end: nobody else waits for them, they have
//! their rest, and once they behave they are told what they are owed, each once.

use herold_endpoint_tests::{Client, Gateway, Manner, RoughGateway, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership, say};

/// Messages that are said while a gateway behaves badly.
const OWED: usize = 4;

/// Alice, and a room with Bob, who is told through `rough`, and Carol, who is told through `good`.
async fn three_people(server: &TestServer, rough: &RoughGateway, good: &Gateway) -> (Client, String) {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    for name in ["bob", "carol"] {
        let person = server.register(name).await;
        membership(&person, &room, "join", json!({})).await.ok();
        if name == "bob" {
            rough.push_to(&person).await;
        } else {
            good.push_to(&person, "carol", json!({})).await;
        }
    }
    (alice, room)
}

async fn owed_once_it_behaves(server: TestServer, manner: Manner) -> TestServer {
    let (mut rough, mut good) = (RoughGateway::start(manner).await, Gateway::start().await);
    let (alice, room) = three_people(&server, &rough, &good).await;
    let mut owed = Vec::new();
    for number in 0..OWED {
        let said = say(&alice, &room, &number.to_string(), "hello").await;
        assert_eq!(good.next().await["event_id"], json!(said), "others are told at once");
        owed.push(json!(said));
    }
    // The server's clock stood still: whoever failed has its rest, whoever has not answered is not asked again.
    let mut tried = rough.arrived();
    while tried.is_empty() {
        tokio::task::yield_now().await;
        tried = rough.arrived();
    }
    assert_eq!(tried.len(), 1, "{manner:?}: one try, and then a rest: {tried:?}");
    // Once more in vain.
    assert_eq!(rough.next_in_time(&server).await["event_id"], owed[0]);
    rough.behave(Manner::Good);
    let mut told = vec![rough.next_in_time(&server).await["event_id"].clone()];
    while told.len() < OWED {
        told.push(rough.next_in_time(&server).await["event_id"].clone());
    }
    assert_eq!(told, owed, "{manner:?}");
    let last = say(&alice, &room, "last", "well again").await;
    assert_eq!(good.next().await["event_id"], json!(last));
    assert_eq!(rough.next_in_time(&server).await["event_id"], json!(last), "nothing twice");
    assert_eq!(rough.arrived(), Vec::<Value>::new());
    server
}

async fn one_that_never_answers(server: TestServer) -> TestServer {
    owed_once_it_behaves(server, Manner::Silent).await
}

async fn one_that_breaks_off(server: TestServer) -> TestServer {
    owed_once_it_behaves(server, Manner::Resetting).await
}

async fn one_that_drips(server: TestServer) -> TestServer {
    owed_once_it_behaves(server, Manner::Dripping).await
}

async fn one_that_talks_nonsense(server: TestServer) -> TestServer {
    owed_once_it_behaves(server, Manner::Garbage).await
}

async fn one_whose_error_never_ends(server: TestServer) -> TestServer {
    owed_once_it_behaves(server, Manner::Endless(500)).await
}

async fn one_whose_answer_never_ends_has_answered(server: TestServer) -> TestServer {
    let (mut rough, mut good) = (RoughGateway::start(Manner::Endless(200)).await, Gateway::start().await);
    let (alice, room) = three_people(&server, &rough, &good).await;
    for number in 0..OWED {
        let said = say(&alice, &room, &number.to_string(), "hello").await;
        assert_eq!(good.next().await["event_id"], json!(said));
        assert_eq!(rough.next_in_time(&server).await["event_id"], json!(said), "each once");
    }
    server
}

on_both_engines!(
    one_that_never_answers,
    one_that_breaks_off,
    one_that_drips,
    one_that_talks_nonsense,
    one_whose_error_never_ends,
    one_whose_answer_never_ends_has_answered,
);
