//! Pictures that the server fetched itself, made small and kept for a while.

use bytes::Bytes;
use herold_storage::media;
use ruma::OwnedMxcUri;

use crate::thumbnail::{BoxSize, Drawn, Method};
use crate::{Media, MediaError};

/// A picture that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPicture {
    /// Where it is.
    pub uri: OwnedMxcUri,
    /// What it is, by its bytes.
    pub content_type: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Its length in bytes.
    pub size: u64,
}

impl Media {
    /// Keeps a picture of at most 800 x 600 pixels, made of `source`, until `expires_at`. What it is, is judged by
    /// its bytes. It belongs to nobody. Goes on to its end even when nobody waits for it any more.
    pub async fn keep_picture(&self, source: Bytes, expires_at: i64) -> Result<KeptPicture, MediaError> {
        let media = self.clone();
        let keeping = tokio::spawn(async move { media.keep_drawn(source, expires_at).await });
        keeping.await.map_err(|_| MediaError::BrokenOff)?
    }

    async fn keep_drawn(&self, source: Bytes, expires_at: i64) -> Result<KeptPicture, MediaError> {
        let size = BoxSize::for_request(Method::Scale, 800, 600);
        let Drawn { bytes, content_type, width, height } = self.draw(source, size, false).await?;
        let mut incoming = self.0.blobs.receive(&self.0.random);
        incoming.write(bytes).await?;
        let arrived = self.arrive(incoming).await?;
        let (media_id, uri) = self.new_uri();
        let kept = KeptPicture { uri, content_type, width, height, size: arrived.size };
        let (server_name, created_at) = (self.0.settings.server_name.to_string(), self.0.clock.now_ms());
        let store = self.store(arrived, move |transaction, blob| {
            let new = media::NewMedia {
                server_name,
                media_id,
                user_number: None,
                blob: Some((blob.blob_number, blob.size_bytes)),
                content_type: Some(content_type.to_owned()),
                file_name: None,
                created_at,
                expires_at: Some(expires_at),
            };
            Ok(media::add(transaction, &new)?)
        });
        store.await?;
        Ok(kept)
    }
}
