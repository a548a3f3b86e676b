//! Uploaded files in and out of a backup, wherever the server keeps them.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use herold_blobs::{BlobError, BlobKey, Blobs};
use sha2::{Digest, Sha256};

use super::sums::{Sums, hex, text};
use super::{BackupError, FILES, Saved, at, make_folder};

/// Bytes read at once of a file that is restored.
const PIECE: usize = 512 * 1024;

/// Copies every file into the backup in `folder`. Of those that have not the hash that they should, it says so.
pub(super) async fn save(
    blobs: &Blobs,
    hashes: &HashMap<String, Vec<u8>>,
    folder: &Path,
    sums: &mut Sums,
) -> Result<Saved, BackupError> {
    let mut keys = blobs.keys().await?;
    keys.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    let mut saved = Saved { files: 0, damaged: Vec::new() };
    for key in keys {
        let wanted = hashes.get(key.as_str()).map(|hash| hex(hash));
        let is_other = |sum: &String| wanted.as_ref().is_some_and(|wanted| wanted != sum);
        let mut copied = save_one(blobs, &key, folder).await;
        // What a bucket answers wrongly once may be right the next time.
        if copied.as_ref().is_ok_and(is_other) {
            copied = save_one(blobs, &key, folder).await;
        }
        match copied {
            Ok(sum) => {
                if is_other(&sum) {
                    saved.damaged.push(key.as_str().to_owned());
                }
                sums.insert(path(&key), sum);
            }
            // Deleted since the keys were read.
            Err(BackupError::Blobs(BlobError::Missing)) => continue,
            Err(error) => return Err(error),
        }
        saved.files += 1;
    }
    Ok(saved)
}

/// Where a file lies in a backup.
fn path(key: &BlobKey) -> PathBuf {
    Path::new(FILES).join(&key.as_str()[..2]).join(key.as_str())
}

async fn save_one(blobs: &Blobs, key: &BlobKey, folder: &Path) -> Result<String, BackupError> {
    let size = blobs.size(key).await?;
    let mut reader = blobs.get(key, 0, size).await?;
    let to = folder.join(path(key));
    make_folder(to.parent().unwrap_or(folder))?;
    let (mut file, mut sum) = (File::create(&to).map_err(at(&to))?, Sha256::new());
    while let Some(bytes) = reader.next().await {
        let bytes = bytes?;
        sum.update(&bytes);
        file.write_all(&bytes).map_err(at(&to))?;
    }
    file.sync_all().map_err(at(&to))?;
    Ok(text(sum))
}

/// Gives every file of the backup back to the store, which must be empty. All of them bear a mark afterwards, so that
/// the first start removes those without a row.
pub(super) async fn restore(blobs: &Blobs, folder: &Path, sums: &Sums) -> Result<usize, BackupError> {
    let mut files = 0;
    for (path, sum) in sums.entries() {
        if !path.starts_with(FILES) {
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let key = BlobKey::parse(name)
            .ok_or_else(|| BackupError::Broken(format!("{} is no file of Herold's", path.display())))?;
        restore_one(blobs, key, &folder.join(path), sum).await?;
        files += 1;
    }
    Ok(files)
}

async fn restore_one(blobs: &Blobs, key: BlobKey, from: &Path, sum: &str) -> Result<(), BackupError> {
    let mut file = fs::File::open(from).map_err(at(from))?;
    let mut incoming = blobs.receive_as(key);
    loop {
        let mut bytes = Vec::with_capacity(PIECE);
        let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
        if (&mut file).take(limit).read_to_end(&mut bytes).map_err(at(from))? == 0 {
            break;
        }
        incoming.write(Bytes::from(bytes)).await?;
    }
    let arrived = incoming.finish().await?;
    if hex(&arrived.sha256) == sum {
        return Ok(());
    }
    Err(BackupError::Broken(format!("{} changed while it was restored", from.display())))
}
