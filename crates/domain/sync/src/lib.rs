//! What changed since a token: sync, typing, receipts, presence, unread counts, push rules, filters.
//!
//! Stands on the log: one task walks it and wakes those who wait; a request tells what happened up to the
//! position that was walked. Rooms without news cost nothing. Nothing here writes events.

mod carrying;
mod contexts;
mod device_lists;
mod ephemeral;
mod error;
mod filter;
mod following;
mod gather;
mod json;
mod judge;
mod judging;
mod lazy;
mod looking;
mod news;
mod notices;
mod notifications;
mod numbers;
mod passing;
mod people;
mod presence;
mod push_rules;
mod reading;
mod request;
mod setting;
pub mod sliding;
mod tails;
mod thread_subscriptions;
mod token;
mod typing;
mod unread;
mod waiting;
mod write;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use herold_base::Clock;
use herold_rooms::read::Reader;
use herold_storage::Storage;
use herold_storage::one_time_keys::KeyCounts;
use moka::sync::Cache;
use ruma::OwnedServerName;
use tokio::sync::watch;

pub use device_lists::KeyChanges;
pub use error::SyncError;
pub use notifications::{Alert, Alerts, Notification, NotificationPage, NotificationQuery};
pub use push_rules::content as push_rules_content;
pub use reading::{Marker, Markers};
pub use request::{SyncRequest, TIMEOUT_MAX};
pub use setting::UserPresence;
pub use thread_subscriptions::{
    CHANGES_USUAL as THREAD_CHANGES_USUAL, Thread, ThreadChanges, ThreadChangesQuery,
};
pub use token::Token;
pub use typing::TYPING_MAX;

/// Devices of which little things are remembered.
const DEVICES_MAX: u64 = 50_000;

/// What an operator decides about sync.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's own name.
    pub server_name: OwnedServerName,
    /// Whether people see how others are: online, idle, away.
    pub presence: bool,
}

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Sync(Arc<Inner>);

struct Inner {
    storage: Storage,
    clock: Clock,
    settings: Settings,
    reader: Reader,
    filters: filter::Filters,
    people: people::People,
    waiting: waiting::Waiting,
    ephemeral: ephemeral::Ephemeral,
    typing: typing::Typing,
    presence: presence::Presence,
    notices: notices::Notices,
    unread: unread::Unread,
    tails: tails::Tails,
    lazy: lazy::LazyMembers,
    summaries: gather::Summaries,
    orders: sliding::order::Orders,
    facts: sliding::facts::RoomFacts,
    connections: sliding::Connections,
    /// By device, as of which log position.
    key_counts: Cache<i64, (i64, Arc<KeyCounts>)>,
    /// Devices with nothing to acknowledge.
    emptied: Cache<i64, ()>,
    /// Up to here the log is walked: answers tell what happened up to here.
    walked: watch::Sender<i64>,
    judged_to: AtomicI64,
    closing: watch::Sender<bool>,
}

impl Sync {
    /// Follows the log in `storage`, and reads rooms with `reader`. Starts tasks: to be called inside a runtime.
    /// They end with [`Sync::close`], or when the last clone is dropped.
    pub fn new(storage: Storage, reader: Reader, clock: Clock, settings: Settings) -> Self {
        let (now_ms, committed) = (clock.now_ms(), storage.committed());
        // Everything up to here happened before anybody waited; the task judges what is not judged yet first.
        let begin = *committed.borrow();
        let inner = Arc::new(Inner {
            storage,
            clock,
            settings,
            reader,
            filters: filter::Filters::default(),
            people: people::People::default(),
            waiting: waiting::Waiting::default(),
            ephemeral: ephemeral::Ephemeral::new(now_ms),
            typing: typing::Typing::default(),
            presence: presence::Presence::default(),
            notices: notices::Notices::new(begin),
            unread: unread::Unread::default(),
            tails: tails::Tails::default(),
            lazy: lazy::LazyMembers::default(),
            summaries: gather::Summaries::default(),
            orders: sliding::order::Orders::default(),
            facts: sliding::facts::RoomFacts::default(),
            connections: sliding::Connections::default(),
            key_counts: Cache::new(DEVICES_MAX),
            emptied: Cache::new(DEVICES_MAX),
            walked: watch::Sender::new(0),
            judged_to: AtomicI64::new(0),
            closing: watch::Sender::new(false),
        });
        let (closing, positions) = (inner.closing.subscribe(), inner.ephemeral.positions());
        let progress = following::Progress::new(&inner.storage);
        tokio::spawn(following::run(Arc::downgrade(&inner), progress, committed, closing.clone()));
        tokio::spawn(passing::run(Arc::downgrade(&inner), positions, closing));
        Self(inner)
    }

    /// Ends the tasks, and answers every request that waits.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }
}
