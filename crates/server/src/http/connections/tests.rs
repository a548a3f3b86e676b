//! Clients that do not do their part, with small bounds. Nothing here waits for a time to pass: only for what must
//! happen.

use axum::body::Bytes;
use axum::routing::{get, post};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::sync::Notify;

use super::*;

mod http2;

/// How long a test waits for what must happen.
const WAIT: Duration = Duration::from_secs(30);
/// Time enough for whoever does their part at once.
const AMPLE: Duration = Duration::from_secs(60);
/// The time of whoever does not.
const SHORT: Duration = Duration::from_millis(50);
/// The time of whoever does a part of it first, on a machine that is busy.
const SOME: Duration = Duration::from_secs(3);
/// Bytes of an answer that no buffer between the two ends holds.
const BIG: usize = 64 * 1024 * 1024;

/// A server with a place for one connection only: a test that gets another one knows that the first has ended.
struct Site {
    address: SocketAddr,
    _stop: watch::Sender<bool>,
}

async fn serving(patience: Patience) -> Site {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let echo = |body: Body| async move {
        body.collect().await.map(|body| body.to_bytes()).map_err(|_| http::StatusCode::BAD_REQUEST)
    };
    let big = || async { Bytes::from(vec![b'x'; BIG]) };
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/echo", post(echo))
        .route("/big", get(big));
    let settings = Connections {
        connections_max: 1,
        finish_within: Duration::ZERO,
        certificates: None,
        proxies: TrustedProxies::default(),
        patience,
    };
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(serve(listener, router, settings, stopping));
    Site { address, _stop: stop }
}

/// Reads until the server ends the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    // A reset ends a connection as well.
    let _ = tokio::time::timeout(WAIT, read).await.expect("the server ends the connection");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Checks that the only place is free.
async fn is_free(site: &Site) {
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn who_says_nothing_or_too_little_is_let_go() {
    let site = serving(Patience { head: SHORT, body: AMPLE, take: AMPLE }).await;
    // Nothing; what HTTP/1 and HTTP/2 both begin with; half a head.
    for said in ["", "P", "GET / HTTP/1.1\r\nho"] {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(!answer.starts_with("HTTP/1.1 200 "), "{said}: {answer}");
    }
    is_free(&site).await;
}

#[tokio::test]
async fn who_stays_silent_after_an_answer_is_let_go() {
    let site = serving(Patience { head: SHORT, body: AMPLE, take: AMPLE }).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    is_free(&site).await;
}

#[tokio::test]
async fn a_body_that_stops_in_the_middle_is_refused() {
    let site = serving(Patience { head: AMPLE, body: SHORT, take: AMPLE }).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    is_free(&site).await;
}

#[tokio::test]
async fn who_reads_nothing_of_a_big_answer_is_let_go() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: SHORT }).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(site.address).await.unwrap();
    stream.write_all(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    // This one gets its place only when the other has lost it.
    tokio::time::timeout(WAIT, is_free(&site)).await.unwrap();
    assert!(rest(&mut stream).await.len() < BIG, "the answer was cut off");
}

/// Sends `said` and checks that the answer has this status, words, and leave to be read by pages of any origin.
async fn is_refused(site: &Site, said: &[u8], status: u16) {
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    // The server may end the connection before it has read everything.
    let _ = stream.write_all(said).await;
    let answer = rest(&mut stream).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("an answer: {answer}"));
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
    assert!(head.contains("access-control-allow-origin: *") && head.contains("connection: close"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert!(body["errcode"].is_string() && body["error"].is_string(), "{body}");
}

#[tokio::test]
async fn what_no_route_ever_sees_is_refused_with_words() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: AMPLE }).await;
    let get = |uri: usize, header: usize| {
        let (uri, header) = ("u".repeat(uri), "h".repeat(header));
        format!("GET /{uri} HTTP/1.1\r\nhost: x\r\ny: {header}\r\n\r\n").into_bytes()
    };
    is_refused(&site, &get(33 * 1024, 1), 414).await;
    is_refused(&site, &get(20 * 1024, 50 * 1024), 431).await;
    // These are hyper's own answers.
    is_refused(&site, &get(64 * 1024 + 100, 1), 431).await;
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
    is_refused(&site, many.as_bytes(), 431).await;
    is_refused(&site, b"this is no HTTP\r\n\r\n", 400).await;
    is_refused(&site, b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400).await;
    is_free(&site).await;
}

#[tokio::test]
async fn a_refusal_after_an_answer_leaves_the_answer_as_it_is() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: AMPLE }).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let echoed = "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
    let head = format!("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", echoed.len());
    stream.write_all([head.as_str(), echoed, "no HTTP\r\n\r\n"].concat().as_bytes()).await.unwrap();
    let answers = rest(&mut stream).await;
    assert!(answers.starts_with("HTTP/1.1 200 ") && answers.contains(echoed), "{answers}");
    let after = answers.split(echoed).last().unwrap();
    assert!(after.starts_with("HTTP/1.1 400 ") && after.ends_with('}'), "{after}");
}

async fn ask(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn silence_ends_a_connection_but_not_one_that_waits_for_its_answer() {
    let (asked, (go, going)) = (Arc::new(Notify::new()), watch::channel(false));
    let asking = Arc::clone(&asked);
    let route = get(move || {
        let (asking, mut going) = (Arc::clone(&asking), going.clone());
        async move {
            asking.notify_one();
            stopped(&mut going).await;
            "here"
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, (_stop, stopping)) = (listener.local_addr().unwrap(), watch::channel(false));
    let settings = Connections {
        connections_max: 2,
        finish_within: Duration::ZERO,
        certificates: None,
        proxies: TrustedProxies::default(),
        patience: Patience { head: Duration::from_millis(200), ..Patience::default() },
    };
    tokio::spawn(serve(listener, Router::new().route("/", route), settings, stopping));
    let first = ask(address).await;
    asked.notified().await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    // No slot is free for it until the silent one is gone.
    let last = ask(address).await;
    assert_eq!(silent.read(&mut [0; 1]).await.unwrap(), 0, "it was closed");
    asked.notified().await;
    go.send_replace(true);
    assert!(answer(first).await.ends_with("here"));
    assert!(answer(last).await.ends_with("here"));
}

#[tokio::test]
async fn a_stop_cuts_off_what_does_not_finish() {
    let asked = Arc::new(Notify::new());
    let held = Arc::clone(&asked);
    let route = get(move || {
        let held = Arc::clone(&held);
        async move {
            held.notify_one();
            std::future::pending::<()>().await;
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, (stop, stopping)) = (listener.local_addr().unwrap(), watch::channel(false));
    let settings = Connections {
        connections_max: 3,
        finish_within: Duration::ZERO,
        certificates: None,
        proxies: TrustedProxies::default(),
        patience: Patience::default(),
    };
    let serving = tokio::spawn(serve(listener, Router::new().route("/", route), settings, stopping));
    let _first = ask(address).await;
    asked.notified().await;
    let _second = http2::ask(address).await;
    asked.notified().await;
    let _silent = TcpStream::connect(address).await.unwrap();
    stop.send_replace(true);
    tokio::time::timeout(WAIT, serving).await.unwrap().unwrap();
    // What the requests held is free; those of HTTP/2 are tasks of their own that end with their connection.
    let freed = async {
        while Arc::strong_count(&asked) > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(WAIT, freed).await.unwrap();
}
