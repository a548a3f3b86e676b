//! Accounts, devices, profiles, keys and files as complement's tests of one server know them.
//! docs/protocol/complement.md says which of its files each is for.

use herold_endpoint_tests::{Client, DOWNLOAD, PASSWORD, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::rooms_basics::{create, membership};
use crate::sync_client::{content_of, first, joined, next};

const REGISTER: &str = "/_matrix/client/v3/register";

async fn names_are_lowered_and_odd_ones_refused(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let form = |username: &str| json!({ "username": username, "password": "übers3kr1t", "auth": { "type": "m.login.dummy" } });
    for odd in ["!", "\"", ":", "?", "\\", "@", "[", "]", "{", "|", "}", "£", "é", "\n", "'"] {
        let answer = visitor.post(REGISTER, form(&format!("user-{odd}-reject"))).await;
        answer.error(400, "M_INVALID_USERNAME");
    }
    for plain in ["q", "3", ".", "_", "=", "-", "/"] {
        visitor.post(REGISTER, form(&format!("chrtestuser{plain}"))).await.ok();
    }
    let made = visitor.post(REGISTER, form("user-UPPER")).await.ok();
    assert_eq!(made["user_id"], "@user-upper:localhost");
    let again = json!({ "identifier": { "type": "m.id.user", "user": "@USER-UPPER:localhost" },
        "type": "m.login.password", "password": "übers3kr1t" });
    let signed_in = visitor.post("/_matrix/client/v3/login", again).await.ok();
    let client = visitor.clone().signed_in(&signed_in);
    let who = client.get("/_matrix/client/v3/account/whoami").await.ok();
    assert_eq!(who["user_id"], "@user-upper:localhost");
    let available = |name: &str| format!("/_matrix/client/v3/register/available?username={name}");
    assert_eq!(visitor.get(&available("free")).await.ok(), json!({ "available": true }));
    visitor.get(&available("user-upper")).await.error(400, "M_USER_IN_USE");
    visitor.get(&available("us,er")).await.error(400, "M_INVALID_USERNAME");
    server
}

async fn answers_are_json_and_flows_are_lists(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let response = visitor.raw(Method::GET, "/_matrix/client/v3/login").body("{}").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    let flows: Value = response.json().await.unwrap();
    assert!(flows["flows"].as_array().unwrap().iter().all(|flow| flow["type"].is_string()));
    let response = visitor.raw(Method::POST, REGISTER).body("{}").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (401, &"application/json".parse().unwrap())
    );
    let flows: Value = response.json().await.unwrap();
    assert!(flows["flows"].as_array().unwrap().iter().all(|flow| flow["stages"].is_array()));
    let broken: &[u8] = b"{ \"test\":\"a\x81\" }";
    let response = visitor.raw(Method::POST, REGISTER).body(broken).send().await.unwrap();
    let status = response.status();
    let body: Value = response.json().await.unwrap();
    assert_eq!((status.as_u16(), &body["errcode"]), (400, &json!("M_NOT_JSON")));
    let versions = visitor.get("/_matrix/client/versions").await.ok();
    for version in versions["versions"].as_array().unwrap() {
        let (major, minor) = version.as_str().unwrap().strip_prefix('v').unwrap().split_once('.').unwrap();
        assert!(major.parse::<u8>().is_ok() && minor.parse::<u8>().is_ok(), "{version}");
    }
    assert!(versions["unstable_features"].as_object().unwrap().values().all(Value::is_boolean));
    server
}

async fn a_device_is_deleted_by_its_owner_only(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let other = server.sign_in("alice", None).await;
    let path = format!("/_matrix/client/v3/devices/{}", other.device_id);
    let asked = alice.delete(&path, None).await;
    assert_eq!(asked.status, 401);
    for field in ["session", "flows", "params"] {
        assert!(!asked.body[field].is_null(), "{field}");
    }
    let mut wrong = alice.proof();
    wrong["password"] = json!("wrong");
    let asked = alice.delete(&path, Some(json!({ "auth": wrong }))).await.error(401, "M_FORBIDDEN");
    for field in ["session", "flows", "params", "error"] {
        assert!(!asked[field].is_null(), "{field}");
    }
    let answer = alice.delete(&path, Some(json!({ "auth": bob.proof() }))).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    alice.get(&path).await.ok();
    alice.delete(&path, Some(json!({ "auth": alice.proof() }))).await.ok();
    alice.get(&path).await.error(404, "M_NOT_FOUND");
    other.get("/_matrix/client/v3/sync").await.error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn profiles_are_read_by_everybody_and_told_in_rooms(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let mut since = first(&alice).await;
    for (field, value) in
        [("avatar_url", "mxc://example.com/SEsfnsuifSDFSSEF"), ("displayname", "LemurLover")]
    {
        let path = format!("/_matrix/client/v3/profile/{}/{field}", alice.user_id);
        alice.put(&path, json!({ field: value })).await.ok();
        assert_eq!(server.visitor().get(&path).await.ok()[field], value);
        let told = next(&alice, &since).await;
        let member = content_of(&joined(&told, &room)["timeline"], "m.room.member").clone();
        assert_eq!((&member["membership"], &member[field]), (&json!("join"), &json!(value)), "{told}");
        since = told;
    }
    server
}

async fn a_name_of_one_room_is_found_by_nobody_else(server: TestServer) -> TestServer {
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    let path = format!("/_matrix/client/v3/profile/{}/displayname", alice.user_id);
    alice.put(&path, json!({ "displayname": "Alice Cooper" })).await.ok();
    create(&alice, json!({ "visibility": "public" })).await;
    let room = create(&bob, json!({ "visibility": "private", "invite": [alice.user_id] })).await;
    membership(&alice, &room, "join", json!({})).await.ok();
    let named = json!({ "membership": "join", "displayname": "Freddy" });
    alice
        .put(&format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{}", alice.user_id), named)
        .await
        .ok();
    let find = async |who: &Client, term: &str| {
        let answer =
            who.post("/_matrix/client/v3/user_directory/search", json!({ "search_term": term })).await.ok();
        answer["results"].as_array().unwrap().clone()
    };
    for who in [&bob, &eve] {
        for term in ["Alice Cooper", alice.user_id.as_str()] {
            let found = find(who, term).await;
            assert_eq!(found.len(), 1, "{term}: {found:?}");
            assert_eq!(
                (&found[0]["display_name"], &found[0]["user_id"]),
                (&json!("Alice Cooper"), &json!(alice.user_id))
            );
        }
    }
    assert_eq!(find(&eve, "Freddy").await, [] as [Value; 0]);
    server
}

async fn keys_are_asked_for_by_lists(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let query = "/_matrix/client/v3/keys/query";
    let answer = alice.post(query, json!({ "device_keys": { bob.user_id.clone(): [] } })).await.ok();
    assert_eq!(answer["device_keys"], json!({ bob.user_id.clone(): {} }), "{answer}");
    let object = json!({ "device_keys": { bob.user_id.clone(): { "device_id1": true } } });
    alice.post(query, object).await.error(400, "M_BAD_JSON");
    let upload = "/_matrix/client/v3/keys/upload";
    let bare = json!({ "device_keys": { "user_id": bob.user_id, "device_id": bob.device_id } });
    bob.post(upload, bare).await.error(400, "M_BAD_JSON");
    let others = json!({ "device_keys": { "user_id": alice.user_id, "device_id": alice.device_id } });
    assert_eq!(bob.post(upload, others).await.status, 400);
    let claim = json!({ "one_time_keys": { alice.user_id.clone(): { alice.device_id.clone(): "signed_curve25519" } } });
    let claimed = bob.post("/_matrix/client/v3/keys/claim", claim).await.ok();
    assert_eq!(claimed["one_time_keys"].get(&alice.user_id), None, "{claimed}");
    server
}

async fn filters_of_a_wrong_shape_are_refused(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = format!("/_matrix/client/v3/user/{}/filter", alice.user_id);
    let timeline = |field: &str, value: Value| json!({ "room": { "timeline": { field: value } } });
    let mut wrong = vec![json!({ "presence": "no" })];
    for section in ["timeline", "state", "ephemeral", "account_data"] {
        wrong.push(json!({ "room": { section: "no" } }));
    }
    for field in ["rooms", "not_rooms", "senders", "not_senders", "types", "not_types"] {
        wrong.push(timeline(field, json!("no")));
    }
    wrong.push(timeline("types", json!([1])));
    wrong.push(timeline("rooms", json!(["not_a_room_id"])));
    wrong.push(timeline("senders", json!(["not_a_sender_id"])));
    for filter in wrong {
        let answer = alice.post(&path, filter.clone()).await;
        assert!(answer.status.is_client_error(), "{filter} {answer:?}");
    }
    server
}

async fn files_keep_their_names_and_types(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let upload = async |name: &str, kind: &str| {
        let request = alice.request(Method::POST, "/_matrix/media/v3/upload").query(&[("filename", name)]);
        let response = request.header("content-type", kind).body("Hello World!").send().await.unwrap();
        let body: Value = response.json().await.unwrap();
        body["content_uri"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned()
    };
    for kind in ["image/png", "img/png"] {
        let uri = upload("test.png", kind).await;
        let response = alice.download(&format!("{DOWNLOAD}{uri}")).await;
        assert_eq!(response.headers()["content-type"], kind);
        assert_eq!(server.visitor().download(&format!("{DOWNLOAD}{uri}")).await.status(), 401);
    }
    for name in ["ascii", "name with spaces", "name;with;semicolons", "🐔"] {
        let uri = upload(name, "image/png").await;
        for (path, expected) in
            [(format!("{DOWNLOAD}{uri}"), name), (format!("{DOWNLOAD}{uri}/%E2%98%95"), "☕")]
        {
            let response = alice.download(&path).await;
            let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
            let plain = expected.is_ascii();
            let encoded: String = expected.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let found = if plain { disposition.contains(expected) } else { disposition.contains(&encoded) };
            assert!(found, "{expected}: {disposition}");
        }
    }
    for (kind, inline) in [("image/png", true), ("Text/Plain; charset=utf-8", true), ("image/svg", false)] {
        let uri = upload("", kind).await;
        let response = alice.download(&format!("{DOWNLOAD}{uri}")).await;
        let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert_eq!(disposition.starts_with("inline"), inline, "{kind}: {disposition}");
    }
    for path in ["/_matrix/media/v3/config", "/_matrix/client/v1/media/config"] {
        assert!(alice.get(path).await.ok()["m.upload.size"].is_i64());
    }
    server
}

async fn a_changed_password_keeps_this_device_and_its_pushers(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let other = server.sign_in("alice", None).await;
    let pusher = json!({
        "data": { "url": "https://dummy.url/_matrix/push/v1/notify" }, "profile_tag": "tag", "kind": "http",
        "app_id": "complement", "app_display_name": "a", "device_display_name": "b", "pushkey": "a_push_key",
        "lang": "en",
    });
    let count = async || {
        let pushers = alice.get("/_matrix/client/v3/pushers").await.ok();
        pushers["pushers"].as_array().unwrap().len()
    };
    let change = async |from: &str, to: &str| {
        let mut proof = alice.proof();
        proof["password"] = json!(from);
        alice
            .post("/_matrix/client/v3/account/password", json!({ "auth": proof, "new_password": to }))
            .await
            .ok();
    };
    other.post("/_matrix/client/v3/pushers/set", pusher.clone()).await.ok();
    change(PASSWORD, "my new password").await;
    assert_eq!(count().await, 0);
    alice.post("/_matrix/client/v3/pushers/set", pusher).await.ok();
    change("my new password", PASSWORD).await;
    assert_eq!(count().await, 1);
    server
}

on_both_engines!(
    names_are_lowered_and_odd_ones_refused,
    answers_are_json_and_flows_are_lists,
    a_device_is_deleted_by_its_owner_only,
    profiles_are_read_by_everybody_and_told_in_rooms,
    a_name_of_one_room_is_found_by_nobody_else,
    keys_are_asked_for_by_lists,
    filters_of_a_wrong_shape_are_refused,
    files_keep_their_names_and_types,
    a_changed_password_keeps_this_device_and_its_pushers,
);
