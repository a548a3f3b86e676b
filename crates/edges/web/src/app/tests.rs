//! The files of a small app, and of the built one where it is there.

use axum::body::{Body, to_bytes};
use http::Request;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use tower::ServiceExt;

use super::*;

static SMALL: &[File] = &[
    File { path: "assets/main-1a2b.js", plain: b"let a;", brotli: Some(b"br"), gzip: None },
    File { path: "assets/engine-3c4d.wasm", plain: b"\0asm", brotli: None, gzip: None },
    File { path: "icons/mark.svg", plain: b"<svg/>", brotli: None, gzip: None },
    File { path: "index.html", plain: b"<!doctype html>", brotli: None, gzip: None },
    File { path: "service-worker.js", plain: b"self", brotli: None, gzip: None },
];

async fn ask(method: &str, path: &str) -> Response {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    of(SMALL).oneshot(request).await.unwrap()
}

#[tokio::test]
async fn every_file_has_its_type_and_its_life() {
    let cases = [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/service-worker.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/icons/mark.svg", "image/svg+xml", "no-cache"),
        ("/assets/main-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/engine-3c4d.wasm", "application/wasm", "public, max-age=31536000, immutable"),
    ];
    for (path, media_type, life) in cases {
        for method in ["GET", "HEAD"] {
            let response = ask(method, path).await;
            assert_eq!(response.status(), StatusCode::OK, "{method} {path}");
            assert_eq!(response.headers()[CONTENT_TYPE], media_type, "{path}");
            assert_eq!(response.headers()[CACHE_CONTROL], life, "{path}");
            let length: usize = response.headers()[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
            let body = to_bytes(response.into_body(), 100).await.unwrap();
            assert_eq!(body.len(), if method == "HEAD" { 0 } else { length }, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_gone_is_not_remembered_as_gone() {
    let response = ask("GET", "/assets/main-0000.js").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(ask("GET", "/assets/..%2Findex.html").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("POST", "/").await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn every_file_of_the_built_app_has_a_known_type() {
    for file in FILES {
        assert!(media_type(file.path).is_some(), "{}", file.path);
        assert!(!file.path.starts_with(HASHED) || !file.path[HASHED.len()..].contains('/'), "{}", file.path);
    }
}
