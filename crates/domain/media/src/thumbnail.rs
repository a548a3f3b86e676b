//! Smaller pictures: made once when first asked for, then kept.
//!
//! Only a closed set of sizes is made, by few threads at a time, each with bounded memory; what was
//! asked for at the same moment is made once.

mod animations;
mod box_size;
mod render;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use herold_base::Flights;
use herold_storage::media::{self, Blob, ThumbnailKey};
use metrics::counter;
use ruma::ServerName;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Media, MediaError, MediaFile};

use animations::Animations;
pub(crate) use box_size::BoxSize;
pub use box_size::Method;
use render::Picture;

/// Bytes of a file at most of which a thumbnail is made: it is read whole into memory.
pub const SOURCE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Thumbnails that may wait to be made; more are told to come back.
pub const THUMBNAILS_WAITING_MAX: usize = 256;
/// Thumbnails that cannot be made, remembered so that asking again costs nothing.
const FAILED_MAX: u64 = 10_000;
/// Thumbnails made at once at most, on a machine with many processors.
const DECODERS_MAX: usize = 4;

/// A picture asked for. The sizes are the least the client would like.
#[derive(Clone, Copy, Debug)]
pub struct ThumbnailRequest {
    /// How the picture is fitted.
    pub method: Method,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Whether a moving picture is welcome.
    pub animated: bool,
    /// The account that asks, by its number: each waits for its own moving pictures.
    pub asked_by: i64,
}

/// A picture that was drawn, or found fit as it was.
pub(crate) struct Drawn {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

type Outcome = Result<MediaFile, MediaError>;

/// Where thumbnails are made.
pub(crate) struct Workshop {
    decoders: Semaphore,
    /// Moving pictures, which take long, are made beside all others.
    animations: Animations,
    waiting: Arc<Semaphore>,
    /// Pictures decoded since the start.
    decoded: AtomicU64,
    /// What cannot be made, and why: bytes never change, so neither does that.
    failed: moka::sync::Cache<ThumbnailKey, MediaError>,
    /// What is being made right now.
    making: Flights<ThumbnailKey, Outcome>,
}

impl Default for Workshop {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            decoders: Semaphore::new((processors / 2).clamp(1, DECODERS_MAX)),
            animations: Animations::default(),
            waiting: Arc::new(Semaphore::new(THUMBNAILS_WAITING_MAX)),
            decoded: AtomicU64::new(0),
            failed: moka::sync::Cache::new(FAILED_MAX),
            making: Flights::default(),
        }
    }
}

impl Media {
    /// The picture asked for, of the file behind `mxc://server_name/media_id`. A file that is small
    /// enough is its own thumbnail.
    pub async fn thumbnail(
        &self,
        server_name: &ServerName,
        media_id: &str,
        wait: Duration,
        request: ThumbnailRequest,
    ) -> Result<MediaFile, MediaError> {
        if request.width == 0 || request.height == 0 {
            return Err(MediaError::NoSize);
        }
        let (_, original) = self.stored(server_name, media_id, wait).await?;
        let size = BoxSize::for_request(request.method, request.width, request.height);
        self.made_once(original, size, &request).await
    }

    /// Pictures decoded since the start, for metrics.
    pub fn pictures_decoded(&self) -> u64 {
        self.0.thumbnails.decoded.load(Ordering::Relaxed)
    }

    /// The picture from the table, or from whoever is making it, or made now.
    async fn made_once(&self, original: Blob, size: BoxSize, request: &ThumbnailRequest) -> Outcome {
        let key = size.key(original.blob_number, request.animated);
        let asked_by = request.asked_by;
        if let Some(error) = self.0.thumbnails.failed.get(&key) {
            return Err(error);
        }
        if let Some(file) = self.made(key).await? {
            return Ok(file);
        }
        let making = self.0.thumbnails.making.join(key, || {
            let waiting = Arc::clone(&self.0.thumbnails.waiting);
            let waiting = waiting.try_acquire_owned().map_err(|_| MediaError::Busy)?;
            let media = self.clone();
            Ok::<_, MediaError>(async move {
                let outcome = media.make(key, original, size, asked_by).await;
                if let Err(error @ (MediaError::NoPicture | MediaError::PictureTooLarge)) = &outcome {
                    media.0.thumbnails.failed.insert(key, error.clone());
                }
                drop(waiting);
                outcome
            })
        })?;
        making.wait().await.ok_or(MediaError::BrokenOff)?
    }

    async fn made(&self, key: ThumbnailKey) -> Result<Option<MediaFile>, MediaError> {
        let found = self.0.storage.read(move |session| media::thumbnail(session, key)).await?;
        found.map(|found| self.open(&found.blob, Some(found.content_type), None)).transpose()
    }

    async fn make(&self, key: ThumbnailKey, original: Blob, size: BoxSize, asked_by: i64) -> Outcome {
        // Between a look into the table and the beginning of the work it may have been made.
        if let Some(file) = self.made(key).await? {
            return Ok(file);
        }
        if u64::try_from(original.size_bytes).is_ok_and(|bytes| bytes > SOURCE_BYTES_MAX) {
            return Err(MediaError::PictureTooLarge);
        }
        let file = self.open(&original, None, None)?;
        let turn = self.turn().await?;
        let source = file.bytes().await?;
        let picture = if key.animated && render::may_move(&source, self.0.settings.decode_memory_max) {
            // Others have the turn and the memory meanwhile.
            drop((turn, source));
            let turn = self.0.thumbnails.animations.turn(asked_by).await?;
            let source = file.bytes().await?;
            self.picture(turn, source, size, true).await?
        } else {
            self.picture(turn, source, size, false).await?
        };
        let content_type = picture.content_type;
        let stored = match picture.made {
            None => {
                self.remember(key, original.blob_number, content_type).await?;
                original
            }
            Some(bytes) => {
                let mut incoming = self.0.blobs.receive(&self.0.random);
                incoming.write(bytes.into()).await?;
                let arrived = self.arrive(incoming).await?;
                let store = self.store(arrived, move |transaction, blob| {
                    add_thumbnail(transaction, key, blob.blob_number, content_type)
                });
                store.await?
            }
        };
        self.open(&stored, Some(content_type.to_owned()), None)
    }

    /// The picture of `source` for `size`, which is not stored.
    pub(crate) async fn draw(
        &self,
        source: Bytes,
        size: BoxSize,
        animated: bool,
    ) -> Result<Drawn, MediaError> {
        let turn = self.turn().await?;
        let picture = self.picture(turn, source.clone(), size, animated).await?;
        let (content_type, (width, height)) = (picture.content_type, picture.dimensions);
        Ok(Drawn { bytes: picture.made.map_or(source, Bytes::from), content_type, width, height })
    }

    /// Waits until a decoder is free.
    async fn turn(&self) -> Result<SemaphorePermit<'_>, MediaError> {
        self.0.thumbnails.decoders.acquire().await.map_err(|_| MediaError::BrokenOff)
    }

    async fn picture<T>(
        &self,
        _turn: T,
        source: Bytes,
        size: BoxSize,
        animated: bool,
    ) -> Result<Picture, MediaError> {
        self.0.thumbnails.decoded.fetch_add(1, Ordering::Relaxed);
        counter!("herold_media_pictures_decoded_total").increment(1);
        let memory_max = self.0.settings.decode_memory_max;
        blocking(move || render::picture(source, size, animated, memory_max)).await
    }

    async fn remember(
        &self,
        key: ThumbnailKey,
        thumbnail_number: i64,
        content_type: &'static str,
    ) -> Result<(), MediaError> {
        let write = self
            .0
            .storage
            .write(move |transaction| add_thumbnail(transaction, key, thumbnail_number, content_type));
        write.await
    }
}

/// Remembers a thumbnail; an error where its original was removed meanwhile.
fn add_thumbnail(
    transaction: &mut herold_storage::Transaction<'_>,
    key: ThumbnailKey,
    thumbnail_number: i64,
    content_type: &str,
) -> Result<(), MediaError> {
    let added = media::add_thumbnail(transaction, key, thumbnail_number, content_type)?;
    if added { Ok(()) } else { Err(MediaError::NotFound) }
}

/// Runs a decoder beside the async threads. One that panics on what it was given made no picture.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, MediaError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| MediaError::NoPicture)?
}
