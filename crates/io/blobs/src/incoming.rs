//! A blob on its way in: hashed and written to a file while it comes, never whole in memory. Only when it is
//! whole is it handed on, so that a slow client holds nothing but a file.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use crate::blobs::Kept;
use crate::blocking::blocking;
use crate::files::remove;
use crate::{BlobError, BlobKey};

/// Bytes gathered before they go to disk. Up to twice as many are in memory: one lot fills while the
/// one before it is written.
pub const FLUSH_BYTES: usize = 512 * 1024;

/// A blob that is arriving. Dropped before [`Incoming::finish`] it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    path: PathBuf,
    kept: Kept,
    key: BlobKey,
    size: u64,
    gathered: Vec<Bytes>,
    gathered_bytes: usize,
    /// The disk's turn with the bytes before `gathered`; `None` while the file has none.
    writing: Option<JoinHandle<io::Result<Part>>>,
}

/// A blob that is complete, durable and marked. It needs a row and [`crate::Blobs::keep`], or
/// [`crate::Blobs::delete`]; left alone, it is settled at the next start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its name.
    pub key: BlobKey,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl Incoming {
    pub(crate) fn new(path: PathBuf, kept: Kept, key: BlobKey) -> Self {
        Self { path, kept, key, size: 0, gathered: Vec::new(), gathered_bytes: 0, writing: None }
    }

    /// The name it will have. After a failed [`Incoming::finish`] something of it may lie in a bucket, under its mark.
    pub fn key(&self) -> &BlobKey {
        &self.key
    }

    /// The bytes taken so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes; waits while the disk is behind.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        self.size += bytes.len() as u64;
        self.gathered_bytes += bytes.len();
        self.gathered.push(bytes);
        if self.gathered_bytes < FLUSH_BYTES {
            return Ok(());
        }
        let part = self.part().await?;
        let path = self.path.clone();
        let gathered = std::mem::take(&mut self.gathered);
        self.gathered_bytes = 0;
        let write = move || Part::append(part, path, &gathered);
        self.writing = Some(tokio::task::spawn_blocking(write));
        Ok(())
    }

    /// Makes the blob durable and gives it its place.
    pub async fn finish(mut self) -> Result<Arrived, BlobError> {
        let part = self.part().await?;
        let Self { path, kept, key, size, gathered, .. } = self;
        let mut part = blocking(move || {
            let part = Part::append(part, path, &gathered)?;
            part.file.sync_all()?;
            Ok(part)
        })
        .await?;
        kept.take(&part.path, &key).await?;
        part.moved = matches!(kept, Kept::Files(_));
        Ok(Arrived { key, size, sha256: part.hash.finalize_reset().into() })
    }

    /// Gives the upload up: when this returns, nothing of it is left on disk. Dropping it does the same, but
    /// perhaps later, when the disk has written what was handed to it.
    pub async fn discard(mut self) -> Result<(), BlobError> {
        let part = self.part().await?;
        blocking(move || {
            drop(part);
            Ok(())
        })
        .await
    }

    /// The file once the disk has written everything handed to it.
    async fn part(&mut self) -> Result<Option<Part>, BlobError> {
        match self.writing.take() {
            Some(writing) => Ok(Some(writing.await??)),
            None => Ok(None),
        }
    }
}

/// A file in `arriving`; removed when dropped, unless it was moved away.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    file: File,
    hash: Sha256,
    moved: bool,
}

impl Part {
    /// Writes `gathered` to the end of `part`, which begins here where there is none yet.
    fn append(part: Option<Self>, path: PathBuf, gathered: &[Bytes]) -> io::Result<Self> {
        let mut part = part.map_or_else(|| Self::create(path), Ok)?;
        for bytes in gathered {
            part.file.write_all(bytes)?;
            part.hash.update(bytes);
        }
        Ok(part)
    }

    fn create(path: PathBuf) -> io::Result<Self> {
        let file = File::create_new(&path)?;
        Ok(Self { path, file, hash: Sha256::new(), moved: false })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.moved
            && let Err(error) = remove(&self.path)
        {
            tracing::warn!(%error, "an unfinished upload stays on disk until the next start");
        }
    }
}
