//! Key backup: versions and the keys in them.

use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

const VERSION: &str = "/_matrix/client/v3/room_keys/version";
const KEYS: &str = "/_matrix/client/v3/room_keys/keys";
const ALGORITHM: &str = "m.megolm_backup.v1.curve25519-aes-sha2";

fn new_version(public_key: &str) -> Value {
    json!({ "algorithm": ALGORITHM, "auth_data": { "public_key": public_key, "signatures": {} } })
}

async fn create(client: &Client) -> String {
    let body = client.post(VERSION, new_version("abc")).await.ok();
    body["version"].as_str().unwrap().to_owned()
}

fn key(is_verified: bool, first_message_index: i64, forwarded_count: i64) -> Value {
    json!({
        "first_message_index": first_message_index,
        "forwarded_count": forwarded_count,
        "is_verified": is_verified,
        "session_data": { "ephemeral": "aaa", "ciphertext": "bbb", "mac": "ccc" },
    })
}

fn session(version: &str, room: &str, session: &str) -> String {
    format!("{KEYS}/{room}/{session}?version={version}")
}

async fn versions_come_one_after_the_other(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.get(VERSION).await.error(404, "M_NOT_FOUND");
    let first = create(&alice).await;
    let shown = alice.get(VERSION).await.ok();
    let wanted = json!({
        "algorithm": ALGORITHM,
        "auth_data": { "public_key": "abc", "signatures": {} },
        "count": 0, "etag": shown["etag"], "version": first,
    });
    assert_eq!(shown, wanted);
    assert_eq!(alice.get(&format!("{VERSION}/{first}")).await.ok(), wanted);
    let second = create(&alice).await;
    assert_ne!(first, second);
    server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    assert_eq!(alice.get(VERSION).await.ok()["version"], json!(second));

    let path = format!("{VERSION}/{second}");
    alice.put(&path, new_version("xyz")).await.ok();
    assert_eq!(alice.get(&path).await.ok()["auth_data"]["public_key"], "xyz");
    let mut named = new_version("named");
    named["version"] = json!(second);
    alice.put(&path, named.clone()).await.ok();
    named["version"] = json!(first);
    alice.put(&path, named).await.error(400, "M_INVALID_PARAM");
    let other = json!({ "algorithm": "org.example.other", "auth_data": {} });
    alice.put(&path, other).await.error(400, "M_INVALID_PARAM");
    bob.put(&path, new_version("x")).await.error(404, "M_NOT_FOUND");
    bob.get(&path).await.error(404, "M_NOT_FOUND");
    bob.delete(&path, None).await.error(404, "M_NOT_FOUND");

    alice.delete(&path, None).await.ok();
    alice.delete(&path, None).await.ok();
    alice.get(&path).await.error(404, "M_NOT_FOUND");
    alice.put(&path, new_version("x")).await.error(404, "M_NOT_FOUND");
    assert_eq!(alice.get(VERSION).await.ok()["version"], json!(first));
    for unknown in ["1000000", "x", "-1", "01", "99999999999999999999"] {
        alice.get(&format!("{VERSION}/{unknown}")).await.error(404, "M_NOT_FOUND");
        alice.delete(&format!("{VERSION}/{unknown}"), None).await.error(404, "M_NOT_FOUND");
    }
    server
}

async fn versions_of_a_wrong_shape_are_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for odd in [
        json!({}),
        json!({ "algorithm": ALGORITHM }),
        json!({ "auth_data": {} }),
        json!({ "algorithm": 1, "auth_data": {} }),
        json!({ "algorithm": ALGORITHM, "auth_data": [] }),
        json!([]),
    ] {
        alice.post(VERSION, odd).await.error(400, "M_BAD_JSON");
    }
    let large = json!({ "algorithm": ALGORITHM, "auth_data": { "x": "y".repeat(70_000) } });
    alice.post(VERSION, large).await.error(413, "M_TOO_LARGE");
    alice.post(VERSION, json!({ "algorithm": "", "auth_data": {} })).await.error(400, "M_INVALID_PARAM");
    server.visitor().get(VERSION).await.error(401, "M_MISSING_TOKEN");
    server
}

async fn keys_are_put_shown_and_deleted_whole_by_room_and_by_session(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let version = create(&alice).await;
    let all = format!("{KEYS}?version={version}");
    let room = format!("{KEYS}/!b:x?version={version}");
    let empty = alice.get(&all).await.ok();
    assert_eq!(empty, json!({ "rooms": {} }));
    let keys = json!({ "rooms": {
        "!a:x": { "sessions": { "one": key(true, 0, 0), "two": key(false, 3, 1) } },
        "!b:x": { "sessions": { "one": key(false, 1, 0) } },
    } });
    let state = alice.put(&all, keys.clone()).await.ok();
    assert_eq!(state["count"], 3);
    assert_eq!(alice.get(&all).await.ok(), keys);
    let answer = alice.put(&room, json!({ "sessions": { "two": key(true, 0, 0) } })).await.ok();
    assert_eq!(answer["count"], 4);
    assert_ne!(answer["etag"], state["etag"]);
    let answer = alice.put(&session(&version, "!c:x", "one"), key(true, 9, 9)).await.ok();
    assert_eq!(answer["count"], 5);
    let info = alice.get(VERSION).await.ok();
    assert_eq!((&info["etag"], &info["count"]), (&answer["etag"], &answer["count"]));

    let wanted = json!({ "sessions": { "one": key(false, 1, 0), "two": key(true, 0, 0) } });
    assert_eq!(alice.get(&room).await.ok(), wanted);
    assert_eq!(alice.get(&session(&version, "!c:x", "one")).await.ok(), key(true, 9, 9));
    alice.get(&session(&version, "!c:x", "two")).await.error(404, "M_NOT_FOUND");
    alice.get(&session(&version, "!c:x", "%00")).await.error(404, "M_NOT_FOUND");
    assert_eq!(alice.get(&format!("{KEYS}/!none:x?version={version}")).await.ok(), json!({ "sessions": {} }));

    let after = alice.delete(&session(&version, "!c:x", "one"), None).await.ok();
    assert_eq!(after["count"], 4);
    assert_ne!(after["etag"], answer["etag"]);
    let again = alice.delete(&session(&version, "!c:x", "one"), None).await.ok();
    assert_eq!(again, after, "what is not there is not deleted");
    assert_eq!(alice.delete(&room, None).await.ok()["count"], 2);
    assert_eq!(alice.delete(&all, None).await.ok()["count"], 0);
    assert_eq!(alice.get(&all).await.ok(), json!({ "rooms": {} }));
    server
}

async fn the_better_key_stays(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let version = create(&alice).await;
    let path = session(&version, "!a:x", "s");
    let mut kept = key(false, 5, 5);
    let mut state = alice.put(&path, kept.clone()).await.ok();
    for (sent, replaces) in [
        (key(false, 5, 5), false),
        (key(false, 6, 0), false),
        (key(false, 5, 6), false),
        (key(false, 5, 4), true),
        (key(false, 4, 9), true),
        (key(true, 9, 9), true),
        (key(false, 0, 0), false),
        (key(true, 8, 9), true),
    ] {
        let answer = alice.put(&path, sent.clone()).await.ok();
        assert_eq!(answer["count"], 1);
        assert_eq!(answer["etag"] != state["etag"], replaces, "{sent}");
        kept = if replaces { sent } else { kept };
        state = answer;
        assert_eq!(alice.get(&path).await.ok(), kept);
    }
    server
}

async fn keys_go_into_the_current_version_only(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let body = json!({ "rooms": { "!a:x": { "sessions": { "s": key(true, 0, 0) } } } });
    alice.put(&format!("{KEYS}?version=1"), body.clone()).await.error(404, "M_NOT_FOUND");
    let old = create(&alice).await;
    alice.put(&format!("{KEYS}?version={old}"), body.clone()).await.ok();
    let new = create(&alice).await;
    let error = alice.put(&format!("{KEYS}?version={old}"), body.clone()).await;
    assert_eq!(error.error(403, "M_WRONG_ROOM_KEYS_VERSION")["current_version"], json!(new));
    let error = alice.put(&session(&old, "!a:x", "s"), key(true, 0, 0)).await;
    error.error(403, "M_WRONG_ROOM_KEYS_VERSION");
    assert_eq!(alice.get(&format!("{KEYS}?version={old}")).await.ok(), body, "old keys can be read");
    alice.get(&format!("{KEYS}?version=1000000")).await.error(404, "M_NOT_FOUND");
    alice.delete(&format!("{KEYS}?version=1000000"), None).await.error(404, "M_NOT_FOUND");
    alice.get(KEYS).await.error(400, "M_MISSING_PARAM");
    alice.delete(&format!("{VERSION}/{old}"), None).await.ok();
    alice.get(&format!("{KEYS}?version={old}")).await.error(404, "M_NOT_FOUND");
    alice.put(&format!("{KEYS}?version={old}"), body).await.error(404, "M_NOT_FOUND");
    server
}

async fn keys_of_a_wrong_shape_are_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let version = create(&alice).await;
    let path = session(&version, "!a:x", "s");
    for part in ["first_message_index", "forwarded_count", "is_verified", "session_data"] {
        for odd in [json!(null), json!("x"), json!(-1), json!([]), json!(1.5)] {
            let mut wrong = key(true, 0, 0);
            wrong[part] = odd;
            alice.put(&path, wrong).await.error(400, "M_BAD_JSON");
        }
    }
    let long = "s".repeat(300);
    alice.put(&session(&version, "!a:x", &long), key(true, 0, 0)).await.error(400, "M_INVALID_PARAM");
    alice.put(&session(&version, "!a:x", "%00"), key(true, 0, 0)).await.error(400, "M_INVALID_PARAM");
    let all = format!("{KEYS}?version={version}");
    alice.put(&all, json!({})).await.error(400, "M_BAD_JSON");
    alice.put(&all, json!({ "rooms": { "a": { "sessions": {} } } })).await.error(400, "M_BAD_JSON");
    let state = alice.put(&all, json!({ "rooms": {} })).await.ok();
    assert_eq!(state["count"], 0);
    server
}

async fn thousands_of_keys_go_in_at_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let version = create(&alice).await;
    let rooms: serde_json::Map<String, Value> = (0..50)
        .map(|room| {
            let sessions: serde_json::Map<String, Value> =
                (0..100).map(|number| (format!("session{number}"), key(false, number, 0))).collect();
            (format!("!r{room}:x"), json!({ "sessions": sessions }))
        })
        .collect();
    let body = json!({ "rooms": rooms });
    let path = format!("{KEYS}?version={version}");
    assert_eq!(alice.put(&path, body.clone()).await.ok()["count"], 5_000);
    assert_eq!(alice.put(&path, body.clone()).await.ok()["count"], 5_000);
    assert_eq!(alice.get(&path).await.ok(), body);
    server
}

async fn the_oldest_of_too_many_versions_goes(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let first = create(&alice).await;
    alice.put(&session(&first, "!r:a", "s"), key(true, 0, 0)).await.ok();
    let second = create(&alice).await;
    for _ in 2..100 {
        create(&alice).await;
    }
    assert_eq!(alice.get(&format!("{VERSION}/{first}")).await.ok()["count"], 1);
    let newest = create(&alice).await;
    alice.get(&format!("{VERSION}/{first}")).await.error(404, "M_NOT_FOUND");
    alice.get(&format!("{VERSION}/{second}")).await.ok();
    assert_eq!(alice.get(VERSION).await.ok()["version"], json!(newest));
    let mut large = key(true, 0, 0);
    large["session_data"]["ciphertext"] = json!("c".repeat(16 * 1024));
    alice.put(&session(&newest, "!r:a", "s"), large).await.error(413, "M_TOO_LARGE");
    server
}

on_both_engines!(
    the_oldest_of_too_many_versions_goes,
    versions_come_one_after_the_other,
    versions_of_a_wrong_shape_are_refused,
    keys_are_put_shown_and_deleted_whole_by_room_and_by_session,
    the_better_key_stays,
    keys_go_into_the_current_version_only,
    keys_of_a_wrong_shape_are_refused,
    thousands_of_keys_go_in_at_once,
);
