//! The client: who may be called, and one POST with one bounded answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, Url};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use wildmatch::WildMatch;

use crate::address::is_public;
use crate::names::{Names, SystemNames};

/// How long a place may take to be connected to.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long a place may take for everything together, where the caller says nothing else.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read at most.
const ANSWER_MAX: usize = 64 * 1024;
/// How long a connection that nobody uses is kept.
const IDLE_FOR: Duration = Duration::from_secs(60);
/// Such connections to one place at most.
const IDLE_PER_PLACE_MAX: usize = 4;
/// How often a connection over which many are told at once (HTTP/2) is asked whether it lives, and how long it may
/// take to say so: on one that died in silence every request would wait in vain.
const ALIVE_EVERY: Duration = Duration::from_secs(20);
const ALIVE_WITHIN: Duration = Duration::from_secs(10);

/// What an operator decides.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Networks of the operator's own that may be called although they are not public.
    pub allowed: Vec<IpNet>,
    /// Names of the operator's own that may be called wherever they lead to, in lower case.
    pub allowed_hosts: Vec<String>,
    /// Whether public places may be called without encryption.
    pub unencrypted: bool,
    /// Ports of public places that may be called; none means all.
    pub ports: Vec<u16>,
    /// What is never called: patterns with `*` and `?` of a host, or of a host and a path where there is a slash.
    pub denied: Vec<String>,
    /// Certificates that may sign those of places, beside the ones that the system believes.
    pub roots: Vec<CertificateDer<'static>>,
}

/// What a place answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or the beginning of one that is longer than anything that is expected.
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
    /// One redirect led to the next.
    #[error("there are too many redirects")]
    TooManyRedirects,
    /// The client could not be made.
    #[error("encrypted connections cannot be made: {0}")]
    Tls(String),
}

/// Calls places. Clones share connections.
#[derive(Clone)]
pub struct Outgoing(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    allowed: Arc<Allowed>,
    unencrypted: bool,
    ports: Vec<u16>,
    denied: Vec<Denied>,
    roots: Vec<CertificateDer<'static>>,
    names: Arc<dyn Names>,
    /// Both are made when they are first needed: reading the system's certificates takes its time.
    anywhere: OnceLock<Result<Client, String>>,
    /// What is not fit for the public never leaves the operator's own networks.
    within: OnceLock<Result<Client, String>>,
}

/// How far a call may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To public places and to the operator's own.
    Anywhere,
    /// To the operator's own only.
    Within,
}

/// What belongs to the operator and may be called.
struct Allowed {
    networks: Vec<IpNet>,
    hosts: Vec<String>,
}

/// A pattern of what is never called.
struct Denied {
    pattern: WildMatch,
    with_path: bool,
}

impl Outgoing {
    /// Calls nobody yet. Names lead to where the system says.
    pub fn new(settings: Settings) -> Self {
        Self::with_names(settings, Arc::new(SystemNames))
    }

    /// [`Outgoing::new`], but names lead to where `names` says. That is guarded like any other address.
    pub fn with_names(settings: Settings, names: Arc<dyn Names>) -> Self {
        let Settings { allowed, allowed_hosts, unencrypted, ports, denied, roots } = settings;
        let denied = denied.iter().map(|pattern| Denied {
            pattern: WildMatch::new(&pattern.to_lowercase()),
            with_path: pattern.contains('/'),
        });
        Self(Arc::new(Inner {
            allowed: Arc::new(Allowed { networks: allowed, hosts: allowed_hosts }),
            unencrypted,
            ports,
            denied: denied.collect(),
            roots,
            names,
            anywhere: OnceLock::new(),
            within: OnceLock::new(),
        }))
    }

    /// Whether `url` may be called, as far as can be told without asking for the address of a name. What is
    /// not encrypted, or goes to another port than the usual, may be called only in the operator's own networks,
    /// unless the settings say otherwise. A URL that holds a name or a password for its host is none.
    pub fn check(&self, url: &str) -> Result<Url, OutgoingError> {
        let url = Url::parse(url).map_err(|_| OutgoingError::Url)?;
        self.0.reach(&url).map(|_| url)
    }

    /// POSTs `body` with `headers` to `url`.
    ///
    /// # Errors
    ///
    /// Every answer with an HTTP status is `Ok`.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Answer, OutgoingError> {
        self.send(Method::POST, url, headers, body).await
    }

    /// Sends `body` with `headers` to `url`. A `Host` among the headers takes the place of the URL's.
    ///
    /// # Errors
    ///
    /// Every answer with an HTTP status is `Ok`.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, OutgoingError> {
        let url = self.check(url)?;
        let client = self.0.client(self.0.reach(&url)?)?;
        let request = client.request(method, url).headers(headers).body(body);
        read(request.send().await.map_err(failed)?).await
    }
}

async fn read(mut response: Response) -> Result<Answer, OutgoingError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        let room = ANSWER_MAX - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            break;
        }
    }
    Ok(Answer { status, headers, body: body.into() })
}

impl Inner {
    /// How far a call of `url` may go; an error where it may not be made at all.
    pub(crate) fn reach(&self, url: &Url) -> Result<Reach, OutgoingError> {
        let host = url.host_str().ok_or(OutgoingError::Url)?;
        let named = !url.username().is_empty() || url.password().is_some();
        if named || !matches!(url.scheme(), "http" | "https") {
            return Err(OutgoingError::Url);
        }
        if self.denied.iter().any(|denied| denied.matches(host, url)) {
            return Err(OutgoingError::Forbidden);
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let usual = self.ports.is_empty() || self.ports.contains(&port);
        let public = usual && (url.scheme() == "https" || self.unencrypted);
        let reach = if public { Reach::Anywhere } else { Reach::Within };
        let may = match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) => self.allowed.may_call(reach, address),
            Err(_) => public || !self.allowed.networks.is_empty() || self.allowed.has(host),
        };
        if may { Ok(reach) } else { Err(OutgoingError::Forbidden) }
    }

    pub(crate) fn client(&self, reach: Reach) -> Result<&Client, OutgoingError> {
        let client = match reach {
            Reach::Anywhere => &self.anywhere,
            Reach::Within => &self.within,
        };
        let guarded =
            || Guarded { allowed: Arc::clone(&self.allowed), names: Arc::clone(&self.names), reach };
        let made = client.get_or_init(|| make(guarded(), roots(&self.roots)));
        made.as_ref().map_err(|error| OutgoingError::Tls(error.clone()))
    }
}

impl Allowed {
    fn may_call(&self, reach: Reach, address: IpAddr) -> bool {
        let own = self.networks.iter().any(|network| network.contains(&address));
        own || (reach == Reach::Anywhere && is_public(address))
    }

    fn has(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own == host)
    }
}

impl Denied {
    fn matches(&self, host: &str, url: &Url) -> bool {
        let host = host.trim_end_matches('.');
        if self.with_path {
            self.pattern.matches(&format!("{host}{}", url.path()).to_lowercase())
        } else {
            self.pattern.matches(host)
        }
    }
}

/// What the system believes, and the operator.
fn roots(own: &[CertificateDer<'static>]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(own.iter().cloned());
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate of the system cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    roots
}

fn make(guarded: Guarded, roots: RootCertStore) -> Result<Client, String> {
    let mut tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // Apple speaks HTTP/2 alone.
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Client::builder()
        .use_preconfigured_tls(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(Arc::new(guarded))
        .connect_timeout(CONNECT_WITHIN)
        .timeout(ANSWER_WITHIN)
        .pool_idle_timeout(IDLE_FOR)
        .pool_max_idle_per_host(IDLE_PER_PLACE_MAX)
        .http2_keep_alive_interval(ALIVE_EVERY)
        .http2_keep_alive_timeout(ALIVE_WITHIN)
        .http2_keep_alive_while_idle(true)
        .user_agent("Herold")
        .build()
        .map_err(|error| error.to_string())
}

pub(crate) fn failed(error: reqwest::Error) -> OutgoingError {
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

/// Asks for the addresses of a name, and forgets those that may not be called: what is connected to is what was
/// checked.
struct Guarded {
    allowed: Arc<Allowed>,
    names: Arc<dyn Names>,
    reach: Reach,
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not public")]
struct NotAllowed;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, reach) = (Arc::clone(&self.allowed), self.reach);
        let names = Arc::clone(&self.names);
        Box::pin(async move {
            let found = names.addresses(name.as_str()).await?;
            let any = !found.is_empty();
            let may =
                |address: &SocketAddr| allowed.has(name.as_str()) || allowed.may_call(reach, address.ip());
            let found: Vec<SocketAddr> = found.into_iter().filter(may).collect();
            if any && found.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
