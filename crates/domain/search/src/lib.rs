//! Search: the words of events that are not encrypted, and who may find them (client-server API, "Searching").
//!
//! A task follows the log and puts the words of events into the storage's index. What a search tells is read
//! from the events themselves and judged for the searcher: the index only says where to look, and what it says
//! of somebody else's rooms goes no further.

mod around;
mod documents;
mod error;
mod following;
mod ranking;
mod request;
mod search;
mod token;

use std::sync::Arc;

use herold_rooms::read::Reader;
use herold_storage::Storage;
use tokio::sync::{Notify, watch};

pub use error::SearchError;
pub use request::{
    ContextWanted, Group, GroupBy, Hit, HitContext, Key, Order, Profile, SearchRequest, SearchResults,
};

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Search(Arc<Inner>);

struct Inner {
    storage: Storage,
    reader: Reader,
    /// Up to here the log is in the index.
    indexed: watch::Sender<i64>,
    /// Somebody waits for what is not in the index yet.
    wanted: Notify,
    closing: watch::Sender<bool>,
}

impl Search {
    /// Follows the log in `storage`, and reads rooms with `reader`. Starts a task: to be called inside a runtime.
    /// It ends with [`Search::close`], or when the last clone is dropped.
    pub fn new(storage: Storage, reader: Reader) -> Self {
        let committed = storage.committed();
        let (indexed, closing) = (watch::Sender::new(0), watch::Sender::new(false));
        let inner = Arc::new(Inner { storage, reader, indexed, wanted: Notify::new(), closing });
        let (follower, closing) = (inner.storage.follow(following::FOLLOWER), inner.closing.subscribe());
        tokio::spawn(following::run(Arc::downgrade(&inner), follower, committed, closing));
        Self(inner)
    }

    /// Ends the task.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }
}
