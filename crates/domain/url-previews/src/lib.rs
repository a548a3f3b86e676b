//! Previews of URLs: title, description and picture of a page that somebody links to, fetched by the server so that
//! readers need not show themselves to it.
//!
//! Off unless the operator says otherwise: what people read is then asked for by the server. Nothing here may
//! log a URL, keep one (a hash of it stands for it), run anything that a page says, or call a place that
//! [`herold_outgoing`] does not let through.

mod charset;
mod error;
mod fetch;
mod page;
mod text;

use std::sync::Arc;
use std::time::Duration;

use herold_base::{Clock, Flights};
use herold_media::Media;
use herold_outgoing::Outgoing;
use herold_storage::{Storage, url_previews};
use moka::sync::Cache;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub use error::UrlPreviewError;

/// Bytes of a URL at most.
pub const URL_BYTES_MAX: usize = 2048;
/// Pages that are fetched at once.
pub const FETCHES_MAX: usize = 8;
/// Pages that may wait to be fetched; more are told to come back.
pub const FETCHES_WAITING_MAX: usize = 128;
/// How long a preview is fresh: within it a page is not asked for again.
pub const FRESH_MS: i64 = 60 * 60 * 1000;
/// How long a page that gave no preview is left alone.
pub const FAILED_FOR_MS: i64 = 10 * 60 * 1000;
/// Such pages that are remembered.
const FAILED_MAX: u64 = 10_000;

/// What an operator may set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether there are previews at all.
    pub enabled: bool,
    /// Bytes of a page that are read at most.
    pub page_bytes_max: usize,
    /// How long a page may take, and its picture as long again.
    pub within: Duration,
    /// The languages that pages are asked for in, as HTTP spells them.
    pub accept_language: String,
    /// How long previews and their pictures are kept, milliseconds.
    pub retention_ms: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: false,
            page_bytes_max: 1024 * 1024,
            within: Duration::from_secs(10),
            accept_language: "en".to_owned(),
            retention_ms: 7 * 24 * 60 * 60 * 1000,
        }
    }
}

/// What a client is told of a URL: a JSON object of OpenGraph properties.
pub type Preview = Arc<RawValue>;

type UrlHash = [u8; 32];

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct UrlPreviews(Arc<Inner>);

struct Inner {
    storage: Storage,
    media: Media,
    outgoing: Outgoing,
    clock: Clock,
    settings: Settings,
    fetches: Semaphore,
    waiting: Arc<Semaphore>,
    flights: Flights<UrlHash, Result<Preview, UrlPreviewError>>,
    /// Pages that gave no preview, and when.
    failed: Cache<UrlHash, i64>,
}

impl UrlPreviews {
    /// Fetches with `outgoing`, keeps pictures in `media`.
    pub fn new(storage: Storage, media: Media, outgoing: Outgoing, clock: Clock, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            storage,
            media,
            outgoing,
            clock,
            settings,
            fetches: Semaphore::new(FETCHES_MAX),
            waiting: Arc::new(Semaphore::new(FETCHES_WAITING_MAX)),
            flights: Flights::default(),
            failed: Cache::new(FAILED_MAX),
        }))
    }

    /// What `url` shows, as it was at `at_ms` or later, else as it is now. What is being fetched already is not
    /// fetched twice.
    pub async fn preview(&self, url: &str, at_ms: Option<i64>) -> Result<Preview, UrlPreviewError> {
        let Inner { settings, outgoing, .. } = &*self.0;
        if !settings.enabled {
            return Err(UrlPreviewError::Off);
        }
        if url.len() > URL_BYTES_MAX {
            return Err(UrlPreviewError::Url);
        }
        let mut url = outgoing.check(url)?;
        // It is the page's own business and is never sent.
        url.set_fragment(None);
        let key: UrlHash = Sha256::digest(url.as_str()).into();
        let now_ms = self.0.clock.now_ms();
        if let Some(found) = self.kept(key, at_ms.unwrap_or(now_ms).min(now_ms), now_ms).await? {
            return Ok(found);
        }
        if self.0.failed.get(&key).is_some_and(|failed_at| now_ms - failed_at < FAILED_FOR_MS) {
            return Err(UrlPreviewError::None);
        }
        let flight = self.0.flights.join(key, || {
            let waiting =
                Arc::clone(&self.0.waiting).try_acquire_owned().map_err(|_| UrlPreviewError::Busy)?;
            let previews = self.clone();
            Ok::<_, UrlPreviewError>(async move {
                // The fetch of somebody else may have ended since this one looked.
                let outcome = match previews.kept(key, now_ms, now_ms).await {
                    Ok(Some(found)) => Ok(found),
                    Ok(None) => previews.fetch_and_keep(url, key).await,
                    Err(error) => Err(error),
                };
                drop(waiting);
                outcome
            })
        })?;
        flight.wait().await.ok_or(UrlPreviewError::BrokenOff)?
    }

    /// Forgets previews that are older than they are kept. Their pictures end by themselves.
    pub async fn forget_old(&self) -> Result<(), UrlPreviewError> {
        let before_ms = self.0.clock.now_ms().saturating_sub(self.0.settings.retention_ms);
        let write = self.0.storage.write(move |transaction| url_previews::forget(transaction, before_ms));
        Ok(write.await?)
    }

    async fn kept(&self, key: UrlHash, at_ms: i64, now_ms: i64) -> Result<Option<Preview>, UrlPreviewError> {
        let oldest_ms = now_ms.saturating_sub(self.0.settings.retention_ms);
        let from_ms = at_ms.saturating_sub(FRESH_MS).max(oldest_ms);
        let read = self.0.storage.read(move |session| url_previews::find(session, &key, from_ms));
        // What was written here is JSON; anything else counts as not there.
        Ok(read.await?.and_then(|json| RawValue::from_string(json).ok()).map(Arc::from))
    }

    async fn fetch_and_keep(
        &self,
        url: herold_outgoing::Url,
        key: UrlHash,
    ) -> Result<Preview, UrlPreviewError> {
        let fetched_at = self.0.clock.now_ms();
        let turn = self.0.fetches.acquire().await.map_err(|_| UrlPreviewError::BrokenOff)?;
        let fetched = self.fetch(url, fetched_at).await;
        drop(turn);
        let Some(properties) = fetched else {
            self.0.failed.insert(key, fetched_at);
            return Err(UrlPreviewError::None);
        };
        let json = serde_json::Value::Object(properties).to_string();
        let preview = RawValue::from_string(json.clone()).map_err(|_| UrlPreviewError::BrokenOff)?;
        let add = move |transaction: &mut herold_storage::Transaction<'_>| {
            url_previews::add(transaction, &key, fetched_at, &json)
        };
        self.0.storage.write(add).await?;
        Ok(preview.into())
    }
}
