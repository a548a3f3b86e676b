//! What lies in the queues after something was sent.

use herold_base::{Clock, ManualClock};
use herold_storage::{Database, Storage, StorageError, StorageThreads, users};
use ruma::{OwnedTransactionId, owned_server_name};
use serde_json::{Value, json};

use super::*;
use crate::Settings;

/// Two users of `x` with two devices each: numbers of devices by `user/device`.
struct House {
    encryption: Encryption,
    devices: BTreeMap<String, Caller>,
    _folder: tempfile::TempDir,
}

fn in_house<A: Future<Output = ()>>(test: impl FnOnce(House) -> A) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite { path: folder.path().join("herold.db") };
    let (storage, threads): (Storage, StorageThreads) = Storage::open(&database, 2, 0).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async move {
        let devices = storage.write(make_devices).await.unwrap();
        let clock = Clock::Manual(ManualClock::new(1_000));
        let encryption = Encryption::new(storage, clock, Settings::new(owned_server_name!("x")));
        test(House { encryption, devices, _folder: folder }).await;
    });
    threads.join();
}

fn make_devices(transaction: &mut Transaction<'_>) -> Result<BTreeMap<String, Caller>, StorageError> {
    let user_ids = ["@a:x".to_owned(), "@b:x".to_owned()];
    let numbers = users::intern(transaction, &user_ids)?;
    let (mut rows, mut callers) = (Vec::new(), BTreeMap::new());
    for user_id in &user_ids {
        for device_id in ["ONE", "TWO"] {
            let device_number = transaction.next_position();
            let user_number = numbers[user_id];
            rows.push(vec![device_number.into(), user_number.into(), device_id.into(), 0_i64.into()]);
            let caller = Caller {
                user_id: OwnedUserId::try_from(user_id.as_str()).unwrap(),
                user_number,
                device_id: device_id.into(),
                device_number,
            };
            callers.insert(format!("{user_id}/{device_id}"), caller);
        }
    }
    let sql =
        "INSERT INTO devices (device_number, user_number, device_id, created_at) VALUES ($1, $2, $3, $4)";
    transaction.execute_many(sql, &rows)?;
    Ok(callers)
}

impl House {
    async fn send(&self, kind: &str, id: &str, messages: Value) -> Result<(), EncryptionError> {
        let messages: Messages = serde_json::from_value(messages).unwrap();
        let id = OwnedTransactionId::from(id);
        self.encryption.send_to_device(&self.devices["@a:x/ONE"], &kind.into(), &id, &messages).await
    }

    /// The events that wait for a device.
    async fn waiting(&self, device: &str) -> Vec<Value> {
        let device = self.devices[device].device_number;
        let read = self
            .encryption
            .storage()
            .read(move |session| to_device::messages(session, device, 0, i64::MAX, 100));
        let rows: Result<Vec<to_device::MessageRow>, StorageError> = read.await;
        rows.unwrap().iter().map(|row| serde_json::from_str(&row.json).unwrap()).collect()
    }
}

fn event(kind: &str, content: Value) -> Value {
    json!({ "type": kind, "sender": "@a:x", "content": content })
}

#[test]
fn all_devices_or_a_named_one_get_a_message_and_unknown_ones_are_passed_over() {
    in_house(|house| async move {
        let messages = json!({
            "@a:x": { "TWO": { "to": "two" }, "NONE": {} },
            "@b:x": { "*": { "to": "all" }, "ONE": { "to": "one" } },
            "@c:x": { "*": {} },
            "@b:elsewhere": { "*": {} },
        });
        house.send("m.x\"y", "t", messages).await.unwrap();
        assert!(house.waiting("@a:x/ONE").await.is_empty());
        assert_eq!(house.waiting("@a:x/TWO").await, [event("m.x\"y", json!({ "to": "two" }))]);
        assert_eq!(house.waiting("@b:x/ONE").await, [event("m.x\"y", json!({ "to": "one" }))]);
        assert_eq!(house.waiting("@b:x/TWO").await, [event("m.x\"y", json!({ "to": "all" }))]);
    });
}

#[test]
fn one_transaction_id_sends_once_however_often_and_at_once_it_is_asked() {
    in_house(|house| async move {
        let to_b = || json!({ "@b:x": { "ONE": {} } });
        let same = || house.send("m.t", "same", to_b());
        let (first, second, third) = tokio::join!(same(), same(), same());
        assert!(first.is_ok() && second.is_ok() && third.is_ok());
        same().await.unwrap();
        assert_eq!(house.waiting("@b:x/ONE").await.len(), 1);
        house.send("m.t", "other", to_b()).await.unwrap();
        house.send("m.other", "same", to_b()).await.unwrap();
        assert_eq!(house.waiting("@b:x/ONE").await.len(), 3);
    });
}

#[test]
fn what_is_no_object_or_too_large_is_sent_to_nobody() {
    in_house(|house| async move {
        let large = json!({ "@b:x": { "ONE": {}, "TWO": { "x": "y".repeat(CONTENT_MAX) } } });
        assert!(matches!(house.send("m.t", "t", large).await, Err(EncryptionError::TooLarge(_))));
        let odd = json!({ "@b:x": { "ONE": {}, "TWO": "text" } });
        assert!(matches!(house.send("m.t", "t", odd).await, Err(EncryptionError::BadJson(_))));
        let to_b = json!({ "@b:x": { "ONE": {} } });
        let long = "t".repeat(300);
        for (kind, id) in [("m.t", long.as_str()), (&long, "t"), ("m\0", "t"), ("m.t", "\0")] {
            let sent = house.send(kind, id, to_b.clone()).await;
            assert!(matches!(sent, Err(EncryptionError::InvalidParam(_))));
        }
        assert!(house.waiting("@b:x/ONE").await.is_empty());
        house.send("m.t", "t", to_b).await.unwrap();
        assert_eq!(house.waiting("@b:x/ONE").await.len(), 1);
    });
}
