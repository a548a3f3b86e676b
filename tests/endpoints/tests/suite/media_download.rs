//! Downloads: parts, versions, names, and who gets nothing.

use herold_endpoint_tests::{DOWNLOAD, THUMBNAIL, TestServer, on_both_engines};
use http::Method;

async fn parts_are_given_as_asked(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = alice.upload("text/plain", "0123456789").await;
    let path = format!("{DOWNLOAD}{path}");
    let ask =
        async |range: &str| alice.request(Method::GET, &path).header("range", range).send().await.unwrap();
    for (range, content_range, content) in [
        ("bytes=0-3", "bytes 0-3/10", "0123"),
        ("bytes=7-", "bytes 7-9/10", "789"),
        ("bytes=-2", "bytes 8-9/10", "89"),
        ("bytes=5-500", "bytes 5-9/10", "56789"),
    ] {
        let response = ask(range).await;
        assert_eq!(response.status(), 206);
        assert_eq!(response.headers()["content-range"], content_range);
        assert_eq!(response.text().await.unwrap(), content);
    }
    let response = ask("bytes=10-").await;
    assert_eq!(response.status(), 416);
    assert_eq!(response.headers()["content-range"], "bytes */10");
    for ignored in ["bytes=1-2,4-5", "pages=1-2", "bytes=5-1"] {
        let response = ask(ignored).await;
        assert_eq!((response.status().as_u16(), response.text().await.unwrap().len()), (200, 10));
    }
    let other = alice.request(Method::GET, &path).header("range", "bytes=0-3").header("if-range", "\"x\"");
    assert_eq!(other.send().await.unwrap().status(), 200);
    server
}

async fn who_has_it_already_is_told_so(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = format!("{DOWNLOAD}{}", alice.upload("text/plain", "0123456789").await);
    let etag = alice.download(&path).await.headers()["etag"].to_str().unwrap().to_owned();
    for known in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_owned()] {
        let response = alice.request(Method::GET, &path).header("if-none-match", known).send().await.unwrap();
        assert_eq!(response.status(), 304);
        assert_eq!(response.headers()["etag"], etag.as_str());
        assert_eq!(response.text().await.unwrap(), "");
    }
    let same = alice.request(Method::GET, &path).header("range", "bytes=0-3").header("if-range", &etag);
    assert_eq!(same.send().await.unwrap().status(), 206);
    let head = alice.request(Method::HEAD, &path).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, "10"));
    assert_eq!(head.headers()["etag"], etag.as_str());
    assert_eq!(head.text().await.unwrap(), "");
    server
}

async fn browsers_show_only_what_cannot_run(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for (content_type, disposition) in [
        ("image/png", "inline"),
        ("Text/Plain; charset=utf-8", "inline"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
        ("application/pdf", "attachment"),
    ] {
        let path = format!("{DOWNLOAD}{}", alice.upload(content_type, "x").await);
        let response = alice.download(&path).await;
        assert_eq!(response.headers()["content-disposition"], disposition);
        assert_eq!(response.headers()["content-type"], content_type);
        let response = alice.download(&format!("{path}/%E2%98%95.txt")).await;
        let named = format!("{disposition}; filename*=utf-8''%E2%98%95.txt");
        assert_eq!(response.headers()["content-disposition"], named.as_str());
    }
    server
}

async fn nothing_is_there_for_strangers_or_under_other_names(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = alice.upload("text/plain", "secret").await;
    let visitor = server.visitor();
    visitor.get(&format!("{DOWNLOAD}{path}")).await.error(401, "M_MISSING_TOKEN");
    visitor.get(&format!("{THUMBNAIL}{path}?width=1&height=1")).await.error(401, "M_MISSING_TOKEN");
    for client in [&visitor, &alice] {
        for frozen in ["download", "thumbnail"] {
            client.get(&format!("/_matrix/media/v3/{frozen}{path}")).await.error(404, "M_NOT_FOUND");
        }
        client.get(&format!("/_matrix/media/v3/download{path}/name")).await.error(404, "M_NOT_FOUND");
    }
    let id = path.strip_prefix("/localhost/").unwrap();
    for other in [
        "/localhost/nothing".to_owned(),
        format!("/elsewhere.example.org/{id}"),
        "/localhost/..%2F..%2Fherold.db".to_owned(),
        "/localhost/%00".to_owned(),
        "/localhost/%C3%A9".to_owned(),
        format!("/localhost/{}", "a".repeat(3000)),
    ] {
        alice.get(&format!("{DOWNLOAD}{other}")).await.error(404, "M_NOT_FOUND");
        alice.get(&format!("{THUMBNAIL}{other}?width=1&height=1")).await.error(404, "M_NOT_FOUND");
    }
    alice.get(&format!("{DOWNLOAD}/not%20a%20server/{id}")).await.error(400, "M_INVALID_PARAM");
    alice.get(&format!("{DOWNLOAD}{path}?timeout_ms=soon")).await.error(400, "M_INVALID_PARAM");
    server
}

on_both_engines!(
    parts_are_given_as_asked,
    who_has_it_already_is_told_so,
    browsers_show_only_what_cannot_run,
    nothing_is_there_for_strangers_or_under_other_names,
);
