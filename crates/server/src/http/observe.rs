//! What surrounds every request: it is measured, it may not take for ever, and a panic answers like
//! an error. What is logged or measured is the route, never the path, the query or a body.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::MatchedPath;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{Method, Request, StatusCode};
use metrics::{gauge, histogram};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutBody;

use super::refusal::refusal;
use super::unread::watched;

/// How long a request may take to be answered; waiting for news and moving files have bounds of their own.
const ANSWER_WITHIN: Duration = Duration::from_secs(90);
/// How long a client may pause while it sends a body.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(30);

/// Surrounds all routes of `router`.
pub(crate) fn observed(router: Router) -> Router {
    router.layer(CatchPanicLayer::custom(panicked)).layer(from_fn(observe))
}

/// What a request is waiting for, as far as bounds and numbers care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    News,
    File,
    Answer,
}

impl Kind {
    fn of(route: &str) -> Self {
        if route.ends_with("/sync") || route.ends_with("/events") {
            Kind::News
        } else if route.contains("/media/") {
            Kind::File
        } else {
            Kind::Answer
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::News => "sync",
            Kind::File => "media",
            Kind::Answer => "other",
        }
    }
}

/// Counts a request as waiting until it is answered or its client goes away.
struct Waiting(Kind);

impl Waiting {
    fn begin(kind: Kind) -> Self {
        gauge!("herold_requests_waiting", "kind" => kind.name()).increment(1.0);
        Self(kind)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        gauge!("herold_requests_waiting", "kind" => self.0.name()).decrement(1.0);
    }
}

async fn observe(request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = method_name(request.method());
    let kind = Kind::of(&route);
    let waiting = Waiting::begin(kind);
    let (head, body) = request.into_parts();
    let (body, unread) = watched(head.version, body);
    let request = Request::from_parts(head, patient(body));
    let mut response = match kind {
        Kind::Answer => match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
            Ok(response) => response,
            Err(_) => {
                tracing::error!(route, method, "a request took too long and was given up");
                refusal(StatusCode::GATEWAY_TIMEOUT)
            }
        },
        Kind::News | Kind::File => next.run(request).await,
    };
    drop(waiting);
    unread.say(response.headers_mut());
    let (elapsed, status) = (started.elapsed(), response.status());
    tracing::debug!(
        route,
        method,
        status = status.as_u16(),
        milliseconds = elapsed.as_millis() as u64,
        "answered"
    );
    histogram!("herold_request_seconds", "route" => route, "method" => method, "status" => status_class(status))
        .record(elapsed.as_secs_f64());
    response
}

/// The body, given up when its sender pauses for too long.
fn patient(body: Body) -> Body {
    if body.is_end_stream() { body } else { Body::new(TimeoutBody::new(BODY_PAUSE_MAX, body)) }
}

/// Methods that exist; whatever else somebody sends counts as one.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        429 => "429",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// The panic's own text went to the log; it may hold anything and is not for clients.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    refusal(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_answers_like_an_error_and_the_next_request_is_served() {
        async fn panics() -> &'static str {
            panic!("meant to happen")
        }
        let router = observed(Router::new().route("/a", get(panics)).route("/b", get(|| async { "b" })));
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            (status, response.into_body().collect().await.unwrap().to_bytes())
        };
        let (status, body) = ask("/a").await;
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, body["errcode"].as_str()), (500, Some("M_UNKNOWN")));
        assert!(!body.to_string().contains("meant"), "what a panic says is not for clients");
        assert_eq!(ask("/b").await, (200, "b".into()));
    }

    #[tokio::test]
    async fn an_answer_before_the_body_was_read_ends_the_connection() {
        let read = |body: Body| async move { body.collect().await.map(|_| "read").unwrap_or("broken") };
        let router = observed(Router::new().route("/read", get(read)).route("/not", get(|| async { "not" })));
        let ends = async |path: &str, version, body: &'static str| {
            let request = Request::get(path).version(version).body(Body::from(body)).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            response.headers().get("connection").is_some_and(|value| value == "close")
        };
        assert!(ends("/not", http::Version::HTTP_11, "{}").await);
        assert!(!ends("/read", http::Version::HTTP_11, "{}").await);
        assert!(!ends("/not", http::Version::HTTP_11, "").await);
        assert!(!ends("/not", http::Version::HTTP_2, "{}").await, "HTTP/2 has streams, and no such header");
    }

    #[test]
    fn waiting_for_news_and_moving_files_have_no_common_bound() {
        assert!(Kind::of("/_matrix/client/v3/sync") == Kind::News);
        assert!(Kind::of("/_matrix/client/v1/media/download/{serverName}/{mediaId}") == Kind::File);
        assert!(Kind::of("/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}") == Kind::Answer);
    }
}
