//! Tokens that end and are renewed.

use herold_endpoint_tests::{Answer, Client, PASSWORD, TestServer, on_both_engines};
use serde_json::{Value, json};

const WHOAMI: &str = "/_matrix/client/v3/account/whoami";
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Signs alice in with a client that can refresh.
async fn sign_in(server: &TestServer) -> Value {
    server.register("alice").await;
    let request = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": "alice" },
        "password": PASSWORD,
        "refresh_token": true,
    });
    server.visitor().post("/_matrix/client/v3/login", request).await.ok()
}

async fn refresh(server: &TestServer, from: &Value) -> Answer {
    let request = json!({ "refresh_token": from["refresh_token"] });
    server.visitor().post("/_matrix/client/v3/refresh", request).await
}

fn with(server: &TestServer, tokens: &Value) -> Client {
    server.visitor().signed_in(tokens)
}

async fn an_access_token_ends_softly_and_is_renewed(server: TestServer) -> TestServer {
    let tokens = sign_in(&server).await;
    assert_eq!(tokens["expires_in_ms"], HOUR_MS);
    with(&server, &tokens).get(WHOAMI).await.ok();
    server.clock.advance_ms(HOUR_MS);
    let ended = with(&server, &tokens).get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(ended["soft_logout"], true);
    let renewed = refresh(&server, &tokens).await.ok();
    assert_eq!(renewed["expires_in_ms"], HOUR_MS);
    let me = with(&server, &renewed).get(WHOAMI).await.ok();
    assert_eq!(me["device_id"], tokens["device_id"]);
    server
}

async fn a_lost_answer_can_be_asked_again_until_a_new_token_is_used(server: TestServer) -> TestServer {
    let tokens = sign_in(&server).await;
    let lost = refresh(&server, &tokens).await.ok();
    with(&server, &tokens).get(WHOAMI).await.ok();
    server.clock.advance_ms(120_000);
    let renewed = refresh(&server, &tokens).await.ok();
    with(&server, &renewed).get(WHOAMI).await.ok();
    refresh(&server, &tokens).await.error(401, "M_UNKNOWN_TOKEN");
    with(&server, &tokens).get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    with(&server, &lost).get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    refresh(&server, &lost).await.error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn using_the_new_refresh_token_ends_the_old_one_too(server: TestServer) -> TestServer {
    let tokens = sign_in(&server).await;
    let second = refresh(&server, &tokens).await.ok();
    let third = refresh(&server, &second).await.ok();
    refresh(&server, &tokens).await.error(401, "M_UNKNOWN_TOKEN");
    with(&server, &tokens).get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    with(&server, &second).get(WHOAMI).await.ok();
    with(&server, &third).get(WHOAMI).await.ok();
    with(&server, &second).get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    server
}

async fn refreshes_at_once_are_told_the_same(server: TestServer) -> TestServer {
    let tokens = sign_in(&server).await;
    let answers = futures::future::join_all((0..30).map(|_| refresh(&server, &tokens))).await;
    let answers: Vec<Value> = answers.into_iter().map(Answer::ok).collect();
    let first = answers[0].clone();
    assert_ne!(first["access_token"], tokens["access_token"]);
    assert_ne!(first["refresh_token"], tokens["refresh_token"]);
    // However soon after, and over the end of a minute too.
    server.clock.advance_ms(59_000);
    let late = refresh(&server, &tokens).await.ok();
    assert_eq!(late["expires_in_ms"], HOUR_MS - 59_000);
    for answer in answers.iter().chain([&late]) {
        assert_eq!(answer["access_token"], first["access_token"]);
        assert_eq!(answer["refresh_token"], first["refresh_token"]);
        with(&server, answer).get(WHOAMI).await.ok();
    }
    refresh(&server, &tokens).await.error(401, "M_UNKNOWN_TOKEN");
    with(&server, &refresh(&server, &first).await.ok()).get(WHOAMI).await.ok();
    server
}

async fn only_the_newest_answers_to_one_refresh_token_are_kept(server: TestServer) -> TestServer {
    let tokens = sign_in(&server).await;
    let oldest = refresh(&server, &tokens).await.ok();
    let mut newest = Value::Null;
    for _ in 0..5 {
        server.clock.advance_ms(120_000);
        newest = refresh(&server, &tokens).await.ok();
    }
    with(&server, &oldest).get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    with(&server, &newest).get(WHOAMI).await.ok();
    server
}

async fn who_signs_out_cannot_refresh(server: TestServer) -> TestServer {
    let tokens = sign_in(&server).await;
    with(&server, &tokens).post("/_matrix/client/v3/logout", json!({})).await.ok();
    refresh(&server, &tokens).await.error(401, "M_UNKNOWN_TOKEN");
    let visitor = server.visitor();
    visitor.post("/_matrix/client/v3/refresh", json!({})).await.error(400, "M_BAD_JSON");
    server
}

on_both_engines!(
    an_access_token_ends_softly_and_is_renewed,
    a_lost_answer_can_be_asked_again_until_a_new_token_is_used,
    using_the_new_refresh_token_ends_the_old_one_too,
    refreshes_at_once_are_told_the_same,
    only_the_newest_answers_to_one_refresh_token_are_kept,
    who_signs_out_cannot_refresh,
);
