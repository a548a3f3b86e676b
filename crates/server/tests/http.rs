//! A whole server on its network side: TLS, proxies, limits, an orderly end, what operators see.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use herold_base::{Clock, ManualClock, Random};
use herold_server::config::{Listen, Operations, Passwords, RateLimit, RateLimits};
use herold_server::{Config, Server};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

fn config(folder: &Path) -> Config {
    let any_port = ([127, 0, 0, 1], 0).into();
    Config {
        data: folder.join("data"),
        listen: Listen { port: 0, ..Listen::default() },
        operations: Operations { enabled: true, address: any_port },
        ..Config::default()
    }
}

async fn start(config: Config) -> (Server, ManualClock) {
    let hands = ManualClock::new(1_700_000_000_000);
    let server = Server::start(config, Clock::Manual(hands.clone()), Random::System).await.unwrap();
    (server, hands)
}

fn http() -> reqwest::Client {
    // One build of reqwest serves all tests, and it wants to be told whose cryptography TLS uses. An error
    // means that it was told already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

fn certificate_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates").join(name)
}

#[tokio::test]
async fn limits_count_the_client_behind_a_trusted_proxy_and_say_how_long_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.listen.trusted_proxies = vec!["127.0.0.0/8".to_owned().try_into().unwrap()];
    config.rate_limits =
        RateLimits { read: RateLimit { per_second: 0.5, burst: 1 }, ..RateLimits::default() };
    let (server, clock) = start(config).await;
    let url = format!("http://{}/_matrix/client/versions", server.address());
    let ask = async |client: &str| http().get(&url).header("x-forwarded-for", client).send().await.unwrap();

    assert_eq!(ask("192.0.2.1").await.status(), 200);
    assert_eq!(ask("192.0.2.2").await.status(), 200);
    let refused = ask("192.0.2.1").await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()), (429, &b"2"[..]));
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(
        (body["errcode"].as_str(), body["retry_after_ms"].as_i64()),
        (Some("M_LIMIT_EXCEEDED"), Some(2_000))
    );
    clock.advance_ms(2_000);
    assert_eq!(ask("192.0.2.1").await.status(), 200);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn one_accounts_password_is_guessed_slowly_even_from_many_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.listen.trusted_proxies = vec!["127.0.0.1".to_owned().try_into().unwrap()];
    config.passwords = Passwords { memory_kib: 8, passes: 1, ..Passwords::default() };
    config.rate_limits.password = RateLimit { per_second: 0.1, burst: 2 };
    config.rate_limits.password_anywhere = RateLimit { per_second: 0.1, burst: 3 };
    let (server, clock) = start(config).await;
    let url = format!("http://{}/_matrix/client/v3/login", server.address());
    let guess = async |user: &str, client: &str| {
        let body = serde_json::json!({
            "type": "m.login.password", "password": "guessed",
            "identifier": { "type": "m.id.user", "user": user },
        });
        http()
            .post(&url)
            .header("x-forwarded-for", client)
            .json(&body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(guess("anna", "192.0.2.1").await, 403);
    assert_eq!(guess("@Anna:localhost", "192.0.2.1").await, 403);
    assert_eq!(guess("anna", "192.0.2.1").await, 429);
    assert_eq!(guess("anna", "192.0.2.2").await, 403, "the owner is elsewhere, and is let in");
    assert_eq!(guess("anna", "192.0.2.3").await, 429);
    assert_eq!(guess("ben", "192.0.2.3").await, 403);
    clock.advance_ms(10_000);
    assert_eq!(guess("anna", "192.0.2.4").await, 403);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_accepted_is_finished_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = start(config(folder.path())).await;
    let address = server.address();
    let mut accepted = TcpStream::connect(address).await.unwrap();
    let head = "GET /_matrix/client/versions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n";
    accepted.write_all(head.as_bytes()).await.unwrap();
    // This is said when the endpoint asks for the body, so the request is being answered now.
    let mut go_on = [0; 25];
    accepted.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    let stopping = tokio::spawn(server.stop());
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.expect("nothing more is accepted");
    accepted.write_all(b"{}").await.unwrap();
    let mut answer = String::new();
    accepted.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with('}'), "{answer}");
    stopping.await.unwrap().unwrap();
}

#[tokio::test]
async fn operators_see_health_and_numbers_without_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = start(config(folder.path())).await;
    let versions = format!("http://{}/_matrix/client/versions?access_token=s3cret", server.address());
    http().get(versions).send().await.unwrap();
    let operations = format!("http://{}", server.operations_address().unwrap());
    let ask = async |path: &str| {
        let response = http().get(format!("{operations}{path}")).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(ask("/health").await, (200, "alive\n".to_owned()));
    assert_eq!(ask("/ready").await, (200, "ready\n".to_owned()));
    let (status, numbers) = ask("/metrics").await;
    assert_eq!(status, 200);
    let counted =
        "herold_request_seconds_count{route=\"/_matrix/client/versions\",method=\"GET\",status=\"2xx\"}";
    assert!(numbers.contains(counted) && numbers.contains("process_resident_memory_bytes"), "{numbers}");
    assert!(!numbers.contains("s3cret"));
    server.stop().await.unwrap();
}

/// The certificate that a server shows, after a handshake that trusts it.
async fn shown_certificate(server: &Server) -> CertificateDer<'static> {
    let mut roots = RootCertStore::empty();
    for name in ["first.pem", "second.pem"] {
        roots.add(CertificateDer::from_pem_file(certificate_file(name)).unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let (_, connection) = stream.get_ref();
    assert_eq!(connection.alpn_protocol(), Some(&b"h2"[..]));
    connection.peer_certificates().unwrap()[0].clone().into_owned()
}

#[tokio::test]
async fn a_changed_certificate_is_taken_up_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    let put = |name: &str| {
        std::fs::copy(certificate_file(&format!("{name}-key.pem")), &key).unwrap();
        std::fs::copy(certificate_file(&format!("{name}.pem")), &certificate).unwrap();
    };
    put("first");
    let mut config = config(folder.path());
    config.listen.tls_certificate = Some(certificate.clone());
    config.listen.tls_key = Some(key.clone());
    let (server, _) = start(config).await;
    let wanted = |name: &str| CertificateDer::from_pem_file(certificate_file(name)).unwrap();
    assert_eq!(shown_certificate(&server).await, wanted("first.pem"));

    put("second");
    let taken_up = async {
        while shown_certificate(&server).await != wanted("second.pem") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, taken_up).await.expect("the new certificate is shown");
    std::fs::write(&certificate, "broken").unwrap();
    assert_eq!(shown_certificate(&server).await, wanted("second.pem"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_wrong_certificate_is_said_and_nothing_starts() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.listen.tls_certificate = Some(certificate_file("first.pem"));
    config.listen.tls_key = Some(certificate_file("second-key.pem"));
    let error = Server::start(config, Clock::System, Random::System).await.err().unwrap();
    assert!(error.to_string().starts_with("TLS: the certificate or its key cannot be used"), "{error}");
}
