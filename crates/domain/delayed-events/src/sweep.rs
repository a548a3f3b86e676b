//! The sweep: sends what is due, in the order of its times.

use std::sync::atomic::Ordering;
use std::time::Duration;

use herold_rooms::RoomsError;
use herold_storage::delayed_events::{self, DelayedRow, Outcome, TAKEN_MAX};
use herold_storage::{StorageError, Transaction};

use crate::{DelayedError, DelayedEvents, FINALISED_KEPT_MS};

/// How often the sweep compares the time with that of the next event; nothing is asked of the database for it.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often it asks the database all the same: another node may have scheduled something.
const ASK_EVERY_MS: i64 = 30_000;

/// How long after a failure it tries again.
const RETRY_MS: i64 = 1_000;

impl DelayedEvents {
    /// Sends what is due, for ever. What was due while nothing ran is sent first.
    pub async fn run(self) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // What was taken when the last run, or the last sweep, ended is nobody's any more.
        let mut broken_off = true;
        loop {
            ticks.tick().await;
            let now_ms = self.0.clock.now_ms();
            if self.0.next_send_at.load(Ordering::SeqCst) > now_ms {
                continue;
            }
            let swept = self.sweep(now_ms, broken_off).await;
            broken_off = swept.is_err();
            if let Err(error) = swept {
                tracing::warn!(%error, "delayed events are late");
                self.0.next_send_at.store(now_ms.saturating_add(RETRY_MS), Ordering::SeqCst);
            }
        }
    }

    /// Sends what is due at `now_ms`, and finds out when to look again.
    async fn sweep(&self, now_ms: i64, broken_off: bool) -> Result<(), DelayedError> {
        // Before the question: what is scheduled meanwhile lowers it again.
        self.0.next_send_at.store(now_ms.saturating_add(ASK_EVERY_MS), Ordering::SeqCst);
        if broken_off {
            self.write(delayed_events::give_back).await?;
        }
        if self.next().await?.is_none_or(|next| next > now_ms) {
            return self.expect_next().await;
        }
        loop {
            let due = self.write(move |transaction| delayed_events::take_due(transaction, now_ms)).await?;
            for row in &due {
                self.send_due(row).await?;
            }
            if (due.len() as i64) < TAKEN_MAX {
                break;
            }
        }
        let before_ms = now_ms.saturating_sub(FINALISED_KEPT_MS);
        self.write(move |transaction| delayed_events::forget_finalised(transaction, before_ms)).await?;
        self.expect_next().await
    }

    /// Sends one event, or notes why it cannot be. What fails because of the server is tried again.
    async fn send_due(&self, row: &DelayedRow) -> Result<(), DelayedError> {
        let sent = self.send_now(row).await;
        if let Err(DelayedError::Rooms(
            error @ (RoomsError::Busy | RoomsError::Full | RoomsError::Unavailable | RoomsError::Storage(_)),
        )) = sent
        {
            return Err(error.into());
        }
        let outcome = Outcome {
            delay_id: row.delay_id.clone(),
            event_id: sent.as_ref().ok().map(ToString::to_string),
            error: sent.as_ref().err().map(ToString::to_string),
        };
        if let Err(error) = &sent {
            tracing::debug!(%error, "a delayed event could not be sent");
        }
        let now_ms = self.0.clock.now_ms();
        self.write(move |transaction| delayed_events::finalise(transaction, &outcome, now_ms)).await
    }

    async fn expect_next(&self) -> Result<(), DelayedError> {
        if let Some(next) = self.next().await? {
            self.expect(next);
        }
        Ok(())
    }

    /// When the next event is to be sent.
    async fn next(&self) -> Result<Option<i64>, DelayedError> {
        let next: Result<_, StorageError> = self.0.storage.read(delayed_events::next_send_at).await;
        Ok(next?)
    }

    async fn write<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Transaction<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, DelayedError> {
        Ok(self.0.storage.write(command).await?)
    }
}
