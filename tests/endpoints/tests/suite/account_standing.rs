//! Locked and suspended accounts, and the administrators who decide.

use herold_accounts::Standing;
use herold_endpoint_tests::{Client, PASSWORD, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics;

const WHOAMI: &str = "/_matrix/client/v3/account/whoami";
const LOCK: &str = "/_matrix/client/v1/admin/lock";
const SUSPEND: &str = "/_matrix/client/v1/admin/suspend";

/// An account that administers the server.
async fn administrator(server: &TestServer, username: &str) -> Client {
    let client = server.register(username).await;
    let user_id = client.user_id.as_str().try_into().unwrap();
    server.accounts().decide(user_id, |standing| Standing { admin: true, ..standing }).await.unwrap();
    client
}

fn login() -> Value {
    json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": "alice" },
        "password": PASSWORD,
        "refresh_token": true,
    })
}

async fn a_locked_account_signs_out_and_nothing_else(server: TestServer) -> TestServer {
    let root = administrator(&server, "root").await;
    let (alice, other) = (server.register("alice").await, server.sign_in("alice", None).await);
    let tokens = server.visitor().post("/_matrix/client/v3/login", login()).await.ok();
    alice.get(WHOAMI).await.ok();
    let path = format!("{LOCK}/@alice:localhost");
    assert_eq!(root.get(&path).await.ok(), json!({ "locked": false }));
    assert_eq!(root.put(&path, json!({ "locked": true })).await.ok(), json!({ "locked": true }));
    assert_eq!(root.get(&path).await.ok(), json!({ "locked": true }));
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    for answer in [
        alice.get(WHOAMI).await,
        alice.get("/_matrix/client/v3/capabilities").await,
        server.visitor().post("/_matrix/client/v3/login", login()).await,
        server.visitor().post("/_matrix/client/v3/refresh", refresh).await,
    ] {
        assert_eq!(answer.error(401, "M_USER_LOCKED")["soft_logout"], true);
    }
    other.post("/_matrix/client/v3/logout", json!({})).await.ok();
    root.put(&path, json!({ "locked": false })).await.ok();
    alice.get(WHOAMI).await.ok();
    other.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn a_suspended_account_reads_and_keeps_itself_in_order(server: TestServer) -> TestServer {
    let root = administrator(&server, "root").await;
    let alice = server.register("alice").await;
    root.put(&format!("{SUSPEND}/@alice:localhost"), json!({ "suspended": true })).await.ok();
    alice.get(WHOAMI).await.ok();
    let name = "/_matrix/client/v3/profile/@alice:localhost/displayname";
    alice.put(name, json!({ "displayname": "x" })).await.error(403, "M_USER_SUSPENDED");
    alice.delete(name, None).await.error(403, "M_USER_SUSPENDED");
    let phone = server.sign_in("alice", Some("PHONE")).await;
    phone.put(name, json!({ "displayname": "x" })).await.error(403, "M_USER_SUSPENDED");
    let delete = json!({ "auth": alice.proof() });
    alice.delete("/_matrix/client/v3/devices/PHONE", Some(delete)).await.ok();
    alice.put("/_matrix/client/v3/user/@alice:localhost/account_data/m.x", json!({})).await.ok();
    root.put(&format!("{SUSPEND}/@alice:localhost"), json!({ "suspended": false })).await.ok();
    alice.put(name, json!({ "displayname": "x" })).await.ok();
    server
}

async fn only_administrators_decide_and_not_about_each_other(server: TestServer) -> TestServer {
    let root = administrator(&server, "root").await;
    administrator(&server, "toor").await;
    let alice = server.register("alice").await;
    for (path, field) in [(LOCK, "locked"), (SUSPEND, "suspended")] {
        let of = |user: &str| format!("{path}/{user}");
        let mut body = json!({});
        body[field] = json!(true);
        alice.get(&of("@alice:localhost")).await.error(403, "M_FORBIDDEN");
        alice.put(&of("@root:localhost"), body.clone()).await.error(403, "M_FORBIDDEN");
        root.put(&of("@toor:localhost"), body.clone()).await.error(403, "M_FORBIDDEN");
        root.put(&of("@root:localhost"), body.clone()).await.error(403, "M_FORBIDDEN");
        root.put(&of("@nobody:localhost"), body.clone()).await.error(404, "M_NOT_FOUND");
        root.get(&of("@nobody:localhost")).await.error(404, "M_NOT_FOUND");
        root.put(&of("@alice:elsewhere"), body.clone()).await.error(400, "M_INVALID_PARAM");
        root.put(&of("@alice:localhost"), json!({})).await.error(400, "M_BAD_JSON");
    }
    let moderation = |body: Value| body["capabilities"]["m.account_moderation"].clone();
    let capabilities = "/_matrix/client/v3/capabilities";
    assert_eq!(moderation(root.get(capabilities).await.ok()), json!({ "lock": true, "suspend": true }));
    assert_eq!(moderation(alice.get(capabilities).await.ok()), Value::Null);
    server
}

async fn administrators_see_where_people_call_from(server: TestServer) -> TestServer {
    let root = administrator(&server, "root").await;
    let alice = server.register("alice").await;
    alice.get(WHOAMI).await.ok();
    let path = |user: &str| format!("/_matrix/client/v3/admin/whois/{user}");
    for client in [&root, &alice] {
        let told = client.get(&path("@alice:localhost")).await.ok();
        assert_eq!(told["user_id"], "@alice:localhost");
        let connection = &told["devices"][&alice.device_id]["sessions"][0]["connections"][0];
        assert_eq!(
            (&connection["ip"], &connection["last_seen"]),
            (&json!("127.0.0.1"), &json!(1_700_000_000_000_i64))
        );
    }
    alice.get(&path("@root:localhost")).await.error(403, "M_FORBIDDEN");
    root.get(&path("@nobody:localhost")).await.error(404, "M_NOT_FOUND");
    root.get(&path("@alice:elsewhere")).await.error(400, "M_INVALID_PARAM");
    server
}

async fn a_suspended_account_takes_back_its_own_events_only(server: TestServer) -> TestServer {
    let root = administrator(&server, "root").await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = rooms_basics::create(&alice, json!({ "preset": "public_chat" })).await;
    bob.post(&format!("/_matrix/client/v3/join/{room}"), json!({})).await.ok();
    let own = rooms_basics::say(&alice, &room, "one", "mine").await;
    let others = rooms_basics::say(&bob, &room, "one", "not yours").await;
    root.put(&format!("{SUSPEND}/@alice:localhost"), json!({ "suspended": true })).await.ok();
    let redact = |event: &str| format!("/_matrix/client/v3/rooms/{room}/redact/{event}/{}", &event[1..]);
    alice.put(&redact(&others), json!({})).await.error(403, "M_USER_SUSPENDED");
    alice.put(&redact(&own), json!({})).await.ok();
    let send = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/x");
    alice.put(&send, json!({ "msgtype": "m.text", "body": "x" })).await.error(403, "M_USER_SUSPENDED");
    alice.post(&format!("/_matrix/client/v3/join/{room}"), json!({})).await.error(403, "M_USER_SUSPENDED");
    alice.post(&format!("/_matrix/client/v3/rooms/{room}/leave"), json!({})).await.ok();
    server
}

async fn operators_list_accounts_and_reset_passwords(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for name in ["bob", "carol"] {
        server.register(name).await;
    }
    let accounts = server.accounts();
    let first = accounts.list("", 2).await.unwrap();
    let ids = |page: &[herold_accounts::ListedAccount]| -> Vec<String> {
        page.iter().map(|account| account.user_id.to_string()).collect()
    };
    assert_eq!(ids(&first), ["@alice:localhost", "@bob:localhost"]);
    assert_eq!(ids(&accounts.list("@bob:localhost", 2).await.unwrap()), ["@carol:localhost"]);
    let user_id = accounts.meant("alice").unwrap();
    accounts.reset_password(&user_id, "another password".to_owned()).await.unwrap();
    alice.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    let mut form = login();
    form["password"] = json!("another password");
    server.visitor().post("/_matrix/client/v3/login", form).await.ok();
    accounts.deactivate(accounts.listed(&user_id).await.unwrap().user_number, false).await.unwrap();
    assert!(accounts.listed(&user_id).await.is_err());
    assert!(accounts.list("", 1).await.unwrap()[0].deactivated_at.is_some());
    server
}

on_both_engines!(
    a_locked_account_signs_out_and_nothing_else,
    a_suspended_account_reads_and_keeps_itself_in_order,
    only_administrators_decide_and_not_about_each_other,
    administrators_see_where_people_call_from,
    a_suspended_account_takes_back_its_own_events_only,
    operators_list_accounts_and_reset_passwords,
);
