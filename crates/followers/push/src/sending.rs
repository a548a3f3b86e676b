//! Telling one pusher what there is to tell. Many at once, few at one gateway: whoever is slow holds up only
//! those who are told through it.

use std::sync::Arc;
use std::time::Duration;

use herold_storage::StorageError;
use herold_storage::accounts::{self, Account};
use herold_storage::pushers::{self, StoredPusher};
use herold_sync::{Alerts, SyncError};
use moka::sync::Cache;
use ruma::{OwnedUserId, UserId};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Inner;
use crate::back_off::wait_ms;
use crate::body::Target;
use crate::delivery::Delivery;
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
    /// Nobody took it. The next try is due in so many milliseconds at least.
    Failed { wait_ms: i64 },
    /// It is not there any more.
    Gone,
    /// The server ends.
    Interrupted,
}

/// Who is told.
struct Telling<'a> {
    pusher: &'a StoredPusher,
    user_id: &'a UserId,
    target: &'a Target,
}

/// Tells `pusher` until it knows everything, or cannot be told.
pub(crate) async fn drive(inner: Arc<Inner>, pusher: i64) {
    while let Some(work) = inner.ledger.next(pusher) {
        match inner.tell(pusher, work).await {
            Ok(Outcome::Done) => inner.ledger.sent(pusher, work.until),
            Ok(Outcome::Gone) => return inner.ledger.forget(pusher),
            Ok(Outcome::Interrupted) => return inner.ledger.interrupted(pusher),
            Ok(Outcome::Failed { wait_ms }) => return inner.failed(pusher, wait_ms),
            Err(error) => {
                tracing::warn!(%error, "what a pusher is to be told cannot be read; trying again");
                return inner.failed(pusher, 0);
            }
        }
    }
}

impl Inner {
    /// Where the notifications of a pusher go; nothing where it leads nowhere.
    fn target(&self, pusher: &StoredPusher) -> Option<Target> {
        let data: Map<String, Value> = serde_json::from_str(&pusher.data).ok()?;
        let way = self.way(&pusher.app_id, &pusher.pushkey, &data).ok()?;
        Some(Target::new(pusher, way, data))
    }

    fn failed(&self, pusher: i64, least_ms: i64) {
        let wait = |failures| wait_ms(failures, &self.random).max(least_ms);
        self.ledger.failed(pusher, self.clock.now_ms(), wait);
    }

    async fn tell(&self, number: i64, work: Work) -> Result<Outcome, SyncError> {
        let Some((pusher, account)) = self.pusher(number).await? else { return Ok(Outcome::Gone) };
        if account.deactivated_at.is_some() || account.locked || account.suspended {
            // Nor afterwards: what happened meanwhile is no news then.
            return Ok(Outcome::Done);
        }
        let Ok(user_id) = OwnedUserId::try_from(account.user_id) else { return Ok(Outcome::Gone) };
        let Some(target) = self.target(&pusher) else { return Ok(Outcome::Gone) };
        let place = target.way.place().to_owned();
        let of_place = self.places.each.get_with(place, || Arc::new(Semaphore::new(SENDING_PER_PLACE_MAX)));
        let (Some(_place), Some(_all)) = (permit(&of_place).await, permit(&self.places.all).await) else {
            return Ok(Outcome::Interrupted);
        };
        // Asked for only now: what was read while it waited is not told.
        let since = work.since.max(number);
        let alerts = self.sync.alerts(user_id.clone(), work.user, since, work.until).await?;
        let telling = Telling { pusher: &pusher, user_id: &user_id, target: &target };
        let outcome = self.send(&telling, work, &alerts).await;
        if matches!(outcome, Outcome::Gone) {
            self.delete_rejected(&pusher).await?;
        }
        Ok(outcome)
    }

    async fn send(&self, telling: &Telling<'_>, work: Work, alerts: &Alerts) -> Outcome {
        let (number, target) = (telling.pusher.pusher_number, telling.target);
        let mut told = self.places.told.get(&number);
        for alert in &alerts.alerts {
            if *self.closing.borrow() {
                return Outcome::Interrupted;
            }
            if self.clock.now_ms().saturating_sub(alert.sent_at) > AGE_MAX_MS {
                continue;
            }
            match self.post(telling, &target.event(alert, alerts.unread)).await {
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
            match self.post(telling, &target.counts(alerts.unread)).await {
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

    async fn post(&self, telling: &Telling<'_>, told: &Value) -> Outcome {
        let Telling { pusher, user_id, target } = telling;
        let number = pusher.pusher_number;
        match self.deliver(&target.way, &pusher.pushkey, Some(user_id.as_str()), told).await {
            Delivery::Taken => Outcome::Done,
            Delivery::Rejected => {
                tracing::debug!(pusher = number, "a pusher's key was rejected");
                Outcome::Gone
            }
            Delivery::NotTaken { reason, retry_after_ms } => {
                tracing::debug!(pusher = number, reason, "nobody took a notification");
                Outcome::Failed { wait_ms: retry_after_ms.unwrap_or(0) }
            }
        }
    }

    /// The pusher and whose it is, if it is still there.
    async fn pusher(&self, number: i64) -> Result<Option<(StoredPusher, Account)>, SyncError> {
        let read = self.storage.read(move |session| {
            let Some(pusher) = pushers::by_number(session, number)? else { return Ok(None) };
            let account = accounts::by_number(session, &[pusher.user_number])?.pop();
            Ok::<_, StorageError>(account.map(|account| (pusher, account)))
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
