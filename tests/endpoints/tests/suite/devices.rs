//! Devices as their owner manages them.

use herold_endpoint_tests::{PASSWORD, TestServer, on_both_engines};
use serde_json::{Value, json};

const DEVICES: &str = "/_matrix/client/v3/devices";
const DELETE: &str = "/_matrix/client/v3/delete_devices";
const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

fn ids(list: &Value) -> Vec<&str> {
    list["devices"].as_array().unwrap().iter().map(|device| device["device_id"].as_str().unwrap()).collect()
}

async fn devices_are_listed_named_and_last_seen(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let phone = server.sign_in("alice", Some("PHONE")).await;
    server.register("bob").await;
    let list = alice.get(DEVICES).await.ok();
    assert_eq!(ids(&list), [alice.device_id.as_str(), "PHONE"]);
    let path = format!("{DEVICES}/PHONE");
    let unnamed = alice.get(&path).await.ok();
    assert_eq!(
        (&unnamed["display_name"], &unnamed["last_seen_ts"]),
        (&Value::Null, &json!(1_700_000_000_000_i64))
    );
    server.clock.advance_ms(5_000);
    phone.get(WHOAMI).await.ok();
    alice.put(&path, json!({ "display_name": "My phone" })).await.ok();
    alice.put(&path, json!({})).await.ok();
    let named = alice.get(&path).await.ok();
    assert_eq!(named["display_name"], "My phone");
    assert_eq!(
        (&named["last_seen_ts"], &named["last_seen_ip"]),
        (&json!(1_700_000_005_000_i64), &json!("127.0.0.1"))
    );
    alice.put(&path, json!({ "display_name": "x".repeat(256) })).await.error(413, "M_TOO_LARGE");
    alice.get(&format!("{DEVICES}/NONE")).await.error(404, "M_NOT_FOUND");
    alice.put(&format!("{DEVICES}/NONE"), json!({ "display_name": "x" })).await.error(404, "M_NOT_FOUND");
    alice.put(&format!("{DEVICES}/NONE"), json!({})).await.error(404, "M_NOT_FOUND");
    server
}

async fn a_restart_keeps_when_devices_were_seen(mut server: TestServer) -> TestServer {
    server.register("alice").await;
    let phone = server.sign_in("alice", Some("PHONE")).await;
    server.clock.advance_ms(7_000);
    phone.get(WHOAMI).await.ok();
    server.restart().await;
    server.clock.advance_ms(70_000);
    let other = server.sign_in("alice", None).await;
    let seen = other.get(&format!("{DEVICES}/PHONE")).await.ok();
    assert_eq!(seen["last_seen_ts"], 1_700_000_007_000_i64);
    server
}

async fn a_device_is_deleted_by_who_knows_the_password(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let phone = server.sign_in("alice", Some("PHONE")).await;
    let path = format!("{DEVICES}/PHONE");
    let asked = alice.delete(&path, None).await;
    assert_eq!(
        (asked.status.as_u16(), &asked.body["flows"]),
        (401, &json!([{ "stages": ["m.login.password"] }]))
    );
    let mut auth = alice.proof();
    auth["session"] = asked.body["session"].clone();
    auth["password"] = json!("wrong password");
    alice.delete(&path, Some(json!({ "auth": auth }))).await.error(401, "M_FORBIDDEN");
    auth["identifier"] = json!({ "type": "m.id.thirdparty", "medium": "email", "address": "a@b.c" });
    alice.delete(&path, Some(json!({ "auth": auth }))).await.error(403, "M_FORBIDDEN");
    phone.get(WHOAMI).await.ok();
    auth["identifier"] = json!({ "type": "m.id.user", "user": "alice" });
    auth["password"] = json!(PASSWORD);
    alice.delete(&path, Some(json!({ "auth": auth }))).await.ok();
    phone.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(ids(&alice.get(DEVICES).await.ok()), [alice.device_id.as_str()]);
    // Who missed the answer may ask again with the finished session.
    let finished = json!({ "auth": { "session": auth["session"] } });
    alice.delete(&path, Some(finished.clone())).await.ok();
    let other = format!("{DEVICES}/{}", alice.device_id);
    let refused = alice.delete(&other, Some(finished)).await;
    assert_eq!(refused.status, 401, "a proof holds for its own request only");
    assert_ne!(refused.body["session"], auth["session"]);
    server
}

async fn many_devices_are_deleted_at_once(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let bob = server.register("bob").await;
    let bobs = bob.device_id.clone();
    let (phone, desk) =
        (server.sign_in("alice", Some("PHONE")).await, server.sign_in("alice", Some("DESK")).await);
    let request = json!({ "devices": ["PHONE", "DESK", "NONE", "\0", bobs], "auth": alice.proof() });
    alice.post(DELETE, request).await.ok();
    for device in [phone, desk] {
        device.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    }
    bob.get(WHOAMI).await.ok();
    alice.post(DELETE, json!({ "auth": alice.proof() })).await.error(400, "M_BAD_JSON");
    alice.post(DELETE, json!({ "devices": [], "auth": alice.proof() })).await.ok();
    server
}

/// Devices of one account at most.
const DEVICES_MAX: usize = 500;

async fn an_account_has_so_many_devices_and_no_more(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for number in 1..DEVICES_MAX {
        server.sign_in("alice", Some(&format!("D{number}"))).await;
    }
    let request = |device: &str| {
        json!({
            "type": "m.login.password", "identifier": { "type": "m.id.user", "user": "alice" },
            "password": PASSWORD, "device_id": device,
        })
    };
    let login = "/_matrix/client/v3/login";
    let refused = server.visitor().post(login, request("NEW")).await.error(429, "M_LIMIT_EXCEEDED");
    assert!(refused["error"].as_str().unwrap().contains("sign out"), "{refused}");
    // Whoever has a device may sign in on it again, and who signs out makes room.
    server.visitor().post(login, request("D1")).await.ok();
    alice.post("/_matrix/client/v3/logout", json!({})).await.ok();
    server.visitor().post(login, request("NEW")).await.ok();
    server.visitor().post(login, request("NEWER")).await.error(429, "M_LIMIT_EXCEEDED");
    server
}

on_both_engines!(
    an_account_has_so_many_devices_and_no_more,
    devices_are_listed_named_and_last_seen,
    a_restart_keeps_when_devices_were_seen,
    a_device_is_deleted_by_who_knows_the_password,
    many_devices_are_deleted_at_once,
);
