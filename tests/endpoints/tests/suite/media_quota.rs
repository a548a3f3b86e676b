//! How much one person may upload, altogether and within a day, and what administrators set apart.

use herold_admin_api::{Answer, Command, MediaUsage, ask};
use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use herold_server::config::Media;
use http::Method;
use reqwest::Response;
use serde_json::{Value, json};

const UPLOAD: &str = "/_matrix/media/v3/upload";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

async fn command(server: &TestServer, command: Command) -> Result<Answer, String> {
    ask(&server.data().join("herold.sock"), &command).await.map_err(|error| error.to_string())
}

async fn set_quota(server: &TestServer, name: &str, kept: Option<u64>, day: Option<u64>) {
    let set = Command::SetMediaQuota { name: name.to_owned(), kept_bytes: kept, day_bytes: day };
    command(server, set).await.unwrap();
}

async fn usage(server: &TestServer, name: Option<&str>) -> Vec<MediaUsage> {
    let asked = Command::MediaUsage { name: name.map(str::to_owned), after: String::new() };
    match command(server, asked).await.unwrap() {
        Answer::MediaUsage { people } => people,
        other => panic!("{other:?}"),
    }
}

async fn upload(client: &Client, bytes: usize) -> (u16, Value) {
    answer(client.request(Method::POST, UPLOAD).body(vec![b'x'; bytes]).send().await.unwrap()).await
}

/// The same without saying how much will come.
async fn upload_unannounced(client: &Client, bytes: usize) -> (u16, Value) {
    let pieces = futures::stream::iter([Ok::<_, std::io::Error>(vec![b'y'; bytes])]);
    let body = reqwest::Body::wrap_stream(pieces);
    answer(client.request(Method::POST, UPLOAD).body(body).send().await.unwrap()).await
}

async fn answer(response: Response) -> (u16, Value) {
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn limit(server: &mut TestServer, kept: u64, day: u64) {
    server.config.media =
        Media { quota_bytes: kept, quota_bytes_per_day: day, ..server.config.media.clone() };
    server.config.well_known.support_page = Some("https://example.org/help".to_owned());
    server.restart().await;
}

async fn what_all_files_take_is_bounded(mut server: TestServer) -> TestServer {
    limit(&mut server, 1000, 0).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    assert_eq!(upload(&alice, 600).await.0, 200);
    for refused in [upload(&alice, 401).await, upload_unannounced(&alice, 401).await] {
        assert_eq!((refused.0, &refused.1["errcode"]), (403, &json!("M_USER_LIMIT_EXCEEDED")), "{refused:?}");
        assert_eq!(refused.1["info_uri"], "https://example.org/help");
    }
    // Equal bytes count again; others' do not count; a created address counts when it is filled.
    assert_eq!(upload(&alice, 400).await.0, 200);
    assert_eq!(upload_unannounced(&alice, 1).await.0, 403);
    assert_eq!(upload(&bob, 1000).await.0, 200);
    let created = alice.post("/_matrix/media/v1/create", json!({})).await.ok();
    let path = created["content_uri"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned();
    let late = alice.request(Method::PUT, &format!("/_matrix/media/v3/upload{path}")).body("z");
    assert_eq!(late.send().await.unwrap().status(), 403);
    set_quota(&server, "alice", Some(1001), None).await;
    let late = alice.request(Method::PUT, &format!("/_matrix/media/v3/upload{path}")).body("z");
    assert_eq!(late.send().await.unwrap().status(), 200);
    set_quota(&server, "alice", Some(0), None).await;
    assert_eq!(upload(&alice, 5000).await.0, 200, "no bound");
    set_quota(&server, "alice", None, None).await;
    assert_eq!(upload(&alice, 1).await.0, 403, "what holds for everybody");
    server
}

async fn several_uploads_at_once_stay_within_the_bound(mut server: TestServer) -> TestServer {
    limit(&mut server, 1000, 0).await;
    let alice = server.register("alice").await;
    let outcomes = futures::future::join_all((0..8).map(|_| upload_unannounced(&alice, 300))).await;
    assert_eq!(outcomes.iter().filter(|(status, _)| *status == 200).count(), 3, "{outcomes:?}");
    assert_eq!(usage(&server, Some("alice")).await[0].kept_bytes, 900);
    server
}

async fn what_comes_within_a_day_is_bounded(mut server: TestServer) -> TestServer {
    limit(&mut server, 0, 1000).await;
    let alice = server.register("alice").await;
    assert_eq!(upload(&alice, 700).await.0, 200);
    server.clock.advance_ms(DAY_MS / 2);
    let (status, body) = upload(&alice, 301).await;
    assert_eq!((status, &body["errcode"]), (429, &json!("M_LIMIT_EXCEEDED")), "{body}");
    assert_eq!(body["retry_after_ms"], DAY_MS / 2);
    assert_eq!(upload(&alice, 300).await.0, 200);
    server.clock.advance_ms(DAY_MS / 2);
    assert_eq!(upload(&alice, 701).await.0, 429);
    assert_eq!(upload(&alice, 700).await.0, 200);
    let told = usage(&server, Some("@alice:localhost")).await;
    assert_eq!((told[0].files, told[0].kept_bytes, told[0].day_bytes), (3, 1700, 1000));
    server
}

async fn administrators_see_what_people_keep(mut server: TestServer) -> TestServer {
    limit(&mut server, 5000, 0).await;
    let alice = server.register("alice").await;
    server.register("bob").await;
    upload(&alice, 700).await;
    set_quota(&server, "bob", None, Some(7)).await;
    let told = usage(&server, None).await;
    let lines: Vec<_> = told
        .iter()
        .map(|one| (one.user_id.as_str(), one.files, one.kept_bytes, one.kept_bytes_max, one.day_bytes_max))
        .collect();
    let wanted =
        [("@alice:localhost", 1, 700, Some(5000), None), ("@bob:localhost", 0, 0, Some(5000), Some(7))];
    assert_eq!(lines, wanted);
    let nobody = Command::SetMediaQuota { name: "nobody".to_owned(), kept_bytes: None, day_bytes: None };
    assert!(command(&server, nobody).await.is_err());
    server
}

on_both_engines!(
    what_all_files_take_is_bounded,
    several_uploads_at_once_stay_within_the_bound,
    what_comes_within_a_day_is_bounded,
    administrators_see_what_people_keep,
);
