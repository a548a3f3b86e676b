//! Proof for other services of who somebody is.

use herold_accounts::{AccountsError, OPENID_TOKEN_MS};
use herold_endpoint_tests::{Client, PASSWORD, TestServer, on_both_engines};
use serde_json::json;

const REQUEST: &str = "/_matrix/client/v3/user/@alice:localhost/openid/request_token";

async fn token(client: &Client) -> String {
    client.post(REQUEST, json!({})).await.ok()["access_token"].as_str().unwrap().to_owned()
}

/// Who the other service learns it is.
async fn shown(server: &TestServer, token: &str) -> Option<String> {
    match server.accounts().openid_user(token).await {
        Ok(user_id) => Some(user_id.to_string()),
        Err(AccountsError::UnknownToken { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

async fn a_token_proves_who_somebody_is_for_an_hour_and_nothing_else(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let body = alice.post(REQUEST, json!({})).await.ok();
    assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(3_600)));
    assert_eq!(body["matrix_server_name"], "localhost");
    let proof = body["access_token"].as_str().unwrap().to_owned();
    let mut thief = server.visitor();
    thief.token = Some(proof.clone());
    thief.get("/_matrix/client/v3/account/whoami").await.error(401, "M_UNKNOWN_TOKEN");
    server.restart().await;
    assert_eq!(shown(&server, &proof).await.as_deref(), Some("@alice:localhost"));
    assert_eq!(shown(&server, alice.token.as_deref().unwrap()).await, None, "an access token is none");
    server.clock.advance_ms(OPENID_TOKEN_MS - 1);
    assert!(shown(&server, &proof).await.is_some());
    server.clock.advance_ms(1);
    assert_eq!(shown(&server, &proof).await, None);
    bob.at(&server).post(REQUEST, json!({})).await.error(403, "M_FORBIDDEN");
    server.visitor().post(REQUEST, json!({})).await.error(401, "M_MISSING_TOKEN");
    server
}

async fn tokens_end_with_the_account_and_the_oldest_when_there_are_too_many(
    server: TestServer,
) -> TestServer {
    let alice = server.register("alice").await;
    let first = token(&alice).await;
    server.clock.advance_ms(1);
    let second = token(&alice).await;
    server.clock.advance_ms(1);
    for _ in 0..99 {
        token(&alice).await;
    }
    assert_eq!(shown(&server, &first).await, None);
    assert!(shown(&server, &second).await.is_some());
    let auth = json!({ "type": "m.login.password", "password": PASSWORD,
        "identifier": { "type": "m.id.user", "user": "alice" } });
    alice.post("/_matrix/client/v3/account/deactivate", json!({ "auth": auth })).await.ok();
    assert_eq!(shown(&server, &second).await, None);
    server
}

on_both_engines!(
    a_token_proves_who_somebody_is_for_an_hour_and_nothing_else,
    tokens_end_with_the_account_and_the_oldest_when_there_are_too_many,
);
