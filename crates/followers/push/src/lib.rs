//! Push: pushers as people set them, and the task that follows the log and tells push gateways. The server's own
//! gateway speaks Web Push, and to the services of Apple and Google: devices are told from here, not over HTTP to
//! ourselves. Other servers may use it too.
//!
//! What is sent is derived when it is sent (`herold_sync::Sync::alerts`): what was read meanwhile is not sent,
//! and nothing waits in a queue for each event. Far more pushers than gateways: a pusher whose gateway fails
//! falls behind alone, and a slow gateway holds up nobody else. Content is never logged.
//!
//! The follower's cursor says up to where everything was sent; what single pushers are owed beyond that is a row
//! of their own. Both are written before an orderly end, so that nothing is sent twice. After a crash nothing is
//! lost, and what was sent in the last moment before it may be sent once more under the same event id.

mod apps;
mod back_off;
mod body;
mod delivery;
mod error;
mod following;
mod gateway;
mod jwt;
mod ledger;
mod payload;
mod pushers;
mod sending;
mod ways;
mod web_push;

use std::sync::{Arc, Mutex, PoisonError};

use herold_base::{Clock, Random};
use herold_outgoing::Outgoing;
use herold_storage::Storage;
use herold_sync::Sync;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use apps::{Apns, ApnsKey, Apps, CredentialsError, Fcm};
pub use error::PushError;
pub use gateway::{DEVICES_MAX, Notification, NotifyError};
pub use pushers::{GATEWAY_PATH, NewPusher, OwnPusher};
pub use web_push::{VapidKey, VapidKeyError, WebPush};

/// What an operator decides about push.
pub struct Settings {
    /// The URL of this server's own gateway, as pushers name it.
    pub gateway: String,
    /// Whether other servers may use that gateway.
    pub for_others: bool,
    /// How browsers are told; none where they are not.
    pub web_push: Option<WebPush>,
    /// The apps on telephones that are told through the services of Apple and Google.
    pub apps: Apps,
}

/// What a browser needs to subscribe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribing {
    /// The key that its subscription is made for: an uncompressed point, base64url.
    pub key: String,
    /// What its pusher names as its URL.
    pub gateway: String,
}

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Push(Arc<Inner>);

struct Inner {
    storage: Storage,
    sync: Sync,
    clock: Clock,
    random: Random,
    outgoing: Outgoing,
    settings: Settings,
    ledger: ledger::Ledger,
    places: sending::Places,
    others: gateway::Others,
    closing: watch::Sender<bool>,
    following: Mutex<Option<JoinHandle<()>>>,
}

impl Push {
    /// Sends nothing before [`Push::start`].
    pub fn new(
        storage: Storage,
        sync: Sync,
        outgoing: Outgoing,
        clock: Clock,
        random: Random,
        settings: Settings,
    ) -> Self {
        Self(Arc::new(Inner {
            storage,
            sync,
            clock,
            random,
            outgoing,
            settings,
            ledger: ledger::Ledger::default(),
            places: sending::Places::default(),
            others: gateway::Others::default(),
            closing: watch::Sender::new(false),
            following: Mutex::new(None),
        }))
    }

    /// What browsers need to subscribe, where they are told anything.
    pub fn subscribing(&self) -> Option<Subscribing> {
        let settings = &self.0.settings;
        let key = settings.web_push.as_ref()?.key.public();
        Some(Subscribing { key, gateway: settings.gateway.clone() })
    }

    /// Follows the log as `sync` walks it. To be called once, inside a runtime; ends with [`Push::close`].
    pub fn start(&self) {
        let follower = self.0.storage.follow(following::FOLLOWER);
        let following = tokio::spawn(following::run(Arc::clone(&self.0), follower));
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
