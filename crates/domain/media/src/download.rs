//! A file on its way out.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::Stream;
use herold_blobs::{BlobKey, Blobs};
use herold_storage::media;
use ruma::ServerName;
use tokio::time::{Instant, sleep_until};

use crate::{Media, MediaError};

/// The longest a download waits for an upload.
pub const WAIT_MAX: Duration = Duration::from_secs(60);
/// Downloads that may wait for an upload at once; more are told to come back.
pub const WAITERS_MAX: usize = 1024;
/// Arrivals that a waiting download may be behind before it looks into the database instead.
pub(crate) const ARRIVALS_KEPT: usize = 256;
/// Bytes of a media id at most, ours or anybody's.
const MEDIA_ID_MAX: usize = 255;
/// Bytes of the hash that name a version of a file.
const ETAG_BYTES: usize = 16;

/// A file whose bytes are there.
#[derive(Clone, Debug)]
pub struct MediaFile {
    blobs: Blobs,
    key: BlobKey,
    size: u64,
    hash: Vec<u8>,
    /// What the uploader says it is, or what it was found to be.
    pub content_type: Option<String>,
    /// What the uploader calls it.
    pub file_name: Option<String>,
}

impl MediaFile {
    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Names the content: equal for equal bytes, without quotes.
    pub fn etag(&self) -> String {
        self.hash.iter().take(ETAG_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }

    /// `length` bytes from `start` on, both within the file. All of them are checked on the way where they come over a
    /// network: where they are others than were uploaded, an error stands for the last ones. A part cannot be checked.
    pub async fn read(
        &self,
        start: u64,
        length: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, MediaError>> + Send + 'static, MediaError> {
        let reader = if self.blobs.are_far() && (start, length) == (0, self.size) {
            self.blobs.get_whole(&self.key, self.size, &self.hash).await?
        } else {
            self.blobs.get(&self.key, start, length).await?
        };
        Ok(futures::stream::unfold(reader, |mut reader| async move {
            let chunk = reader.next().await?;
            Some((chunk.map_err(MediaError::from), reader))
        }))
    }

    /// All bytes, as they were uploaded wherever they come from.
    pub(crate) async fn bytes(&self) -> Result<Bytes, MediaError> {
        let mut reader = self.blobs.get_whole(&self.key, self.size, &self.hash).await?;
        let mut bytes = BytesMut::with_capacity(usize::try_from(self.size).unwrap_or_default());
        while let Some(chunk) = reader.next().await {
            bytes.extend_from_slice(&chunk?);
        }
        Ok(bytes.freeze())
    }
}

impl Media {
    /// The file behind `mxc://server_name/media_id`. Where its upload is still awaited, waits for it
    /// up to `wait`.
    pub async fn file(
        &self,
        server_name: &ServerName,
        media_id: &str,
        wait: Duration,
    ) -> Result<MediaFile, MediaError> {
        let (media, blob) = self.stored(server_name, media_id, wait).await?;
        self.open(&blob, media.content_type, media.file_name)
    }

    pub(crate) fn open(
        &self,
        blob: &media::Blob,
        content_type: Option<String>,
        file_name: Option<String>,
    ) -> Result<MediaFile, MediaError> {
        if blob.quarantined {
            return Err(MediaError::NotFound);
        }
        Ok(MediaFile {
            blobs: self.0.blobs.clone(),
            key: BlobKey::parse(&blob.blob_key).ok_or(MediaError::NotFound)?,
            size: u64::try_from(blob.size_bytes).unwrap_or_default(),
            hash: blob.sha256.clone(),
            content_type,
            file_name,
        })
    }

    /// The row behind an mxc URI. An id that the specification does not allow names nothing.
    pub(crate) async fn find(
        &self,
        server_name: &ServerName,
        media_id: &str,
    ) -> Result<Option<media::Media>, MediaError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if media_id.is_empty() || media_id.len() > MEDIA_ID_MAX || !media_id.bytes().all(allowed) {
            return Ok(None);
        }
        let (server_name, media_id) = (server_name.to_string(), media_id.to_owned());
        let read = self.0.storage.read(move |session| media::find(session, &server_name, &media_id));
        Ok(read.await?)
    }

    /// The row behind an mxc URI and its bytes, once they are there.
    pub(crate) async fn stored(
        &self,
        server_name: &ServerName,
        media_id: &str,
        wait: Duration,
    ) -> Result<(media::Media, media::Blob), MediaError> {
        let found = self.find(server_name, media_id).await?.ok_or(MediaError::NotFound)?;
        if let Some(found) = self.seen(found)? {
            return Ok(found);
        }
        let _waiting = self.0.waiters.try_acquire().map_err(|_| MediaError::NotYetUploaded)?;
        let deadline = Instant::now() + wait.min(WAIT_MAX);
        let mut arrivals = self.0.arrivals.subscribe();
        let mut closing = self.0.closing.subscribe();
        let mut is_late = false;
        // Looks at least twice: after it began to listen, and after the time is up, because another
        // node's upload is not heard here. Ends with the deadline.
        loop {
            let found = self.find(server_name, media_id).await?.ok_or(MediaError::NotFound)?;
            let media_number = found.media_number;
            match self.seen(found)? {
                Some(found) => return Ok(found),
                None if is_late => return Err(MediaError::NotYetUploaded),
                None => {}
            }
            let arrival = async { while arrivals.recv().await.is_ok_and(|number| number != media_number) {} };
            is_late = tokio::select! {
                () = arrival => false,
                () = sleep_until(deadline) => true,
                _ = closing.wait_for(|closing| *closing) => true,
            };
        }
    }

    /// A file with its bytes, `None` where they are still awaited. What has ended or is in quarantine is seen by
    /// nobody.
    fn seen(&self, found: media::Media) -> Result<Option<(media::Media, media::Blob)>, MediaError> {
        if self.is_over(&found) {
            return Err(MediaError::NotFound);
        }
        match found.blob.clone() {
            Some(blob) if blob.quarantined => Err(MediaError::NotFound),
            Some(blob) => Ok(Some((found, blob))),
            None => Ok(None),
        }
    }
}
