//! Changing a password, and closing an account.

use herold_endpoint_tests::{Client, PASSWORD, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::rooms_basics;

const CHANGE: &str = "/_matrix/client/v3/account/password";
const DEACTIVATE: &str = "/_matrix/client/v3/account/deactivate";
const LOGIN: &str = "/_matrix/client/v3/login";
const WHOAMI: &str = "/_matrix/client/v3/account/whoami";
const NEW: &str = "a new password";

fn form(password: &str) -> Value {
    json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": "alice" },
        "password": password,
    })
}

fn change(who: &Client, logout_devices: Option<bool>) -> Value {
    let mut request = json!({ "new_password": NEW, "auth": who.proof() });
    if let Some(logout_devices) = logout_devices {
        request["logout_devices"] = json!(logout_devices);
    }
    request
}

async fn a_new_password_signs_other_devices_out(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let other = server.sign_in("alice", None).await;
    assert_eq!(alice.post(CHANGE, json!({ "new_password": NEW })).await.status, 401);
    server.visitor().post(CHANGE, json!({ "new_password": NEW })).await.error(401, "M_MISSING_TOKEN");
    alice.post(CHANGE, json!({ "new_password": "short" })).await.error(400, "M_WEAK_PASSWORD");
    alice.post(CHANGE, change(&alice, None)).await.ok();
    alice.get(WHOAMI).await.ok();
    other.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    server.visitor().post(LOGIN, form(PASSWORD)).await.error(403, "M_FORBIDDEN");
    server.visitor().post(LOGIN, form(NEW)).await.ok();
    server
}

async fn other_devices_stay_where_asked(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let other = server.sign_in("alice", None).await;
    alice.post(CHANGE, change(&alice, Some(false))).await.ok();
    other.get(WHOAMI).await.ok();
    server
}

async fn a_closed_account_stays_closed(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let other = server.sign_in("alice", None).await;
    let name = "/_matrix/client/v3/profile/@alice:localhost/displayname";
    alice.put(name, json!({ "displayname": "Alice" })).await.ok();
    assert_eq!(alice.post(DEACTIVATE, json!({})).await.status, 401);
    let closed = alice.post(DEACTIVATE, json!({ "auth": alice.proof() })).await.ok();
    assert_eq!(closed, json!({ "id_server_unbind_result": "success" }));
    for device in [&alice, &other] {
        device.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    }
    server.visitor().post(LOGIN, form(PASSWORD)).await.error(403, "M_FORBIDDEN");
    assert_eq!(server.visitor().get(name).await.ok()["displayname"], "Alice");
    let again = json!({ "username": "alice", "password": PASSWORD, "auth": { "type": "m.login.dummy" } });
    server.visitor().post("/_matrix/client/v3/register", again).await.error(400, "M_USER_IN_USE");
    server
}

async fn an_erased_account_leaves_nothing(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let profile = "/_matrix/client/v3/profile/@alice:localhost";
    alice.put(&format!("{profile}/displayname"), json!({ "displayname": "Alice" })).await.ok();
    alice.put("/_matrix/client/v3/user/@alice:localhost/account_data/m.x", json!({ "a": 1 })).await.ok();
    alice.post(DEACTIVATE, json!({ "erase": true, "auth": alice.proof() })).await.ok();
    server.visitor().get(profile).await.error(404, "M_NOT_FOUND");
    server.visitor().get(&format!("{profile}/displayname")).await.error(404, "M_NOT_FOUND");
    server
}

async fn a_closing_beside_a_sign_in_leaves_nobody_signed_in(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let visitor = server.visitor();
    let request = json!({ "auth": alice.proof() });
    let (closed, signed_in) =
        tokio::join!(alice.post(DEACTIVATE, request), visitor.post(LOGIN, form(PASSWORD)));
    closed.ok();
    if signed_in.status.is_success() {
        let late = server.visitor().signed_in(&signed_in.body);
        late.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    }
    server
}

async fn third_party_ids_are_not_kept_here(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let ids = "/_matrix/client/v3/account/3pid";
    assert_eq!(alice.get(ids).await.ok(), json!({ "threepids": [] }));
    let add = json!({ "client_secret": "s", "sid": "1" });
    alice.post(&format!("{ids}/add"), add).await.error(403, "M_FORBIDDEN");
    let delete = json!({ "medium": "email", "address": "a@b.c" });
    alice.post(&format!("{ids}/delete"), delete.clone()).await.error(403, "M_FORBIDDEN");
    alice.post(&format!("{ids}/unbind"), delete).await.error(400, "M_SERVER_NOT_TRUSTED");
    let bind = json!({ "client_secret": "s", "sid": "1", "id_server": "x", "id_access_token": "t" });
    alice.post(&format!("{ids}/bind"), bind).await.error(400, "M_SERVER_NOT_TRUSTED");
    let email = json!({ "client_secret": "s", "email": "a@b.c", "send_attempt": 1 });
    let msisdn = json!({ "client_secret": "s", "country": "DE", "phone_number": "1", "send_attempt": 1 });
    for area in ["account/3pid", "account/password", "register"] {
        let path = |medium: &str| format!("/_matrix/client/v3/{area}/{medium}/requestToken");
        server.visitor().post(&path("email"), email.clone()).await.error(403, "M_THREEPID_DENIED");
        server.visitor().post(&path("msisdn"), msisdn.clone()).await.error(403, "M_THREEPID_DENIED");
    }
    server
}

async fn who_closes_an_account_leaves_all_rooms(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let joined = rooms_basics::create(&bob, json!({ "preset": "public_chat" })).await;
    alice.post(&format!("/_matrix/client/v3/join/{joined}"), json!({})).await.ok();
    // The id of a room is made of its creation, which tells two of one person apart by the time alone.
    server.clock.advance_ms(1);
    let invited = rooms_basics::create(&bob, json!({ "invite": [alice.user_id] })).await;
    alice.post(DEACTIVATE, json!({ "auth": alice.proof() })).await.ok();
    for room in [joined, invited] {
        let member = rooms_basics::state(&bob, &room, "m.room.member", &alice.user_id).await;
        assert_eq!(member["membership"], "leave");
    }
    server
}

on_both_engines!(
    who_closes_an_account_leaves_all_rooms,
    a_new_password_signs_other_devices_out,
    other_devices_stay_where_asked,
    a_closed_account_stays_closed,
    an_erased_account_leaves_nothing,
    a_closing_beside_a_sign_in_leaves_nobody_signed_in,
    third_party_ids_are_not_kept_here,
);
