//! The one task that walks the log: judges new events, keeps memory up to date, and wakes those whom a
//! change concerns. A request answers up to the position that was walked, never beyond. An event that cannot be judged,
//! or whose verdict cannot be stored, counts for nobody (see [`herold_storage::Follower`]).

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use herold_base::Seldom;
use herold_rooms::read::ClientEvent;
use herold_storage::events;
use herold_storage::receipts::{self, KIND_IMPLIED, StoredReceipt};
use herold_storage::{Change, Follower, Storage, Topic, memberships, notices};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::notices::{FOLLOWER, Judged};
use crate::{Inner, SyncError, judging};

/// Events read at once.
const STEP_MAX: i64 = 1_000;
/// How long judged events stay only in memory; after a crash they are judged again.
const STORE_EVERY: Duration = Duration::from_millis(500);
/// How far the cursor may stay behind when nothing needs to be stored.
const CURSOR_LAG_MAX: i64 = 10_000;
/// The name of the one that judges; what it judged is stored by [`FOLLOWER`].
const JUDGING: &str = "sync";
/// How long to wait after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// While the database is away every try fails: one line in a while says it.
static FAILURES: Seldom = Seldom::new(Duration::from_secs(10));

/// How far the task is.
pub(crate) struct Progress {
    begun: bool,
    /// Every verdict up to here is in the table.
    cursor: i64,
    store_at: Instant,
    judging: Follower,
    storing: Follower,
}

impl Progress {
    pub(crate) fn new(storage: &Storage) -> Self {
        let store_at = Instant::now() + STORE_EVERY;
        let (judging, storing) = (storage.follow(JUDGING), storage.follow(FOLLOWER));
        Self { begun: false, cursor: 0, store_at, judging, storing }
    }
}

/// Runs until `closing` says so or its owner is gone.
pub(crate) async fn run(
    inner: Weak<Inner>,
    mut progress: Progress,
    mut committed: watch::Receiver<i64>,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        let target = *committed.borrow_and_update();
        let Some(owner) = inner.upgrade() else { return };
        if let Err(error) = owner.follow(&mut progress, target).await {
            if let Some(left_out) = FAILURES.now(Instant::now().into_std()) {
                tracing::error!(%error, left_out, "the log cannot be followed; trying again");
            }
            tokio::time::sleep(RETRY_AFTER).await;
        }
        drop(owner);
        tokio::select! {
            changed = committed.changed() => if changed.is_err() { return },
            () = sleep_until(progress.store_at) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

impl Inner {
    /// Goes on to `target`, and stores what was judged when it is time.
    async fn follow(&self, progress: &mut Progress, target: i64) -> Result<(), SyncError> {
        let walked = self.begin_and_walk(progress, target).await;
        progress.judging.fails(walked.is_err());
        walked?;
        if progress.store_at <= Instant::now() {
            let stored = self.store_judged(progress).await;
            progress.storing.fails(stored.is_err());
            stored?;
            progress.store_at = Instant::now() + STORE_EVERY;
        }
        Ok(())
    }

    async fn begin_and_walk(&self, progress: &mut Progress, target: i64) -> Result<(), SyncError> {
        if !progress.begun {
            progress.cursor = self.begin_judging().await?;
            progress.begun = true;
        }
        self.walk(&mut progress.judging, target).await
    }

    /// Takes up judging where it was left.
    async fn begin_judging(&self) -> Result<i64, SyncError> {
        let cursor = self.storage.read(|session| notices::cursor(session, FOLLOWER)).await?;
        self.notices.restart(cursor);
        self.judged_to.store(cursor, Ordering::SeqCst);
        Ok(cursor)
    }

    /// Walks the log up to `target`.
    async fn walk(&self, judging: &mut Follower, target: i64) -> Result<(), SyncError> {
        let walked = *self.walked.borrow();
        let mut changes: Vec<Change> = Vec::new();
        let complete = self.storage.changes().visit_since(walked, |change| {
            if change.position <= target {
                changes.push(*change);
            }
        });
        let mut judged_to = self.judged_to.load(Ordering::SeqCst);
        let rooms: HashSet<i64> = changes
            .iter()
            .filter_map(|change| match change.topic {
                Topic::Event { room } => Some(room),
                _ => None,
            })
            .collect();
        let mut watched = self.tails.among(&rooms);
        watched.extend(self.waiting.among(&rooms));
        if !complete || judged_to < walked {
            self.tails.restart(judged_to);
        }
        let has_events = !complete || judged_to < walked || !rooms.is_empty();
        while has_events && judged_to < target {
            judged_to = self.judge_or_pass(judging, judged_to, target, &watched).await?;
        }
        if !has_events {
            self.tails.append(&HashSet::new(), Vec::new(), judged_to, target);
        }
        self.judged_to.store(target, Ordering::SeqCst);
        judging.reached(target);
        for change in &changes {
            if let Topic::Receipt { room, user, .. } = change.topic {
                self.unread.moved(user, room, change.position);
            }
        }
        let purged = self.forget_purged(&changes).await?;
        if !complete || purged {
            self.unread.forget_all();
        }
        let with_new_keys = self.rooms_of_key_owners(&changes).await?;
        self.walked.send_replace(target.max(walked));
        if complete {
            self.wake(&changes, &with_new_keys);
        } else {
            self.waiting.wake_all();
        }
        Ok(())
    }

    /// Forgets the timelines of rooms that were purged, and what their purged messages add to counts; says whether
    /// there are any.
    async fn forget_purged(&self, changes: &[Change]) -> Result<bool, SyncError> {
        let purged = changes.iter().filter_map(|change| match change.topic {
            Topic::Purged { room } => Some(room),
            _ => None,
        });
        let rooms: HashSet<i64> = purged.collect();
        for room in &rooms {
            self.tails.forget(*room);
            let positions = self.notices.positions(*room);
            let shown = self.storage.read(move |session| events::shown(session, &positions));
            self.notices.keep_only(*room, &shown.await?);
        }
        Ok(!rooms.is_empty())
    }

    /// Judges the next events after `since`, or passes the one that cannot be judged; says up to where.
    async fn judge_or_pass(
        &self,
        judging: &mut Follower,
        since: i64,
        target: i64,
        watched: &HashSet<i64>,
    ) -> Result<i64, SyncError> {
        let upto = judging.step(since, target);
        let judged_to = match self.judge_step(since, upto, watched).await {
            Err(error) if error.is_of_content() => {
                let passed = judging.blocked(&self.storage, since, upto, error).await?;
                if let Some(passed) = passed {
                    // No timeline in memory may lack it.
                    self.tails.restart(passed);
                }
                passed.unwrap_or(since)
            }
            outcome => outcome?,
        };
        // What was judged once must not be judged again when a later step fails.
        self.judged_to.store(judged_to, Ordering::SeqCst);
        judging.reached(judged_to);
        Ok(judged_to)
    }

    /// Judges the next events after `since` and says up to where. The events of rooms that are `watched`
    /// are made ready for those who wait there.
    async fn judge_step(&self, since: i64, target: i64, watched: &HashSet<i64>) -> Result<i64, SyncError> {
        let (reader, server_name) = (self.reader.clone(), self.settings.server_name.clone());
        let (rooms, facts) = (watched.clone(), self.facts.clone());
        let (until, judged, ready) = self
            .storage
            .read(move |session| {
                let stored = events::in_log(session, since, target, STEP_MAX)?;
                // Before anybody is told that the log is walked so far.
                let state = stored.iter().filter(|event| event.state_key_number.is_some());
                state.for_each(|event| facts.follow(event.room_number, &event.kind, event.event_number));
                let judged = judging::judge(session, &reader, &server_name, &stored)?;
                let last = stored.last().map(|event| event.event_number);
                let until = last.filter(|_| stored.len() as i64 == STEP_MAX).unwrap_or(target);
                let known = reader.rooms(session, &rooms.iter().copied().collect::<Vec<_>>())?;
                let watched = stored.into_iter().filter(|event| rooms.contains(&event.room_number)).collect();
                let ready = reader.shared(session, &known, watched)?;
                Ok::<(i64, Vec<Judged>, Vec<ClientEvent>), SyncError>((until, judged, ready))
            })
            .await?;
        for user in judged.iter().filter(|judged| judged.reads).map(|judged| judged.sender) {
            self.acts(user);
        }
        self.notices.add(judged);
        self.tails.append(watched, ready, since, until);
        Ok(until)
    }

    /// The rooms of those whose devices or keys changed.
    async fn rooms_of_key_owners(&self, changes: &[Change]) -> Result<Vec<i64>, SyncError> {
        let mut rooms = Vec::new();
        let mut unknown = Vec::new();
        for change in changes {
            if let Topic::DeviceKeys { user } = change.topic {
                match self.waiting.rooms_of(user) {
                    Some(known) => rooms.extend(known.iter()),
                    None => unknown.push(user),
                }
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        if !unknown.is_empty() {
            let joined = self.storage.read(move |session| memberships::joined_rooms(session, &unknown));
            rooms.extend(joined.await?);
        }
        rooms.sort_unstable();
        rooms.dedup();
        Ok(rooms)
    }

    fn wake(&self, changes: &[Change], rooms_with_new_keys: &[i64]) {
        for change in changes {
            match change.topic {
                Topic::Event { room } | Topic::Receipt { room, private: false, .. } => {
                    self.waiting.wake_room(room)
                }
                Topic::Membership { user, .. }
                | Topic::Receipt { user, .. }
                | Topic::AccountData { user }
                | Topic::ThreadSubscription { user, .. }
                | Topic::DeviceKeys { user }
                | Topic::UserSignature { signer: user }
                | Topic::SignedOut { user } => self.waiting.wake_user(user),
                Topic::ToDevice { device } | Topic::KeyCounts { device } => self.waiting.wake_device(device),
                // Nobody waits for messages to go.
                Topic::Purged { .. } => {}
            }
        }
        self.waiting.wake_rooms(rooms_with_new_keys);
    }

    /// Stores what was judged and is not stored yet.
    async fn store_judged(&self, progress: &mut Progress) -> Result<(), SyncError> {
        let walked = *self.walked.borrow();
        let Progress { cursor, storing, .. } = progress;
        while !self.notices.unstored(walked).is_empty() || walked - *cursor >= CURSOR_LAG_MAX {
            let upto = storing.step(*cursor, walked);
            match self.store_step(upto).await {
                Err(error) if error.is_of_content() => {
                    if let Some(passed) = storing.blocked(&self.storage, *cursor, upto, error).await? {
                        self.notices.pass(passed);
                        self.unread.forget_all();
                    }
                }
                outcome => {
                    outcome?;
                    *cursor = upto;
                }
            }
            storing.reached(*cursor);
        }
        storing.reached(walked);
        Ok(())
    }

    async fn store_step(&self, upto: i64) -> Result<(), SyncError> {
        let unstored = self.notices.unstored(upto);
        let rows = rows(&unstored);
        let read = implied(&unstored);
        self.storage
            .write(move |transaction| {
                notices::store(transaction, &rows)?;
                receipts::imply(transaction, &read)?;
                notices::set_cursor(transaction, FOLLOWER, upto)
            })
            .await?;
        self.notices.stored(upto);
        Ok(())
    }
}

fn rows(judged: &[Arc<Judged>]) -> Vec<notices::StoredNotice> {
    let mut rows = Vec::with_capacity(judged.len());
    for event in judged {
        let row = |user_number: i64, notify: bool, highlight: bool| notices::StoredNotice {
            room_number: event.room,
            thread: event.thread.clone(),
            position: event.position,
            user_number,
            sender_number: event.sender,
            notify: i64::from(notify),
            highlight: i64::from(highlight),
        };
        if event.notify || event.highlight {
            rows.push(row(0, event.notify, event.highlight));
        }
        for (user, notify, highlight) in &event.personal {
            // Only what the row of everybody does not say already.
            let (notify, highlight) = (*notify && !event.notify, *highlight && !event.highlight);
            if notify || highlight {
                rows.push(row(*user, notify, highlight));
            }
        }
    }
    rows
}

/// The receipts that events imply, the newest of each room, user and thread.
fn implied(judged: &[Arc<Judged>]) -> Vec<StoredReceipt> {
    let mut newest = std::collections::HashMap::new();
    for event in judged {
        let mut read = |user: i64, thread: &str| {
            let receipt = StoredReceipt {
                room_number: event.room,
                user_number: user,
                kind: KIND_IMPLIED,
                thread: thread.to_owned(),
                event_id: event.event_id.clone(),
                event_position: event.position,
                received_at: 0,
                position: event.position,
            };
            newest.insert((event.room, user, thread.to_owned()), receipt);
        };
        if event.reads {
            read(event.sender, if event.thread.is_empty() { "main" } else { &event.thread });
        }
        if let Some(user) = event.joined {
            read(user, "");
        }
    }
    newest.into_values().collect()
}
