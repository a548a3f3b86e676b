//! Accepts connections, bounded in number and in patience, and speaks HTTP/1.1 or HTTP/2 on them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::response::Response;
use herold_base::Seldom;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Version};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use metrics::gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

use super::answers::Answers;
use super::automatic::Automatic;
use super::patient::Patient;
use super::refusal::{self, HEAD_BYTES_MAX};
use super::{Certificates, TrustedProxies};

/// How long a client may take to send the head of a request; a new or a kept connection may be silent as long. It ends
/// without a 408: hyper answers what it cannot read, but not what does not come, and gives the stream to nobody.
const HEAD_WITHIN: Duration = Duration::from_secs(60);
/// The longest pause within a request's body. Longer than an upload's, which says so to the client.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(75);
/// How long a client may take nothing of what is written to it.
const TAKE_WITHIN: Duration = Duration::from_secs(60);
/// How long a client may take for the TLS handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long an HTTP/2 connection may take to say that it still lives, once it is asked.
const ALIVE_WITHIN: Duration = Duration::from_secs(20);
/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 250;
/// Bytes of a request's head on HTTP/2 that are read, so that one which is too large is refused with words.
const HEAD_BYTES_READ: u32 = 2 * HEAD_BYTES_MAX as u32;
/// The pause after the operating system refused a connection, for instance because files ran out.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// That no slot is free may be said for every connection that ends and begins.
static FULL: Seldom = Seldom::new(Duration::from_secs(10));

/// How connections are served.
pub(crate) struct Connections {
    /// Open connections at most; more of them wait in the operating system's queue.
    pub(crate) connections_max: usize,
    /// How long requests that were accepted may take to finish once the server stops.
    pub(crate) finish_within: Duration,
    /// TLS, where the server speaks it itself.
    pub(crate) certificates: Option<Certificates>,
    /// Whose word on a client's address is taken.
    pub(crate) proxies: TrustedProxies,
    /// How long clients may take for their part.
    pub(crate) patience: Patience,
}

/// How long clients may take for their part. Whoever takes longer loses the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// To send the head of a request; a connection, new or kept, may be silent as long.
    head: Duration,
    /// Between two pieces of a request's body.
    body: Duration,
    /// To take something of what is written to them.
    take: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: HEAD_WITHIN, body: BODY_PAUSE_MAX, take: TAKE_WITHIN }
    }
}

/// What every connection is given.
struct Shared {
    router: Router,
    http: Builder<TokioExecutor>,
    certificates: Option<Certificates>,
    proxies: TrustedProxies,
    patience: Patience,
}

/// Serves `router` until `stop` says true; then accepts nothing more, finishes what was accepted, and returns.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    settings: Connections,
    mut stop: watch::Receiver<bool>,
) {
    let Connections { connections_max, finish_within, certificates, proxies, patience } = settings;
    let http = http(patience.head);
    let shared = Arc::new(Shared { router, http, certificates, proxies, patience });
    let slots = Arc::new(Semaphore::new(connections_max));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let next = next(&listener, &slots);
        let (stream, peer, slot) = tokio::select! {
            accepted = next => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE_AFTER_REFUSAL).await;
                    continue;
                }
            },
            Some(_ended) = connections.join_next() => continue,
            () = stopped(&mut stop) => break,
        };
        connections.spawn(connection(Arc::clone(&shared), stream, peer, graceful.watcher(), slot));
    }
    drop(listener);
    if tokio::time::timeout(finish_within, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    // What they hold, the database among it, is free afterwards.
    connections.shutdown().await;
}

/// Waits for the end. A server that was dropped ends as well.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    if slots.available_permits() == 0
        && let Some(left_out) = FULL.now(Instant::now())
    {
        tracing::warn!(left_out, "listen.connections_max connections are open: new ones wait");
    }
    let slot = Arc::clone(slots).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, slot))
}

fn http(head_within: Duration) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(head_within).max_buf_size(HEAD_BYTES_MAX);
    http.http2()
        .timer(TokioTimer::new())
        // Whoever began a head may send nothing else before its end: one that never ends leaves this unanswered.
        .keep_alive_interval(head_within)
        .keep_alive_timeout(ALIVE_WITHIN.min(head_within))
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_BYTES_READ);
    http
}

async fn connection(
    shared: Arc<Shared>,
    stream: TcpStream,
    peer: SocketAddr,
    watcher: Watcher,
    slot: OwnedSemaphorePermit,
) {
    gauge!("herold_connections").increment(1.0);
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection broke at once");
    }
    match &shared.certificates {
        None => talk(&shared, stream, peer, watcher).await,
        // In a box: a connection without TLS need not be as big as one with it.
        Some(certificates) => Box::pin(talk_secured(&shared, certificates, stream, peer, watcher)).await,
    }
    gauge!("herold_connections").decrement(1.0);
    drop(slot);
}

async fn talk_secured(
    shared: &Arc<Shared>,
    certificates: &Certificates,
    stream: TcpStream,
    peer: SocketAddr,
    watcher: Watcher,
) {
    let handshake = certificates.acceptor().accept(stream);
    match tokio::time::timeout(HANDSHAKE_WITHIN, handshake).await {
        Ok(Ok(stream)) => talk(shared, stream, peer, watcher).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn talk<S>(shared: &Arc<Shared>, stream: S, peer: SocketAddr, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (answering, spoke) = (Arc::clone(shared), Arc::new(AtomicBool::new(false)));
    let (speaking, answers) = (Arc::clone(&spoke), Arc::new(Answers::default()));
    let given = Arc::clone(&answers);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        speaking.store(true, Ordering::Relaxed);
        given.asked();
        let client = answering.proxies.client(peer, request.headers());
        request.extensions_mut().insert(ConnectInfo(client));
        answer(Arc::clone(&answering), Arc::clone(&given), request)
    });
    let take_within = shared.patience.take;
    let stream = Automatic::new(Patient::new(stream, take_within), Arc::clone(&answers));
    let connection = shared.http.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        served = watcher.watch(connection) => if let Err(error) = served {
            tracing::debug!(%error, "a connection ended early");
        },
        () = silence(&spoke, shared.patience.head) => tracing::debug!("a connection was silent for too long"),
        () = answers.untaken(take_within) => tracing::debug!("a client took nothing of an answer for too long"),
    }
}

/// What is answered to a request: what its route says, unless its head alone is too much.
async fn answer(
    shared: Arc<Shared>,
    answers: Arc<Answers>,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let version = request.version();
    let response = match refusal::of_head(&request) {
        Some(mut refused) => {
            if version < Version::HTTP_2 {
                // What else it sends is not read.
                refused.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            refused
        }
        None => {
            let pause_max = shared.patience.body;
            shared.router.clone().oneshot(request.map(|body| bounded(body, pause_max))).await?
        }
    };
    let http2 = version >= Version::HTTP_2;
    Ok(response.map(|body| if http2 { answers.at_once(body) } else { answers.in_order(body) }))
}

/// Ends when nothing was asked in the time there is for it: hyper's own patience begins with the first byte,
/// and whoever opens connections and says nothing would keep their slots for ever.
async fn silence(spoke: &AtomicBool, head_within: Duration) {
    tokio::time::sleep(head_within).await;
    if spoke.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

/// A body that fails when it pauses for too long.
fn bounded(body: Incoming, pause_max: Duration) -> Body {
    if body.is_end_stream() { Body::empty() } else { Body::new(TimeoutBody::new(pause_max, body)) }
}

#[cfg(test)]
mod tests;
