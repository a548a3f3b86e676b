//! A file on its way in.

use bytes::Bytes;
use herold_blobs::{Arrived, Incoming};
use herold_storage::{StorageError, media};
use ruma::OwnedMxcUri;

use crate::{Media, MediaError, quota};

/// Bytes of a file name at most.
pub const FILE_NAME_MAX: usize = 1024;
/// Bytes of a content type at most.
pub const CONTENT_TYPE_MAX: usize = 255;
/// Letters of a media id: 143 bits, so that nobody guesses one.
const MEDIA_ID_LETTERS: usize = 24;

/// What the uploader says about a file; checked for length and form, never believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    content_type: Option<String>,
    file_name: Option<String>,
}

impl Description {
    /// Checks both. Control characters are taken out of the name; an empty one counts as none.
    pub fn new(content_type: Option<String>, file_name: Option<String>) -> Result<Self, MediaError> {
        let plain = |text: &String| {
            text.len() <= CONTENT_TYPE_MAX && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        };
        if content_type.as_ref().is_some_and(|text| !plain(text)) {
            return Err(MediaError::ContentType);
        }
        let file_name: Option<String> =
            file_name.map(|name| name.chars().filter(|letter| !letter.is_control()).collect());
        if file_name.as_ref().is_some_and(|name| name.len() > FILE_NAME_MAX) {
            return Err(MediaError::FileNameTooLong);
        }
        let said = |text: &String| !text.is_empty();
        Ok(Self { content_type: content_type.filter(said), file_name: file_name.filter(said) })
    }
}

/// What an upload becomes.
#[derive(Clone, Debug)]
enum Target {
    /// A new file.
    New { media_id: String },
    /// The bytes of a file that was created before.
    Awaited { media_number: i64 },
}

/// A file that is arriving. Dropped before [`Upload::finish`] it leaves nothing behind.
pub struct Upload {
    media: Media,
    user_number: i64,
    incoming: Incoming,
    target: Target,
    uri: OwnedMxcUri,
    description: Description,
}

impl Media {
    /// Begins an upload.
    pub fn upload(&self, user_number: i64, description: Description) -> Upload {
        let (media_id, uri) = self.new_uri();
        Upload::new(self.clone(), user_number, Target::New { media_id }, uri, description)
    }

    pub(crate) fn new_uri(&self) -> (String, OwnedMxcUri) {
        let media_id = self.0.random.letters(MEDIA_ID_LETTERS);
        let uri = OwnedMxcUri::from(format!("mxc://{}/{media_id}", self.0.settings.server_name));
        (media_id, uri)
    }
}

impl Upload {
    fn new(
        media: Media,
        user_number: i64,
        target: Target,
        uri: OwnedMxcUri,
        description: Description,
    ) -> Self {
        let incoming = media.0.blobs.receive(&media.0.random);
        Self { media, user_number, incoming, target, uri, description }
    }

    pub(crate) fn to_awaited(
        media: Media,
        user_number: i64,
        media_number: i64,
        uri: OwnedMxcUri,
        description: Description,
    ) -> Self {
        Self::new(media, user_number, Target::Awaited { media_number }, uri, description)
    }

    /// Whether a file of this size can be taken: before its bytes are asked for.
    pub async fn announce(&self, size: u64) -> Result<(), MediaError> {
        let limit = self.media.upload_size_max();
        if size > limit {
            return Err(MediaError::TooLarge { limit });
        }
        self.media.check_quota(self.user_number, size).await
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), MediaError> {
        let limit = self.media.upload_size_max();
        if self.incoming.size().saturating_add(bytes.len() as u64) > limit {
            return Err(MediaError::TooLarge { limit });
        }
        Ok(self.incoming.write(bytes).await?)
    }

    /// Gives it up: when this returns, nothing of it takes room any more.
    pub async fn discard(self) {
        if let Err(error) = self.incoming.discard().await {
            tracing::debug!(%error, "an upload that was given up had failed already");
        }
    }

    /// Makes the file durable. Goes on to its end even when nobody waits for it any more, because
    /// bytes and row must not part.
    pub async fn finish(self) -> Result<OwnedMxcUri, MediaError> {
        let finishing = tokio::spawn(async move {
            let Self { media, user_number, incoming, target, uri, description } = self;
            let arrived = media.arrive(incoming).await?;
            let awaited = match &target {
                Target::Awaited { media_number } => Some(*media_number),
                Target::New { .. } => None,
            };
            media.commit(arrived, user_number, target, description).await?;
            if let Some(media_number) = awaited {
                // Nobody may be waiting for it.
                let _ = media.0.arrivals.send(media_number);
            }
            Ok(uri)
        });
        finishing.await.map_err(|_| MediaError::BrokenOff)?
    }
}

impl Media {
    async fn commit(
        &self,
        arrived: Arrived,
        user_number: i64,
        target: Target,
        description: Description,
    ) -> Result<media::Blob, MediaError> {
        let Description { content_type, file_name } = description;
        let (settings, now_ms) = (self.0.settings.clone(), self.0.clock.now_ms());
        let size = arrived.size;
        self.store(arrived, move |transaction, blob| {
            quota::check(transaction, &settings, user_number, size, now_ms)?;
            let blob = (blob.blob_number, blob.size_bytes);
            let media_id = match target {
                Target::Awaited { media_number } => {
                    let complete =
                        media::complete(transaction, media_number, blob, content_type, file_name, now_ms)?;
                    return if complete { Ok(()) } else { Err(MediaError::CannotOverwrite) };
                }
                Target::New { media_id } => media_id,
            };
            let new = media::NewMedia {
                server_name: settings.server_name.to_string(),
                media_id,
                user_number: Some(user_number),
                blob: Some(blob),
                content_type,
                file_name,
                created_at: now_ms,
                expires_at: None,
            };
            Ok(media::add(transaction, &new)?)
        })
        .await
    }

    /// Gives bytes that arrived their row, and runs `and` in the same commit. Bytes that are stored
    /// already under another name are not stored twice.
    pub(crate) async fn store<F>(&self, arrived: Arrived, and: F) -> Result<media::Blob, MediaError>
    where
        F: FnOnce(&mut herold_storage::Transaction<'_>, &media::Blob) -> Result<(), MediaError>
            + Send
            + 'static,
    {
        let key = arrived.key.clone();
        let size_bytes = i64::try_from(arrived.size).unwrap_or(i64::MAX);
        let write = self.0.storage.write(move |transaction| {
            let blob = media::intern_blob(transaction, arrived.key.as_str(), &arrived.sha256, size_bytes)?;
            and(transaction, &blob)?;
            Ok::<_, MediaError>(blob)
        });
        let written = write.await;
        match &written {
            Ok(blob) if blob.blob_key == key.as_str() => self.keep(key).await,
            Err(MediaError::Storage(error)) if is_undecided(error) => self.leave_undecided(key),
            _ => self.discard(key).await,
        }
        written
    }
}

/// Whether the rows may be there although the database answered an error.
fn is_undecided(error: &StorageError) -> bool {
    matches!(error, StorageError::Commit(_) | StorageError::Closed | StorageError::Unanswered)
}
