//! Uploads: what is kept, what is refused, and what is left on the disk afterwards.

use std::fs;
use std::path::Path;

use herold_endpoint_tests::{Client, DOWNLOAD, TestServer, UPLOAD_SIZE_MAX, on_both_engines};
use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const UPLOAD: &str = "/_matrix/media/v3/upload";

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

async fn error(response: reqwest::Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["errcode"].as_str().unwrap().to_owned())
}

async fn a_file_comes_back_as_it_went_also_after_a_restart(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let content: Vec<u8> = (0..900_000_u32).map(|number| (number % 251) as u8).collect();
    let request = alice.request(Method::POST, "/_matrix/media/v3/upload?filename=plan%20b.bin");
    let response = request.header("content-type", "application/x-plan").body(content.clone()).send().await;
    let body: Value = response.unwrap().json().await.unwrap();
    let path = body["content_uri"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned();
    assert!(path.starts_with("/localhost/"), "{path}");
    server.restart().await;

    let bob = server.register("bob").await;
    let response = bob.download(&format!("{DOWNLOAD}{path}")).await;
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/x-plan");
    assert_eq!(header("content-disposition"), "attachment; filename=\"plan b.bin\"");
    assert_eq!(header("content-length"), "900000");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(header("cache-control"), "private, max-age=31536000, immutable");
    assert!(header("content-security-policy").starts_with("sandbox; default-src 'none';"));
    assert_eq!(response.bytes().await.unwrap(), content);
    server
}

async fn what_is_too_large_is_refused_with_and_without_a_length(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let limit = usize::try_from(UPLOAD_SIZE_MAX).unwrap();
    for path in ["/_matrix/client/v1/media/config", "/_matrix/media/v3/config"] {
        assert_eq!(alice.get(path).await.ok()["m.upload.size"], UPLOAD_SIZE_MAX);
    }
    alice.upload("text/plain", vec![b'a'; limit]).await;
    let response = alice.request(Method::POST, UPLOAD).body(vec![b'b'; limit + 1]).send().await.unwrap();
    assert_eq!(error(response).await, (413, "M_TOO_LARGE".to_owned()));
    let head = "Transfer-Encoding: chunked\r\n";
    let mut body = format!("{:x}\r\n", limit + 1).into_bytes();
    body.extend(vec![b'c'; limit + 1]);
    body.extend(b"\r\n0\r\n\r\n");
    let answer = by_hand(&alice, head, &body, false).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("M_TOO_LARGE"), "{answer}");
    assert_eq!(files(&server.data().join("media")), 1);
    server
}

/// Sends an upload over a connection of its own; `break_off` closes it in the middle.
async fn by_hand(client: &Client, head: &str, body: &[u8], break_off: bool) -> String {
    let mut stream = TcpStream::connect(client.base().strip_prefix("http://").unwrap()).await.unwrap();
    let token = client.token.as_deref().unwrap();
    let head = format!(
        "POST {UPLOAD} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n{head}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    if break_off {
        return String::new();
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn an_upload_that_breaks_off_leaves_nothing(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    by_hand(&alice, "Content-Length: 900000\r\n", &vec![b'x'; 700_000], true).await;
    server.restart().await;
    assert_eq!(files(&server.data().join("media")), 0);
    server
}

async fn a_start_settles_what_was_killed_between_file_and_row(mut server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = alice.upload("text/plain", "acknowledged").await;
    let media = server.data().join("media");
    // As kill -9 leaves them: half a file, a file without a row, and a row whose mark is still there.
    fs::write(media.join("arriving").join("ab".repeat(16)), "half").unwrap();
    fs::write(media.join("files/cd").join("cd".repeat(16)), "no row").unwrap();
    fs::write(media.join("marks").join("cd".repeat(16)), "").unwrap();
    let known = fs::read_dir(media.join("files")).unwrap().map(Result::unwrap).find_map(|shard| {
        let mut files = fs::read_dir(shard.path()).unwrap().map(Result::unwrap);
        files.find(|file| fs::read(file.path()).unwrap() == b"acknowledged").map(|file| file.file_name())
    });
    fs::write(media.join("marks").join(known.unwrap()), "").unwrap();
    server.restart().await;
    assert_eq!(files(&media), 1);
    let response = alice_again(&server, &alice).download(&format!("{DOWNLOAD}{path}")).await;
    assert_eq!(response.text().await.unwrap(), "acknowledged");
    server
}

/// The same device at the address that the server has after a restart.
fn alice_again(server: &TestServer, alice: &Client) -> Client {
    server.visitor().signed_in(&json!({ "access_token": alice.token, "user_id": alice.user_id }))
}

async fn names_and_types_are_bounded_and_harmless(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let send = async |query: &str, content_type: &str| {
        let request = alice.request(Method::POST, &format!("{UPLOAD}?{query}"));
        request.header("content-type", content_type).body("x").send().await.unwrap()
    };
    let long = format!("filename={}", "n".repeat(1025));
    assert_eq!(error(send(&long, "text/plain").await).await, (400, "M_INVALID_PARAM".to_owned()));
    let long = format!("text/{}", "t".repeat(255));
    assert_eq!(error(send("", &long).await).await, (400, "M_INVALID_PARAM".to_owned()));
    // A line break, a NUL, a quote and a letter outside ASCII.
    let response = send("filename=a%0D%0AX-Evil:%201%00%22b%22%C3%A9.txt", "text/plain").await;
    let body: Value = response.json().await.unwrap();
    let path = body["content_uri"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned();
    let response = alice.download(&format!("{DOWNLOAD}{path}")).await;
    assert!(response.headers().get("x-evil").is_none());
    let disposition = response.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "inline; filename*=utf-8''aX-Evil%3A%201%22b%22%C3%A9.txt");
    server
}

async fn strangers_upload_nothing(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let response = visitor.request(Method::POST, UPLOAD).body("x").send().await.unwrap();
    assert_eq!(error(response).await, (401, "M_MISSING_TOKEN".to_owned()));
    visitor.post("/_matrix/media/v1/create", json!({})).await.error(401, "M_MISSING_TOKEN");
    assert_eq!(files(&server.data().join("media")), 0);
    server
}

async fn an_empty_file_is_a_file(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let response = alice.request(Method::POST, UPLOAD).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    let path = body["content_uri"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned();
    let response = alice.download(&format!("{DOWNLOAD}{path}")).await;
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    assert_eq!(response.headers()["content-length"], "0");
    assert_eq!(response.bytes().await.unwrap(), "");
    server
}

on_both_engines!(
    a_file_comes_back_as_it_went_also_after_a_restart,
    what_is_too_large_is_refused_with_and_without_a_length,
    an_upload_that_breaks_off_leaves_nothing,
    a_start_settles_what_was_killed_between_file_and_row,
    names_and_types_are_bounded_and_harmless,
    strangers_upload_nothing,
    an_empty_file_is_a_file,
);
