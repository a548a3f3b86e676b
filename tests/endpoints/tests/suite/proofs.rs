//! Proving who asks, step by step: what every operation with an `auth` has in common.

use herold_endpoint_tests::{PASSWORD, TestServer, on_both_engines};
use herold_server::config::{RateLimit, RateLimits};
use http::Method;
use serde_json::json;

const LOGIN: &str = "/_matrix/client/v3/login";

async fn guesses_of_a_password_are_counted_wherever_it_is_proven(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let bob = server.register("bob").await;
    let password = RateLimit { per_second: 1.0, burst: 4 };
    server.config.rate_limits = RateLimits { password, ..RateLimits::default() };
    server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    let mut guess = alice.proof();
    guess["password"] = json!("a wrong guess");
    let places = [
        (Method::POST, "/_matrix/client/v1/login/get_token"),
        (Method::DELETE, "/_matrix/client/v3/devices/ELSEWHERE"),
        (Method::POST, "/_matrix/client/v3/account/deactivate"),
        (Method::POST, "/_matrix/client/v3/delete_devices"),
    ];
    for (method, path) in &places {
        let body = json!({ "auth": guess, "devices": [] });
        alice.ask(method.clone(), path, Some(body)).await.error(401, "M_FORBIDDEN");
    }
    for (method, path) in &places {
        let body = json!({ "auth": alice.proof(), "devices": [] });
        alice.ask(method.clone(), path, Some(body)).await.error(429, "M_LIMIT_EXCEEDED");
    }
    let sign_in = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": "Alice" },
        "password": PASSWORD,
    });
    server.visitor().post(LOGIN, sign_in.clone()).await.error(429, "M_LIMIT_EXCEEDED");
    // Somebody else, and a request without a proof, are not held up.
    let token = "/_matrix/client/v1/login/get_token";
    bob.post(token, json!({ "auth": bob.proof() })).await.ok();
    assert_eq!(alice.post(token, json!({})).await.status, 401);
    server.clock.advance_ms(1_000);
    server.visitor().post(LOGIN, sign_in).await.ok();
    server
}

on_both_engines!(guesses_of_a_password_are_counted_wherever_it_is_proven);
