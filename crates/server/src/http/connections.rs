//! Accepts connections, bounded in number and in patience, and speaks HTTP/1.1 or HTTP/2 on them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use metrics::gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

use super::{Certificates, TrustedProxies};

/// How long a client may take to send the head of a request; a kept connection may be silent as long.
const HEAD_WITHIN: Duration = Duration::from_secs(60);
/// How long a client may take for the TLS handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How often a silent HTTP/2 connection is asked whether it still lives.
const ALIVE_EVERY: Duration = Duration::from_secs(60);
/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 250;
/// Bytes of a request's head at most.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// The pause after the operating system refused a connection, for instance because files ran out.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(100);

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
}

/// What every connection is given.
struct Shared {
    router: Router,
    http: Builder<TokioExecutor>,
    certificates: Option<Certificates>,
    proxies: TrustedProxies,
}

/// Serves `router` until `stop` says true; then accepts nothing more, finishes what was accepted, and returns.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    settings: Connections,
    mut stop: watch::Receiver<bool>,
) {
    let Connections { connections_max, finish_within, certificates, proxies } = settings;
    let shared = Arc::new(Shared { router, http: http(), certificates, proxies });
    let slots = Arc::new(Semaphore::new(connections_max));
    let graceful = GracefulShutdown::new();
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
            () = stopped(&mut stop) => break,
        };
        tokio::spawn(connection(Arc::clone(&shared), stream, peer, graceful.watcher(), slot));
    }
    drop(listener);
    if tokio::time::timeout(finish_within, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// Waits for the end. A server that was dropped ends as well.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, slot))
}

fn http() -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_BYTES_MAX);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(ALIVE_EVERY)
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_BYTES_MAX as u32);
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
    let answering = Arc::clone(shared);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        let client = answering.proxies.client(peer, request.headers());
        request.extensions_mut().insert(ConnectInfo(client));
        answering.router.clone().oneshot(request)
    });
    let connection = shared.http.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
