//! Push: pushers as people set them, and the task that follows the log and tells push gateways.
//!
//! What is sent is derived when it is sent (`herold_sync::Sync::alerts`): what was read meanwhile is not sent,
//! and nothing waits in a queue for each event. Far more pushers than gateways: a pusher whose gateway fails
//! falls behind alone, and a slow gateway holds up nobody else. Content is never logged.
//!
//! The follower's cursor says up to where everything was sent; what single pushers are owed beyond that is a row
//! of their own. Both are written before an orderly end, so that nothing is sent twice. After a crash nothing is
//! lost, and what was sent in the last moment before it may be sent once more under the same event id.

mod back_off;
mod body;
mod error;
mod following;
mod ledger;
mod pushers;
mod sending;

use std::sync::{Arc, Mutex, PoisonError};

use herold_base::{Clock, Random};
use herold_outgoing::Outgoing;
use herold_storage::Storage;
use herold_sync::Sync;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use error::PushError;
pub use pushers::{NewPusher, OwnPusher};

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Push(Arc<Inner>);

struct Inner {
    storage: Storage,
    sync: Sync,
    clock: Clock,
    random: Random,
    outgoing: Outgoing,
    ledger: ledger::Ledger,
    places: sending::Places,
    closing: watch::Sender<bool>,
    following: Mutex<Option<JoinHandle<()>>>,
}

impl Push {
    /// Sends nothing before [`Push::start`].
    pub fn new(storage: Storage, sync: Sync, outgoing: Outgoing, clock: Clock, random: Random) -> Self {
        Self(Arc::new(Inner {
            storage,
            sync,
            clock,
            random,
            outgoing,
            ledger: ledger::Ledger::default(),
            places: sending::Places::default(),
            closing: watch::Sender::new(false),
            following: Mutex::new(None),
        }))
    }

    /// Follows the log as `sync` walks it. To be called once, inside a runtime; ends with [`Push::close`].
    pub fn start(&self) {
        let following = tokio::spawn(following::run(Arc::clone(&self.0)));
        *self.0.following.lock().unwrap_or_else(PoisonError::into_inner) = Some(following);
    }

    /// Lets what is being sent end, and notes what is still owed.
    pub async fn close(&self) {
        self.0.closing.send_replace(true);
        let following = self.0.following.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(following) = following
            && let Err(error) = following.await
        {
            tracing::error!(%error, "the task that sends notifications failed");
        }
    }
}
