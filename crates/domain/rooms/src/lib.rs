//! Rooms: the only writer of events.

pub mod read;

use std::sync::Arc;

use herold_base::{Clock, Random};
use herold_storage::Storage;

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

#[expect(dead_code, reason = "filled next")]
struct Inner {
    storage: Storage,
    clock: Clock,
    random: Random,
    reader: read::Reader,
}

impl Rooms {
    /// Works on what lies in `storage`.
    pub fn new(storage: Storage, clock: Clock, random: Random) -> Self {
        Self(Arc::new(Inner { storage, clock, random, reader: read::Reader::default() }))
    }

    /// Reads rooms for clients.
    pub fn reader(&self) -> &read::Reader {
        &self.0.reader
    }

    fn storage(&self) -> &Storage {
        &self.0.storage
    }
}
