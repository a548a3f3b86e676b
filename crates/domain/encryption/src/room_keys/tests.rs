//! What keeps an account's backups from growing without end. The bound of the tests is small.

use herold_base::{Clock, ManualClock};
use herold_storage::{Database, Storage};
use ruma::{owned_room_id, owned_server_name, owned_user_id};
use serde_json::{json, value::to_raw_value};

use super::*;
use crate::Settings;

/// Bytes of all keys of an account in these tests.
const BYTES_MAX: i64 = 1_000;

fn caller(user_number: i64) -> Caller {
    let user_id = owned_user_id!("@a:x");
    Caller { user_id, user_number, device_id: "ONE".into(), device_number: 1 }
}

/// A key of exactly `bytes`, the better the smaller `first` is.
fn key(first: u32, bytes: usize) -> Box<RawValue> {
    let key = |data: &str| {
        let key = json!({
            "first_message_index": first, "forwarded_count": 0, "is_verified": true,
            "session_data": { "ciphertext": data },
        });
        to_raw_value(&key).unwrap()
    };
    let empty = key("").get().len();
    key(&"c".repeat(bytes - empty))
}

fn keys(session: &str, key: Box<RawValue>) -> RoomsKeys {
    [(owned_room_id!("!r:x"), [(session.to_owned(), key)].into())].into()
}

async fn version(encryption: &Encryption, user: i64) -> String {
    let new =
        NewBackup { algorithm: "a".to_owned(), auth_data: to_raw_value(&json!({})).unwrap(), version: None };
    encryption.create_backup(&caller(user), new).await.unwrap()
}

async fn keeps_to_its_bytes(encryption: Encryption) {
    let (one, other) = (caller(1), caller(2));
    let (first, theirs) = (version(&encryption, 1).await, version(&encryption, 2).await);
    let put = async |caller: &Caller, version: &str, session: &str, key| {
        encryption.put_room_keys(caller, version, &keys(session, key)).await
    };
    put(&one, &first, "a", key(5, 600)).await.unwrap();
    let error = put(&one, &first, "b", key(5, 401)).await.unwrap_err();
    assert!(matches!(&error, EncryptionError::TooLarge(text) if text.contains("1000")), "{error}");
    assert_eq!(
        encryption.backup(&one, &first).await.unwrap().state.count,
        UInt::from(1_u32),
        "nothing of it is kept"
    );
    put(&other, &theirs, "b", key(5, 1_000)).await.unwrap();
    put(&one, &first, "b", key(5, 400)).await.unwrap();
    // A better key of the same session counts for what it is more.
    put(&one, &first, "b", key(4, 401)).await.unwrap_err();
    put(&one, &first, "b", key(4, 400)).await.unwrap();
    put(&one, &first, "b", key(3, 300)).await.unwrap();
    put(&one, &first, "c", key(5, 101)).await.unwrap_err();
    // Versions count together, until they are deleted.
    let second = version(&encryption, 1).await;
    put(&one, &second, "a", key(5, 101)).await.unwrap_err();
    let room = RoomKeysFilter { room_id: Some(owned_room_id!("!r:x")), session_id: Some("b".to_owned()) };
    encryption.delete_room_keys(&one, &first, room.clone()).await.unwrap();
    encryption.delete_room_keys(&one, &first, room).await.unwrap();
    put(&one, &second, "a", key(5, 400)).await.unwrap();
    put(&one, &second, "b", key(5, 600)).await.unwrap_err();
    encryption.delete_backup(&one, &first).await.unwrap();
    put(&one, &second, "b", key(5, 600)).await.unwrap();
    for filter in [
        RoomKeysFilter { room_id: Some(owned_room_id!("!r:x")), session_id: None },
        RoomKeysFilter::default(),
    ] {
        encryption.delete_room_keys(&one, &second, filter).await.unwrap();
        put(&one, &second, "a", key(5, 1_000)).await.unwrap();
    }
}

#[test]
fn an_account_keeps_to_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite { path: folder.path().join("herold.db") };
    let (storage, threads) = Storage::open(&database, 2, 0).unwrap();
    let settings = Settings { server_name: owned_server_name!("x"), backup_bytes_max: BYTES_MAX };
    let encryption = Encryption::new(storage, Clock::Manual(ManualClock::new(1_000)), settings);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(keeps_to_its_bytes(encryption));
    threads.join();
}
