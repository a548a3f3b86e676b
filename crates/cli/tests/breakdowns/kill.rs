//! `kill -9` under load, again and again: what was acknowledged is there exactly once afterwards, what
//! was asked again under the same transaction id happened once, files download whole, and sync tokens
//! still work.

#[path = "kill/files.rs"]
mod files;
#[path = "kill/messages.rs"]
mod messages;
#[path = "kill/to_device.rs"]
mod to_device;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use files::Files;
use messages::Messages;
use to_device::ToDevice;

use crate::person::Person;
use crate::running::{Place, Running, block_on};

/// How often the server is killed.
const ROUNDS: usize = 4;
/// Acknowledged requests per round after which the server is killed, in the middle of the next ones.
const ACKNOWLEDGED: usize = 150;

/// Counts what was acknowledged in a round.
type Acknowledged = Arc<AtomicUsize>;

async fn kill_and_check(place: Place) {
    let mut running = Running::start(&place);
    let writer = Person::register(&running, "writer").await;
    let receiver = Person::register(&running, "receiver").await;
    let mut messages = Messages::new(&writer).await;
    let mut to_device = ToDevice::new(&receiver).await;
    let mut files = Files::default();
    for round in 0..ROUNDS {
        let acknowledged = Acknowledged::default();
        let writer_now = writer.at(&running);
        messages.begin(round, &writer_now, &acknowledged);
        to_device.begin(round, &writer_now, &acknowledged);
        files.begin(round, &writer_now, &acknowledged);
        while acknowledged.load(Ordering::SeqCst) < ACKNOWLEDGED {
            messages.sync(&writer_now).await;
        }
        running.kill();
        running = Running::start(&place);
        let (writer_now, receiver_now) = (writer.at(&running), receiver.at(&running));
        messages.check(&writer_now).await;
        to_device.check(round, &writer_now, &receiver_now).await;
        files.check(&writer_now).await;
    }
    running.kill();
}

#[test]
fn what_was_acknowledged_survives_on_sqlite() {
    block_on(kill_and_check(Place::sqlite()));
}

#[test]
fn what_was_acknowledged_survives_on_postgresql() {
    block_on(kill_and_check(Place::postgresql("breakdowns_kill")));
}
