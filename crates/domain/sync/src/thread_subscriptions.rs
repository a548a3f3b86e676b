//! Threads that people follow (MSC4306): following, leaving, and what a client asks of them (MSC4308).
//!
//! A client has its owner follow a thread by itself when somebody mentions them there. That counts for nothing where
//! they left the thread after the mention, whichever device tells of it late.

use std::collections::BTreeMap;

use herold_accounts::Device;
use herold_rooms::read::{Viewer, position_of};
use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::thread_subscriptions::{self, ThreadSubscription};
use herold_storage::{Session, Transaction, memberships};
use ruma::push::RuleKind;
use ruma::{OwnedEventId, OwnedRoomId, UserId};

use crate::judge::Judgeable;
use crate::judging::Threads;
use crate::push_rules::{PUSH_RULES, THREAD_RULES, content, ruleset};
use crate::reading::Resolving;
use crate::sliding::position_of_pos;
use crate::{Sync, SyncError};

/// Threads that are kept of one person, those they left included.
const THREADS_MAX: i64 = 50_000;
/// Changes in one answer where nobody asks for a number.
pub const CHANGES_USUAL: usize = 100;
/// Changes in one answer at most.
const CHANGES_MAX: usize = 1_000;
/// A thread, by its room and its root.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The room.
    pub room_id: OwnedRoomId,
    /// The event that the thread begins with.
    pub root: OwnedEventId,
}

/// Changes of what somebody follows, the newest first.
#[derive(Clone, Debug, Default)]
pub struct ThreadChanges {
    /// What changed, by room and thread.
    pub changes: Vec<(OwnedRoomId, ThreadSubscription)>,
    /// The token of those before, where there are more.
    pub prev_batch: Option<String>,
}

/// Which changes a client asks for.
#[derive(Clone, Debug, Default)]
pub struct ThreadChangesQuery {
    /// Those before this token of an earlier answer.
    pub from: Option<String>,
    /// Those after this `pos` of sliding sync.
    pub to: Option<String>,
    /// How many.
    pub limit: Option<usize>,
}

impl ThreadChanges {
    /// The changes after `since` and up to `until`, the newest `limit` of them.
    pub(crate) fn load(
        session: &mut Session,
        reader: &herold_rooms::read::Reader,
        user: i64,
        (since, until): (i64, i64),
        limit: usize,
    ) -> Result<Self, SyncError> {
        let limit = limit.min(CHANGES_MAX);
        let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut found = thread_subscriptions::changed(session, user, since, until, wanted)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let prev_batch = found.last().filter(|_| more).map(|oldest| token(oldest.position));
        let rooms: Vec<i64> = found.iter().map(|change| change.room_number).collect();
        let known = reader.rooms(session, &rooms)?;
        let changes =
            found.into_iter().filter_map(|change| Some((known.get(&change.room_number)?.id.clone(), change)));
        Ok(Self { changes: changes.collect(), prev_batch })
    }

    /// By room, the threads that are followed (`true`) or were left (`false`).
    pub fn by_room(&self, subscribed: bool) -> BTreeMap<&OwnedRoomId, Vec<&ThreadSubscription>> {
        let mut rooms: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (room, change) in self.changes.iter().filter(|(_, change)| change.subscribed == subscribed) {
            rooms.entry(room).or_default().push(change);
        }
        rooms
    }
}

/// The token of what lies before `position`.
fn token(position: i64) -> String {
    herold_rooms::read::token_at(position.saturating_sub(1))
}

impl Sync {
    /// Has the caller follow a thread; `cause` is the event for which their client does so by itself.
    ///
    /// # Errors
    ///
    /// [`SyncError::UnknownEvent`], [`SyncError::NotInThread`], [`SyncError::LeftThread`],
    /// [`SyncError::TooManyThreads`].
    pub async fn subscribe_to_thread(
        &self,
        device: &Device,
        thread: Thread,
        cause: Option<OwnedEventId>,
    ) -> Result<(), SyncError> {
        let root = thread.root.to_string();
        let (room, cause) = self.find_thread(device, thread, cause).await?;
        let (user, user_id) = (device.user_number, device.user_id.clone());
        let write = self.0.storage.write(move |transaction| {
            let kept = thread_subscriptions::get(transaction, user, room, &root)?;
            if let Some(kept) = &kept {
                if kept.subscribed && (!kept.automatic || cause.is_some()) {
                    return Ok(());
                }
                if !kept.subscribed && cause.is_some_and(|cause| cause <= kept.position) {
                    return Err(SyncError::LeftThread);
                }
            } else {
                match thread_subscriptions::count(transaction, user)? {
                    0 => switch_rules_on(transaction, user, &user_id)?,
                    THREADS_MAX.. => return Err(SyncError::TooManyThreads { limit: THREADS_MAX }),
                    _ => {}
                }
            }
            thread_subscriptions::set(transaction, user, room, &root, true, cause.is_some())?;
            Ok(())
        });
        write.await
    }

    /// Has the caller follow a thread no longer.
    ///
    /// # Errors
    ///
    /// [`SyncError::UnknownEvent`].
    pub async fn unsubscribe_from_thread(&self, device: &Device, thread: Thread) -> Result<(), SyncError> {
        let root = thread.root.to_string();
        let (room, _) = self.find_thread(device, thread, None).await?;
        let user = device.user_number;
        let write = self.0.storage.write(move |transaction| {
            let kept = thread_subscriptions::get(transaction, user, room, &root)?;
            if kept.is_some_and(|kept| kept.subscribed) {
                thread_subscriptions::set(transaction, user, room, &root, false, false)?;
            }
            Ok(())
        });
        write.await
    }

    /// Whether the caller follows a thread: whether their client had them follow it.
    ///
    /// # Errors
    ///
    /// [`SyncError::UnknownEvent`], also for a thread that they do not follow.
    pub async fn thread_subscription(&self, device: &Device, thread: Thread) -> Result<bool, SyncError> {
        let root = thread.root.to_string();
        let (room, _) = self.find_thread(device, thread, None).await?;
        let user = device.user_number;
        let read = self.0.storage.read(move |session| thread_subscriptions::get(session, user, room, &root));
        let kept = read.await.map_err(SyncError::from)?.filter(|kept| kept.subscribed);
        kept.map(|kept| kept.automatic).ok_or(SyncError::UnknownEvent)
    }

    /// What changed of the threads that the caller follows.
    ///
    /// # Errors
    ///
    /// [`SyncError::InvalidToken`].
    pub async fn thread_changes(
        &self,
        device: &Device,
        query: ThreadChangesQuery,
    ) -> Result<ThreadChanges, SyncError> {
        let from = query.from.as_deref().map(position_of).transpose();
        let from = from.map_err(|_| SyncError::InvalidToken)?;
        let since = query.to.as_deref().map(position_of_pos).transpose();
        let since = since.map_err(|_| SyncError::InvalidToken)?.unwrap_or(0);
        let until = from.unwrap_or(i64::MAX);
        let (user, limit) = (device.user_number, query.limit.unwrap_or(CHANGES_USUAL));
        let reader = self.0.reader.clone();
        let read = self
            .0
            .storage
            .read(move |session| ThreadChanges::load(session, &reader, user, (since, until), limit));
        read.await
    }

    /// The number of the thread's room and the position of `cause`, where the caller may see both.
    async fn find_thread(
        &self,
        device: &Device,
        thread: Thread,
        cause: Option<OwnedEventId>,
    ) -> Result<(i64, Option<i64>), SyncError> {
        let (user, user_id, reader) = (device.user_number, device.user_id.clone(), self.0.reader.clone());
        let read = self.0.storage.read(move |session| {
            let room = reader.room(session, &thread.room_id)?.ok_or(SyncError::UnknownEvent)?.number;
            if memberships::of_user_in(session, user, room)?.is_none() {
                return Err(SyncError::UnknownEvent);
            }
            let mut viewer = Viewer::of_room(session, room, &user_id, user)?;
            let mut resolving = Resolving { session, room, viewer: &mut viewer };
            resolving.event(thread.root.as_str())?;
            let Some(cause) = cause else { return Ok((room, None)) };
            let event = resolving.event(cause.as_str()).map_err(|error| match error {
                SyncError::UnknownEvent => SyncError::NotInThread,
                error => error,
            })?;
            let judgeable = Judgeable::read(&event.json).ok_or(SyncError::NotInThread)?;
            if Threads::load(session, &[(&event, judgeable)])?.of(&event) != thread.root.as_str() {
                return Err(SyncError::NotInThread);
            }
            Ok((room, Some(event.position.unwrap_or(event.event_number))))
        });
        read.await
    }
}

/// Whoever follows a thread for the first time has a client that knows about following: from now on threads notify
/// by it (docs/decisions/0013). Whoever switches the rules off afterwards keeps them off.
fn switch_rules_on(transaction: &mut Transaction<'_>, user: i64, user_id: &UserId) -> Result<(), SyncError> {
    let stored = account_data::get(transaction, user, NO_ROOM, PUSH_RULES)?;
    let mut rules = ruleset(stored.as_deref(), user_id);
    for rule in THREAD_RULES {
        rules.set_enabled(RuleKind::PostContent, rule, true).map_err(|_| SyncError::UnknownRule)?;
    }
    account_data::set(transaction, user, NO_ROOM, PUSH_RULES, &content(&rules).to_string())?;
    Ok(())
}
