//! Keys of devices: uploaded, asked for, claimed.

use std::collections::HashSet;

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::signer::{Signer, curve_key, one_time_key, one_time_keys, query};

const UPLOAD: &str = "/_matrix/client/v3/keys/upload";
const QUERY: &str = "/_matrix/client/v3/keys/query";
const CLAIM: &str = "/_matrix/client/v3/keys/claim";

async fn upload(client: &Client, body: Value) -> Value {
    client.post(UPLOAD, body).await.ok()["one_time_key_counts"].clone()
}

/// The key handed out for the device of `of`, if any.
async fn claim(by: &Client, of: &Client) -> Option<(String, Value)> {
    let wanted = json!({ "one_time_keys": { (&of.user_id): { (&of.device_id): "signed_curve25519" } } });
    let body = by.post(CLAIM, wanted).await.ok();
    let keys = body["one_time_keys"][&of.user_id][&of.device_id].as_object()?.clone();
    assert_eq!(keys.len(), 1);
    keys.into_iter().next()
}

async fn device_keys_are_shown_as_they_were_uploaded(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let keys = Signer::device(&alice).device_keys(&alice);
    assert_eq!(upload(&alice, json!({ "device_keys": keys })).await, json!({}));
    let second = server.sign_in("alice", Some("SECOND")).await;
    let second_keys = Signer::device(&second).device_keys(&second);
    upload(&second, json!({ "device_keys": second_keys })).await;
    let body = query(&bob, &["@alice:localhost", "@bob:localhost", "@nobody:localhost"]).await;
    assert_eq!(body["device_keys"]["@alice:localhost"][&alice.device_id], keys);
    assert_eq!(body["device_keys"]["@alice:localhost"]["SECOND"], second_keys);
    assert_eq!(body["device_keys"]["@bob:localhost"], json!({}));
    assert_eq!(body["device_keys"].get("@nobody:localhost"), None);
    let only = json!({ "device_keys": { "@alice:localhost": ["SECOND", "NONE"] } });
    let body = bob.post(QUERY, only).await.ok();
    assert_eq!(body["device_keys"]["@alice:localhost"], json!({ "SECOND": second_keys }));
    second.post("/_matrix/client/v3/logout", json!({})).await.ok();
    assert_eq!(
        query(&bob, &["@alice:localhost"]).await["device_keys"]["@alice:localhost"].get("SECOND"),
        None
    );
    server
}

async fn device_keys_that_are_not_the_callers_or_not_signed_are_refused(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let signer = Signer::device(&alice);
    let right = signer.device_keys(&alice);
    bob.post(UPLOAD, json!({ "device_keys": right })).await.error(400, "M_INVALID_PARAM");
    let mut changed = right.clone();
    changed["algorithms"] = json!(["m.olm.v1.curve25519-aes-sha2"]);
    alice.post(UPLOAD, json!({ "device_keys": changed })).await.error(400, "M_INVALID_SIGNATURE");
    let by_another = Signer::device(&alice).sign(&alice.user_id, &right);
    alice.post(UPLOAD, json!({ "device_keys": by_another })).await.error(400, "M_INVALID_SIGNATURE");
    let mut keyless = right.clone();
    keyless["keys"] = json!({});
    alice.post(UPLOAD, json!({ "device_keys": keyless })).await.error(400, "M_INVALID_PARAM");
    for part in ["user_id", "device_id", "algorithms", "keys", "signatures"] {
        let mut without = right.clone();
        without.as_object_mut().unwrap().remove(part);
        alice.post(UPLOAD, json!({ "device_keys": without })).await.error(400, "M_BAD_JSON");
    }
    for odd in [json!(1), json!([]), json!("x")] {
        alice.post(UPLOAD, json!({ "device_keys": odd })).await.error(400, "M_BAD_JSON");
    }
    let mut float = right.clone();
    float["x"] = json!(1.5);
    alice.post(UPLOAD, json!({ "device_keys": float })).await.error(400, "M_BAD_JSON");
    server.visitor().post(UPLOAD, json!({})).await.error(401, "M_MISSING_TOKEN");
    assert_eq!(query(&alice, &[&alice.user_id]).await["device_keys"][&alice.user_id], json!({}));
    server
}

async fn one_time_keys_are_counted_and_uploading_again_changes_nothing(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let count = |count: i64| json!({ "signed_curve25519": count });
    assert_eq!(upload(&alice, json!({})).await, json!({}));
    let (abc, bcd) = (one_time_keys(["A", "B", "C"]), one_time_keys(["B", "C", "D"]));
    assert_eq!(upload(&alice, json!({ "one_time_keys": abc })).await, count(3));
    assert_eq!(upload(&alice, json!({ "one_time_keys": abc })).await, count(3));
    assert_eq!(upload(&alice, json!({ "one_time_keys": bcd })).await, count(4));
    let (id, _) = one_time_key("A");
    let other = json!({ "one_time_keys": { (&id): { "key": curve_key("other"), "signatures": {} } } });
    let error = alice.post(UPLOAD, other.clone()).await.error(400, "M_UNKNOWN");
    assert!(error["error"].as_str().unwrap().contains(&id));
    assert_eq!(upload(&alice, json!({})).await, count(4));
    assert_eq!(upload(&bob, other.clone()).await, count(1), "keys are bound to their device");

    // A key that was handed out does not come back when the upload is asked again ...
    let (claimed, _) = claim(&bob, &alice).await.unwrap();
    assert_eq!(upload(&alice, json!({ "one_time_keys": abc })).await, count(3));
    // ... but its id can be used for another key.
    let reused = json!({ "one_time_keys": { (&claimed): { "key": curve_key("new"), "signatures": {} } } });
    assert_eq!(upload(&alice, reused).await, count(4));
    server
}

async fn keys_of_a_wrong_shape_and_too_many_of_them_are_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (id, key) = one_time_key("A");
    for odd in [
        json!("text"),
        json!({}),
        json!({ "key": 1, "signatures": {} }),
        json!({ "key": "AA", "signatures": {} }),
    ] {
        let body = json!({ "one_time_keys": { (&id): odd } });
        alice.post(UPLOAD, body).await.error(400, "M_INVALID_PARAM");
        let body = json!({ "fallback_keys": { (&id): odd } });
        alice.post(UPLOAD, body).await.error(400, "M_INVALID_PARAM");
    }
    for name in ["n".repeat(300), "with\0nul".to_owned()] {
        let body = json!({ "one_time_keys": { (format!("signed_curve25519:{name}")): key } });
        alice.post(UPLOAD, body).await.error(400, "M_INVALID_PARAM");
    }
    alice.post(UPLOAD, json!({ "one_time_keys": { "nocolon": key } })).await.error(400, "M_BAD_JSON");
    alice.post(UPLOAD, json!({ "one_time_keys": [] })).await.error(400, "M_BAD_JSON");
    let two = json!({ "fallback_keys": one_time_keys(["X", "Y"]) });
    alice.post(UPLOAD, two).await.error(400, "M_INVALID_PARAM");
    let names: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
    upload(&alice, json!({ "one_time_keys": one_time_keys(&names) })).await;
    let more = json!({ "one_time_keys": one_time_keys(["more"]) });
    alice.post(UPLOAD, more).await.error(413, "M_TOO_LARGE");
    assert_eq!(upload(&alice, json!({})).await, json!({ "signed_curve25519": 1_000 }));
    server
}

async fn keys_are_handed_out_in_the_order_they_came_then_the_fallback_key(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    for name in ["1", "0"] {
        upload(&alice, json!({ "one_time_keys": one_time_keys([name]) })).await;
    }
    let mut fallback = one_time_keys(["F"]);
    fallback["signed_curve25519:F"]["fallback"] = json!(true);
    upload(&alice, json!({ "fallback_keys": fallback })).await;
    assert_eq!(claim(&bob, &alice).await, Some(one_time_key("1")));
    assert_eq!(claim(&bob, &alice).await, Some(one_time_key("0")));
    for _ in 0..2 {
        let (id, key) = claim(&bob, &alice).await.unwrap();
        assert_eq!((id.as_str(), &key), ("signed_curve25519:F", &fallback["signed_curve25519:F"]));
    }
    upload(&alice, json!({ "fallback_keys": one_time_keys(["G"]) })).await;
    assert_eq!(claim(&bob, &alice).await, Some(one_time_key("G")));
    assert_eq!(claim(&alice, &bob).await, None);
    server
}

async fn claims_of_what_is_unknown_or_elsewhere_are_left_out(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    upload(&alice, json!({ "one_time_keys": one_time_keys(["A"]) })).await;
    let wanted = json!({ "one_time_keys": {
        "@alice:localhost": { "NONE": "signed_curve25519", (&alice.device_id): "other_algorithm" },
        "@nobody:localhost": { "X": "signed_curve25519" },
        "@bob:elsewhere.example": { "X": "signed_curve25519" },
    } });
    let body = alice.post(CLAIM, wanted).await.ok();
    assert_eq!(body["one_time_keys"], json!({}));
    assert_eq!(body["failures"].as_object().unwrap().keys().collect::<Vec<_>>(), ["elsewhere.example"]);
    let body = query(&alice, &["@bob:elsewhere.example"]).await;
    assert!(body["failures"]["elsewhere.example"].is_object());
    for odd in [json!({}), json!({ "one_time_keys": 1 }), json!({ "one_time_keys": { "alice": {} } })] {
        alice.post(CLAIM, odd).await.error(400, "M_BAD_JSON");
    }
    for odd in [json!({}), json!({ "device_keys": { "@alice:localhost": { "X": "Y" } } })] {
        alice.post(QUERY, odd).await.error(400, "M_BAD_JSON");
    }
    let many: serde_json::Map<String, Value> =
        (0..9).map(|number| (format!("D{number}"), json!(format!("a{number}")))).collect();
    for device in many.keys() {
        server.sign_in("alice", Some(device)).await;
    }
    let many = json!({ "one_time_keys": { "@alice:localhost": many } });
    alice.post(CLAIM, many).await.error(400, "M_INVALID_PARAM");
    server
}

async fn many_claimers_get_each_key_once_also_across_a_restart(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let names: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    upload(&alice, json!({ "one_time_keys": one_time_keys(&names) })).await;
    let mut seen = HashSet::new();
    for round in 0..3 {
        let (alice, bob) = (alice.at(&server), bob.at(&server));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (alice, bob) = (alice.clone(), bob.clone());
                tokio::spawn(async move { claim(&bob, &alice).await.unwrap().0 })
            })
            .collect();
        for task in tasks {
            assert!(seen.insert(task.await.unwrap()), "a key was handed out twice");
        }
        if round == 0 {
            server.restart().await;
        }
    }
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    assert_eq!((seen.len(), claim(&bob, &alice).await), (60, None));
    assert_eq!(upload(&alice, json!({})).await, json!({}));
    server
}

async fn identity_keys_stay_what_they_were(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let signer = Signer::device(&alice);
    let first = signer.device_keys(&alice);
    upload(&alice, json!({ "device_keys": first, "one_time_keys": one_time_keys(["OLD"]) })).await;
    let other = Signer::device(&alice).device_keys(&alice);
    let swapped = json!({ "device_keys": other, "one_time_keys": one_time_keys(["NEW"]) });
    alice.post(UPLOAD, swapped).await.error(400, "M_INVALID_PARAM");
    assert_eq!(claim(&bob, &alice).await, Some(one_time_key("OLD")));
    assert_eq!(claim(&bob, &alice).await, None, "of what is refused nothing is kept");
    let body = query(&bob, &[&alice.user_id]).await;
    assert_eq!(body["device_keys"][&alice.user_id][&alice.device_id], first);
    // What is said beside the keys may change.
    let mut more = first.clone();
    more["algorithms"] = json!(["m.olm.v1.curve25519-aes-sha2"]);
    let more = signer.sign(&alice.user_id, &more);
    upload(&alice, json!({ "device_keys": more })).await;
    let body = query(&bob, &[&alice.user_id]).await;
    assert_eq!(body["device_keys"][&alice.user_id][&alice.device_id]["algorithms"], more["algorithms"]);
    server
}

on_both_engines!(
    device_keys_are_shown_as_they_were_uploaded,
    device_keys_that_are_not_the_callers_or_not_signed_are_refused,
    one_time_keys_are_counted_and_uploading_again_changes_nothing,
    keys_of_a_wrong_shape_and_too_many_of_them_are_refused,
    keys_are_handed_out_in_the_order_they_came_then_the_fallback_key,
    claims_of_what_is_unknown_or_elsewhere_are_left_out,
    many_claimers_get_each_key_once_also_across_a_restart,
    identity_keys_stay_what_they_were,
);
