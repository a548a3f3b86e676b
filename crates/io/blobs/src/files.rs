//! Blobs as files of this machine.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::BlobKey;

/// Where finished blobs and their marks lie, on one file system so that a file moves at once.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    marks: PathBuf,
    files: PathBuf,
}

impl Folder {
    pub(crate) fn within(folder: &Path) -> Self {
        Self { marks: folder.join("marks"), files: folder.join("files") }
    }

    /// Makes the folders where needed.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.marks)?;
        (0..=u8::MAX).try_for_each(|shard| fs::create_dir_all(self.files.join(format!("{shard:02x}"))))
    }

    pub(crate) fn file(&self, key: &BlobKey) -> PathBuf {
        self.files.join(key.shard()).join(key.as_str())
    }

    /// Gives a file that was flushed its place. The mark, the move, and making the move durable: in this order.
    pub(crate) fn take(&self, arrived: &Path, key: &BlobKey) -> io::Result<()> {
        self.mark(key)?;
        fs::rename(arrived, self.file(key))?;
        // The mark was made before on the same file system, whose journal keeps that order.
        File::open(self.files.join(key.shard()))?.sync_all()
    }

    pub(crate) fn mark(&self, key: &BlobKey) -> io::Result<()> {
        File::create(self.marks.join(key.as_str())).map(drop)
    }

    pub(crate) fn keep(&self, key: &BlobKey) -> io::Result<()> {
        remove(&self.marks.join(key.as_str()))
    }

    pub(crate) fn delete(&self, key: &BlobKey) -> io::Result<()> {
        remove(&self.file(key))?;
        self.keep(key)
    }

    pub(crate) fn marked(&self) -> io::Result<Vec<BlobKey>> {
        keys_in(&self.marks)
    }

    /// The keys of all blobs. A place that was never prepared has none.
    pub(crate) fn keys(&self) -> io::Result<Vec<BlobKey>> {
        let mut keys = Vec::new();
        for shard in 0..=u8::MAX {
            keys.extend(keys_in(&self.files.join(format!("{shard:02x}")))?);
        }
        Ok(keys)
    }
}

fn keys_in(folder: &Path) -> io::Result<Vec<BlobKey>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(entries.iter().filter_map(|entry| BlobKey::parse(entry.file_name().to_str()?)).collect())
}

/// Removes a file; one that is gone already is fine.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
