//! Two devices meet of which one signs the other in: in the form of MSC4388, and in that of today's clients.

use herold_accounts::{DATA_BYTES_MAX, RENDEZVOUS_MS};
use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use http::Method;
use reqwest::Response;
use serde_json::json;

const MSC4388: &str = "/_matrix/client/unstable/io.element.msc4388/rendezvous";
const MSC4108: &str = "/_matrix/client/unstable/org.matrix.msc4108/rendezvous";

async fn two_devices_write_in_turn(server: TestServer) -> TestServer {
    let (old, new) = (server.register("anna").await, server.visitor());
    assert_eq!(new.get(MSC4388).await.ok(), json!({ "create_available": true }));
    let made = new.post(MSC4388, json!({ "data": "" })).await.ok();
    assert_eq!(made["expires_in_ms"], RENDEZVOUS_MS);
    let place = format!("{MSC4388}/{}", made["id"].as_str().unwrap());
    let first = old.get(&place).await.ok();
    assert_eq!((&first["data"], &first["sequence_token"]), (&json!(""), &made["sequence_token"]));

    let write = |token: &serde_json::Value, data: &str| json!({ "sequence_token": token, "data": data });
    let written = old.put(&place, write(&first["sequence_token"], "one")).await.ok();
    assert_ne!(written["sequence_token"], first["sequence_token"]);
    let late = new.put(&place, write(&made["sequence_token"], "two")).await;
    late.error(409, "IO_ELEMENT_MSC4388_CONCURRENT_WRITE");
    let again = old.put(&place, write(&first["sequence_token"], "one")).await.ok();
    assert_eq!(again, written, "asking again is no second writing");
    server.clock.advance_ms(1000);
    let read = new.get(&place).await.ok();
    assert_eq!((&read["data"], &read["expires_in_ms"]), (&json!("one"), &json!(RENDEZVOUS_MS - 1000)));
    let same = new.put(&place, write(&read["sequence_token"], "one")).await.ok();
    assert_ne!(same["sequence_token"], read["sequence_token"], "the same text of the other device is news");

    old.delete(&place, None).await.ok();
    new.get(&place).await.error(404, "M_NOT_FOUND");
    new.put(&place, write(&same["sequence_token"], "x")).await.error(404, "M_NOT_FOUND");
    old.delete(&place, None).await.error(404, "M_NOT_FOUND");
    server
}

async fn a_meeting_is_short_small_and_no_page(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let long = "x".repeat(DATA_BYTES_MAX + 1);
    visitor.post(MSC4388, json!({ "data": long })).await.error(413, "M_TOO_LARGE");
    visitor.post(MSC4388, json!({})).await.error(400, "M_BAD_JSON");
    let made = visitor.post(MSC4388, json!({ "data": "x".repeat(DATA_BYTES_MAX) })).await.ok();
    let place = format!("{MSC4388}/{}", made["id"].as_str().unwrap());
    let write = json!({ "sequence_token": made["sequence_token"], "data": long });
    visitor.put(&place, write).await.error(413, "M_TOO_LARGE");
    let page = visitor.raw(Method::GET, &place).header("sec-fetch-mode", "navigate").send().await.unwrap();
    assert_eq!(page.status(), 403);
    let app = visitor.raw(Method::GET, &place).header("sec-fetch-mode", "cors").send().await.unwrap();
    assert_eq!((app.status().as_u16(), header(&app, "cache-control").as_str()), (200, "no-store"));
    server.clock.advance_ms(RENDEZVOUS_MS);
    visitor.get(&place).await.error(404, "M_NOT_FOUND");
    visitor.get(&format!("{MSC4388}/nothing")).await.error(404, "M_NOT_FOUND");
    server
}

fn header(response: &Response, name: &str) -> String {
    response.headers()[name].to_str().unwrap().to_owned()
}

async fn text(client: &Client, method: Method, path: &str, text: &str, matching: Option<&str>) -> Response {
    let request = client.raw(method, path).header("content-type", "text/plain").body(text.to_owned());
    let request = match matching {
        Some(etag) => request.header("if-match", etag),
        None => request,
    };
    request.send().await.unwrap()
}

async fn the_clients_of_today_meet_by_tags(mut server: TestServer) -> TestServer {
    let visitor = server.visitor();
    let versions = "/_matrix/client/versions";
    assert_eq!(visitor.get(versions).await.ok()["unstable_features"]["org.matrix.msc4108"], true);
    let made = text(&visitor, Method::POST, MSC4108, "", None).await;
    assert_eq!(made.status(), 201);
    assert_eq!(header(&made, "access-control-expose-headers"), "etag");
    let (expires, first) = (header(&made, "expires"), header(&made, "etag"));
    assert_eq!(expires, "Tue, 14 Nov 2023 22:18:20 GMT");
    let body: serde_json::Value = made.json().await.unwrap();
    let place = body["url"].as_str().unwrap().strip_prefix("https://matrix.example.org").unwrap().to_owned();

    let written = text(&visitor, Method::PUT, &place, "hello", Some(&first)).await;
    assert_eq!(written.status(), 202);
    let second = header(&written, "etag");
    let late = text(&visitor, Method::PUT, &place, "late", Some(&first)).await;
    assert_eq!(late.status(), 412);
    let late: serde_json::Value = late.json().await.unwrap();
    assert_eq!(late["org.matrix.msc4108.errcode"], "M_CONCURRENT_WRITE");
    let read = visitor.raw(Method::GET, &place).header("if-none-match", &first).send().await.unwrap();
    assert_eq!(
        (header(&read, "content-type").as_str(), header(&read, "etag")),
        ("text/plain", second.clone())
    );
    assert_eq!(read.text().await.unwrap(), "hello");
    let known = visitor.raw(Method::GET, &place).header("if-none-match", &second).send().await.unwrap();
    assert_eq!(known.status(), 304);

    assert_eq!(text(&visitor, Method::PUT, &place, "x", None).await.status(), 400);
    let json = visitor.raw(Method::PUT, &place).header("if-match", &second).json(&json!({}));
    assert_eq!(json.send().await.unwrap().status(), 400);
    let long = "x".repeat(DATA_BYTES_MAX + 1);
    assert_eq!(text(&visitor, Method::POST, MSC4108, &long, None).await.status(), 413);
    visitor.delete(&place, None).await.ok();
    assert_eq!(visitor.raw(Method::GET, &place).send().await.unwrap().status(), 404);

    server.config.well_known.client_base_url = None;
    server.restart().await;
    let visitor = server.visitor();
    assert!(visitor.get(versions).await.ok()["unstable_features"].get("org.matrix.msc4108").is_none());
    assert_eq!(text(&visitor, Method::POST, MSC4108, "", None).await.status(), 404);
    server
}

on_both_engines!(
    two_devices_write_in_turn,
    a_meeting_is_short_small_and_no_page,
    the_clients_of_today_meet_by_tags,
);
