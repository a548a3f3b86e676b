//! The store itself: a folder of this machine, or a bucket with a folder for what is still arriving.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use herold_base::Random;

use crate::blocking::blocking;
use crate::files::{Folder, remove};
use crate::reader::{Check, Rest, Source};
use crate::s3::{Bucket, S3};
use crate::{BlobError, BlobKey, BlobReader, Incoming};

/// Where blobs are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A folder that belongs to one running program: for the blobs themselves, and for what is still arriving.
    pub folder: PathBuf,
    /// A bucket that finished blobs are kept in instead of the folder.
    pub s3: Option<S3>,
}

impl Place {
    /// In files of this folder.
    pub fn files(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), s3: None }
    }
}

/// Blobs in a place. Clones share it.
#[derive(Clone, Debug)]
pub struct Blobs(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    arriving: PathBuf,
    kept: Kept,
}

/// Where finished blobs lie.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    Files(Folder),
    Bucket(Bucket),
}

impl Blobs {
    /// Opens the store for the one program that writes to it: makes its folders where needed, and removes what was
    /// still arriving when the last program ended. A bucket is not asked yet. Blocks.
    pub fn open(place: &Place) -> Result<Self, BlobError> {
        let blobs = Self::beside(place)?;
        fs::create_dir_all(&blobs.0.arriving)?;
        if let Kept::Files(folder) = &blobs.0.kept {
            folder.prepare()?;
        }
        for entry in fs::read_dir(&blobs.0.arriving)? {
            remove(&entry?.path())?;
        }
        Ok(blobs)
    }

    /// The store for reading beside the program that writes to it. Touches nothing.
    pub fn beside(place: &Place) -> Result<Self, BlobError> {
        let kept = match &place.s3 {
            None => Kept::Files(Folder::within(&place.folder)),
            Some(s3) => Kept::Bucket(Bucket::new(s3)?),
        };
        Ok(Self(Arc::new(Opened { arriving: place.folder.join("arriving"), kept })))
    }

    /// Begins a new blob. Nothing is on disk until its first bytes are flushed.
    pub fn receive(&self, random: &Random) -> Incoming {
        self.receive_as(BlobKey::random(random))
    }

    /// Begins a blob that was saved elsewhere under this key.
    pub fn receive_as(&self, key: BlobKey) -> Incoming {
        Incoming::new(self.0.arriving.join(key.as_str()), self.0.kept.clone(), key)
    }

    /// Opens `length` bytes from `start` on, both of which must lie in the blob.
    pub async fn get(&self, key: &BlobKey, start: u64, length: u64) -> Result<BlobReader, BlobError> {
        self.open_at(key, start, length, None).await
    }

    /// Opens all `size` bytes of a blob. Where they have not this SHA-256, the last chunk is an error.
    pub async fn get_whole(&self, key: &BlobKey, size: u64, sha256: &[u8]) -> Result<BlobReader, BlobError> {
        self.open_at(key, 0, size, Some(Check::new(sha256))).await
    }

    async fn open_at(
        &self,
        key: &BlobKey,
        start: u64,
        left: u64,
        check: Option<Check>,
    ) -> Result<BlobReader, BlobError> {
        let source = match &self.0.kept {
            Kept::Files(folder) => Source::Closed(folder.file(key), start),
            Kept::Bucket(bucket) => Source::Object(bucket.object(key), start),
        };
        BlobReader::begin(Rest { key: key.clone(), source, left, check }).await
    }

    /// Whether blobs come from another machine, over a network.
    pub fn are_far(&self) -> bool {
        matches!(self.0.kept, Kept::Bucket(_))
    }

    /// The bytes a blob has.
    pub async fn size(&self, key: &BlobKey) -> Result<u64, BlobError> {
        match &self.0.kept {
            Kept::Files(folder) => {
                let path = folder.file(key);
                blocking(move || Ok(fs::metadata(path)?.len())).await
            }
            Kept::Bucket(bucket) => bucket.object(key).size().await,
        }
    }

    /// Whether a blob is there.
    pub async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        match self.size(key).await {
            Ok(_) => Ok(true),
            Err(BlobError::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Marks blobs whose rows are about to go.
    pub async fn mark(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        match &self.0.kept {
            Kept::Files(folder) => each(folder, keys, Folder::mark).await,
            Kept::Bucket(bucket) => bucket.mark(keys).await,
        }
    }

    /// Removes the marks of blobs that have a row.
    pub async fn keep(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        match &self.0.kept {
            Kept::Files(folder) => each(folder, keys, Folder::keep).await,
            Kept::Bucket(bucket) => bucket.keep(keys).await,
        }
    }

    /// Removes blobs that have no row, and their marks.
    pub async fn delete(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        match &self.0.kept {
            Kept::Files(folder) => each(folder, keys, Folder::delete).await,
            Kept::Bucket(bucket) => bucket.delete(keys).await,
        }
    }

    /// The blobs that bear a mark: after a start, those of which it is unknown whether they have a row.
    pub async fn marked(&self) -> Result<Vec<BlobKey>, BlobError> {
        match &self.0.kept {
            Kept::Files(folder) => {
                let folder = folder.clone();
                blocking(move || folder.marked()).await
            }
            Kept::Bucket(bucket) => bucket.marked().await,
        }
    }

    /// All blobs, in no order.
    pub async fn keys(&self) -> Result<Vec<BlobKey>, BlobError> {
        match &self.0.kept {
            Kept::Files(folder) => {
                let folder = folder.clone();
                blocking(move || folder.keys()).await
            }
            Kept::Bucket(bucket) => bucket.keys().await,
        }
    }

    /// Whether the place can be used: something is written to a bucket, read back and removed. A folder is not asked.
    pub async fn check(&self, random: &Random) -> Result<(), BlobError> {
        match &self.0.kept {
            Kept::Files(_) => Ok(()),
            Kept::Bucket(bucket) => bucket.check(&BlobKey::random(random)).await,
        }
    }
}

/// Does the same to the files of all `keys`.
async fn each(
    folder: &Folder,
    keys: Vec<BlobKey>,
    act: impl Fn(&Folder, &BlobKey) -> io::Result<()> + Send + 'static,
) -> Result<(), BlobError> {
    let folder = folder.clone();
    blocking(move || keys.iter().try_for_each(|key| act(&folder, key))).await
}

impl Kept {
    /// Takes over a file that has arrived whole.
    pub(crate) async fn take(&self, arrived: &Path, key: &BlobKey) -> Result<(), BlobError> {
        match self {
            Self::Files(folder) => {
                let (folder, arrived, key) = (folder.clone(), arrived.to_owned(), key.clone());
                blocking(move || folder.take(&arrived, &key)).await
            }
            Self::Bucket(bucket) => bucket.take(arrived, key).await,
        }
    }
}
