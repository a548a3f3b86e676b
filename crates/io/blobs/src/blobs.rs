//! The store itself, in a folder of this machine.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use herold_base::Random;

use crate::{BlobError, BlobKey, BlobReader, Incoming};

/// Blobs in a folder that belongs to one running program. Clones share it.
#[derive(Clone, Debug)]
pub struct Blobs(Arc<Folder>);

/// Where the three kinds of files lie, all on one file system so that a file moves at once.
#[derive(Debug)]
pub(crate) struct Folder {
    arriving: PathBuf,
    marks: PathBuf,
    files: PathBuf,
}

impl Folder {
    pub(crate) fn arriving(&self, key: &BlobKey) -> PathBuf {
        self.arriving.join(key.as_str())
    }

    pub(crate) fn file(&self, key: &BlobKey) -> PathBuf {
        self.files.join(key.shard()).join(key.as_str())
    }

    pub(crate) fn set_mark(&self, key: &BlobKey) -> io::Result<()> {
        File::create(self.marks.join(key.as_str())).map(drop)
    }

    /// Makes the name of a file that was moved into place durable. The mark was made before it on
    /// the same file system, whose journal keeps that order.
    pub(crate) fn sync_shard(&self, key: &BlobKey) -> io::Result<()> {
        File::open(self.files.join(key.shard()))?.sync_all()
    }

    fn remove_mark(&self, key: &BlobKey) -> io::Result<()> {
        remove(&self.marks.join(key.as_str()))
    }
}

/// Removes a file; one that is gone already is fine.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Blobs {
    /// Opens the store, making its folders where needed, and removes what was still arriving when
    /// the last program ended. Blocks.
    pub fn open(folder: &Path) -> Result<Self, BlobError> {
        let folder = Folder {
            arriving: folder.join("arriving"),
            marks: folder.join("marks"),
            files: folder.join("files"),
        };
        fs::create_dir_all(&folder.arriving)?;
        fs::create_dir_all(&folder.marks)?;
        for shard in 0..=u8::MAX {
            fs::create_dir_all(folder.files.join(format!("{shard:02x}")))?;
        }
        for entry in fs::read_dir(&folder.arriving)? {
            remove(&entry?.path())?;
        }
        Ok(Self(Arc::new(folder)))
    }

    /// Begins a new blob. Nothing is on disk until its first bytes are flushed.
    pub fn receive(&self, random: &Random) -> Incoming {
        Incoming::new(Arc::clone(&self.0), BlobKey::random(random))
    }

    /// Opens `length` bytes from `start` on, both of which must lie in the blob.
    pub async fn get(&self, key: &BlobKey, start: u64, length: u64) -> Result<BlobReader, BlobError> {
        BlobReader::open(self.0.file(key), start, length).await
    }

    /// The bytes a blob has.
    pub async fn size(&self, key: &BlobKey) -> Result<u64, BlobError> {
        let path = self.0.file(key);
        blocking(move || Ok(fs::metadata(path)?.len())).await
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
        let folder = Arc::clone(&self.0);
        blocking(move || keys.iter().try_for_each(|key| folder.set_mark(key))).await
    }

    /// Removes the marks of blobs that have a row.
    pub async fn keep(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        let folder = Arc::clone(&self.0);
        blocking(move || keys.iter().try_for_each(|key| folder.remove_mark(key))).await
    }

    /// Removes blobs that have no row, and their marks.
    pub async fn delete(&self, keys: Vec<BlobKey>) -> Result<(), BlobError> {
        let folder = Arc::clone(&self.0);
        blocking(move || {
            keys.iter().try_for_each(|key| {
                remove(&folder.file(key))?;
                folder.remove_mark(key)
            })
        })
        .await
    }

    /// The blobs that bear a mark: after a start, those of which it is unknown whether they have a row.
    pub async fn marked(&self) -> Result<Vec<BlobKey>, BlobError> {
        let folder = Arc::clone(&self.0);
        blocking(move || {
            let entries = fs::read_dir(&folder.marks)?.collect::<io::Result<Vec<_>>>()?;
            Ok(entries.iter().filter_map(|entry| BlobKey::parse(entry.file_name().to_str()?)).collect())
        })
        .await
    }
}

/// Runs disk work beside the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    Ok(tokio::task::spawn_blocking(work).await??)
}
