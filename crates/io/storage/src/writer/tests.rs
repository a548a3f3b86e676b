//! The writer when the database refuses: everybody is told why, nothing stays, and it goes on.

use std::future::poll_fn;
use std::path::Path;
use std::sync::mpsc;
use std::task::Poll;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{Database, Storage, StorageError, Topic, Value};

/// Bytes of a row that does not fit beside what SQLite keeps in memory, so that it goes to disk at once.
const LARGE_BYTES: usize = 8 * 1024 * 1024;
/// Pages that the database may have beyond those it has.
const ROOM_PAGES: i64 = 100;

fn open(folder: &Path) -> Storage {
    let database = Database::Sqlite { path: folder.join("test.db") };
    Storage::open(&database, 1, 0).unwrap().0
}

/// Adds a row of `bytes` bytes; gives its position.
async fn add(storage: &Storage, key: &'static str, bytes: usize) -> Result<i64, StorageError> {
    let write = storage.write(move |transaction| {
        let sql = "INSERT INTO server_facts (fact, value) VALUES ($1, $2)";
        transaction.execute(sql, &[key.into(), Value::Text("x".repeat(bytes))])?;
        let position = transaction.next_position();
        transaction.announce(position, Topic::AccountData { user: 1 });
        Ok(position)
    });
    write.await
}

async fn keys(storage: &Storage) -> Vec<String> {
    let rows = storage.read(|session| session.query("SELECT fact FROM server_facts ORDER BY fact", &[]));
    rows.await.unwrap().iter().map(|row| row.get(0).unwrap()).collect::<Vec<String>>()
}

/// Limits the size of the database, or takes the limit away.
async fn limit(storage: &Storage, pages: Option<i64>) {
    let write = storage.write(move |transaction| {
        let count: i64 = transaction.query("PRAGMA page_count", &[])?[0].get(0)?;
        let max = pages.map_or(i64::from(u32::MAX - 1), |pages| count + pages);
        transaction.batch(&format!("PRAGMA max_page_count = {max}"))
    });
    write.await.unwrap();
}

/// The writer waits for a lock as long as this test does.
async fn limit_patience(storage: &Storage) {
    storage.write(|transaction| transaction.batch("PRAGMA busy_timeout = 50")).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_to_everybody_and_nothing_stays() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path());
    add(&storage, "before", 1).await.unwrap();
    limit(&storage, Some(ROOM_PAGES)).await;
    let (first, large, last) = tokio::join!(
        add(&storage, "first", 1),
        add(&storage, "large", LARGE_BYTES),
        add(&storage, "last", 1)
    );
    assert!(matches!(large, Err(StorageError::Full(_))), "{large:?}");
    // Whoever shared the commit may have failed with it; then the reason is the same.
    for (key, outcome) in [("first", first), ("last", last)] {
        match outcome {
            Ok(_) => assert!(keys(&storage).await.contains(&key.to_owned())),
            Err(error) => {
                assert!(matches!(error, StorageError::Full(_)), "{error}");
                assert!(!keys(&storage).await.contains(&key.to_owned()));
            }
        }
    }
    assert!(!keys(&storage).await.contains(&"large".to_owned()));
    limit(&storage, None).await;
    let position = add(&storage, "large", LARGE_BYTES).await.unwrap();
    assert_eq!(*storage.committed().borrow(), position);
}

#[tokio::test]
async fn a_file_that_another_program_keeps_locked_is_an_error_and_then_fine() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path());
    let other = Connection::open(folder.path().join("test.db")).unwrap();
    limit_patience(&storage).await;
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    storage.write(|transaction| transaction.batch("SELECT 1")).await.unwrap_err();
    let (first, second) = tokio::join!(add(&storage, "first", 1), add(&storage, "second", 1));
    assert!(first.is_err() && second.is_err());
    assert_eq!(keys(&storage).await, Vec::<String>::new());
    other.execute_batch("ROLLBACK").unwrap();
    add(&storage, "third", 1).await.unwrap();
    assert_eq!(keys(&storage).await, ["third"]);
}

/// Panics where it is dropped, which is on the writing thread where nobody waits for it any more.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("meant to happen");
    }
}

#[tokio::test]
async fn a_command_in_the_hand_of_a_writer_that_ends_is_unanswered_and_no_panic_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path());
    let (begun, begins) = oneshot::channel();
    let (go, wait) = mpsc::channel::<()>();
    let held = storage.clone();
    let held = tokio::spawn(async move {
        let write = held.write(move |_| {
            let _ = begun.send(());
            let _ = wait.recv();
            Ok::<_, StorageError>(())
        });
        write.await
    });
    begins.await.unwrap();
    // What comes now is the next batch.
    let mut left = Box::pin(storage.write(|_| Ok::<_, StorageError>(Bomb)));
    let waits = poll_fn(|context| Poll::Ready(left.as_mut().poll(context).is_pending()));
    assert!(waits.await);
    drop(left);
    let (after, ()) = tokio::join!(add(&storage, "after", 1), async { drop(go) });
    held.await.unwrap().unwrap();
    let error = after.unwrap_err();
    assert!(matches!(error, StorageError::Unanswered), "{error}");
    assert!(!error.is_of_content(), "others fare no better");
    assert_eq!(keys(&storage).await, ["after"], "it was written all the same");
    let later = add(&storage, "later", 1).await;
    assert!(matches!(later, Err(StorageError::Closed | StorageError::Unanswered)), "{later:?}");
}
