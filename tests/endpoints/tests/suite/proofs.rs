//! Proving who asks, step by step: what every operation with an `auth` has in common.

use herold_endpoint_tests::{PASSWORD, TestServer, on_both_engines};
use herold_server::config::{RateLimit, RateLimits, RegistrationMode};
use http::Method;
use serde_json::{Value, json};

use crate::delayed_events::wait_until;
use crate::rooms_basics;

const REGISTER: &str = "/_matrix/client/v3/register";
const LOGIN: &str = "/_matrix/client/v3/login";

async fn guesses_of_a_password_are_counted_wherever_it_is_proven(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let bob = server.register("bob").await;
    let other = server.sign_in("alice", Some("OTHER")).await;
    let password = RateLimit { per_second: 1.0, burst: 4 };
    server.config.rate_limits = RateLimits { password, ..RateLimits::default() };
    server.restart().await;
    let (alice, bob, other) = (alice.at(&server), bob.at(&server), other.at(&server));
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
    // Another device, somebody else, and a request without a proof, are not held up.
    let token = "/_matrix/client/v1/login/get_token";
    other.post(token, json!({ "auth": other.proof() })).await.ok();
    bob.post(token, json!({ "auth": bob.proof() })).await.ok();
    assert_eq!(alice.post(token, json!({})).await.status, 401);
    server.visitor().post(LOGIN, sign_in("Alice", PASSWORD)).await.ok();
    server.clock.advance_ms(1_000);
    alice.post(token, json!({ "auth": alice.proof() })).await.ok();
    server
}

fn sign_in(user: &str, password: &str) -> Value {
    json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": user },
        "password": password,
    })
}

async fn strangers_who_guess_keep_nobody_from_removing_a_device(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    server.sign_in("alice", Some("STOLEN")).await;
    server.config.rate_limits = RateLimits::default();
    server.restart().await;
    let alice = alice.at(&server);
    let visitor = server.visitor();
    for _ in 0..server.config.rate_limits.password.burst {
        visitor.post(LOGIN, sign_in("alice", "a wrong guess")).await.error(403, "M_FORBIDDEN");
    }
    for name in ["alice", "Alice", "@alice:localhost"] {
        visitor.post(LOGIN, sign_in(name, PASSWORD)).await.error(429, "M_LIMIT_EXCEEDED");
    }
    let body = json!({ "auth": alice.proof() });
    alice.ask(Method::DELETE, "/_matrix/client/v3/devices/STOLEN", Some(body)).await.ok();
    server
}

async fn a_registration_session_makes_one_account(mut server: TestServer) -> TestServer {
    server.config.registration.mode = RegistrationMode::Token;
    server.config.registration.tokens = vec!["let-me-in".to_owned()];
    server.restart().await;
    let visitor = server.visitor();
    let form = |name: &str, auth: Value| json!({ "username": name, "password": PASSWORD, "auth": auth });
    let session = visitor.post(REGISTER, json!({})).await.body["session"].clone();
    let proof = json!({ "type": "m.login.registration_token", "token": "let-me-in", "session": session });
    // What cannot be done leaves the proof as it is.
    visitor.post(REGISTER, json!({ "auth": proof })).await.error(400, "M_MISSING_PARAM");
    let only = json!({ "session": session });
    visitor.post(REGISTER, form("anna", only.clone())).await.ok();
    let later: Vec<String> = (0..5).map(|number| format!("later{number}")).collect();
    for name in &later {
        let challenge = visitor.post(REGISTER, form(name, only.clone())).await;
        assert_eq!(challenge.status, 401);
        assert_ne!(challenge.body["session"], session);
        assert!(challenge.body.get("completed").is_none());
    }
    let session = visitor.post(REGISTER, json!({})).await.body["session"].clone();
    let proof = json!({ "type": "m.login.registration_token", "token": "let-me-in", "session": session });
    let forms = later.iter().map(|name| visitor.post(REGISTER, form(name, proof.clone())));
    let made = futures::future::join_all(forms).await;
    // Each of them had the token with it, so each is proven on its own or in this session, once.
    assert!(made.iter().any(|answer| answer.status.is_success()));
    server
}

async fn a_password_is_proven_the_older_way_too(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    server.sign_in("alice", Some("OLD")).await;
    let older = |user: &str| json!({ "type": "m.login.password", "user": user, "password": PASSWORD });
    let path = "/_matrix/client/v3/delete_devices";
    let ask = |auth: Value| json!({ "devices": ["OLD"], "auth": auth });
    alice.post(path, ask(older("bob"))).await.error(403, "M_FORBIDDEN");
    alice.post(path, ask(json!({ "type": "m.login.password" }))).await.error(400, "M_BAD_JSON");
    alice.post(path, ask(older("alice"))).await.ok();
    alice.get("/_matrix/client/v3/devices/OLD").await.error(404, "M_NOT_FOUND");
    server
}

async fn a_closed_account_stays_in_no_room(mut server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut rooms = Vec::new();
    for _ in 0..8 {
        server.clock.advance_ms(1);
        rooms.push(rooms_basics::create(&bob, json!({ "preset": "public_chat" })).await);
    }
    let joiner = &alice;
    let joins = rooms.iter().map(|room| async move {
        joiner.post(&format!("/_matrix/client/v3/join/{room}"), json!({})).await;
    });
    let close = json!({ "auth": alice.proof() });
    let (closed, _) = tokio::join!(
        alice.post("/_matrix/client/v3/account/deactivate", close),
        futures::future::join_all(joins)
    );
    closed.ok();
    for room in &rooms {
        let path = format!("/_matrix/client/v3/rooms/{room}/joined_members");
        assert!(bob.get(&path).await.ok()["joined"].get("@alice:localhost").is_none());
    }
    // A server that ends between the closing and the leaving takes the account out once it has started again.
    let carol = server.register("carol").await;
    carol.post(&format!("/_matrix/client/v3/join/{}", rooms[0]), json!({})).await.ok();
    let user_id = ruma::UserId::parse("@carol:localhost").unwrap();
    let account = server.accounts().known(&user_id).await.unwrap();
    server.accounts().deactivate(account.user_number, false).await.unwrap();
    server.restart().await;
    let bob = bob.at(&server);
    let of_carol = |event: &Value| event["state_key"] == "@carol:localhost";
    wait_until(&bob, |event| of_carol(event) && event["content"]["membership"] == "leave").await;
    let path = format!("/_matrix/client/v3/rooms/{}/joined_members", rooms[0]);
    assert!(bob.get(&path).await.ok()["joined"].get("@carol:localhost").is_none());
    server
}

on_both_engines!(
    a_registration_session_makes_one_account,
    a_password_is_proven_the_older_way_too,
    a_closed_account_stays_in_no_room,
    guesses_of_a_password_are_counted_wherever_it_is_proven,
    strangers_who_guess_keep_nobody_from_removing_a_device,
);
