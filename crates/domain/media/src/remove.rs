//! Removing files. Bytes go when the last file that shares them goes.

use herold_blobs::BlobKey;
use herold_storage::media;
use ruma::ServerName;

use crate::{Media, MediaError};

impl Media {
    /// Removes a file, and its bytes and thumbnails where no other file has them. Answers whether
    /// there was one.
    pub async fn remove(&self, server_name: &ServerName, media_id: &str) -> Result<bool, MediaError> {
        let Some(found) = self.find(server_name, media_id).await? else { return Ok(false) };
        let media = self.clone();
        // Not broken off with the caller, for the same reason as an upload.
        let removing = tokio::spawn(async move { media.remove_row(found.media_number).await });
        removing.await.map_err(|_| MediaError::BrokenOff)??;
        Ok(true)
    }

    async fn remove_row(&self, media_number: i64) -> Result<(), MediaError> {
        let storage = &self.0.storage;
        let at_stake = storage.read(move |session| media::keys_at_stake(session, vec![media_number])).await?;
        self.0.blobs.mark(keys(&at_stake)).await?;
        let removed = storage.write(move |transaction| media::remove(transaction, vec![media_number]));
        let gone = match removed.await {
            Ok(gone) => gone,
            Err(error) => {
                keys(&at_stake).into_iter().for_each(|key| self.leave_undecided(key));
                return Err(MediaError::from(error));
            }
        };
        self.0.blobs.delete(keys(&gone)).await?;
        let kept: Vec<String> = at_stake.into_iter().filter(|key| !gone.contains(key)).collect();
        Ok(self.0.blobs.keep(keys(&kept)).await?)
    }
}

/// Keys as they stand in the database; something else there names no file.
fn keys(texts: &[String]) -> Vec<BlobKey> {
    texts.iter().filter_map(|text| BlobKey::parse(text)).collect()
}
