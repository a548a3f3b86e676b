//! Waiting on events with a bound. Nothing in the scenarios may wait on time instead.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures::{Stream, StreamExt};

/// Longest wait for anything; generous, because it only matters when a test fails.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The future's value; panics with `what` when it takes too long.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {} s in vain for {what}", PATIENCE.as_secs()),
    }
}

/// Asks `check` at once and after each item of `changes`, until it has an answer.
pub async fn until<T, C, F>(what: &str, changes: impl Stream, mut check: C) -> T
where
    C: FnMut() -> F,
    F: Future<Output = Option<T>>,
{
    let mut changes = pin!(changes);
    within(what, async {
        loop {
            if let Some(found) = check().await {
                return found;
            }
            assert!(changes.next().await.is_some(), "no more changes while waiting for {what}");
        }
    })
    .await
}
