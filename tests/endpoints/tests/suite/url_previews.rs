//! Previews of links: what is shown of a page, what is never called, and how often.

use std::io::Cursor;

use bytes::Bytes;
use herold_endpoint_tests::{Answer, Client, DOWNLOAD, Shown, Site, TestServer, on_both_engines};
use herold_server::config::{Network, RateLimit, RateLimits, UrlPreviews};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn network(text: &str) -> Network {
    text.to_owned().try_into().unwrap()
}

/// Previews of sites on 127.0.0.1, and on no other address of this machine.
async fn previewing(server: &mut TestServer) -> (Client, Site) {
    previewing_with(server, UrlPreviews::default()).await
}

async fn previewing_with(server: &mut TestServer, previews: UrlPreviews) -> (Client, Site) {
    let allowed_networks = vec![network("127.0.0.1")];
    server.config.url_previews = UrlPreviews { enabled: true, allowed_networks, ..previews };
    server.restart().await;
    (server.register("alice").await, Site::start().await)
}

async fn ask_with(client: &Client, url: &str, more: &str) -> Answer {
    let query = url.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    client.get(&format!("/_matrix/client/v1/media/preview_url?url={query}{more}")).await
}

async fn ask(client: &Client, url: &str) -> Answer {
    ask_with(client, url, "").await
}

fn photo(width: u32, height: u32, format: ImageFormat) -> Bytes {
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 99]));
    let mut bytes = Vec::new();
    DynamicImage::from(picture).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes.into()
}

async fn there_are_none_unless_the_operator_wants_them(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let site = Site::start().await;
    ask(&alice, &site.html("/", "<title>Hello</title>")).await.error(403, "M_FORBIDDEN");
    assert!(site.seen().is_empty());
    server
}

async fn a_page_shows_its_title_description_and_picture(mut server: TestServer) -> TestServer {
    let languages = UrlPreviews { accept_language: "fr, en;q=0.5".to_owned(), ..UrlPreviews::default() };
    let (alice, site) = previewing_with(&mut server, languages).await;
    site.show("/news/p.png", Shown::Page("text/plain", photo(1600, 400, ImageFormat::Png)));
    let html = "<meta property=og:title content='Caf&eacute; &amp; more'><meta property=og:image content='p.png'>
                <meta name=description content='  All\n about it '><meta property=og:image:alt content=Photo>";
    let url = site.html("/news/today", html);
    let told = ask(&alice, &format!("{url}#part")).await.ok();
    let picture = told["og:image"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned();
    let response = alice.download(&format!("{DOWNLOAD}{picture}")).await;
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    let bytes = response.bytes().await.unwrap();
    let shown = image::load_from_memory(&bytes).unwrap();
    assert_eq!((shown.width(), shown.height()), (800, 200));
    let wanted = json!({
        "og:title": "Café & more", "og:description": "All about it", "og:image": format!("mxc:/{picture}"),
        "og:image:alt": "Photo", "og:image:type": "image/jpeg", "og:image:width": 800, "og:image:height": 200,
        "matrix:image:size": bytes.len(),
    });
    assert_eq!(told, wanted);
    let old = alice.get(&format!("/_matrix/media/v3/preview_url?url={url}")).await.ok();
    assert_eq!((old, site.count("/news/today")), (wanted, 1));
    let headers = site.seen()[0].headers().clone();
    assert_eq!(
        (&headers["accept-language"], headers.get("cookie")),
        (&"fr, en;q=0.5".parse().unwrap(), None)
    );
    assert!(headers["user-agent"].to_str().unwrap().starts_with("Herold"));
    server
}

async fn other_kinds_show_what_they_are(mut server: TestServer) -> TestServer {
    let (alice, site) = previewing(&mut server).await;
    let picture = site.show("/a.png", Shown::Page("image/png", photo(20, 10, ImageFormat::Png)));
    let told = ask(&alice, &picture).await.ok();
    assert_eq!((&told["og:image:width"], &told["og:image:type"]), (&json!(20), &json!("image/png")));
    assert!(told["og:image"].as_str().unwrap().starts_with("mxc://localhost/"));
    let others: [(&str, &'static str, Bytes); 4] = [
        ("/a.pdf", "application/pdf", Bytes::from_static(b"%PDF-1.7")),
        ("/svg", "image/svg+xml", Bytes::from_static(b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
        ("/lies", "image/png", Bytes::from_static(b"<title>no picture</title>")),
        ("/empty", "text/html", Bytes::new()),
    ];
    for (path, kind, body) in others {
        let url = site.show(path, Shown::Page(kind, body));
        assert_eq!(ask(&alice, &url).await.ok(), json!({}), "{path}");
    }
    let japanese = Bytes::from_static(b"<title>\x93\xfa\x96\x7b</title>");
    let url = site.show("/jis", Shown::Page("text/html; charset=Shift_JIS", japanese));
    assert_eq!(ask(&alice, &url).await.ok(), json!({ "og:title": "日本" }));
    let latin = Bytes::from_static(b"<title>Gr\xfc\xdfe</title>");
    let url = site.show("/latin", Shown::Page("text/html", latin));
    assert_eq!(ask(&alice, &url).await.ok(), json!({ "og:title": "Grüße" }));
    server
}

async fn a_page_is_fetched_once_while_its_preview_is_fresh(mut server: TestServer) -> TestServer {
    let (alice, site) = previewing(&mut server).await;
    let url = site.html("/", "<title>First</title>");
    let asking = (0..20).map(|_| {
        let (alice, url) = (alice.clone(), url.clone());
        tokio::spawn(async move { ask(&alice, &url).await.ok() })
    });
    for told in asking.collect::<Vec<_>>() {
        assert_eq!(told.await.unwrap(), json!({ "og:title": "First" }));
    }
    assert_eq!(site.count("/"), 1);
    let first_at = 1_700_000_000_000_i64;
    site.html("/", "<title>Second</title>");
    server.clock.advance_ms(2 * HOUR_MS);
    assert_eq!(ask(&alice, &url).await.ok(), json!({ "og:title": "Second" }));
    // As it was when somebody wrote about it; the future is now.
    for (at_ms, title) in
        [(first_at, "First"), (first_at + 2 * HOUR_MS, "Second"), (i64::MAX >> 11, "Second")]
    {
        let told = ask_with(&alice, &url, &format!("&ts={at_ms}")).await.ok();
        assert_eq!(told, json!({ "og:title": title }), "{at_ms}");
    }
    server.restart().await;
    let alice = alice.at(&server);
    assert_eq!(ask(&alice, &url).await.ok(), json!({ "og:title": "Second" }));
    assert_eq!(site.count("/"), 2);
    server
}

async fn previews_and_their_pictures_are_kept_for_a_while(mut server: TestServer) -> TestServer {
    let (_, site) = previewing(&mut server).await;
    site.show("/p.png", Shown::Page("image/png", photo(20, 10, ImageFormat::Png)));
    let url = site.html("/", "<title>First</title><meta property=og:image content=/p.png>");
    let alice = server.sign_in("alice", None).await;
    let told = ask(&alice, &url).await.ok();
    let picture = told["og:image"].as_str().unwrap().strip_prefix("mxc:/").unwrap().to_owned();
    let at = format!("&ts={}", 1_700_000_000_000_i64);
    server.clock.advance_ms(7 * DAY_MS - 1);
    let alice = server.sign_in("alice", None).await;
    assert_eq!(ask_with(&alice, &url, &at).await.ok(), told);
    assert_eq!(alice.download(&format!("{DOWNLOAD}{picture}")).await.status(), 200);
    server.clock.advance_ms(2 * HOUR_MS);
    alice.get(&format!("{DOWNLOAD}{picture}")).await.error(404, "M_NOT_FOUND");
    site.html("/", "<title>Later</title>");
    assert_eq!(ask_with(&alice, &url, &at).await.ok(), json!({ "og:title": "Later" }));
    server
}

async fn nothing_private_is_called_by_any_way(mut server: TestServer) -> TestServer {
    let denied = vec!["denied.example.org".to_owned(), "127.0.0.1/denied/*".to_owned()];
    let (alice, site) = previewing_with(&mut server, UrlPreviews { denied, ..UrlPreviews::default() }).await;
    // On this machine, but not in the network that is allowed.
    let hidden = Site::start_at("127.0.0.2:0").await;
    let secret = hidden.html("/", "<title>Secret</title>");
    for forbidden in [
        secret.as_str(),
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.2]/",
        "http://0x7f000002/",
        "http://10.0.0.1:8080/",
        "https://denied.example.org/",
        &site.html("/denied/page", "<title>Denied</title>"),
    ] {
        ask(&alice, forbidden).await.error(403, "M_FORBIDDEN");
    }
    for (path, to) in [
        ("/to-hidden", secret.clone()),
        ("/to-denied", site.url("/denied/page")),
        ("/to-file", "file:///etc/passwd".to_owned()),
        ("/to-password", site.url("/").replace("http://", "http://a:b@")),
        ("/to-nowhere", "http://[".to_owned()),
        ("/round", site.url("/round")),
        ("/a", "/to-hidden".to_owned()),
    ] {
        ask(&alice, &site.show(path, Shown::Redirect(to))).await.error(404, "M_NOT_FOUND");
    }
    let html = format!("<title>Page</title><meta property=og:image content='{secret}'>");
    assert_eq!(ask(&alice, &site.html("/page", &html)).await.ok(), json!({ "og:title": "Page" }));
    site.show("/picture", Shown::Redirect(secret));
    let html = "<title>Page</title><meta property=og:image content=/picture>";
    assert_eq!(ask(&alice, &site.html("/page2", html)).await.ok(), json!({ "og:title": "Page" }));
    assert!(hidden.seen().is_empty());
    assert_eq!(site.count("/denied/page"), 0);
    // Where it may go, a redirect is followed.
    let url = site.show("/old", Shown::Redirect("/page2".to_owned()));
    assert_eq!(ask(&alice, &url).await.ok(), json!({ "og:title": "Page" }));
    server
}

async fn slow_endless_and_broken_pages_cost_little(mut server: TestServer) -> TestServer {
    let previews = UrlPreviews { within_seconds: 1, page_bytes_max: 100_000, ..UrlPreviews::default() };
    let (alice, site) = previewing_with(&mut server, previews).await;
    let beginning =
        Bytes::from_static(b"<title>Long</title><meta property=og:image content=/endless.png><p>");
    site.show("/endless.png", Shown::Endless("image/png", photo(20, 10, ImageFormat::Png)));
    let url = site.show("/endless", Shown::Endless("text/html", beginning));
    assert_eq!(ask(&alice, &url).await.ok()["og:title"], "Long");
    ask(&alice, &site.show("/silence", Shown::Silence)).await.error(404, "M_NOT_FOUND");
    let gone = site.show("/gone", Shown::Status(410));
    for _ in 0..3 {
        ask(&alice, &gone).await.error(404, "M_NOT_FOUND");
    }
    assert_eq!(site.count("/gone"), 1, "what failed is left alone for a while");
    site.html("/gone", "<title>Back</title>");
    server.clock.advance_ms(10 * 60 * 1000);
    assert_eq!(ask(&alice, &gone).await.ok(), json!({ "og:title": "Back" }));
    ask(&alice, "http://127.0.0.1:1/").await.error(404, "M_NOT_FOUND");
    server
}

async fn who_may_not_ask_and_what_is_no_url(mut server: TestServer) -> TestServer {
    let (alice, site) = previewing(&mut server).await;
    let url = site.html("/", "<title>Hello</title>");
    ask(&server.visitor(), &url).await.error(401, "M_MISSING_TOKEN");
    for path in ["/_matrix/client/v1/media/preview_url", "/_matrix/media/v3/preview_url"] {
        alice.get(path).await.error(400, "M_MISSING_PARAM");
    }
    ask_with(&alice, &url, "&ts=yesterday").await.error(400, "M_INVALID_PARAM");
    let long = format!("{url}{}", "a".repeat(3000));
    for wrong in
        ["", "hello", "ftp://example.org/", "file:///etc/passwd", "http://", "http://a:b@127.0.0.1/", &long]
    {
        ask(&alice, wrong).await.error(400, "M_INVALID_PARAM");
    }
    assert!(site.seen().is_empty());
    server
}

async fn nobody_asks_without_end(mut server: TestServer) -> TestServer {
    let preview = RateLimit { per_second: 0.1, burst: 2 };
    server.config.rate_limits = RateLimits { preview, ..RateLimits::default() };
    let (alice, site) = previewing(&mut server).await;
    let url = site.html("/", "<title>Hello</title>");
    for _ in 0..2 {
        ask(&alice, &url).await.ok();
    }
    let wait: Value = ask(&alice, &url).await.error(429, "M_LIMIT_EXCEEDED");
    assert_eq!(wait["retry_after_ms"], 10_000);
    server
}

on_both_engines!(
    there_are_none_unless_the_operator_wants_them,
    a_page_shows_its_title_description_and_picture,
    other_kinds_show_what_they_are,
    a_page_is_fetched_once_while_its_preview_is_fresh,
    previews_and_their_pictures_are_kept_for_a_while,
    nothing_private_is_called_by_any_way,
    slow_endless_and_broken_pages_cost_little,
    who_may_not_ask_and_what_is_no_url,
    nobody_asks_without_end,
);
