//! The one task that follows the log: finds the pushers that something may concern, lets them be told, and
//! notes how far all of them are. Nobody is told of an event for which that cannot be found (see
//! [`herold_storage::Follower`]).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use herold_storage::{StorageError, Topic, notices, pushers};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::Inner;
use crate::sending::drive;

/// The name under which the table says up to where everything is sent.
pub(crate) const FOLLOWER: &str = "push";
/// How often failed pushers are looked at, and what changed is stored.
const TICK: Duration = Duration::from_millis(250);
/// How far the stored cursor may stay behind when nobody was told anything.
const CURSOR_LAG_MAX: i64 = 10_000;
/// How long to wait after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Pushers that are told something, or wait for their gateway's turn, at once.
const DRIVEN_MAX: usize = 4_096;

/// Runs until the owner closes.
pub(crate) async fn run(inner: Arc<Inner>, place: herold_storage::Follower) {
    let (mut walked, mut closing) = (inner.sync.walked(), inner.closing.subscribe());
    let mut driven = JoinSet::new();
    let mut follower = Follower { inner: Arc::clone(&inner), place, cursor: None, stored: 0, busy: false };
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rest_until = Instant::now();
    loop {
        let target = *walked.borrow_and_update();
        if rest_until <= Instant::now() {
            let outcome = follower.go_on(target).await;
            follower.place.fails(outcome.is_err());
            if let Err(error) = outcome {
                tracing::error!(%error, "notifications cannot be followed; trying again");
                rest_until = Instant::now() + RETRY_AFTER;
            }
        }
        while driven.try_join_next().is_some() {}
        let free = DRIVEN_MAX.saturating_sub(driven.len());
        for pusher in inner.ledger.due(inner.clock.now_ms(), free) {
            driven.spawn(drive(Arc::clone(&inner), pusher));
        }
        let ticked = tokio::select! {
            changed = walked.changed() => if changed.is_err() { break } else { false },
            _ = tick.tick() => true,
            _ = closing.wait_for(|closing| *closing) => break,
        };
        if ticked && let Err(error) = follower.store(false).await {
            tracing::error!(%error, "what was sent cannot be noted; trying again");
        }
    }
    // Whatever is on its way arrives or fails: each has its time.
    while driven.join_next().await.is_some() {}
    if let Err(error) = follower.store(true).await {
        tracing::error!(%error, "what was sent cannot be noted; it may be sent again");
    }
}

struct Follower {
    inner: Arc<Inner>,
    place: herold_storage::Follower,
    /// Up to here it is known whom everything may concern; none before the beginning.
    cursor: Option<i64>,
    /// What the table says.
    stored: i64,
    /// Somebody may have been told something since the last note.
    busy: bool,
}

impl Follower {
    /// Goes on to `target`.
    async fn go_on(&mut self, target: i64) -> Result<(), StorageError> {
        let mut cursor = match self.cursor {
            Some(cursor) => cursor,
            None => self.begin().await?,
        };
        while cursor < target {
            let upto = self.place.step(cursor, target);
            cursor = match self.look(cursor, upto).await {
                Err(error) if error.is_of_content() => {
                    let passed = self.place.blocked(&self.inner.storage, cursor, upto, error).await?;
                    passed.unwrap_or(cursor)
                }
                outcome => outcome.map(|()| upto)?,
            };
            self.cursor = Some(cursor);
            self.place.reached(cursor);
        }
        Ok(())
    }

    /// Takes up where the last run ended. The first run begins now.
    async fn begin(&mut self) -> Result<i64, StorageError> {
        let now = *self.inner.storage.committed().borrow();
        let write = self.inner.storage.write(move |transaction| {
            let mut cursor = notices::cursor(transaction, FOLLOWER)?;
            if cursor == 0 {
                cursor = now;
                notices::set_cursor(transaction, FOLLOWER, cursor)?;
            }
            pushers::forget_debts(transaction)?;
            Ok::<_, StorageError>((cursor, pushers::debts(transaction)?))
        });
        let (cursor, debts) = write.await?;
        self.inner.ledger.take_up(&debts, cursor);
        (self.cursor, self.stored) = (Some(cursor), cursor);
        Ok(cursor)
    }

    /// Finds the pushers that anything after `since` and up to `until` may concern.
    async fn look(&mut self, since: i64, until: i64) -> Result<(), StorageError> {
        let (mut rooms, mut readers) = (HashSet::new(), HashSet::new());
        let complete = self.inner.storage.changes().visit_since(since, |change| match change.topic {
            Topic::Event { room } if change.position <= until => drop(rooms.insert(room)),
            Topic::Receipt { user, .. } if change.position <= until => drop(readers.insert(user)),
            _ => {}
        });
        if complete && rooms.is_empty() && readers.is_empty() {
            return Ok(());
        }
        let (sync, mut rooms) = (self.inner.sync.clone(), Vec::from_iter(rooms));
        let readers = Vec::from_iter(readers);
        let read = self.inner.storage.read(move |session| {
            if !complete {
                rooms = pushers::changed_rooms(session, since, until)?;
            }
            let notifying = sync.notifying(&rooms, since);
            rooms.retain(|room| !notifying.contains(room));
            let mut concerned = Vec::new();
            if !notifying.is_empty() {
                concerned.extend(pushers::of_rooms(session, &notifying)?);
            }
            if !rooms.is_empty() {
                concerned.extend(pushers::of_rooms_with_own_rules(session, &rooms)?);
            }
            let readers = if readers.is_empty() { Vec::new() } else { pushers::of_users(session, &readers)? };
            Ok::<_, StorageError>((concerned, readers))
        });
        let (concerned, readers) = read.await?;
        self.busy |= !concerned.is_empty() || !readers.is_empty();
        for (user, pusher) in concerned {
            self.inner.ledger.owe(pusher, user, since, until, false);
        }
        for (user, pusher) in readers {
            self.inner.ledger.owe(pusher, user, since, until, true);
        }
        Ok(())
    }

    /// Notes how far all pushers are. At the `end` nothing stays in memory alone.
    async fn store(&mut self, end: bool) -> Result<(), StorageError> {
        let Some(walked) = self.cursor else { return Ok(()) };
        let account = self.inner.ledger.account(walked, end);
        let cursor = account.cursor.max(self.stored);
        let nothing = account.debts.is_empty() && account.paid.is_empty();
        let near = cursor - self.stored < CURSOR_LAG_MAX && !end && !self.busy;
        if nothing && (near || cursor == self.stored) {
            return Ok(());
        }
        let (debts, paid) = (account.debts.clone(), account.paid.clone());
        let write = self.inner.storage.write(move |transaction| {
            pushers::clear_debts(transaction, &paid)?;
            pushers::set_debts(transaction, &debts)?;
            notices::set_cursor(transaction, FOLLOWER, cursor)
        });
        let written: Result<(), StorageError> = write.await;
        if let Err(error) = written {
            self.inner.ledger.not_stored(account);
            return Err(error);
        }
        self.stored = cursor;
        // Once the cursor has come to the end, all that was told is noted.
        self.busy = cursor < walked;
        Ok(())
    }
}
