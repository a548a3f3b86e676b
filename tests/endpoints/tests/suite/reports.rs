//! Reports to the administrators: who may report what, and what administrators do with it.

use herold_admin_api::{Answer, Command, Report, ask};
use herold_endpoint_tests::{TestServer, on_both_engines};
use serde_json::json;

use crate::rooms_basics::{create, membership, say};

/// The reports as `herold report list` gets them.
async fn listed(server: &TestServer, all: bool) -> Vec<Report> {
    let command = Command::ListReports { after: 0, all };
    match ask(&server.data().join("herold.sock"), &command).await.unwrap() {
        Answer::Reports { reports } => reports,
        other => panic!("{other:?}"),
    }
}

async fn what_is_reported_reaches_the_administrators(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = create(&alice, json!({ "preset": "public_chat" })).await;
    let event = say(&alice, &room, "one", "rude").await;
    let path = format!("/_matrix/client/v3/rooms/{room}/report/{event}");
    bob.post(&path, json!({ "reason": "x" })).await.error(404, "M_NOT_FOUND");
    membership(&bob, &room, "join", json!({})).await.ok();
    assert_eq!(bob.post(&path, json!({ "reason": "rude \u{0}" })).await.ok(), json!({}));
    bob.post(&path, json!({})).await.ok();
    server.clock.advance_ms(1000);
    let room_path = format!("/_matrix/client/v3/rooms/{room}/report");
    assert_eq!(server.register("carl").await.post(&room_path, json!({ "reason": "" })).await.ok(), json!({}));
    let user_path = format!("/_matrix/client/v3/users/{}/report", alice.user_id);
    bob.post(&user_path, json!({ "reason": "him" })).await.ok();

    let reports = listed(&server, false).await;
    let told: Vec<_> = reports
        .iter()
        .map(|report| (report.reporter.as_str(), report.event_id.as_deref(), report.reason.as_str()))
        .collect();
    let (bob_id, event) = ("@bob:localhost", event.as_str());
    let expected = [
        (bob_id, Some(event), "rude \u{fffd}"),
        (bob_id, Some(event), ""),
        ("@carl:localhost", None, ""),
        (bob_id, None, "him"),
    ];
    assert_eq!(told, expected);
    assert_eq!(reports[0].room_id.as_deref(), Some(room.as_str()));
    assert_eq!((reports[2].room_id.as_deref(), reports[2].user_id.as_deref()), (Some(room.as_str()), None));
    assert_eq!(reports[3].user_id.as_deref(), Some(alice.user_id.as_str()));
    assert_eq!(reports[2].reported_at - reports[0].reported_at, 1000);

    let socket = server.data().join("herold.sock");
    let close = Command::CloseReport { number: reports[0].number };
    ask(&socket, &close).await.unwrap();
    assert!(ask(&socket, &close).await.is_err(), "a report is closed once");
    assert_eq!(listed(&server, false).await, reports[1..]);
    let all = listed(&server, true).await;
    assert_eq!((all.len(), all[0].closed_at.is_some()), (4, true));
    server
}

async fn nobody_learns_what_exists_by_reporting_it(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (here, elsewhere) = (create(&alice, json!({})).await, create(&alice, json!({})).await);
    let event = say(&alice, &here, "one", "x").await;
    let reason = || json!({ "reason": "x" });
    for room in ["!nothing:localhost", here.as_str()] {
        let path = format!("/_matrix/client/v3/rooms/{room}/report");
        assert_eq!(bob.post(&path, reason()).await.ok(), json!({}));
        let path = format!("/_matrix/client/v3/rooms/{room}/report/{event}");
        bob.post(&path, reason()).await.error(404, "M_NOT_FOUND");
    }
    for event in ["$nothing", event.as_str()] {
        let path = format!("/_matrix/client/v3/rooms/{elsewhere}/report/{event}");
        alice.post(&path, reason()).await.error(404, "M_NOT_FOUND");
    }
    assert_eq!(bob.post("/_matrix/client/v3/users/@nobody:localhost/report", reason()).await.ok(), json!({}));
    assert_eq!(listed(&server, true).await.len(), 1, "what does not exist leaves no trace");
    let user = format!("/_matrix/client/v3/users/{}/report", alice.user_id);
    bob.post(&user, json!({ "reason": "x".repeat(9000) })).await.error(413, "M_TOO_LARGE");
    bob.post(&user, json!({})).await.error(400, "M_BAD_JSON");
    bob.post("/_matrix/client/v3/users/nobody/report", reason()).await.error(400, "M_INVALID_PARAM");
    server.visitor().post(&user, reason()).await.error(401, "M_MISSING_TOKEN");
    let suspend = Command::SetSuspended { name: "bob".to_owned(), suspended: true };
    ask(&server.data().join("herold.sock"), &suspend).await.unwrap();
    bob.post(&user, reason()).await.ok();
    server
}

on_both_engines!(what_is_reported_reaches_the_administrators, nobody_learns_what_exists_by_reporting_it);
