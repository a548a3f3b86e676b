//! The headers that every page has.

use axum::body::Body;
use axum::routing::get;
use http::Request;
use tower::ServiceExt;

use super::*;

async fn policy(homeserver: Option<&str>) -> Response {
    let router = protected(Router::new().route("/", get(|| async { "page" })), homeserver);
    router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn pages_may_do_little_and_tell_nobody() {
    let response = policy(None).await;
    let headers = response.headers();
    let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.starts_with(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'sha256-"
        )
    );
    assert!(policy.contains("; connect-src 'self'; "), "{policy}");
    for loophole in ["unsafe-inline", "unsafe-eval';", "data:", "*", "http", "{"] {
        assert!(!policy.replace("'wasm-unsafe-eval'", "").contains(loophole), "{loophole}");
    }
    assert_eq!(headers[REFERRER_POLICY], "no-referrer");
    assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
    assert!(headers["permissions-policy"].to_str().unwrap().starts_with("camera=(self), microphone=(self)"));
}

#[tokio::test]
async fn the_servers_own_public_address_may_be_spoken_to() {
    let response = policy(Some("https://matrix.example.org:8448/base/")).await;
    let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("; connect-src 'self' https://matrix.example.org:8448; "), "{policy}");
}

#[test]
fn only_the_origin_of_an_address_goes_into_the_policy() {
    assert_eq!(origin("http://localhost:8008").as_deref(), Some("http://localhost:8008"));
    for nonsense in ["nonsense; script-src *", "/path", "https://", "https://a;script-src", "https://*"] {
        assert_eq!(origin(nonsense), None, "{nonsense}");
    }
}
