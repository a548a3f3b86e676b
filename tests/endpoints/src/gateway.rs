//! A push gateway of a test's own, on loopback: keeps what it is sent, and answers what the test wants.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{Client, TestServer};

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// How far the clock is moved at once, longer than the first waits for a gateway that failed.
const STEP_MS: i64 = 60_000;
/// How often it is moved, and how long something may take to arrive meanwhile.
const TRIES_MAX: usize = 120;
const TRY: Duration = Duration::from_millis(500);

/// A push gateway.
pub struct Gateway {
    url: String,
    answer: Arc<Mutex<(StatusCode, Value)>>,
    silent: Arc<AtomicBool>,
    arrived: UnboundedReceiver<Value>,
}

/// The next notification that arrives while the server's clock runs on.
pub(crate) async fn next_in_time(arrived: &mut UnboundedReceiver<Value>, server: &TestServer) -> Value {
    for _ in 0..TRIES_MAX {
        server.clock.advance_ms(STEP_MS);
        if let Ok(next) = tokio::time::timeout(TRY, arrived.recv()).await {
            return next.unwrap();
        }
    }
    panic!("no notification came")
}

#[derive(Clone)]
struct Serving {
    answer: Arc<Mutex<(StatusCode, Value)>>,
    silent: Arc<AtomicBool>,
    arrived: UnboundedSender<Value>,
}

impl Gateway {
    /// A gateway that takes everything.
    pub async fn start() -> Self {
        let answer = Arc::new(Mutex::new((StatusCode::OK, json!({ "rejected": [] }))));
        let (sender, arrived) = unbounded_channel();
        let silent = Arc::new(AtomicBool::new(false));
        let serving = Serving { answer: Arc::clone(&answer), silent: Arc::clone(&silent), arrived: sender };
        let router = Router::new().route("/_matrix/push/v1/notify", post(notify)).with_state(serving);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/_matrix/push/v1/notify", listener.local_addr().unwrap());
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, answer, silent, arrived }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it answers from now on.
    pub fn answer(&self, status: u16, body: Value) {
        let answer = (StatusCode::from_u16(status).unwrap(), body);
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// From now on it takes connections and answers nothing.
    pub fn answer_never(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// The next notification that arrives, whatever it was answered.
    pub async fn next(&mut self) -> Value {
        let next = tokio::time::timeout(PATIENCE, self.arrived.recv()).await;
        next.expect("no notification came").unwrap()
    }

    /// The next notification that arrives while the server's clock runs on: one that failed is sent again when
    /// its time has come, which is counted from the moment the server learned of the failure.
    pub async fn next_in_time(&mut self, server: &TestServer) -> Value {
        next_in_time(&mut self.arrived, server).await
    }

    /// Whether nothing has arrived that was not looked at.
    pub fn is_quiet(&mut self) -> bool {
        self.arrived.try_recv().is_err()
    }

    /// Sets a pusher of `client` that comes here; `data` beside the URL.
    pub async fn push_to(&self, client: &Client, pushkey: &str, data: Value) {
        let mut pusher = self.pusher(pushkey);
        for (key, value) in data.as_object().unwrap() {
            pusher["data"][key] = value.clone();
        }
        client.post("/_matrix/client/v3/pushers/set", pusher).await.ok();
    }

    /// The body of a request that sets a pusher that comes here.
    pub fn pusher(&self, pushkey: &str) -> Value {
        json!({
            "kind": "http", "app_id": "org.example.app", "pushkey": pushkey, "lang": "en",
            "app_display_name": "Example", "device_display_name": "Phone", "data": { "url": self.url },
        })
    }
}

async fn notify(State(serving): State<Serving>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    // Decided before the test sees what came: what it sets then is for the next.
    let (status, answer) = serving.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // Nobody listens any more when the test is over.
    let _ = serving.arrived.send(body["notification"].clone());
    if serving.silent.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    (status, answer.to_string()).into_response()
}
