//! Who is called and who is not.

use axum::Router;
use axum::extract::Request;
use axum::routing::post;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio_rustls::TlsAcceptor;

use super::*;

fn status(outcome: Result<Answer, OutgoingError>) -> String {
    outcome.map_or_else(|error| error.to_string(), |answer| answer.status.to_string())
}

#[tokio::test]
async fn own_networks_are_called_only_where_allowed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let read = connection.read(&mut request).await.unwrap();
        assert!(read > 0);
        let answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        connection.write_all(answer).await.unwrap();
    });
    let closed = Outgoing::new(Settings::default());
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "0x7f.1"] {
        let outcome = closed.post(&format!("https://{host}:{port}/"), HeaderMap::new(), Bytes::new()).await;
        assert!(matches!(outcome, Err(OutgoingError::Forbidden)), "{host}: {}", status(outcome));
    }
    let open =
        Outgoing::new(Settings { allowed: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() });
    let outcome = open.post(&format!("http://127.0.0.1:{port}/"), HeaderMap::new(), Bytes::new()).await;
    assert_eq!(status(outcome), "302 Found", "a redirect is an answer");
    serving.await.unwrap();
    for plain in ["http://8.8.8.8/", "http://example.org/"] {
        assert!(matches!(closed.check(plain), Err(OutgoingError::Forbidden)), "{plain} is not encrypted");
    }
    for odd in
        ["ftp://example.org/", "nothing", "http://", "https://a:b@example.org/", "https://a@example.org/"]
    {
        assert!(matches!(open.check(odd), Err(OutgoingError::Url)), "{odd}");
    }
}

#[test]
fn settings_say_what_is_open_and_what_is_denied() {
    let outgoing = Outgoing::new(Settings {
        allowed: vec!["10.0.0.0/8".parse().unwrap()],
        allowed_hosts: vec!["wiki.intranet".to_owned()],
        unencrypted: true,
        ports: vec![80, 443],
        denied: vec!["*.Example.com".to_owned(), "example.org/private/*".to_owned(), "1.2.3.4".to_owned()],
        roots: Vec::new(),
    });
    let table = [
        ("http://example.org/", Some(Reach::Anywhere)),
        ("https://example.org:443/", Some(Reach::Anywhere)),
        // Where a name leads is looked at when it is called.
        ("https://example.org:22/", Some(Reach::Within)),
        ("http://wiki.intranet:8080/", Some(Reach::Within)),
        ("http://10.1.2.3:8080/", Some(Reach::Within)),
        ("http://8.8.8.8/", Some(Reach::Anywhere)),
        ("http://8.8.8.8:8080/", None),
        ("http://192.168.1.1/", None),
        ("http://[::1]/", None),
        ("https://www.EXAMPLE.com/", None),
        ("https://www.example.com./", None),
        ("https://example.com/", Some(Reach::Anywhere)),
        ("https://example.org/private/x", None),
        ("https://example.org/PRIVATE/x", None),
        ("https://example.org/public/private/", Some(Reach::Anywhere)),
        ("https://1.2.3.4/", None),
        ("https://0x01020304/", None),
    ];
    for (url, wanted) in table {
        let reach = outgoing.check(url).and_then(|url| outgoing.0.reach(&url));
        assert_eq!(reach.ok(), wanted, "{url}");
    }
}

/// A server with a certificate of its own that speaks what the client prefers, and says which it was.
async fn over_tls() -> (u16, RootCertStore) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let tls = rustls::ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let mut tls = tls.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let say_version = |request: Request| async move { format!("{:?}", request.version()) };
    let router = Router::new().route("/", post(say_version));
    // Ends with the test's runtime.
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let connection = TlsAcceptor::from(Arc::new(tls.clone())).accept(connection).await.unwrap();
            let service = TowerToHyperService::new(router.clone());
            let server = auto::Builder::new(TokioExecutor::new());
            tokio::spawn(
                async move { server.serve_connection(TokioIo::new(connection), service).await.is_ok() },
            );
        }
    });
    (port, roots)
}

#[tokio::test]
async fn what_speaks_http_2_is_spoken_to_in_it() {
    let (port, roots) = over_tls().await;
    let allowed = vec!["127.0.0.0/8".parse().unwrap()];
    let outgoing = Outgoing::new(Settings { allowed: allowed.clone(), ..Settings::default() });
    let allowed = Arc::new(Allowed { networks: allowed, hosts: Vec::new() });
    let client = make(Guarded { allowed, names: Arc::new(SystemNames), reach: Reach::Anywhere }, roots);
    assert!(outgoing.0.anywhere.set(client).is_ok());
    let answer = outgoing.post(&format!("https://127.0.0.1:{port}/"), HeaderMap::new(), Bytes::new()).await;
    assert_eq!(answer.unwrap().body, "HTTP/2.0");
}
