//! The client: one POST, one bounded answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

use crate::address::is_public;

/// How long a place may take to be connected to.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long a place may take for everything together.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read at most.
const ANSWER_MAX: usize = 64 * 1024;
/// How long a connection that nobody uses is kept.
const IDLE_FOR: Duration = Duration::from_secs(60);
/// Such connections to one place at most.
const IDLE_PER_PLACE_MAX: usize = 4;

/// What an operator decides.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Networks of the operator's own that may be called although they are not public.
    pub allowed: Vec<IpNet>,
}

/// What a place answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

/// Why there is no answer. No text holds more of a URL than its host.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The URL is none, or not of HTTP.
    #[error("this is not the URL of a place that can be called")]
    Url,
    /// The host lies in a network that may not be called.
    #[error("this address is not public, and the configuration does not allow it")]
    Forbidden,
    /// Nobody answered in time.
    #[error("no answer in time")]
    TimedOut,
    /// There was no connection, or it broke.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The answer is longer than anything that is expected.
    #[error("the answer has more than {ANSWER_MAX} bytes")]
    TooLong,
    /// The client could not be made.
    #[error("encrypted connections cannot be made: {0}")]
    Tls(String),
}

/// Calls places. Clones share connections.
#[derive(Clone)]
pub struct Outgoing(Arc<Inner>);

struct Inner {
    allowed: Arc<[IpNet]>,
    /// Made when they are first needed: reading the system's certificates takes its time.
    encrypted: OnceLock<Result<Client, String>>,
    /// What is not encrypted never leaves the operator's own networks.
    plain: OnceLock<Result<Client, String>>,
}

impl Outgoing {
    /// Calls nobody yet.
    pub fn new(settings: Settings) -> Self {
        let (encrypted, plain) = (OnceLock::new(), OnceLock::new());
        Self(Arc::new(Inner { allowed: settings.allowed.into(), encrypted, plain }))
    }

    /// Whether `url` may be called, as far as can be told without asking for the address of a name. Without
    /// encryption only the networks that the operator allows are called.
    pub fn check(&self, url: &str) -> Result<Url, OutgoingError> {
        let url = Url::parse(url).map_err(|_| OutgoingError::Url)?;
        let host = url.host_str().ok_or(OutgoingError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutgoingError::Url);
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let encrypted = url.scheme() == "https";
        match literal {
            Ok(address) if !may_call(&self.0.allowed, encrypted, address) => Err(OutgoingError::Forbidden),
            Err(_) if !encrypted && self.0.allowed.is_empty() => Err(OutgoingError::Forbidden),
            _ => Ok(url),
        }
    }

    /// POSTs `body` with `headers` to `url`.
    ///
    /// # Errors
    ///
    /// Every answer with an HTTP status is `Ok`.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Answer, OutgoingError> {
        let url = self.check(url)?;
        let client = self.0.client(url.scheme() == "https")?;
        let mut response = client.post(url).headers(headers).body(body).send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(OutgoingError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.into() })
    }
}

impl Inner {
    fn client(&self, encrypted: bool) -> Result<&Client, OutgoingError> {
        let client = if encrypted { &self.encrypted } else { &self.plain };
        let made = client.get_or_init(|| make(Guarded { allowed: Arc::clone(&self.allowed), encrypted }));
        made.as_ref().map_err(|error| OutgoingError::Tls(error.clone()))
    }
}

fn make(guarded: Guarded) -> Result<Client, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate of the system cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .use_preconfigured_tls(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(Arc::new(guarded))
        .connect_timeout(CONNECT_WITHIN)
        .timeout(ANSWER_WITHIN)
        .pool_idle_timeout(IDLE_FOR)
        .pool_max_idle_per_host(IDLE_PER_PLACE_MAX)
        .user_agent("Herold")
        .build()
        .map_err(|error| error.to_string())
}

fn failed(error: reqwest::Error) -> OutgoingError {
    if error.is_timeout() {
        return OutgoingError::TimedOut;
    }
    let mut source: &dyn std::error::Error = &error;
    while let Some(deeper) = source.source() {
        source = deeper;
        if source.is::<NotAllowed>() {
            return OutgoingError::Forbidden;
        }
    }
    // The innermost reason: those around it repeat the URL, and that may be somebody's secret.
    OutgoingError::Unreachable(source.to_string())
}

fn may_call(allowed: &[IpNet], encrypted: bool, address: IpAddr) -> bool {
    (encrypted && is_public(address)) || allowed.iter().any(|network| network.contains(&address))
}

/// Asks the system for the addresses of a name, and forgets those that may not be called: what is connected
/// to is what was checked.
struct Guarded {
    allowed: Arc<[IpNet]>,
    encrypted: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not public")]
struct NotAllowed;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, encrypted) = (Arc::clone(&self.allowed), self.encrypted);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let any = !found.is_empty();
            let found: Vec<SocketAddr> =
                found.into_iter().filter(|address| may_call(&allowed, encrypted, address.ip())).collect();
            if any && found.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
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
            let outcome =
                closed.post(&format!("https://{host}:{port}/"), HeaderMap::new(), Bytes::new()).await;
            assert!(matches!(outcome, Err(OutgoingError::Forbidden)), "{host}: {}", status(outcome));
        }
        let open = Outgoing::new(Settings { allowed: vec!["127.0.0.0/8".parse().unwrap()] });
        let outcome = open.post(&format!("http://127.0.0.1:{port}/"), HeaderMap::new(), Bytes::new()).await;
        assert_eq!(status(outcome), "302 Found", "a redirect is an answer");
        serving.await.unwrap();
        for plain in ["http://8.8.8.8/", "http://example.org/"] {
            assert!(matches!(closed.check(plain), Err(OutgoingError::Forbidden)), "{plain} is not encrypted");
        }
        for odd in ["ftp://example.org/", "nothing", "http://"] {
            assert!(matches!(open.check(odd), Err(OutgoingError::Url)), "{odd}");
        }
    }
}
