//! The device that receives while its owner is signed in nowhere.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::signer::{Signer, one_time_keys, query};

const PATH: &str = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";

/// What is put by as the device `id` of `owner`.
fn upload(owner: &Client, id: &str) -> Value {
    let mut device = owner.clone();
    device.device_id = id.to_owned();
    json!({
        "device_id": id,
        "initial_device_display_name": "Asleep",
        "device_data": { "algorithm": "org.matrix.msc3814.v2", "device_pickle": "p", "nonce": "n" },
        "device_keys": Signer::device(&device).device_keys(&device),
        "one_time_keys": one_time_keys(["A"]),
        "fallback_keys": one_time_keys(["F"]),
    })
}

async fn tell(by: &Client, device: &str, number: usize) {
    let path = format!("/_matrix/client/v3/sendToDevice/m.test/{device}{number}");
    let messages = json!({ "messages": { "@alice:localhost": { (device): { "number": number } } } });
    by.put(&path, messages).await.ok();
}

async fn it_is_put_by_seen_by_others_and_woken_up(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.get(PATH).await.error(404, "M_NOT_FOUND");
    let body = upload(&alice, "ASLEEP");
    assert_eq!(alice.put(PATH, body.clone()).await.ok(), json!({ "device_id": "ASLEEP" }));
    let keys = query(&bob, &["@alice:localhost"]).await["device_keys"]["@alice:localhost"]["ASLEEP"].clone();
    assert_eq!(keys["keys"], body["device_keys"]["keys"]);
    assert_eq!(keys["unsigned"]["device_display_name"], "Asleep");
    let wanted = json!({ "one_time_keys": { "@alice:localhost": { "ASLEEP": "signed_curve25519" } } });
    let claimed = bob.post("/_matrix/client/v3/keys/claim", wanted).await.ok();
    assert!(claimed["one_time_keys"]["@alice:localhost"]["ASLEEP"]["signed_curve25519:A"].is_object());
    for number in 0..120 {
        tell(&bob, "ASLEEP", number).await;
    }
    server.restart().await;
    let again = server.sign_in("alice", None).await;
    let found = again.get(PATH).await.ok();
    assert_eq!(found, json!({ "device_id": "ASLEEP", "device_data": body["device_data"] }));
    // matrix-js-sdk pages with the query, matrix-sdk with the body; nothing is lost by asking twice.
    for _ in 0..2 {
        let (mut from, mut seen) = (None::<String>, Vec::new());
        loop {
            let events = format!("{PATH}/ASLEEP/events");
            let page = match &from {
                None => again.get(&events).await.ok(),
                Some(from) if seen.len() == 100 => again.get(&format!("{events}?from={from}")).await.ok(),
                Some(from) => again.post(&events, json!({ "next_batch": from })).await.ok(),
            };
            seen.extend(page["events"].as_array().unwrap().clone());
            let Some(next) = page["next_batch"].as_str() else { break };
            from = Some(next.to_owned());
        }
        let numbers: Vec<i64> =
            seen.iter().map(|event| event["content"]["number"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (0..120).collect::<Vec<_>>());
        assert_eq!((&seen[0]["type"], &seen[0]["sender"]), (&json!("m.test"), &json!("@bob:localhost")));
    }
    assert_eq!(again.delete(PATH, None).await.ok(), json!({ "device_id": "ASLEEP" }));
    again.delete(PATH, None).await.error(404, "M_NOT_FOUND");
    again.get(PATH).await.error(404, "M_NOT_FOUND");
    let left = query(&bob.at(&server), &["@alice:localhost"]).await;
    assert_eq!(left["device_keys"]["@alice:localhost"].get("ASLEEP"), None);
    server
}

async fn there_is_one_and_a_new_one_takes_its_place(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.put(PATH, upload(&alice, "ONE")).await.ok();
    tell(&bob, "ONE", 1).await;
    alice.put(PATH, upload(&alice, "TWO")).await.ok();
    let devices = query(&bob, &["@alice:localhost"]).await["device_keys"]["@alice:localhost"].clone();
    assert_eq!(devices.as_object().unwrap().keys().collect::<Vec<_>>(), ["TWO"]);
    alice.get(&format!("{PATH}/ONE/events")).await.error(403, "M_FORBIDDEN");
    assert_eq!(alice.get(&format!("{PATH}/TWO/events")).await.ok(), json!({ "events": [] }));
    bob.get(&format!("{PATH}/TWO/events")).await.error(403, "M_FORBIDDEN");
    bob.get(PATH).await.error(404, "M_NOT_FOUND");
    // Whoever signs in with its id makes an ordinary device of it.
    server.sign_in("alice", Some("TWO")).await;
    alice.get(PATH).await.error(404, "M_NOT_FOUND");
    alice.put(PATH, upload(&alice, "TWO")).await.error(400, "M_INVALID_PARAM");
    alice.put(PATH, upload(&alice, "THREE")).await.ok();
    alice.post("/_matrix/client/v3/logout/all", json!({})).await.ok();
    let again = server.sign_in("alice", None).await;
    again.get(PATH).await.error(404, "M_NOT_FOUND");
    server
}

async fn what_is_not_a_device_is_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let with = |field: &str, value: Value| {
        let mut body = upload(&alice, "ASLEEP");
        body[field] = value;
        body
    };
    alice.put(PATH, json!({})).await.error(400, "M_BAD_JSON");
    alice.put(PATH, with("device_data", json!({ "device_pickle": "p" }))).await.error(400, "M_BAD_JSON");
    let large = json!({ "algorithm": "a", "device_pickle": "p".repeat(300_000) });
    alice.put(PATH, with("device_data", large)).await.error(413, "M_TOO_LARGE");
    alice.put(PATH, with("device_id", json!("OTHER"))).await.error(400, "M_INVALID_PARAM");
    alice.put(PATH, with("device_id", json!("with\u{0}nul"))).await.error(400, "M_INVALID_PARAM");
    let mut unsigned = upload(&alice, "ASLEEP");
    unsigned["device_keys"]["algorithms"] = json!([]);
    alice.put(PATH, unsigned).await.error(400, "M_INVALID_SIGNATURE");
    alice.get(PATH).await.error(404, "M_NOT_FOUND");
    alice.put(PATH, upload(&alice, "ASLEEP")).await.ok();
    let odd = format!("{PATH}/ASLEEP/events?from=odd");
    alice.get(&odd).await.error(400, "M_INVALID_PARAM");
    server.visitor().get(PATH).await.error(401, "M_MISSING_TOKEN");
    server.visitor().put(PATH, upload(&alice, "ASLEEP")).await.error(401, "M_MISSING_TOKEN");
    server.visitor().delete(PATH, None).await.error(401, "M_MISSING_TOKEN");
    server
}

on_both_engines!(
    it_is_put_by_seen_by_others_and_woken_up,
    there_is_one_and_a_new_one_takes_its_place,
    what_is_not_a_device_is_refused,
);
