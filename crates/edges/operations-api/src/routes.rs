//! GET /health, GET /ready, GET /metrics

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::Metrics;

/// How long the database may take to answer before the server counts as not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Asks whether the server can do its work now, and what it lacks all the same, or why it cannot: written for operators.
pub type Readiness = Arc<
    dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Result<Option<String>, String>> + Send>> + Send + Sync,
>;

/// The operations API as a service.
pub fn router(metrics: Metrics, readiness: Readiness) -> Router {
    Router::new()
        .route("/health", get(|| async { "alive\n" }))
        .route("/ready", get(ready).with_state(readiness))
        .route("/metrics", get(write_metrics).with_state(metrics))
}

async fn ready(State(readiness): State<Readiness>) -> Response {
    let reason = match tokio::time::timeout(READY_WITHIN, readiness()).await {
        Ok(Ok(None)) => return "ready\n".into_response(),
        Ok(Ok(Some(lacking))) => return format!("ready, but {lacking}\n").into_response(),
        Ok(Err(reason)) => reason,
        Err(_) => "the database is slow".to_owned(),
    };
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")).into_response()
}

async fn write_metrics(State(metrics): State<Metrics>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response()
}
