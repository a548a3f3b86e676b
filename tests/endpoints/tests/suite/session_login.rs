//! Signing in and out.

use herold_endpoint_tests::{PASSWORD, TestServer, on_both_engines};
use serde_json::{Value, json};

const LOGIN: &str = "/_matrix/client/v3/login";
const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

fn form(user: &str, password: &str) -> Value {
    json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": user },
        "password": password,
    })
}

async fn a_password_signs_in_by_any_way_to_write_the_name(server: TestServer) -> TestServer {
    server.register("alice").await;
    let visitor = server.visitor();
    for user in ["alice", "Alice", "@alice:localhost", "@ALICE:localhost"] {
        let body = visitor.post(LOGIN, form(user, PASSWORD)).await.ok();
        assert_eq!(body["user_id"], "@alice:localhost");
        server.visitor().signed_in(&body).get(WHOAMI).await.ok();
    }
    let old = json!({ "type": "m.login.password", "user": "alice", "password": PASSWORD });
    visitor.post(LOGIN, old).await.ok();
    let flows = visitor.get(LOGIN).await.ok();
    let wanted =
        json!([{ "type": "m.login.password" }, { "type": "m.login.token", "get_login_token": true }]);
    assert_eq!(flows["flows"], wanted);
    server
}

async fn what_does_not_sign_in_says_why(server: TestServer) -> TestServer {
    server.register("alice").await;
    let visitor = server.visitor();
    for (user, password) in [("alice", "wrong"), ("bob", PASSWORD), ("@alice:elsewhere", PASSWORD), ("", "")]
    {
        visitor.post(LOGIN, form(user, password)).await.error(403, "M_FORBIDDEN");
    }
    let mut email = form("alice", PASSWORD);
    email["identifier"] = json!({ "type": "m.id.thirdparty", "medium": "email", "address": "a@b.c" });
    visitor.post(LOGIN, email).await.error(403, "M_FORBIDDEN");
    let with = |field: &str, value: &str| {
        let mut request = form("alice", PASSWORD);
        request[field] = json!(value);
        request
    };
    visitor.post(LOGIN, with("device_id", "A\0B")).await.error(400, "M_INVALID_PARAM");
    visitor.post(LOGIN, with("initial_device_display_name", "A\0B")).await.error(400, "M_INVALID_PARAM");
    visitor.post(LOGIN, form("al\0ice", PASSWORD)).await.error(403, "M_FORBIDDEN");
    let mut nobody = form("alice", PASSWORD);
    nobody.as_object_mut().unwrap().remove("identifier");
    visitor.post(LOGIN, nobody).await.error(400, "M_MISSING_PARAM");
    visitor.post(LOGIN, json!({ "type": "org.example.smile" })).await.error(400, "M_UNKNOWN");
    visitor.post(LOGIN, json!({ "type": "m.login.token", "token": "x" })).await.error(403, "M_FORBIDDEN");
    for odd in [json!({}), json!({ "type": 1 }), json!([]), json!({ "type": "m.login.password" })] {
        visitor.post(LOGIN, odd).await.error(400, "M_BAD_JSON");
    }
    visitor.get(WHOAMI).await.error(401, "M_MISSING_TOKEN");
    let mut stranger = server.visitor();
    stranger.token = Some("not a token".to_owned());
    assert_eq!(stranger.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN").get("soft_logout"), None);
    server
}

async fn a_device_that_signs_in_again_has_only_its_newest_token(server: TestServer) -> TestServer {
    server.register("alice").await;
    let first = server.sign_in("alice", Some("PHONE")).await;
    let other = server.sign_in("alice", Some("DESK")).await;
    first.get(WHOAMI).await.ok();
    let second = server.sign_in("alice", Some("PHONE")).await;
    first.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(second.get(WHOAMI).await.ok()["device_id"], "PHONE");
    other.get(WHOAMI).await.ok();
    server
}

async fn signing_out_ends_one_device_or_all(server: TestServer) -> TestServer {
    let first = server.register("alice").await;
    let bob = server.register("bob").await;
    let (second, third) = (server.sign_in("alice", None).await, server.sign_in("alice", None).await);
    second.post("/_matrix/client/v3/logout", json!({})).await.ok();
    second.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    second.post("/_matrix/client/v3/logout", json!({})).await.error(401, "M_UNKNOWN_TOKEN");
    first.get(WHOAMI).await.ok();
    first.post("/_matrix/client/v3/logout/all", json!({})).await.ok();
    for device in [&first, &third] {
        device.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    }
    bob.get(WHOAMI).await.ok();
    server
}

async fn a_restart_keeps_everybody_signed_in(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    server.restart().await;
    let mut again = server.visitor();
    again.token = alice.token.clone();
    assert_eq!(again.get(WHOAMI).await.ok()["device_id"], json!(alice.device_id));
    again.post("/_matrix/client/v3/logout", json!({})).await.ok();
    server.restart().await;
    let mut later = server.visitor();
    later.token = alice.token;
    later.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn a_device_signs_another_in_once_with_a_token(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = "/_matrix/client/v1/login/get_token";
    let asked = alice.post(path, json!({})).await;
    assert_eq!(
        (asked.status.as_u16(), &asked.body["flows"]),
        (401, &json!([{ "stages": ["m.login.password"] }]))
    );
    let session = &asked.body["session"];
    let identifier = json!({ "type": "m.id.user", "user": "alice" });
    let auth = |password: &str| {
        json!({ "auth": {
        "type": "m.login.password", "identifier": identifier, "password": password, "session": session,
    } })
    };
    let refused = alice.post(path, auth("wrong")).await.error(401, "M_FORBIDDEN");
    assert_eq!(&refused["session"], session, "a second attempt goes on with the same session");
    let mut bob = auth(PASSWORD);
    server.register("bob").await;
    bob["auth"]["identifier"]["user"] = json!("bob");
    alice.post(path, bob).await.error(403, "M_FORBIDDEN");
    let given = alice.post(path, auth(PASSWORD)).await.ok();
    assert_eq!(given["expires_in_ms"], 120_000);
    let login = json!({ "type": "m.login.token", "token": given["login_token"] });
    let body = server.visitor().post(LOGIN, login.clone()).await.ok();
    assert_eq!(body["user_id"], "@alice:localhost");
    server.visitor().post(LOGIN, login).await.error(403, "M_FORBIDDEN");
    let given = alice.post(path, auth(PASSWORD)).await.ok();
    server.clock.advance_ms(120_000);
    let late = json!({ "type": "m.login.token", "token": given["login_token"] });
    server.visitor().post(LOGIN, late).await.error(403, "M_FORBIDDEN");
    server
}

on_both_engines!(
    a_password_signs_in_by_any_way_to_write_the_name,
    what_does_not_sign_in_says_why,
    a_device_that_signs_in_again_has_only_its_newest_token,
    signing_out_ends_one_device_or_all,
    a_restart_keeps_everybody_signed_in,
    a_device_signs_another_in_once_with_a_token,
);
