//! URIs that exist before their bytes: created now, uploaded later, or ended.

use herold_storage::media;
use ruma::{OwnedMxcUri, ServerName};

use crate::{Description, Media, MediaError, Upload};

/// URIs that one user may have created without uploading.
pub const AWAITED_MAX: i64 = 100;
/// How long a URI waits for its upload.
pub const UNUSED_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

/// A URI without bytes.
#[derive(Clone, Debug)]
pub struct Created {
    /// The URI.
    pub uri: OwnedMxcUri,
    /// When it ends if nothing is uploaded, milliseconds.
    pub unused_expires_at: i64,
}

impl Media {
    /// Creates a URI whose bytes come later. The user's URIs that ended unused are removed on the way.
    pub async fn create(&self, user_number: i64) -> Result<Created, MediaError> {
        let now_ms = self.0.clock.now_ms();
        let (media_id, uri) = self.new_uri();
        let unused_expires_at = now_ms.saturating_add(UNUSED_LIFETIME_MS);
        let new = media::NewMedia {
            server_name: self.0.settings.server_name.to_string(),
            media_id,
            user_number: Some(user_number),
            blob: None,
            content_type: None,
            file_name: None,
            created_at: now_ms,
            expires_at: Some(unused_expires_at),
        };
        let write = self.0.storage.write(move |transaction| {
            let (count, first_ends_at) = media::awaited(transaction, user_number, now_ms)?;
            if count >= AWAITED_MAX {
                let wait_ms = first_ends_at.unwrap_or(now_ms).saturating_sub(now_ms);
                return Err(MediaError::TooManyAwaited {
                    retry_after_ms: u64::try_from(wait_ms).unwrap_or_default(),
                });
            }
            Ok(media::add(transaction, &new)?)
        });
        write.await?;
        Ok(Created { uri, unused_expires_at })
    }

    /// Begins the upload to a URI that `user_number` created.
    pub async fn upload_to(
        &self,
        user_number: i64,
        server_name: &ServerName,
        media_id: &str,
        description: Description,
    ) -> Result<Upload, MediaError> {
        let media = self.find(server_name, media_id).await?.ok_or(MediaError::NotFound)?;
        if media.user_number != Some(user_number) {
            return Err(MediaError::NotYours);
        }
        if media.blob.is_some() {
            return Err(MediaError::CannotOverwrite);
        }
        if self.is_over(&media) {
            return Err(MediaError::NotFound);
        }
        let uri = OwnedMxcUri::from(format!("mxc://{server_name}/{media_id}"));
        Ok(Upload::to_awaited(self.clone(), user_number, media.media_number, uri, description))
    }

    /// Whether a file has ended: awaited and unused, or kept for as long as it was meant to be.
    pub(crate) fn is_over(&self, media: &media::Media) -> bool {
        media.expires_at.is_some_and(|ends_at| ends_at <= self.0.clock.now_ms())
    }
}
