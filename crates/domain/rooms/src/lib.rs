//! Rooms: the only writer of events.

#![expect(dead_code, reason = "filled next")]

use std::sync::Arc;

use herold_base::{Clock, Random};
use herold_storage::Storage;

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    storage: Storage,
    clock: Clock,
    random: Random,
}

impl Rooms {
    /// Works on what lies in `storage`.
    pub fn new(storage: Storage, clock: Clock, random: Random) -> Self {
        Self(Arc::new(Inner { storage, clock, random }))
    }
}
