//! What the blob store promises, also to a program that ends in the middle.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use bytes::Bytes;
use herold_base::Random;
use herold_blobs::{Arrived, BlobError, BlobKey, BlobReader, Blobs, CHUNK_BYTES, FLUSH_BYTES, Place};
use sha2::{Digest, Sha256};

fn bytes(length: usize) -> Bytes {
    let mut bytes = vec![0; length];
    Random::seeded(length as u64).fill(&mut bytes);
    bytes.into()
}

async fn put(blobs: &Blobs, content: &Bytes, piece: usize) -> Arrived {
    let mut incoming = blobs.receive(&Random::System);
    for start in (0..content.len()).step_by(piece) {
        incoming.write(content.slice(start..content.len().min(start + piece))).await.unwrap();
    }
    incoming.finish().await.unwrap()
}

async fn all(mut reader: BlobReader) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(chunk) = reader.next().await {
        out.extend_from_slice(&chunk.unwrap());
    }
    out
}

fn files_in(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| if entry.path().is_dir() { files_in(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn what_went_in_comes_out_whole_and_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&Place::files(folder.path())).unwrap();
    let chunk = usize::try_from(CHUNK_BYTES).unwrap();
    for length in [0, 1, chunk, chunk + 1, FLUSH_BYTES, 2 * FLUSH_BYTES + 7, 3 * chunk] {
        let content = bytes(length);
        let arrived = put(&blobs, &content, 70_000).await;
        assert_eq!(arrived.size, length as u64);
        assert_eq!(arrived.sha256, <[u8; 32]>::from(Sha256::digest(&content)));
        assert_eq!(blobs.size(&arrived.key).await.unwrap(), length as u64);
        assert_eq!(all(blobs.get(&arrived.key, 0, length as u64).await.unwrap()).await, content);
        let (start, end) = (length / 3, length / 3 * 2);
        let part = blobs.get(&arrived.key, start as u64, (end - start) as u64).await.unwrap();
        assert_eq!(all(part).await, content[start..end]);
    }
}

#[tokio::test]
async fn a_chunk_that_was_sent_is_read_into_anew() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&Place::files(folder.path())).unwrap();
    let content = bytes(12 * usize::try_from(CHUNK_BYTES).unwrap());
    let key = put(&blobs, &content, content.len()).await.key;
    let mut reader = blobs.get(&key, 0, content.len() as u64).await.unwrap();
    let (mut places, mut out) = (HashSet::new(), Vec::new());
    while let Some(chunk) = reader.next().await {
        let chunk = chunk.unwrap();
        places.insert(chunk.as_ptr());
        out.extend_from_slice(&chunk);
    }
    assert_eq!(out, content);
    assert!(places.len() <= 4, "{} buffers for 12 chunks", places.len());
}

#[tokio::test]
async fn an_upload_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&Place::files(folder.path())).unwrap();
    let mut incoming = blobs.receive(&Random::System);
    for _ in 0..3 {
        incoming.write(bytes(FLUSH_BYTES)).await.unwrap();
    }
    assert_eq!(files_in(folder.path()), 1);
    // Finishing against a place that is taken fails after the last byte was written.
    fs::remove_dir_all(folder.path().join("marks")).unwrap();
    assert!(matches!(incoming.finish().await, Err(BlobError::Missing)));
    assert_eq!(files_in(folder.path()), 0);
}

#[tokio::test]
async fn a_start_removes_what_was_arriving_and_lists_what_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&Place::files(folder.path())).unwrap();
    let kept = put(&blobs, &bytes(10), 10).await.key;
    blobs.keep(vec![kept.clone()]).await.unwrap();
    let marked = put(&blobs, &bytes(11), 11).await.key;
    let mut arriving = blobs.receive(&Random::System);
    arriving.write(bytes(FLUSH_BYTES)).await.unwrap();
    arriving.write(bytes(FLUSH_BYTES)).await.unwrap();
    // As after kill -9: nothing is dropped in good order.
    std::mem::forget(arriving);

    let blobs = Blobs::open(&Place::files(folder.path())).unwrap();
    assert_eq!(files_in(&folder.path().join("arriving")), 0);
    assert_eq!(blobs.marked().await.unwrap(), vec![marked.clone()]);
    assert!(blobs.exists(&marked).await.unwrap());
    blobs.delete(vec![marked.clone()]).await.unwrap();
    assert!(!blobs.exists(&marked).await.unwrap());
    assert!(blobs.exists(&kept).await.unwrap());
    assert_eq!(blobs.marked().await.unwrap(), vec![]);
}

#[tokio::test]
async fn missing_and_cut_files_are_errors_not_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&Place::files(folder.path())).unwrap();
    let nobody = BlobKey::random(&Random::System);
    assert!(matches!(blobs.get(&nobody, 0, 1).await, Err(BlobError::Missing)));
    let key = put(&blobs, &bytes(100), 100).await.key;
    let outcome = blobs.get(&key, 0, 101).await;
    assert!(matches!(&outcome, Err(BlobError::Damaged(damaged)) if *damaged == key), "{outcome:?}");
    blobs.delete(vec![nobody]).await.unwrap();
}

#[tokio::test]
async fn what_is_read_whole_and_has_other_bytes_lacks_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&Place::files(folder.path())).unwrap();
    let chunk = usize::try_from(CHUNK_BYTES).unwrap();
    for length in [0, 1, chunk, 2 * chunk + 1] {
        let content = bytes(length);
        let Arrived { key, size, sha256 } = put(&blobs, &content, 70_000).await;
        assert_eq!(all(blobs.get_whole(&key, size, &sha256).await.unwrap()).await, content);
        let other = Sha256::digest(b"other");
        let mut came = 0;
        let outcome = match blobs.get_whole(&key, size, &other).await {
            Err(error) => Some(error),
            Ok(mut reader) => loop {
                match reader.next().await {
                    Some(Ok(bytes)) => came += bytes.len(),
                    last => break last.and_then(Result::err),
                }
            },
        };
        assert!(matches!(outcome, Some(BlobError::Damaged(damaged)) if damaged == key));
        assert_eq!(came, length.saturating_sub(1) / chunk * chunk);
    }
}
