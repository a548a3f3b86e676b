//! URIs that are created first and uploaded to later.

use herold_endpoint_tests::{Answer, Client, DOWNLOAD, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Creates a URI; gives `/server/media_id` and when it ends.
async fn create(client: &Client) -> (String, i64) {
    let body = client.post("/_matrix/media/v1/create", json!({})).await.ok();
    let path = body["content_uri"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned();
    (path, body["unused_expires_at"].as_i64().unwrap())
}

async fn put(client: &Client, path: &str, content: &'static str) -> Answer {
    let request = client.request(Method::PUT, &format!("/_matrix/media/v3/upload{path}?filename=late.txt"));
    let response = request.header("content-type", "text/plain").body(content).send().await.unwrap();
    let status = response.status();
    Answer { status, body: response.json().await.unwrap_or(Value::Null) }
}

async fn a_uri_is_created_then_uploaded_to_once(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (path, _) = create(&alice).await;
    let now = format!("{DOWNLOAD}{path}?timeout_ms=0");
    bob.get(&now).await.error(504, "M_NOT_YET_UPLOADED");
    put(&bob, &path, "not mine").await.error(403, "M_FORBIDDEN");
    assert_eq!(put(&alice, &path, "at last").await.ok(), json!({}));
    let response = bob.download(&now).await;
    assert_eq!(response.headers()["content-disposition"], "inline; filename=late.txt");
    assert_eq!(response.text().await.unwrap(), "at last");
    put(&alice, &path, "another").await.error(409, "M_CANNOT_OVERWRITE_MEDIA");
    let uploaded = alice.upload("text/plain", "directly").await;
    put(&alice, &uploaded, "another").await.error(409, "M_CANNOT_OVERWRITE_MEDIA");
    put(&alice, "/localhost/nothing", "x").await.error(404, "M_NOT_FOUND");
    put(&alice, &path.replace("localhost", "elsewhere.example.org"), "x").await.error(404, "M_NOT_FOUND");
    put(&server.visitor(), &path, "x").await.error(401, "M_MISSING_TOKEN");
    server
}

async fn a_download_waits_for_the_upload(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (path, _) = create(&alice).await;
    let waiting = (0..5).map(|_| {
        let (alice, path) = (alice.clone(), format!("{DOWNLOAD}{path}?timeout_ms=60000"));
        tokio::spawn(async move { alice.download(&path).await.text().await.unwrap() })
    });
    let waiting: Vec<_> = waiting.collect();
    put(&alice, &path, "worth waiting for").await.ok();
    for download in waiting {
        assert_eq!(download.await.unwrap(), "worth waiting for");
    }
    server
}

async fn one_of_two_uploads_at_once_wins(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (path, _) = create(&alice).await;
    let (first, second) = tokio::join!(put(&alice, &path, "first"), put(&alice, &path, "second"));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let won = if first.status == 200 { "first" } else { "second" };
    assert_eq!(alice.download(&format!("{DOWNLOAD}{path}")).await.text().await.unwrap(), won);
    server
}

async fn an_unused_uri_ends(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (path, ends_at) = create(&alice).await;
    server.clock.advance_ms(DAY_MS);
    let alice = server.sign_in("alice", None).await;
    put(&alice, &path, "too late").await.error(404, "M_NOT_FOUND");
    alice.get(&format!("{DOWNLOAD}{path}?timeout_ms=60000")).await.error(404, "M_NOT_FOUND");
    let (_, next_ends_at) = create(&alice).await;
    assert_eq!(next_ends_at, ends_at + DAY_MS);
    server
}

async fn nobody_creates_without_end(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let (path, _) = create(&alice).await;
    for _ in 1..100 {
        create(&alice).await;
    }
    let full = alice.post("/_matrix/media/v1/create", json!({})).await.error(429, "M_LIMIT_EXCEEDED");
    assert_eq!(full["retry_after_ms"], DAY_MS);
    create(&server.register("bob").await).await;
    put(&alice, &path, "used").await.ok();
    create(&alice).await;
    server.clock.advance_ms(DAY_MS);
    create(&server.sign_in("alice", None).await).await;
    server
}

on_both_engines!(
    a_uri_is_created_then_uploaded_to_once,
    a_download_waits_for_the_upload,
    one_of_two_uploads_at_once_wins,
    an_unused_uri_ends,
    nobody_creates_without_end,
);
