//! The sweep: sends what is due, each room's events in the order of their times.
//!
//! What keeps one room waiting, for instance its policy server, keeps no other room waiting.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use herold_rooms::RoomsError;
use herold_storage::delayed_events::{self, DelayedRow, Outcome, TAKEN_MAX};
use herold_storage::{Session, StorageError, Transaction};

use crate::{DelayedError, DelayedEvents, FINALISED_KEPT_MS};

/// Rooms into which events are sent at the same time.
const ROOMS_AT_ONCE_MAX: usize = 64;
/// How often the sweep compares the time with that of the next event; nothing is asked of the database for it.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often it asks the database all the same: another node may have scheduled something.
const ASK_EVERY_MS: i64 = 30_000;

/// How long after a failure it tries again.
const RETRY_MS: i64 = 1_000;

/// The rooms into which something is being sent right now.
#[derive(Default)]
struct Busy {
    rooms: HashSet<String>,
    sending: FuturesUnordered<BoxFuture<'static, Ended>>,
}

/// A room into which what was due is sent, or that failed.
struct Ended {
    room_id: String,
    sent: Result<(), DelayedError>,
}

impl Busy {
    fn begin(
        &mut self,
        room_id: String,
        sending: impl Future<Output = Result<(), DelayedError>> + Send + 'static,
    ) {
        self.rooms.insert(room_id.clone());
        self.sending.push(sending.map(|sent| Ended { room_id, sent }).boxed());
    }

    /// How many more rooms may join.
    fn free(&self) -> usize {
        ROOMS_AT_ONCE_MAX.saturating_sub(self.rooms.len())
    }

    fn rooms(&self) -> Vec<String> {
        self.rooms.iter().cloned().collect()
    }
}

impl DelayedEvents {
    /// Sends what is due, for ever. What was due while nothing ran is sent first.
    pub async fn run(self) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut busy = Busy::default();
        // What was taken when the last run, or something of this one, was broken off is nobody's any more.
        let mut broken_off = true;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                Some(ended) = busy.sending.next() => {
                    busy.rooms.remove(&ended.room_id);
                    broken_off |= ended.sent.is_err();
                    self.look_again(ended.sent);
                }
            }
            let now_ms = self.0.clock.now_ms();
            if busy.free() == 0 || self.0.next_send_at.load(Ordering::SeqCst) > now_ms {
                continue;
            }
            match self.sweep(now_ms, &mut busy, broken_off).await {
                Ok(()) => broken_off = false,
                failed => {
                    broken_off = true;
                    self.look_again(failed);
                }
            }
        }
    }

    /// Looks again at once where all went well, for what became due meanwhile; after a failure a little later.
    fn look_again(&self, done: Result<(), DelayedError>) {
        let now_ms = self.0.clock.now_ms();
        match done {
            Ok(()) => self.expect(now_ms),
            Err(error) => {
                tracing::warn!(%error, "delayed events are late");
                self.0.next_send_at.store(now_ms.saturating_add(RETRY_MS), Ordering::SeqCst);
            }
        }
    }

    /// Begins to send what is due at `now_ms` into rooms that are not busy, and finds out when to look again.
    async fn sweep(&self, now_ms: i64, busy: &mut Busy, broken_off: bool) -> Result<(), DelayedError> {
        // Before the question: what is scheduled meanwhile lowers it again.
        self.0.next_send_at.store(now_ms.saturating_add(ASK_EVERY_MS), Ordering::SeqCst);
        let but = busy.rooms();
        if broken_off {
            let but = but.clone();
            self.write(move |transaction| delayed_events::give_back(transaction, &but)).await?;
        }
        let free = busy.free() as i64;
        let due = self.read(move |session| delayed_events::rooms_due(session, now_ms, &but, free)).await?;
        if !due.is_empty() {
            let before_ms = now_ms.saturating_sub(FINALISED_KEPT_MS);
            self.write(move |transaction| delayed_events::forget_finalised(transaction, before_ms)).await?;
        }
        for room_id in due {
            busy.begin(room_id.clone(), self.clone().send_into(room_id, now_ms));
        }
        let but = busy.rooms();
        if let Some(next) = self.read(move |session| delayed_events::next_send_at(session, &but)).await? {
            self.expect(next);
        }
        Ok(())
    }

    /// Sends what is due at `now_ms` into one room, one after the other.
    async fn send_into(self, room_id: String, now_ms: i64) -> Result<(), DelayedError> {
        loop {
            let room_id = room_id.clone();
            let take = move |transaction: &mut Transaction<'_>| {
                delayed_events::take_due(transaction, &room_id, now_ms)
            };
            let due = self.write(take).await?;
            for row in &due {
                self.send_due(row).await?;
            }
            if (due.len() as i64) < TAKEN_MAX {
                return Ok(());
            }
        }
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

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Session) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, DelayedError> {
        Ok(self.0.storage.read(query).await?)
    }

    async fn write<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Transaction<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, DelayedError> {
        Ok(self.0.storage.write(command).await?)
    }
}
