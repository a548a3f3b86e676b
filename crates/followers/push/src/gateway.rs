//! The push gateway for other servers (push gateway API): what they are told of for a device that this server reaches,
//! the device is told. An open door: nothing that comes in here may hold up the server's own notifications, and
//! nobody waits in it.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, TryAcquireError};

use crate::delivery::Delivery;
use crate::{Inner, Push};

/// Devices that one request names at most.
pub const DEVICES_MAX: usize = 10;
/// Notifications of others that are being sent at once.
const SENDING_MAX: usize = 256;
/// Those through one push service.
const SENDING_PER_PLACE_MAX: usize = 32;
/// Push services that are told apart at once.
const PLACES_MAX: u64 = 1_000;
/// Deliveries that are remembered, so that a server that asks again tells nobody twice.
const TOLD_MAX: u64 = 100_000;
/// How long they are.
const TOLD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// What another server asks to be told.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Notification {
    #[serde(skip_serializing)]
    devices: Vec<NotifiedDevice>,
    event_id: Option<String>,
    room_id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    sender: Option<String>,
    sender_display_name: Option<String>,
    room_name: Option<String>,
    room_alias: Option<String>,
    user_is_target: Option<bool>,
    prio: Option<String>,
    content: Option<Map<String, Value>>,
    counts: Option<Counts>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Counts {
    unread: Option<u64>,
}

/// A device that is to be told.
#[derive(Clone, Debug, Deserialize)]
struct NotifiedDevice {
    app_id: String,
    pushkey: String,
    #[serde(default)]
    data: Map<String, Value>,
}

/// Why a notification is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// The operator opened no gateway.
    #[error("This server is no push gateway for others.")]
    Closed,
    /// Too many devices at once.
    #[error("One request names at most {DEVICES_MAX} devices.")]
    TooManyDevices,
    /// Too much is on its way already.
    #[error("This push gateway is busy. Try again later.")]
    Busy,
    /// A push service did not take it.
    #[error("The push service of a device did not take this. Try again later.")]
    NotTaken {
        /// Not before so many milliseconds, where the service said so.
        retry_after_ms: Option<i64>,
    },
}

/// What is on its way for other servers, and what was delivered.
pub(crate) struct Others {
    all: Semaphore,
    each: Cache<String, Arc<Semaphore>>,
    /// Devices and events, by their hash.
    told: Cache<u64, ()>,
    hash: RandomState,
}

impl Default for Others {
    fn default() -> Self {
        Self {
            all: Semaphore::new(SENDING_MAX),
            each: Cache::new(PLACES_MAX),
            told: Cache::builder().max_capacity(TOLD_MAX).time_to_live(TOLD_FOR).build(),
            hash: RandomState::new(),
        }
    }
}

impl Push {
    /// Whether other servers may have devices told here.
    pub fn is_gateway(&self) -> bool {
        self.0.settings.for_others
    }

    /// Tells the devices that `notification` names, and answers the keys of those that nobody will ever reach again.
    /// Who was told of an event is not told of it again.
    pub async fn notify(&self, notification: Notification) -> Result<Vec<String>, NotifyError> {
        if !self.is_gateway() {
            return Err(NotifyError::Closed);
        }
        if notification.devices.len() > DEVICES_MAX {
            return Err(NotifyError::TooManyDevices);
        }
        let telling = notification.devices.iter().map(|device| self.0.tell_device(&notification, device));
        let mut rejected = Vec::new();
        for (device, delivery) in notification.devices.iter().zip(join_all(telling).await) {
            match delivery? {
                Delivery::Taken => {}
                Delivery::Rejected => rejected.push(device.pushkey.clone()),
                Delivery::NotTaken { reason, retry_after_ms } => {
                    tracing::debug!(reason, "nobody took a notification of another server");
                    return Err(NotifyError::NotTaken { retry_after_ms });
                }
            }
        }
        Ok(rejected)
    }
}

impl Inner {
    async fn tell_device(
        &self,
        notification: &Notification,
        device: &NotifiedDevice,
    ) -> Result<Delivery, NotifyError> {
        let Ok(way) = self.way_here(&device.app_id, &device.pushkey, &device.data) else {
            tracing::debug!(app_id = device.app_id, "a device of another server can never be reached");
            return Ok(Delivery::Rejected);
        };
        // With the data: two accounts in one browser are told both.
        let told = notification.event_id.as_ref().map(|event_id| {
            self.others.hash.hash_one((
                event_id,
                &device.pushkey,
                Value::Object(device.data.clone()).to_string(),
            ))
        });
        if told.is_some_and(|told| self.others.told.contains_key(&told)) {
            return Ok(Delivery::Taken);
        }
        let place = way.place().to_owned();
        let of_place = self.others.each.get_with(place, || Arc::new(Semaphore::new(SENDING_PER_PLACE_MAX)));
        let busy = |_: TryAcquireError| NotifyError::Busy;
        let _place = of_place.try_acquire().map_err(busy)?;
        let _all = self.others.all.try_acquire().map_err(busy)?;
        let written = serde_json::json!({ "notification": notification });
        let delivery = self.deliver(&way, &device.pushkey, None, &written).await;
        if let (Delivery::Taken, Some(told)) = (&delivery, told) {
            self.others.told.insert(told, ());
        }
        Ok(delivery)
    }
}
