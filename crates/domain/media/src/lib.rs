//! Uploaded files: their limits, their mxc URIs, their bytes and their thumbnails.
//!
//! A file is acknowledged when its bytes and its row are durable, in this order. Nothing here may
//! trust what an uploader says about a file, hold a whole file in memory (thumbnails excepted, up to
//! a limit), or know of HTTP.

mod awaited;
mod download;
mod error;
mod kept;
mod quarantine;
mod quota;
mod remove;
mod settle;
mod thumbnail;
mod upload;

use std::sync::{Arc, Mutex};

use herold_base::{Clock, Flights, Random};
use herold_blobs::{BlobKey, Blobs};
use herold_storage::Storage;
use ruma::OwnedServerName;
use tokio::sync::{OnceCell, Semaphore, broadcast, watch};

pub use awaited::{AWAITED_MAX, Created, UNUSED_LIFETIME_MS};
pub use download::{MediaFile, WAIT_MAX, WAITERS_MAX};
pub use error::MediaError;
pub use kept::KeptPicture;
pub use quarantine::{ListedFile, Which};
pub use quota::{OwnQuota, Quota, Usage};
pub use thumbnail::{Method, SOURCE_BYTES_MAX, THUMBNAILS_WAITING_MAX, ThumbnailRequest};
pub use upload::{CONTENT_TYPE_MAX, Description, FILE_NAME_MAX, Upload};

/// What an operator may set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's own name.
    pub server_name: OwnedServerName,
    /// Bytes of an uploaded file at most.
    pub upload_size_max: u64,
    /// Bytes of memory that decoding one picture may take at most.
    pub decode_memory_max: u64,
    /// How much one person may upload.
    pub quota: Quota,
    /// A page that people are sent to who have uploaded as much as they may.
    pub quota_info_uri: String,
}

impl Settings {
    /// The usual settings.
    pub fn new(server_name: OwnedServerName) -> Self {
        Self {
            quota_info_uri: format!("https://{server_name}"),
            server_name,
            upload_size_max: 100 * 1024 * 1024,
            decode_memory_max: 512 * 1024 * 1024,
            quota: Quota::default(),
        }
    }
}

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Media(Arc<Inner>);

struct Inner {
    storage: Storage,
    blobs: Blobs,
    clock: Clock,
    random: Random,
    settings: Settings,
    /// The row numbers of awaited files whose bytes are there now.
    arrivals: broadcast::Sender<i64>,
    /// Downloads that wait for an upload.
    waiters: Semaphore,
    /// Filled when what the last run left open is decided: nothing is kept or removed before.
    settled: OnceCell<()>,
    /// Whoever waits for that waits for the same try: a store may take long to fail.
    settling: Flights<(), Result<(), MediaError>>,
    /// Blobs of commits whose outcome is unknown, or that were not taken whole, and since when.
    undecided: Mutex<Vec<(BlobKey, i64)>>,
    thumbnails: thumbnail::Workshop,
    /// Whether the server is ending: nobody waits for an upload any more.
    closing: watch::Sender<bool>,
}

impl Media {
    /// Works on the rows in `storage` and the bytes in `blobs`.
    pub fn new(storage: Storage, blobs: Blobs, clock: Clock, random: Random, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            storage,
            blobs,
            clock,
            random,
            settings,
            arrivals: broadcast::Sender::new(download::ARRIVALS_KEPT),
            waiters: Semaphore::new(WAITERS_MAX),
            settled: OnceCell::new(),
            settling: Flights::default(),
            undecided: Mutex::default(),
            thumbnails: thumbnail::Workshop::default(),
            closing: watch::Sender::new(false),
        }))
    }

    /// Answers every download that waits for an upload, and waits no longer for the store to settle the last run.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Bytes of an uploaded file at most.
    pub fn upload_size_max(&self) -> u64 {
        self.0.settings.upload_size_max
    }
}
