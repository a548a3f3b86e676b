//! Making an account.

use herold_endpoint_tests::{PASSWORD, TestServer, on_both_engines};
use herold_server::config::{Registration, RegistrationMode};
use serde_json::{Value, json};

const REGISTER: &str = "/_matrix/client/v3/register";

fn form(username: &str) -> Value {
    json!({ "username": username, "password": PASSWORD, "auth": { "type": "m.login.dummy" } })
}

async fn an_account_is_made_in_two_steps(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let asked = visitor.post(REGISTER, json!({ "username": "alice", "password": PASSWORD })).await;
    assert_eq!(asked.status, 401);
    assert_eq!(asked.body["flows"], json!([{ "stages": ["m.login.dummy"] }]));
    assert!(asked.body.get("errcode").is_none() && asked.body.get("completed").is_none());
    let mut request = form("alice");
    request["auth"]["session"] = asked.body["session"].clone();
    request["device_id"] = json!("PHONE");
    let body = visitor.post(REGISTER, request).await.ok();
    assert_eq!((&body["user_id"], &body["device_id"]), (&json!("@alice:localhost"), &json!("PHONE")));
    let alice = visitor.signed_in(&body);
    let me = alice.get("/_matrix/client/v3/account/whoami").await.ok();
    assert_eq!(me, json!({ "user_id": "@alice:localhost", "device_id": "PHONE" }));
    server
}

async fn an_account_without_a_device_or_a_name(server: TestServer) -> TestServer {
    let mut request = form("alice");
    request["inhibit_login"] = json!(true);
    let body = server.visitor().post(REGISTER, request).await.ok();
    assert_eq!(body["user_id"], "@alice:localhost");
    assert!(body.get("access_token").is_none() && body["device_id"].is_null());
    server.sign_in("alice", None).await;
    let mut request = form("alice");
    request.as_object_mut().unwrap().remove("username");
    let body = server.visitor().post(REGISTER, request).await.ok();
    assert!(body["user_id"].as_str().unwrap().len() > "@:localhost".len());
    server
}

async fn names_are_checked_before_anything_is_proven(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    server.register("Alice").await;
    for (name, status, errcode) in [
        ("alice", 400, "M_USER_IN_USE"),
        ("ALICE", 400, "M_USER_IN_USE"),
        ("", 400, "M_INVALID_USERNAME"),
        ("a b", 400, "M_INVALID_USERNAME"),
        ("@bob:localhost", 400, "M_INVALID_USERNAME"),
        ("_bot", 400, "M_INVALID_USERNAME"),
        ("\u{e4}nne", 400, "M_INVALID_USERNAME"),
    ] {
        let without_proof = json!({ "username": name, "password": PASSWORD });
        visitor.post(REGISTER, without_proof).await.error(status, errcode);
        visitor.post(REGISTER, form(name)).await.error(status, errcode);
    }
    let available = |name: &str| format!("{REGISTER}/available?username={name}");
    visitor.get(&available("alice")).await.error(400, "M_USER_IN_USE");
    visitor.get(&available("a%20b")).await.error(400, "M_INVALID_USERNAME");
    assert_eq!(visitor.get(&available("bob")).await.ok(), json!({ "available": true }));
    visitor.get(&format!("{REGISTER}/available")).await.error(400, "M_MISSING_PARAM");
    server
}

async fn what_is_wrong_with_a_form_is_said(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let with = |field: &str, value: Value| {
        let mut request = form("alice");
        request[field] = value;
        request
    };
    visitor.post(REGISTER, with("password", json!("short"))).await.error(400, "M_WEAK_PASSWORD");
    visitor.post(REGISTER, with("password", json!("x".repeat(513)))).await.error(400, "M_INVALID_PARAM");
    visitor.post(REGISTER, with("password", json!(5))).await.error(400, "M_BAD_JSON");
    visitor.post(REGISTER, with("password", Value::Null)).await.error(400, "M_MISSING_PARAM");
    visitor.post(REGISTER, with("device_id", json!(""))).await.error(400, "M_INVALID_PARAM");
    visitor.post(REGISTER, with("device_id", json!("D".repeat(256)))).await.error(400, "M_INVALID_PARAM");
    let long_name = with("initial_device_display_name", json!("x".repeat(300)));
    visitor.post(REGISTER, long_name).await.error(413, "M_TOO_LARGE");
    visitor
        .post(REGISTER, with("type", json!("m.login.application_service")))
        .await
        .error(403, "M_FORBIDDEN");
    visitor.post(&format!("{REGISTER}?kind=guest"), json!({})).await.error(403, "M_GUEST_ACCESS_FORBIDDEN");
    visitor.post(&format!("{REGISTER}?kind=king"), form("alice")).await.error(400, "M_INVALID_PARAM");
    let odd = with("auth", json!({ "type": "m.login.password", "session": "gone" }));
    visitor.post(REGISTER, odd).await.error(400, "M_BAD_JSON");
    let unknown = visitor.post(REGISTER, with("auth", json!({ "type": "org.example.smile" }))).await;
    unknown.error(401, "M_FORBIDDEN");
    let token = with("auth", json!({ "type": "m.login.registration_token", "token": "x" }));
    assert_eq!(visitor.post(REGISTER, token).await.status, 401);
    server
}

async fn of_two_who_want_one_name_at_once_one_gets_it(server: TestServer) -> TestServer {
    let (first, second) = (server.visitor(), server.visitor());
    let (first, second) =
        tokio::join!(first.post(REGISTER, form("alice")), second.post(REGISTER, form("alice")));
    let mut answers = [first, second];
    answers.sort_by_key(|answer| answer.status);
    let [winner, loser] = answers;
    winner.ok();
    loser.error(400, "M_USER_IN_USE");
    server
}

async fn nobody_registers_with_a_token_where_registration_is_open(server: TestServer) -> TestServer {
    let path = "/_matrix/client/v1/register/m.login.registration_token/validity?token=x";
    server.visitor().get(path).await.error(403, "M_FORBIDDEN");
    server
}

async fn a_token_lets_people_register(mut server: TestServer) -> TestServer {
    server.config.registration = Registration {
        mode: RegistrationMode::Token,
        tokens: vec!["let-me-in".into()],
        ..Registration::default()
    };
    server.restart().await;
    let visitor = server.visitor();
    let validity = "/_matrix/client/v1/register/m.login.registration_token/validity?token=";
    assert_eq!(visitor.get(&format!("{validity}let-me-in")).await.ok()["valid"], true);
    assert_eq!(visitor.get(&format!("{validity}let-me-out")).await.ok()["valid"], false);
    let asked = visitor.post(REGISTER, form("alice")).await;
    assert_eq!(asked.body["flows"], json!([{ "stages": ["m.login.registration_token"] }]));
    let session = asked.body["session"].clone();
    let with = |token: &str| {
        let mut request = form("alice");
        request["auth"] = json!({ "type": "m.login.registration_token", "token": token, "session": session });
        request
    };
    let refused = visitor.post(REGISTER, with("let-me-out")).await.error(401, "M_FORBIDDEN");
    assert_eq!(refused["session"], session);
    visitor.post(REGISTER, with("let-me-in")).await.ok();
    let mut again = with("let-me-in");
    again["auth"]["session"] = json!("another");
    visitor.post(REGISTER, again).await.error(400, "M_USER_IN_USE");
    server
}

async fn a_session_ends_after_a_while_and_the_client_is_given_another(mut server: TestServer) -> TestServer {
    server.config.registration =
        Registration { mode: RegistrationMode::Token, tokens: vec!["x".into()], ..Registration::default() };
    server.restart().await;
    let visitor = server.visitor();
    let session = visitor.post(REGISTER, json!({})).await.body["session"].clone();
    let only_session = || json!({ "auth": { "session": session } });
    assert_eq!(visitor.post(REGISTER, only_session()).await.body["session"], session);
    server.clock.advance_ms(15 * 60 * 1000);
    let asked = visitor.post(REGISTER, only_session()).await;
    assert_eq!(asked.status, 401);
    assert_ne!(asked.body["session"], session);
    server
}

async fn nobody_registers_where_registration_is_closed(mut server: TestServer) -> TestServer {
    server.config.registration = Registration::default();
    server.restart().await;
    let visitor = server.visitor();
    visitor.post(REGISTER, form("alice")).await.error(403, "M_FORBIDDEN");
    visitor.post(REGISTER, json!({})).await.error(403, "M_FORBIDDEN");
    visitor.get(&format!("{REGISTER}/available?username=a")).await.error(403, "M_FORBIDDEN");
    let made = server.accounts().create(Some("alice"), Some(PASSWORD.to_owned()), true).await.unwrap();
    assert_eq!(made.user_id, "@alice:localhost");
    server.sign_in("alice", None).await;
    server
}

async fn a_lost_answer_is_given_again_to_who_knows_session_and_password(server: TestServer) -> TestServer {
    let path = "/_matrix/client/v3/register";
    let visitor = server.visitor();
    let mut request = json!({ "username": "anna", "password": PASSWORD });
    let challenge = visitor.post(path, request.clone()).await;
    assert_eq!(challenge.status, 401);
    request["auth"] = json!({ "type": "m.login.dummy", "session": challenge.body["session"] });
    let first = visitor.post(path, request.clone()).await.ok();
    let again = visitor.post(path, request.clone()).await.ok();
    assert_eq!((&again["user_id"], &again["device_id"]), (&first["user_id"], &first["device_id"]));
    let whoami = "/_matrix/client/v3/account/whoami";
    server.visitor().signed_in(&again).get(whoami).await.ok();
    server.visitor().signed_in(&first).get(whoami).await.error(401, "M_UNKNOWN_TOKEN");

    let third = visitor.post(path, request.clone()).await.ok();
    assert_eq!(third["device_id"], first["device_id"], "however often it is asked, one device comes of it");
    let mut silent = request.clone();
    silent["inhibit_login"] = json!(true);
    assert_eq!(visitor.post(path, silent).await.ok()["access_token"], Value::Null);
    server.visitor().signed_in(&third).get(whoami).await.ok();

    let mut guess = request.clone();
    guess["password"] = json!("another long password");
    visitor.post(path, guess).await.error(400, "M_USER_IN_USE");
    let mut stranger = request.clone();
    stranger["auth"]["session"] = json!("made-up");
    visitor.post(path, stranger).await.error(400, "M_USER_IN_USE");
    server.clock.advance_ms(5 * 60 * 1000);
    visitor.post(path, request).await.error(400, "M_USER_IN_USE");
    server
}

on_both_engines!(
    a_lost_answer_is_given_again_to_who_knows_session_and_password,
    an_account_is_made_in_two_steps,
    an_account_without_a_device_or_a_name,
    names_are_checked_before_anything_is_proven,
    what_is_wrong_with_a_form_is_said,
    of_two_who_want_one_name_at_once_one_gets_it,
    a_token_lets_people_register,
    a_session_ends_after_a_while_and_the_client_is_given_another,
    nobody_registers_where_registration_is_closed,
    nobody_registers_with_a_token_where_registration_is_open,
);
