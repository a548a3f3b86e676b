//! What the blob store promises of a bucket, also when the service fails or the program ends in the middle.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use herold_base::Random;
use herold_blobs::{Arrived, BlobError, BlobKey, BlobReader, Blobs, Place, S3};
use herold_test_object_store::{ACCESS_KEY_ID, BUCKET, ObjectStore, SECRET_ACCESS_KEY};

/// More than one part: 8 MiB go at once.
const LARGE: usize = 16 * 1024 * 1024 + 7;

fn settings(store: &ObjectStore) -> S3 {
    S3 {
        endpoint: store.endpoint(),
        bucket: BUCKET.to_owned(),
        region: "us-east-1".to_owned(),
        prefix: "chat/media".to_owned(),
        path_style: true,
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret_access_key: SECRET_ACCESS_KEY.to_owned(),
        root_certificates: None,
        answer_within: Duration::from_secs(30),
    }
}

fn open(folder: &Path, s3: S3) -> Blobs {
    Blobs::open(&Place { folder: folder.to_owned(), s3: Some(s3) }).unwrap()
}

fn bytes(length: usize) -> Bytes {
    let mut bytes = vec![0; length];
    Random::seeded(length as u64).fill(&mut bytes);
    bytes.into()
}

async fn put(blobs: &Blobs, content: &Bytes) -> (BlobKey, Result<Arrived, BlobError>) {
    let mut incoming = blobs.receive(&Random::System);
    for start in (0..content.len()).step_by(700_000) {
        incoming.write(content.slice(start..content.len().min(start + 700_000))).await.unwrap();
    }
    (incoming.key().clone(), incoming.finish().await)
}

async fn all(mut reader: BlobReader) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(chunk) = reader.next().await {
        out.extend_from_slice(&chunk.unwrap());
    }
    out
}

#[tokio::test]
async fn what_went_in_comes_out_whole_and_in_parts() {
    let (store, folder) = (ObjectStore::start().await, tempfile::tempdir().unwrap());
    let blobs = open(folder.path(), settings(&store));
    for length in [0, 1, 512 * 1024, 512 * 1024 + 1, 8 * 1024 * 1024, LARGE] {
        let content = bytes(length);
        let (key, arrived) = put(&blobs, &content).await;
        assert_eq!(arrived.unwrap().size, length as u64);
        assert_eq!(blobs.marked().await.unwrap(), vec![key.clone()]);
        blobs.keep(vec![key.clone()]).await.unwrap();
        assert_eq!(store.objects("chat/media/marks"), Vec::<String>::new());
        assert_eq!(blobs.size(&key).await.unwrap(), length as u64);
        assert_eq!(all(blobs.get(&key, 0, length as u64).await.unwrap()).await, content);
        let (start, end) = (length / 3, length / 3 * 2);
        let part = blobs.get(&key, start as u64, (end - start) as u64).await.unwrap();
        assert_eq!(all(part).await, content[start..end]);
        assert_eq!(blobs.keys().await.unwrap(), vec![key.clone()]);
        blobs.delete(vec![key.clone()]).await.unwrap();
        assert!(!blobs.exists(&key).await.unwrap());
    }
    assert_eq!((store.objects(""), store.unfinished()), (Vec::new(), 0));
    assert_eq!(std::fs::read_dir(folder.path().join("arriving")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_failure_that_passes_is_not_noticed() {
    let (store, folder) = (ObjectStore::start().await, tempfile::tempdir().unwrap());
    let blobs = open(folder.path(), settings(&store));
    for part in ["PUT /herold/chat/media/marks/", "PUT /herold/chat/media/files/", "POST ", "partNumber=2"] {
        store.fail_next(1, part);
        let content = bytes(if part.starts_with("PUT") { 1000 } else { LARGE });
        let (key, arrived) = put(&blobs, &content).await;
        arrived.unwrap();
        store.fail_next(1, "GET /herold/chat/media/files/");
        assert_eq!(all(blobs.get(&key, 0, content.len() as u64).await.unwrap()).await, content, "{part}");
    }
    assert_eq!(store.unfinished(), 0);
}

#[tokio::test]
async fn what_fails_for_good_is_told_and_can_be_cleaned_up() {
    let (store, folder) = (ObjectStore::start().await, tempfile::tempdir().unwrap());
    let blobs = open(folder.path(), settings(&store));
    let (kept, arrived) = put(&blobs, &bytes(1000)).await;
    arrived.unwrap();
    blobs.keep(vec![kept.clone()]).await.unwrap();
    for part in ["partNumber=2", "POST /herold/chat/media/files/"] {
        store.requests();
        store.fail_next(usize::MAX, part);
        let (key, arrived) = put(&blobs, &bytes(LARGE)).await;
        assert!(matches!(arrived, Err(BlobError::Away(_))), "{arrived:?}");
        assert!(store.requests().iter().filter(|request| request.contains(part)).count() > 1, "tried again");
        // Nothing of it is left on this machine; its parts wait in the bucket, under its mark if there are any.
        assert_eq!(std::fs::read_dir(folder.path().join("arriving")).unwrap().count(), 0);
        assert_eq!(store.unfinished() > 0, !blobs.marked().await.unwrap().is_empty());
        store.fail_next(0, "");
        blobs.delete(vec![key]).await.unwrap();
        assert_eq!((store.unfinished(), blobs.marked().await.unwrap()), (0, vec![]), "{part}");
    }
    store.set_away(true);
    assert!(matches!(put(&blobs, &bytes(10)).await.1, Err(BlobError::Away(_))));
    assert!(matches!(blobs.get(&kept, 0, 1).await, Err(BlobError::Away(_))));
    assert!(matches!(blobs.check(&Random::System).await, Err(BlobError::Away(_))));
    store.set_away(false);
    assert_eq!(all(blobs.get(&kept, 0, 1000).await.unwrap()).await, bytes(1000));
    blobs.check(&Random::System).await.unwrap();
}

#[tokio::test]
async fn a_start_lists_what_a_killed_program_left_and_ends_its_uploads() {
    let (store, folder) = (ObjectStore::start().await, tempfile::tempdir().unwrap());
    let blobs = open(folder.path(), settings(&store));
    // Killed in the middle of the parts: the third fails, and nobody cleans up.
    store.fail_next(usize::MAX, "partNumber=3");
    let (key, _) = put(&blobs, &bytes(LARGE)).await;
    store.fail_next(0, "");
    drop(blobs);
    std::fs::write(folder.path().join("arriving/half"), "half").unwrap();

    let blobs = open(folder.path(), settings(&store));
    assert_eq!(std::fs::read_dir(folder.path().join("arriving")).unwrap().count(), 0);
    assert_eq!(blobs.marked().await.unwrap(), vec![key.clone()]);
    assert!(store.unfinished() > 0);
    blobs.delete(vec![key]).await.unwrap();
    assert_eq!((store.unfinished(), store.objects("")), (0, vec![]));
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so_at_once() {
    let (store, folder) = (ObjectStore::start().await, tempfile::tempdir().unwrap());
    let wrong_secret = S3 { secret_access_key: "guessed".to_owned(), ..settings(&store) };
    let no_bucket = S3 { bucket: "nobodys".to_owned(), ..settings(&store) };
    for s3 in [wrong_secret, no_bucket] {
        let blobs = open(folder.path(), s3);
        let outcome = blobs.check(&Random::System).await;
        assert!(matches!(outcome, Err(BlobError::Refused(_))), "{outcome:?}");
        assert!(matches!(put(&blobs, &bytes(10)).await.1, Err(BlobError::Refused(_))));
    }
    let nobody = BlobKey::random(&Random::System);
    let blobs = open(folder.path(), settings(&store));
    assert!(matches!(blobs.get(&nobody, 0, 1).await, Err(BlobError::Missing)));
    assert!(matches!(blobs.get(&nobody, 0, 0).await, Err(BlobError::Missing)));
    let certificates = Some(folder.path().join("missing.pem"));
    let s3 = S3 { root_certificates: certificates, ..settings(&store) };
    let place = Place { folder: folder.path().to_owned(), s3: Some(s3) };
    assert!(matches!(Blobs::open(&place), Err(BlobError::Settings(_))));
}

#[tokio::test]
async fn over_tls_only_a_trusted_service_gets_anything() {
    let (store, folder) = (ObjectStore::start_tls().await, tempfile::tempdir().unwrap());
    let stranger = open(folder.path(), settings(&store));
    let outcome = put(&stranger, &bytes(10)).await.1;
    assert!(matches!(outcome, Err(BlobError::Away(_))), "{outcome:?}");
    assert_eq!(store.requests(), Vec::<String>::new());
    let certificates = folder.path().join("ca.pem");
    std::fs::write(&certificates, store.certificate()).unwrap();
    let blobs = open(folder.path(), S3 { root_certificates: Some(certificates), ..settings(&store) });
    let (key, arrived) = put(&blobs, &bytes(1000)).await;
    arrived.unwrap();
    assert_eq!(all(blobs.get(&key, 0, 1000).await.unwrap()).await, bytes(1000));
}

#[tokio::test]
async fn a_wrong_answer_is_not_taken_for_what_was_kept() {
    let (store, folder) = (ObjectStore::start().await, tempfile::tempdir().unwrap());
    let blobs = open(folder.path(), settings(&store));
    let content = bytes(1024 * 1024);
    let Arrived { key, size, sha256 } = put(&blobs, &content).await.1.unwrap();
    assert_eq!(all(blobs.get_whole(&key, size, &sha256).await.unwrap()).await, content);
    let name = format!("chat/media/files/{}", key.as_str());
    let mut wrong = content.to_vec();
    wrong[0] ^= 1;
    store.put_object(&name, wrong);
    let mut reader = blobs.get_whole(&key, size, &sha256).await.unwrap();
    assert_eq!(reader.next().await.unwrap().unwrap().len(), 512 * 1024);
    assert!(matches!(reader.next().await, Some(Err(BlobError::Damaged(damaged))) if damaged == key));
    assert!(reader.next().await.is_none());
    store.put_object(&name, &content[..1000]);
    assert!(matches!(blobs.get(&key, 0, size).await, Err(BlobError::Damaged(_))));
    store.put_object(&name, &content);
    assert_eq!(all(blobs.get_whole(&key, size, &sha256).await.unwrap()).await, content);
}
