//! A web site of a test's own, on loopback: shows what it is told to show, and counts who looks.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use http::Request;

/// What lies under one path.
#[derive(Clone)]
pub enum Shown {
    /// A body of a type, with status 200.
    Page(&'static str, Bytes),
    /// The beginning of a body of a type, then `x` without end.
    Endless(&'static str, Bytes),
    /// A redirect.
    Redirect(String),
    /// A status and nothing else.
    Status(u16),
    /// Nothing, for ever.
    Silence,
}

/// A web site.
pub struct Site {
    address: SocketAddr,
    serving: Serving,
}

#[derive(Clone, Default)]
struct Serving {
    shown: Arc<Mutex<HashMap<String, Shown>>>,
    seen: Arc<Mutex<Vec<Request<()>>>>,
}

impl Site {
    /// An empty site on 127.0.0.1.
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1:0").await
    }

    /// An empty site on an address of this machine.
    pub async fn start_at(address: &str) -> Self {
        let serving = Serving::default();
        let router = Router::new().fallback(show).with_state(serving.clone());
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, serving }
    }

    /// The URL of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Shows something under `path` from now on, and gives its URL.
    pub fn show(&self, path: &str, shown: Shown) -> String {
        self.serving.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), shown);
        self.url(path)
    }

    /// Shows a page of HTML.
    pub fn html(&self, path: &str, html: &str) -> String {
        self.show(path, Shown::Page("text/html; charset=utf-8", html.to_owned().into()))
    }

    /// Everything that came so far, without bodies.
    pub fn seen(&self) -> Vec<Request<()>> {
        self.serving.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often `path` was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|request| request.uri().path() == path).count()
    }
}

async fn show(State(serving): State<Serving>, request: Request<Body>) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().to_owned();
    serving.seen.lock().unwrap_or_else(PoisonError::into_inner).push(Request::from_parts(parts, ()));
    let shown = serving.shown.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
    let answer = Response::builder();
    let answer = match shown.unwrap_or(Shown::Status(404)) {
        Shown::Page(kind, body) => answer.header("content-type", kind).body(Body::from(body)),
        Shown::Endless(kind, beginning) => {
            let more = stream::repeat_with(|| Bytes::from_static(&[b'x'; 16 * 1024]));
            let body = futures::StreamExt::chain(stream::once(async { beginning }), more);
            let body = futures::StreamExt::map(body, Ok::<_, std::convert::Infallible>);
            answer.header("content-type", kind).body(Body::from_stream(body))
        }
        Shown::Redirect(to) => answer.status(302).header("location", to).body(Body::empty()),
        Shown::Status(status) => answer.status(status).body(Body::empty()),
        Shown::Silence => std::future::pending().await,
    };
    answer.unwrap()
}
