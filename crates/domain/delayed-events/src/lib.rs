//! Events that are sent later, unless somebody says otherwise (MSC4140): how a call learns that somebody who
//! fell silent has left it.
//!
//! What is scheduled is in the database. It is sent through the rooms as if its sender sent it at that
//! moment, and judged then. Nothing here writes an event itself.

mod change;
mod error;
mod schedule;
mod send;
mod sweep;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use herold_base::{Clock, Random};
use herold_rooms::Rooms;
use herold_storage::Storage;

pub use change::Action;
pub use error::DelayedError;
pub use schedule::{DelayedEvent, NewDelayedEvent};

/// The longest delay, milliseconds.
pub const DELAY_MS_MAX: i64 = 24 * 60 * 60 * 1000;
/// Events that one account has scheduled at most.
pub const SCHEDULED_MAX: i64 = 100;
/// How long it is known what became of an event, milliseconds.
const FINALISED_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct DelayedEvents(Arc<Inner>);

struct Inner {
    storage: Storage,
    rooms: Rooms,
    clock: Clock,
    random: Random,
    /// When the next event may be due, milliseconds: the sweep asks the database only then.
    next_send_at: AtomicI64,
}

impl DelayedEvents {
    /// Works on what lies in `storage`, and sends through `rooms`.
    pub fn new(storage: Storage, rooms: Rooms, clock: Clock, random: Random) -> Self {
        // Whatever was scheduled before is found by the first look.
        let next_send_at = AtomicI64::new(i64::MIN);
        Self(Arc::new(Inner { storage, rooms, clock, random, next_send_at }))
    }

    /// Sees to it that the sweep looks at `send_at` at the latest.
    fn expect(&self, send_at: i64) {
        self.0.next_send_at.fetch_min(send_at, Ordering::SeqCst);
    }
}
