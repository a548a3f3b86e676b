//! Bringing bytes and rows together again after something broke in between.

use std::collections::HashSet;
use std::sync::PoisonError;

use herold_blobs::{Arrived, BlobKey, Incoming};
use herold_storage::media;

use crate::{Media, MediaError};

/// How long a commit that answered an error may still turn out to have happened.
const UNDECIDED_MS: i64 = 60_000;
/// Blobs that may be undecided at once.
const UNDECIDED_MAX: usize = 10_000;

impl Media {
    /// Decides what the last run left open: marked bytes with a row stay, those without go. Done once, before the first
    /// file is kept or removed: at start, or when the store answers.
    pub async fn settle(&self) -> Result<(), MediaError> {
        if self.is_settled() {
            return Ok(());
        }
        let settling = self.0.settling.join((), || {
            let media = self.clone();
            Ok::<_, MediaError>(async move {
                let mut closing = media.0.closing.subscribe();
                let settled = media.0.settled.get_or_try_init(|| media.settle_last_run());
                tokio::select! {
                    settled = settled => settled.copied(),
                    _ = closing.wait_for(|closing| *closing) => {
                        Err(MediaError::StoreAway { reason: "it did not answer until the server ended".to_owned() })
                    }
                }
            })
        })?;
        settling.wait().await.ok_or(MediaError::BrokenOff)?
    }

    /// Whether that is done, and files can be kept and removed.
    pub fn is_settled(&self) -> bool {
        self.0.settled.initialized()
    }

    async fn settle_last_run(&self) -> Result<(), MediaError> {
        let marked = self.0.blobs.marked().await?;
        if !marked.is_empty() {
            tracing::info!(files = marked.len(), "settling files that were in flight");
            self.decide(marked).await?;
        }
        Ok(())
    }

    async fn decide(&self, keys: Vec<BlobKey>) -> Result<(), MediaError> {
        let texts: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let known = self.0.storage.read(move |session| media::known_keys(session, texts)).await?;
        let known: HashSet<String> = known.into_iter().collect();
        let (kept, gone) = keys.into_iter().partition(|key| known.contains(key.as_str()));
        self.0.blobs.keep(kept).await?;
        Ok(self.0.blobs.delete(gone).await?)
    }

    /// The row of `key` is committed. A mark that stays is settled at the next start.
    pub(crate) async fn keep(&self, key: BlobKey) {
        if let Err(error) = self.0.blobs.keep(vec![key]).await {
            tracing::warn!(%error, "the mark of a file stays until the next start");
        }
    }

    /// There is no row of `key`, and none will come.
    pub(crate) async fn discard(&self, key: BlobKey) {
        if let Err(error) = self.0.blobs.delete(vec![key]).await {
            tracing::warn!(%error, "a file that nobody needs stays until the next start");
        }
    }

    /// Takes over bytes that have arrived whole. What a failure leaves of them goes later.
    pub(crate) async fn arrive(&self, incoming: Incoming) -> Result<Arrived, MediaError> {
        self.settle().await?;
        self.settle_undecided().await;
        let key = incoming.key().clone();
        let arrived = incoming.finish().await;
        if arrived.is_err() {
            self.leave_undecided(key);
        }
        Ok(arrived?)
    }

    /// It is unknown whether `key` has a row, because the commit failed on its way back, or what the store has of it.
    /// What is forgotten beyond the bound bears a mark and is settled at the next start.
    pub(crate) fn leave_undecided(&self, key: BlobKey) {
        let since_ms = self.0.clock.now_ms();
        let mut undecided = self.0.undecided.lock().unwrap_or_else(PoisonError::into_inner);
        if undecided.len() < UNDECIDED_MAX {
            undecided.push((key, since_ms));
        }
    }

    /// Decides what has been undecided for long enough, so that a full disk gets its room back
    /// without a restart.
    pub(crate) async fn settle_undecided(&self) {
        let until_ms = self.0.clock.now_ms().saturating_sub(UNDECIDED_MS);
        let due: Vec<(BlobKey, i64)> = {
            let mut undecided = self.0.undecided.lock().unwrap_or_else(PoisonError::into_inner);
            undecided.extract_if(.., |(_, since_ms)| *since_ms <= until_ms).collect()
        };
        if due.is_empty() {
            return;
        }
        if let Err(error) = self.decide(due.iter().map(|(key, _)| key.clone()).collect()).await {
            tracing::warn!(%error, "files stay undecided");
            self.0.undecided.lock().unwrap_or_else(PoisonError::into_inner).extend(due);
        }
    }
}
