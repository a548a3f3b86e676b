//! A removal that comes too late.

use std::time::Duration;

use bytes::Bytes;
use herold_base::{Clock, ManualClock, Random};
use herold_blobs::{Blobs, Place};
use herold_storage::{Database, Storage};

use super::*;
use crate::{Description, Settings, UNUSED_LIFETIME_MS};

/// The hourly tidying lists an awaited file, and its upload comes to its end before the removal begins.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_comes_last_minute_is_not_tidied_away() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, _threads) =
        Storage::open(&Database::Sqlite { path: folder.path().join("herold.db") }, 2, 0).unwrap();
    let blobs = Blobs::open(&Place::files(folder.path().join("media"))).unwrap();
    let manual = ManualClock::new(1_000_000);
    let clock = Clock::Manual(manual.clone());
    let settings = Settings::new("example.org".try_into().unwrap());
    let media = Media::new(storage.clone(), blobs, clock.clone(), Random::System, settings);
    let (used, unused) = (media.create(7).await.unwrap().uri, media.create(7).await.unwrap().uri);
    let (server_name, media_id) = used.parts().unwrap();
    let mut upload = media.upload_to(7, server_name, media_id, Description::default()).await.unwrap();
    upload.write(Bytes::from_static(b"last minute")).await.unwrap();
    manual.advance_ms(UNUSED_LIFETIME_MS);
    let now_ms = clock.now_ms();
    let listed = storage.read(move |session| media::expired(session, now_ms, BATCH)).await.unwrap();
    assert_eq!(listed.len(), 2);
    upload.finish().await.unwrap();
    assert_eq!(media.remove_rows(listed, Unless::EndsAfter(now_ms)).await.unwrap(), 1);
    assert_eq!(media.file(server_name, media_id, Duration::ZERO).await.unwrap().size(), 11);
    let (server_name, media_id) = unused.parts().unwrap();
    assert!(media.find(server_name, media_id).await.unwrap().is_none());
}
