//! Files on a database and a disk: what is shared, what goes, what survives, what is made once.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use herold_base::{Clock, ManualClock, Random};
use herold_blobs::{Blobs, Place, S3};
use herold_media::{Description, Media, MediaError, MediaFile, Method, Settings, ThumbnailRequest};
use herold_storage::{Database, Storage, StorageThreads};
use herold_test_object_store::{ACCESS_KEY_ID, BUCKET, ObjectStore, SECRET_ACCESS_KEY};
use image::{DynamicImage, ImageFormat, RgbImage};
use ruma::{OwnedMxcUri, ServerName};

const NO_WAIT: Duration = Duration::ZERO;

struct House {
    folder: tempfile::TempDir,
    clock: ManualClock,
}

impl House {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), clock: ManualClock::new(1_000_000) }
    }

    fn files(&self) -> usize {
        count(&self.folder.path().join("media/files"))
    }

    fn marks(&self) -> usize {
        count(&self.folder.path().join("media/marks"))
    }

    async fn open(&self) -> (Media, StorageThreads) {
        let (media, threads) = self.open_on(None);
        media.settle().await.unwrap();
        (media, threads)
    }

    /// With files in a bucket, where there is one. What the last run left is not settled.
    fn open_on(&self, s3: Option<S3>) -> (Media, StorageThreads) {
        let database = Database::Sqlite { path: self.folder.path().join("herold.db") };
        let (storage, threads) = Storage::open(&database, 2, 0).unwrap();
        let blobs = Blobs::open(&Place { folder: self.folder.path().join("media"), s3 }).unwrap();
        let settings = Settings::new("example.org".try_into().unwrap());
        let clock = Clock::Manual(self.clock.clone());
        (Media::new(storage, blobs, clock, Random::System, settings), threads)
    }
}

fn count(folder: &Path) -> usize {
    files_in(folder).len()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

async fn upload(media: &Media, content: &'static [u8]) -> OwnedMxcUri {
    let mut upload = media.upload(7, Description::default());
    upload.write(Bytes::from_static(content)).await.unwrap();
    upload.finish().await.unwrap()
}

fn parts(uri: &OwnedMxcUri) -> (&ServerName, &str) {
    uri.parts().unwrap()
}

async fn download(media: &Media, uri: &OwnedMxcUri) -> Result<Vec<u8>, MediaError> {
    let (server_name, media_id) = parts(uri);
    bytes(&media.file(server_name, media_id, NO_WAIT).await?).await
}

async fn bytes(file: &MediaFile) -> Result<Vec<u8>, MediaError> {
    let mut chunks = std::pin::pin!(file.read(0, file.size()).await?);
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes)
}

async fn remove(media: &Media, uri: &OwnedMxcUri) -> bool {
    let (server_name, media_id) = parts(uri);
    media.remove(server_name, media_id).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_bytes_are_stored_once_and_go_with_their_last_file() {
    let house = House::new();
    let (media, _threads) = house.open().await;
    let (first, second) = (upload(&media, b"equal").await, upload(&media, b"equal").await);
    assert_ne!(first, second);
    assert_eq!((house.files(), house.marks()), (1, 0));
    assert!(remove(&media, &first).await);
    assert!(!remove(&media, &first).await);
    assert!(matches!(download(&media, &first).await, Err(MediaError::NotFound)));
    assert_eq!(download(&media, &second).await.unwrap(), b"equal");
    assert!(remove(&media, &second).await);
    assert_eq!((house.files(), house.marks()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twenty_times_at_once() {
    let house = House::new();
    let (media, _threads) = house.open().await;
    let uploads = (0..20).map(|_| upload(&media, b"the same"));
    let uris = futures::future::join_all(uploads).await;
    for uri in &uris {
        assert_eq!(download(&media, uri).await.unwrap(), b"the same");
    }
    assert_eq!((house.files(), house.marks()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_settles_what_a_killed_program_left_between_file_and_row() {
    let house = House::new();
    let (media, threads) = house.open().await;
    let uri = upload(&media, b"acknowledged").await;
    let blobs = Blobs::open(&Place::files(house.folder.path().join("media"))).unwrap();
    // Killed after the file and before the row: what an upload does before its commit.
    let mut lost = blobs.receive(&Random::System);
    lost.write(Bytes::from_static(b"never acknowledged")).await.unwrap();
    lost.finish().await.unwrap();
    // Killed after the row and before its mark was removed.
    let file = first_file(&house.folder.path().join("media/files"), b"acknowledged");
    fs::write(house.folder.path().join("media/marks").join(file), b"").unwrap();
    assert_eq!((house.files(), house.marks()), (2, 2));
    drop(media);
    threads.join();

    let (media, _threads) = house.open().await;
    assert_eq!((house.files(), house.marks()), (1, 0));
    assert_eq!(download(&media, &uri).await.unwrap(), b"acknowledged");
}

fn first_file(folder: &Path, content: &[u8]) -> String {
    let shards = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files = shards.flat_map(|shard| fs::read_dir(shard.path()).unwrap().map(Result::unwrap));
    let found = files.find(|file| fs::read(file.path()).unwrap() == content).unwrap();
    found.file_name().into_string().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_leaves_bytes_and_rows_together() {
    let house = House::new();
    let (media, _threads) = house.open().await;
    let created = media.create(7).await.unwrap();
    let (server_name, media_id) = parts(&created.uri);
    let mut upload = media.upload_to(7, server_name, media_id, Description::default()).await.unwrap();
    upload.write(Bytes::from_static(b"to the end")).await.unwrap();
    let finishing = upload.finish();
    // Asked once and dropped: the work has begun and nobody waits for it.
    let mut finishing = Box::pin(finishing);
    assert!(futures::poll!(finishing.as_mut()).is_pending());
    drop(finishing);
    let waiting = media.file(server_name, media_id, Duration::from_secs(60)).await.unwrap();
    assert_eq!(bytes(&waiting).await.unwrap(), b"to the end");
}

fn photo(width: u32, height: u32) -> &'static [u8] {
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8]));
    let mut bytes = Vec::new();
    DynamicImage::from(picture).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes.leak()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumbnail_asked_for_twenty_times_at_once_is_made_once_and_kept() {
    let house = House::new();
    let (media, threads) = house.open().await;
    let uri = Arc::new(upload(&media, photo(400, 300)).await);
    let request =
        ThumbnailRequest { method: Method::Scale, width: 100, height: 100, animated: false, asked_by: 1 };
    let asking = (0..20).map(|_| {
        let (media, uri) = (media.clone(), Arc::clone(&uri));
        tokio::spawn(async move {
            let (server_name, media_id) = parts(&uri);
            media.thumbnail(server_name, media_id, NO_WAIT, request).await.unwrap().etag()
        })
    });
    let etags: Vec<String> =
        futures::future::join_all(asking).await.into_iter().map(Result::unwrap).collect();
    assert!(etags.iter().all(|etag| *etag == etags[0]));
    assert_eq!(media.pictures_decoded(), 1);
    assert_eq!((house.files(), house.marks()), (2, 0));
    drop(media);
    threads.join();

    let (media, _threads) = house.open().await;
    let (server_name, media_id) = parts(&uri);
    let kept = media.thumbnail(server_name, media_id, NO_WAIT, request).await.unwrap();
    assert_eq!((kept.etag(), media.pictures_decoded()), (etags[0].clone(), 0));
    // Thumbnails go with their original.
    assert!(remove(&media, &uri).await);
    assert_eq!((house.files(), house.marks()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_its_own_thumbnail_can_be_removed() {
    let house = House::new();
    let (media, _threads) = house.open().await;
    let uri = upload(&media, photo(20, 20)).await;
    let (server_name, media_id) = parts(&uri);
    let request =
        ThumbnailRequest { method: Method::Crop, width: 96, height: 96, animated: false, asked_by: 1 };
    for _ in 0..2 {
        let own = media.thumbnail(server_name, media_id, NO_WAIT, request).await.unwrap();
        assert_eq!(bytes(&own).await.unwrap(), photo(20, 20));
    }
    assert_eq!(media.pictures_decoded(), 1);
    assert!(remove(&media, &uri).await);
    assert_eq!((house.files(), house.marks()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_tried_once() {
    let house = House::new();
    let (media, _threads) = house.open().await;
    let uri = upload(&media, b"no picture").await;
    let (server_name, media_id) = parts(&uri);
    let request =
        ThumbnailRequest { method: Method::Scale, width: 32, height: 32, animated: false, asked_by: 1 };
    for _ in 0..3 {
        let outcome = media.thumbnail(server_name, media_id, NO_WAIT, request).await;
        assert!(matches!(outcome, Err(MediaError::NoPicture)));
    }
    assert_eq!(media.pictures_decoded(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disk_did_to_a_picture_is_not_remembered() {
    let house = House::new();
    let (media, _threads) = house.open().await;
    let uri = upload(&media, photo(500, 400)).await;
    let (server_name, media_id) = parts(&uri);
    let request =
        ThumbnailRequest { method: Method::Scale, width: 32, height: 32, animated: false, asked_by: 1 };
    let file = files_in(&house.folder.path().join("media/files")).pop().unwrap();
    for wrong in [vec![0; photo(500, 400).len()], photo(500, 400)[1..].to_vec()] {
        fs::write(&file, wrong).unwrap();
        let outcome = media.thumbnail(server_name, media_id, NO_WAIT, request).await;
        assert!(matches!(outcome, Err(MediaError::Damaged { .. })));
    }
    assert_eq!(media.pictures_decoded(), 0);
    fs::write(&file, photo(500, 400)).unwrap();
    media.thumbnail(server_name, media_id, NO_WAIT, request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_kept_for_a_while_goes_when_its_time_has_come() {
    let house = House::new();
    let (media, _threads) = house.open().await;
    let theirs = upload(&media, photo(30, 20)).await;
    let source = Bytes::from_static(photo(1000, 500));
    let kept = media.keep_picture(source, 1_000_000 + 10).await.unwrap();
    assert_eq!((kept.width, kept.height, kept.content_type), (800, 400, "image/jpeg"));
    assert_eq!(download(&media, &kept.uri).await.unwrap().len() as u64, kept.size);
    // The same bytes as somebody's upload, which stays.
    let shared = media.keep_picture(Bytes::from_static(photo(30, 20)), 1_000_000 + 10).await.unwrap();
    let text = Bytes::from_static(b"no picture");
    assert!(matches!(media.keep_picture(text, 1_000_000 + 10).await, Err(MediaError::NoPicture)));
    let awaited = media.create(7).await.unwrap();
    assert_eq!((house.files(), house.marks(), media.remove_expired().await.unwrap()), (2, 0, 0));
    house.clock.advance_ms(10);
    assert!(matches!(download(&media, &kept.uri).await, Err(MediaError::NotFound)));
    assert_eq!((media.remove_expired().await.unwrap(), house.files(), house.marks()), (2, 1, 0));
    assert!(matches!(download(&media, &shared.uri).await, Err(MediaError::NotFound)));
    assert_eq!(download(&media, &theirs).await.unwrap(), photo(30, 20));
    assert!(matches!(download(&media, &awaited.uri).await, Err(MediaError::NotYetUploaded)));
    house.clock.advance_ms(24 * 60 * 60 * 1000);
    assert_eq!(media.remove_expired().await.unwrap(), 1);
}

fn settings_of(store: &ObjectStore) -> S3 {
    S3 {
        endpoint: store.endpoint(),
        bucket: BUCKET.to_owned(),
        region: "us-east-1".to_owned(),
        prefix: String::new(),
        path_style: true,
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret_access_key: SECRET_ACCESS_KEY.to_owned(),
        root_certificates: None,
        answer_within: Duration::from_secs(3600),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_wait_for_a_silent_bucket_wait_for_one_try() {
    let (house, store) = (House::new(), ObjectStore::start().await);
    let (media, _threads) = house.open_on(Some(settings_of(&store)));
    store.set_away(true);
    assert!(matches!(media.settle().await, Err(MediaError::StoreAway { .. })));
    let one_try = store.requests().len();
    store.set_silent(true);
    let mut waiting = Box::pin(futures::future::join_all((0..20).map(|_| media.settle())));
    assert!(futures::poll!(waiting.as_mut()).is_pending());
    store.set_silent(false);
    let outcomes = waiting.await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(MediaError::StoreAway { .. }))));
    assert_eq!((store.requests().len(), media.is_settled()), (one_try, false));
    store.set_away(false);
    media.settle().await.unwrap();
    assert!(media.is_settled());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_ends_waits_for_no_silent_bucket() {
    let (house, store) = (House::new(), ObjectStore::start().await);
    let (media, _threads) = house.open_on(Some(settings_of(&store)));
    store.set_silent(true);
    let mut waiting = Box::pin(media.settle());
    assert!(futures::poll!(waiting.as_mut()).is_pending());
    media.close();
    assert!(matches!(waiting.await, Err(MediaError::StoreAway { .. })));
}
