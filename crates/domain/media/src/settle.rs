//! Bringing bytes and rows together again after something broke in between.

use std::collections::HashSet;
use std::sync::PoisonError;

use herold_blobs::BlobKey;
use herold_storage::media;

use crate::{Media, MediaError};

/// How long a commit that answered an error may still turn out to have happened.
const UNDECIDED_MS: i64 = 60_000;

impl Media {
    /// Decides what the last run left open: marked bytes with a row stay, those without go. Called
    /// once, at start, before anything is uploaded.
    pub async fn settle(&self) -> Result<(), MediaError> {
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

    /// It is unknown whether `key` has a row: the commit failed on its way back.
    pub(crate) fn leave_undecided(&self, key: BlobKey) {
        let since_ms = self.0.clock.now_ms();
        self.0.undecided.lock().unwrap_or_else(PoisonError::into_inner).push((key, since_ms));
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
