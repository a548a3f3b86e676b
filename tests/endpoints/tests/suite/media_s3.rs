//! Files in an S3-compatible bucket: the same answers, and what happens when the service is away or answers wrongly.

use std::fs;
use std::io::Cursor;
use std::time::Duration;

use herold_endpoint_tests::{Client, DOWNLOAD, THUMBNAIL, TestServer, on_both_engines};
use herold_server::backup::{self, Saved};
use herold_server::config::{Media, MediaStore, Operations, S3};
use herold_test_object_store::{ACCESS_KEY_ID, BUCKET, ObjectStore, SECRET_ACCESS_KEY};
use http::Method;
use http::header::RANGE;
use image::codecs::gif::GifEncoder;
use image::{Frame, ImageFormat, Rgba, RgbaImage};
use reqwest::Response;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

const UPLOAD: &str = "/_matrix/media/v3/upload";
/// More than goes to the bucket at once: 8 MiB.
const LARGE: usize = 9 * 1024 * 1024;

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Lets the server keep its files in a bucket of `store` from now on.
async fn move_into(server: &mut TestServer, store: &ObjectStore) {
    let secret = server.data().join("secret");
    fs::write(&secret, format!("{SECRET_ACCESS_KEY}\n")).unwrap();
    server.config.media = Media {
        upload_size_max: 32 * 1024 * 1024,
        store: MediaStore::S3,
        s3: S3 {
            endpoint: Some(store.endpoint()),
            bucket: Some(BUCKET.to_owned()),
            access_key_id: Some(ACCESS_KEY_ID.to_owned()),
            secret_access_key_file: Some(secret),
            ..S3::default()
        },
        ..Media::default()
    };
    server.restart().await;
}

async fn try_upload(client: &Client, content: Vec<u8>) -> Response {
    client.request(Method::POST, UPLOAD).body(content).send().await.unwrap()
}

async fn error(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["errcode"].as_str().unwrap().to_owned())
}

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    frame(0).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn moving_picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    GifEncoder::new(&mut bytes).encode_frames([frame(0), frame(99)].map(Frame::new)).unwrap();
    bytes
}

fn frame(blue: u8) -> RgbaImage {
    RgbaImage::from_fn(400, 300, |x, y| Rgba([x as u8, y as u8, blue, u8::MAX]))
}

/// What the store may do to a file.
const DAMAGES: [fn(&mut Vec<u8>); 3] =
    [|bytes| bytes[0] ^= 1, |bytes| *bytes.last_mut().unwrap() ^= 1, |bytes| bytes.truncate(bytes.len() - 1)];

/// Does it to all files; gives their names and what they held.
fn damage_all(store: &ObjectStore, damage: fn(&mut Vec<u8>)) -> Vec<(String, Vec<u8>)> {
    let kept: Vec<_> =
        store.objects("files/").into_iter().map(|name| (name.clone(), store.object(&name))).collect();
    for (name, content) in &kept {
        let mut damaged = content.clone();
        damage(&mut damaged);
        store.put_object(name, damaged);
    }
    kept
}

fn repair(store: &ObjectStore, kept: Vec<(String, Vec<u8>)>) {
    kept.into_iter().for_each(|(name, content)| store.put_object(&name, content));
}

/// The bytes of a file, where all that were announced came.
async fn whole(response: Response) -> Option<Vec<u8>> {
    Some(response.error_for_status().ok()?.bytes().await.ok()?.to_vec())
}

async fn files_lie_in_the_bucket_and_come_back_whole_and_in_parts(mut server: TestServer) -> TestServer {
    let store = ObjectStore::start().await;
    move_into(&mut server, &store).await;
    let alice = server.register("alice").await;
    let content: Vec<u8> = (0..LARGE).map(|number| (number % 251) as u8).collect();
    let large = alice.upload("application/octet-stream", content.clone()).await;
    let small = alice.upload("image/png", picture()).await;
    let same = alice.upload("image/png", picture()).await;
    let thumbnail = format!("{THUMBNAIL}{small}?width=100&height=100&method=scale");
    assert_eq!(alice.download(&thumbnail).await.headers()["content-type"], "image/jpeg");
    // Two files, one of them twice, and a thumbnail; no mark stays, and nothing on this machine.
    assert_eq!((store.objects("files/").len(), store.objects("marks/").len()), (3, 0));
    assert_eq!(fs::read_dir(server.data().join("media/arriving")).unwrap().count(), 0);
    server.restart().await;
    let alice = alice.at(&server);
    let response = alice.download(&format!("{DOWNLOAD}{large}")).await;
    assert_eq!(response.headers()["content-length"], LARGE.to_string());
    assert_eq!(response.bytes().await.unwrap(), content);
    let part =
        alice.request(Method::GET, &format!("{DOWNLOAD}{large}")).header(RANGE, "bytes=1000000-8999999");
    let part = part.send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), content[1_000_000..9_000_000]);
    assert_eq!(alice.download(&format!("{DOWNLOAD}{same}")).await.bytes().await.unwrap(), picture());
    server
}

async fn a_bucket_that_is_away_loses_nothing(mut server: TestServer) -> TestServer {
    let store = ObjectStore::start().await;
    move_into(&mut server, &store).await;
    let alice = server.register("alice").await;
    let kept = alice.upload("text/plain", "kept").await;
    store.set_away(true);
    assert_eq!(error(try_upload(&alice, b"refused".to_vec()).await).await, (503, "M_UNKNOWN".to_owned()));
    let download = format!("{DOWNLOAD}{kept}");
    assert_eq!(error(alice.download(&download).await).await, (503, "M_UNKNOWN".to_owned()));
    // Everything else goes on, also after a start that cannot ask the bucket.
    server.restart().await;
    let alice = alice.at(&server);
    alice.post("/_matrix/client/v3/createRoom", json!({})).await.ok();
    assert_eq!(error(alice.download(&download).await).await, (503, "M_UNKNOWN".to_owned()));
    store.set_away(false);
    assert_eq!(alice.download(&download).await.text().await.unwrap(), "kept");
    alice.upload("text/plain", "taken again").await;
    assert_eq!((store.objects("files/").len(), store.objects("marks/").len()), (2, 0));
    server
}

async fn an_upload_that_fails_in_the_middle_is_cleaned_up(mut server: TestServer) -> TestServer {
    let store = ObjectStore::start().await;
    move_into(&mut server, &store).await;
    let alice = server.register("alice").await;
    store.fail_next(usize::MAX, "partNumber=2");
    assert_eq!(error(try_upload(&alice, vec![1; LARGE]).await).await, (503, "M_UNKNOWN".to_owned()));
    assert!(store.unfinished() > 0);
    store.fail_next(0, "");
    server.clock.advance_ms(60_000);
    alice.upload("text/plain", "the next one").await;
    assert_eq!((store.unfinished(), store.objects("").len()), (0, 1));

    // And what a killed server left: a file without a row, and parts that nobody completes.
    store.put_object("files/abababababababababababababababab", "no row");
    store.put_object("marks/abababababababababababababababab", "");
    store.fail_next(usize::MAX, "partNumber=2");
    try_upload(&alice, vec![2; LARGE]).await;
    store.fail_next(0, "");
    server.restart().await;
    // The bucket is settled beside serving, and before the next file is kept.
    alice.at(&server).upload("text/plain", "the one after that").await;
    assert_eq!((store.unfinished(), store.objects("").len()), (0, 2));
    server
}

async fn bytes_that_nobody_uploaded_are_no_whole_file(mut server: TestServer) -> TestServer {
    let store = ObjectStore::start().await;
    move_into(&mut server, &store).await;
    let alice = server.register("alice").await;
    let content: Vec<u8> = (0..LARGE).map(|number| (number % 251) as u8).collect();
    let large = format!("{DOWNLOAD}{}", alice.upload("application/octet-stream", content.clone()).await);
    let small = format!("{DOWNLOAD}{}", alice.upload("image/png", picture()).await);
    for damage in DAMAGES {
        let kept = damage_all(&store, damage);
        assert_eq!(whole(alice.download(&large).await).await, None);
        let all_of_it = alice.request(Method::GET, &large).header(RANGE, "bytes=0-").send().await.unwrap();
        assert_eq!(whole(all_of_it).await, None);
        // One that is read at once is refused before anything of it is sent.
        assert_eq!(error(alice.download(&small).await).await, (503, "M_UNKNOWN".to_owned()));
        repair(&store, kept);
        assert_eq!(whole(alice.download(&large).await).await.as_ref(), Some(&content));
        assert_eq!(whole(alice.download(&small).await).await, Some(picture()));
    }
    server
}

async fn what_the_store_did_to_a_picture_is_not_remembered(mut server: TestServer) -> TestServer {
    let store = ObjectStore::start().await;
    move_into(&mut server, &store).await;
    let alice = server.register("alice").await;
    for content in [picture(), moving_picture()] {
        let path = alice.upload("image/png", content).await;
        let thumbnail = format!("{THUMBNAIL}{path}?width=100&height=100&method=scale&animated=true");
        for damage in DAMAGES {
            let kept = damage_all(&store, damage);
            assert_eq!(error(alice.download(&thumbnail).await).await, (503, "M_UNKNOWN".to_owned()));
            repair(&store, kept);
        }
        store.set_away(true);
        assert_eq!(error(alice.download(&thumbnail).await).await, (503, "M_UNKNOWN".to_owned()));
        store.set_away(false);
        let made = whole(alice.download(&thumbnail).await).await.unwrap();
        assert_eq!(image::load_from_memory(&made).unwrap().width(), 320);
        for damage in DAMAGES {
            let kept = damage_all(&store, damage);
            assert_eq!(error(alice.download(&thumbnail).await).await, (503, "M_UNKNOWN".to_owned()));
            repair(&store, kept);
        }
    }
    server
}

async fn neither_start_nor_end_wait_for_a_silent_store(mut server: TestServer) -> TestServer {
    let store = ObjectStore::start().await;
    server.config.operations = Operations { enabled: true, address: ([127, 0, 0, 1], 0).into() };
    move_into(&mut server, &store).await;
    let alice = server.register("alice").await;
    alice.upload("text/plain", "kept").await;
    // Left by a killed server.
    store.put_object("files/abababababababababababababababab", "no row");
    store.put_object("marks/abababababababababababababababab", "");
    store.set_silent(true);
    server.config.media.s3.answer_within_seconds = 3600;
    for _ in 0..2 {
        timeout(PATIENCE, server.restart()).await.expect("nobody waits for the store");
        server.clock.advance_ms(1);
        alice.at(&server).post("/_matrix/client/v3/createRoom", json!({})).await.ok();
        let (status, told) = server.operations("/ready").await;
        assert_eq!(status, 200);
        assert!(told.starts_with("ready, but the store for files has not answered"), "{told}");
    }
    store.set_silent(false);
    alice.at(&server).upload("text/plain", "the next one").await;
    assert_eq!(server.operations("/ready").await, (200, "ready\n".to_owned()));
    assert_eq!((store.objects("files/").len(), store.objects("marks/").len()), (2, 0));
    server
}

async fn a_backup_tells_what_came_back_damaged(mut server: TestServer) -> TestServer {
    let store = ObjectStore::start().await;
    move_into(&mut server, &store).await;
    let alice = server.register("alice").await;
    alice.upload("image/png", picture()).await;
    alice.upload("text/plain", "two").await;
    let names = store.objects("files/");
    let keys: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix("files/")).collect();
    for damage in DAMAGES {
        let kept = damage_all(&store, damage);
        let saved = back_up(&server, "damaged").await;
        assert_eq!((saved.files, saved.damaged), (2, keys.iter().map(ToString::to_string).collect()));
        repair(&store, kept);
        assert_eq!(back_up(&server, "sound").await, Saved { files: 2, damaged: Vec::new() });
    }
    server
}

/// A backup that is looked at no further.
async fn back_up(server: &TestServer, name: &str) -> Saved {
    let (config, folder) = (server.config.clone(), server.data().join(name));
    let saving = spawn_blocking(move || {
        let saved = backup::save(&config, &folder, 0).unwrap();
        fs::remove_dir_all(folder).unwrap();
        saved
    });
    saving.await.unwrap()
}

on_both_engines!(
    files_lie_in_the_bucket_and_come_back_whole_and_in_parts,
    a_bucket_that_is_away_loses_nothing,
    an_upload_that_fails_in_the_middle_is_cleaned_up,
    bytes_that_nobody_uploaded_are_no_whole_file,
    what_the_store_did_to_a_picture_is_not_remembered,
    neither_start_nor_end_wait_for_a_silent_store,
    a_backup_tells_what_came_back_damaged,
);
