//! Removing files. Bytes go when the last file that shares them goes.

use herold_blobs::BlobKey;
use herold_storage::{Transaction, media, media_lists};
use ruma::{OwnedMxcUri, ServerName};

use crate::{Media, MediaError, Which};

/// Files that are removed in one commit at most.
const BATCH: i64 = 500;

/// Which of the files that were found to go still go when their rows are locked.
#[derive(Clone, Copy, Debug)]
enum Unless {
    /// All of them.
    Never,
    /// Those that have not been given a longer life since: what was awaited may be here now.
    EndsAfter(i64),
}

/// What a removal did.
#[derive(Debug)]
struct Removed {
    count: usize,
    blob_keys: Vec<String>,
}

impl Media {
    /// Removes a file, and its bytes and thumbnails where no other file has them. Answers whether
    /// there was one.
    pub async fn remove(&self, server_name: &ServerName, media_id: &str) -> Result<bool, MediaError> {
        let Some(found) = self.find(server_name, media_id).await? else { return Ok(false) };
        self.remove_rows(vec![found.media_number], Unless::Never).await?;
        Ok(true)
    }

    /// Removes those of these files that people uploaded, as [`Media::remove`] does. Answers how many there were.
    pub async fn remove_uploaded(&self, uris: Vec<OwnedMxcUri>) -> Result<usize, MediaError> {
        let (which, mut after, mut removed) = (Which::Uris(uris), 0, 0);
        // Ends because every round begins behind the one before.
        loop {
            let page = self.list(which.clone(), after).await?;
            let Some(last) = page.last() else { return Ok(removed) };
            after = last.number;
            let uploaded =
                page.iter().filter(|file| file.user_id.is_some()).map(|file| file.number).collect();
            removed += self.remove_rows(uploaded, Unless::Never).await?;
        }
    }

    /// Removes what was to be kept until now at most. Answers how many files that were.
    pub async fn remove_expired(&self) -> Result<usize, MediaError> {
        self.settle_undecided().await;
        let now_ms = self.0.clock.now_ms();
        let mut removed = 0;
        // Ends because what a round finds is gone, or no longer expired, after it.
        loop {
            let expired = self.0.storage.read(move |session| media::expired(session, now_ms, BATCH)).await?;
            if expired.is_empty() {
                return Ok(removed);
            }
            removed += self.remove_rows(expired, Unless::EndsAfter(now_ms)).await?;
        }
    }

    async fn remove_rows(&self, media_numbers: Vec<i64>, unless: Unless) -> Result<usize, MediaError> {
        let numbers = media_numbers.clone();
        let read = self.0.storage.read(move |session| media::keys_at_stake(session, numbers));
        let at_stake = read.await?;
        let removal = move |transaction: &mut Transaction<'_>| {
            let going = match unless {
                Unless::Never => media_numbers,
                Unless::EndsAfter(now_ms) => media::still_expired(transaction, media_numbers, now_ms)?,
            };
            let count = going.len();
            Ok(Removed { count, blob_keys: media::remove(transaction, going)? })
        };
        self.take_away(at_stake, removal).await
    }

    /// Takes bytes out of quarantine, and removes those that no file has. Answers how many were in it.
    pub(crate) async fn release(&self, blob_numbers: Vec<i64>) -> Result<u64, MediaError> {
        let numbers = blob_numbers.clone();
        let read = self.0.storage.read(move |session| media::keys_of_blobs(session, numbers));
        let at_stake = read.await?;
        let removal = move |transaction: &mut Transaction<'_>| {
            let released = media_lists::unquarantine(transaction, blob_numbers.clone())?;
            let count = usize::try_from(released).unwrap_or_default();
            Ok(Removed { count, blob_keys: media::remove_unnamed(transaction, blob_numbers)? })
        };
        Ok(self.take_away(at_stake, removal).await? as u64)
    }

    /// Removes rows by `removal` and then the bytes that it names, which are among those `at_stake`. Not broken off with
    /// the caller, for the same reason as an upload. Answers what the removal counted.
    async fn take_away<F>(&self, at_stake: Vec<String>, removal: F) -> Result<usize, MediaError>
    where
        F: FnOnce(&mut Transaction<'_>) -> Result<Removed, MediaError> + Send + 'static,
    {
        let media = self.clone();
        let removing = tokio::spawn(async move {
            media.settle().await?;
            media.0.blobs.mark(keys(&at_stake)).await?;
            let Removed { count, blob_keys: gone } = match media.0.storage.write(removal).await {
                Ok(removed) => removed,
                Err(error) => {
                    keys(&at_stake).into_iter().for_each(|key| media.leave_undecided(key));
                    return Err(error);
                }
            };
            media.0.blobs.delete(keys(&gone)).await?;
            let kept: Vec<String> = at_stake.into_iter().filter(|key| !gone.contains(key)).collect();
            media.0.blobs.keep(keys(&kept)).await?;
            Ok(count)
        });
        removing.await.map_err(|_| MediaError::BrokenOff)?
    }
}

/// Keys as they stand in the database; something else there names no file.
fn keys(texts: &[String]) -> Vec<BlobKey> {
    texts.iter().filter_map(|text| BlobKey::parse(text)).collect()
}

#[cfg(test)]
mod tests;
