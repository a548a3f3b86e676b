//! Telling one pusher what there is to tell. Many at once, few at one gateway: whoever is slow holds up only
//! those who are told through it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use herold_outgoing::OutgoingError;
use herold_storage::pushers::{self, StoredPusher};
use herold_storage::{StorageError, users};
use herold_sync::{Alerts, SyncError};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use moka::sync::Cache;
use ruma::OwnedUserId;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Inner;
use crate::back_off::wait_ms;
use crate::body::Target;
use crate::ledger::Work;

/// Notifications that are being sent at once.
const SENDING_MAX: usize = 64;
/// Those at one gateway.
const SENDING_PER_PLACE_MAX: usize = 8;
/// Gateways that are told apart at once.
const PLACES_MAX: u64 = 10_000;
/// How long a gateway to which nothing is sent is remembered.
const PLACE_KEPT_FOR: Duration = Duration::from_secs(600);
/// Pushers of which it is remembered what number they were told last.
const TOLD_MAX: u64 = 200_000;
/// What is older than this is of no interest to anybody's screen, milliseconds.
const AGE_MAX_MS: i64 = 24 * 60 * 60 * 1_000;

/// Gateways, and what pushers were told last.
pub(crate) struct Places {
    all: Semaphore,
    each: Cache<String, Arc<Semaphore>>,
    /// The number of unread messages, by pusher.
    told: Cache<i64, i64>,
}

impl Default for Places {
    fn default() -> Self {
        let each = Cache::builder().max_capacity(PLACES_MAX).time_to_idle(PLACE_KEPT_FOR).build();
        Self { all: Semaphore::new(SENDING_MAX), each, told: Cache::new(TOLD_MAX) }
    }
}

/// How telling a pusher ended.
enum Outcome {
    /// It knows everything.
    Done,
    /// Its gateway did not take it.
    Failed,
    /// It is not there any more.
    Gone,
    /// The server ends.
    Interrupted,
}

/// What a gateway answers.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Told {
    rejected: Vec<String>,
}

/// Tells `pusher` until it knows everything, or cannot be told.
pub(crate) async fn drive(inner: Arc<Inner>, pusher: i64) {
    while let Some(work) = inner.ledger.next(pusher) {
        match inner.tell(pusher, work).await {
            Ok(Outcome::Done) => inner.ledger.sent(pusher, work.until),
            Ok(Outcome::Gone) => return inner.ledger.forget(pusher),
            Ok(Outcome::Interrupted) => return inner.ledger.interrupted(pusher),
            Ok(Outcome::Failed) => return inner.failed(pusher),
            Err(error) => {
                tracing::warn!(%error, "what a pusher is to be told cannot be read; trying again");
                return inner.failed(pusher);
            }
        }
    }
}

impl Inner {
    fn failed(&self, pusher: i64) {
        self.ledger.failed(pusher, self.clock.now_ms(), |failures| wait_ms(failures, &self.random));
    }

    async fn tell(&self, number: i64, work: Work) -> Result<Outcome, SyncError> {
        let Some((pusher, user_id)) = self.pusher(number).await? else { return Ok(Outcome::Gone) };
        let Some(target) = Target::read(&pusher) else { return Ok(Outcome::Gone) };
        // Whatever the address is: what cannot be called fails below.
        let place = target.url.split('/').nth(2).unwrap_or_default().to_owned();
        let of_place = self.places.each.get_with(place, || Arc::new(Semaphore::new(SENDING_PER_PLACE_MAX)));
        let (Some(_place), Some(_all)) = (permit(&of_place).await, permit(&self.places.all).await) else {
            return Ok(Outcome::Interrupted);
        };
        // Asked for only now: what was read while it waited is not told.
        let since = work.since.max(number);
        let alerts = self.sync.alerts(user_id, work.user, since, work.until).await?;
        let outcome = self.send(&pusher, &target, work, &alerts).await;
        if matches!(outcome, Outcome::Gone) {
            self.delete_rejected(&pusher).await?;
        }
        Ok(outcome)
    }

    async fn send(&self, pusher: &StoredPusher, target: &Target, work: Work, alerts: &Alerts) -> Outcome {
        let number = pusher.pusher_number;
        let mut told = self.places.told.get(&number);
        for alert in &alerts.alerts {
            if *self.closing.borrow() {
                return Outcome::Interrupted;
            }
            if self.clock.now_ms().saturating_sub(alert.sent_at) > AGE_MAX_MS {
                continue;
            }
            match self.post(pusher, target, &target.event(alert, alerts.unread)).await {
                Outcome::Done => self.ledger.sent(number, alert.position),
                other => return other,
            }
            told = Some(alerts.unread);
        }
        let changed = match told {
            Some(told) => told != alerts.unread,
            None => work.recount,
        };
        if changed {
            match self.post(pusher, target, &target.counts(alerts.unread)).await {
                Outcome::Done => {}
                other => return other,
            }
            told = Some(alerts.unread);
        }
        if let Some(told) = told {
            self.places.told.insert(number, told);
        }
        Outcome::Done
    }

    async fn post(&self, pusher: &StoredPusher, target: &Target, body: &Value) -> Outcome {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let posted = self.outgoing.post(&target.url, headers, Bytes::from(body.to_string())).await;
        let answer = match posted {
            Ok(answer) if answer.status.is_success() => answer,
            Ok(answer) => return self.not_taken(pusher, answer.status.as_str()),
            // It was answered, if strangely: once more would tell it twice.
            Err(OutgoingError::TooLong) => return Outcome::Done,
            Err(error) => return self.not_taken(pusher, &error.to_string()),
        };
        let told: Told = serde_json::from_slice(&answer.body).unwrap_or_default();
        if told.rejected.contains(&pusher.pushkey) {
            tracing::debug!(pusher = pusher.pusher_number, "a gateway rejected a pusher's key");
            return Outcome::Gone;
        }
        Outcome::Done
    }

    fn not_taken(&self, pusher: &StoredPusher, reason: &str) -> Outcome {
        tracing::debug!(pusher = pusher.pusher_number, reason, "a gateway did not take a notification");
        Outcome::Failed
    }

    async fn pusher(&self, number: i64) -> Result<Option<(StoredPusher, OwnedUserId)>, SyncError> {
        let read = self.storage.read(move |session| {
            let Some(pusher) = pushers::by_number(session, number)? else { return Ok(None) };
            let user_id = users::ids(session, &[pusher.user_number])?.remove(&pusher.user_number);
            let user_id = user_id.and_then(|user_id| OwnedUserId::try_from(user_id).ok());
            Ok::<_, StorageError>(user_id.map(|user_id| (pusher, user_id)))
        });
        Ok(read.await?)
    }

    async fn delete_rejected(&self, pusher: &StoredPusher) -> Result<(), SyncError> {
        let (number, set_at) = (pusher.pusher_number, pusher.set_at);
        let write =
            self.storage.write(move |transaction| pushers::delete_rejected(transaction, number, set_at));
        let deleted: Result<(), StorageError> = write.await;
        Ok(deleted?)
    }
}

async fn permit(semaphore: &Semaphore) -> Option<SemaphorePermit<'_>> {
    semaphore.acquire().await.ok()
}
