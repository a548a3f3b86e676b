//! Keys, queues and backups on both engines: what their storage functions promise.

use std::collections::HashSet;

use herold_storage::one_time_keys::KeyRow;
use herold_storage::to_device::{TO_DEVICE_BYTES_MAX, TO_DEVICE_QUEUE_MAX};
use herold_storage::{
    Storage, StorageError, Topic, Transaction, cross_signing, device_keys, device_lists, one_time_keys,
    to_device,
};

use super::{Place, open, run};

/// Makes devices 1 to `count`, all of user 7.
fn make_devices(transaction: &mut Transaction<'_>, count: i64) -> Result<(), StorageError> {
    let sql =
        "INSERT INTO devices (device_number, user_number, device_id, created_at) VALUES ($1, $2, $3, $4)";
    let row = |number: i64| vec![number.into(), 7_i64.into(), format!("D{number}").into(), 0_i64.into()];
    transaction.execute_many(sql, &(1..=count).map(row).collect::<Vec<_>>())?;
    Ok(())
}

fn key(number: i64) -> KeyRow {
    KeyRow {
        algorithm: "signed_curve25519".to_owned(),
        key_id: format!("signed_curve25519:{number}"),
        json: format!("{{\"key\":\"{number}\"}}"),
    }
}

async fn write<T: Send + 'static>(
    storage: &Storage,
    with: impl FnOnce(&mut Transaction<'_>) -> Result<T, StorageError> + Send + 'static,
) -> T {
    storage.write(with).await.unwrap()
}

async fn claim(storage: &Storage, devices: Vec<i64>) -> Vec<(i64, String)> {
    let claimed = write(storage, move |transaction| {
        one_time_keys::claim(transaction, &devices, "signed_curve25519", 5_000)
    });
    let mut claimed: Vec<_> = claimed.await.into_iter().map(|(device, key)| (device, key.key_id)).collect();
    claimed.sort();
    claimed
}

async fn counts(storage: &Storage, device: i64) -> one_time_keys::KeyCounts {
    storage
        .read(move |session| one_time_keys::counts(session, device))
        .await
        .map_err(|error: StorageError| error)
        .unwrap()
}

fn each_one_time_key_is_handed_out_once_oldest_first_then_the_fallback_key(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        write(&storage, |transaction| {
            make_devices(transaction, 3)?;
            one_time_keys::add(transaction, 1, &[key(9), key(1)])?;
            one_time_keys::add(transaction, 2, &[key(5)])?;
            one_time_keys::put_fallback(transaction, 1, &[key(100)])
        })
        .await;
        let named = |number: i64| format!("signed_curve25519:{number}");
        assert_eq!(claim(&storage, vec![1, 2, 3, 44]).await, [(1, named(9)), (2, named(5))]);
        assert_eq!(claim(&storage, vec![1, 2]).await, [(1, named(1))]);
        assert_eq!(counts(&storage, 1).await.unused_fallback, ["signed_curve25519"]);
        assert_eq!(claim(&storage, vec![1]).await, [(1, named(100))]);
        assert_eq!(claim(&storage, vec![1]).await, [(1, named(100))], "a fallback key is not used up");
        assert_eq!(counts(&storage, 1).await, one_time_keys::KeyCounts::default());
        let again = write(&storage, |transaction| {
            one_time_keys::put_fallback(transaction, 1, &[key(100)])?;
            let same = one_time_keys::counts(transaction, 1)?;
            one_time_keys::put_fallback(transaction, 1, &[key(101)])?;
            Ok((same, one_time_keys::counts(transaction, 1)?))
        });
        let (same, other) = again.await;
        assert!(same.unused_fallback.is_empty() && other.unused_fallback.len() == 1);
    });
    drop(storage);
    threads.join();
}

fn many_who_claim_at_once_never_get_the_same_key(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        write(&storage, |transaction| {
            make_devices(transaction, 2)?;
            one_time_keys::add(transaction, 1, &(0..200).map(key).collect::<Vec<_>>())
        })
        .await;
        let tasks: Vec<_> = (0..250)
            .map(|_| {
                let storage = storage.clone();
                tokio::spawn(async move { claim(&storage, vec![1, 2]).await })
            })
            .collect();
        let mut claimed = Vec::new();
        for task in tasks {
            claimed.extend(task.await.unwrap());
        }
        assert_eq!(claimed.len(), 200);
        assert_eq!(claimed.into_iter().collect::<HashSet<_>>().len(), 200);
        assert!(counts(&storage, 1).await.one_time.is_empty());
    });
    drop(storage);
    threads.join();
}

fn messages_wait_until_they_are_acknowledged(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let send = |text: &str| {
            let json = text.to_owned();
            write(&storage, move |transaction| {
                to_device::append(transaction, &[(1, json.clone()), (2, json.clone()), (99, json)])
            })
        };
        write(&storage, |transaction| make_devices(transaction, 2)).await;
        let start = *storage.committed().borrow();
        send("a").await;
        send("b").await;
        send("c").await;
        let read = |after: i64, upto: i64, limit: i64| {
            storage.read(move |session| to_device::messages(session, 1, after, upto, limit))
        };
        let rows: Result<Vec<to_device::MessageRow>, StorageError> = read(0, i64::MAX, 2).await;
        let rows = rows.unwrap();
        assert_eq!(rows.iter().map(|row| row.json.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(read(0, i64::MAX, 2).await.map_err(|error: StorageError| error).unwrap(), rows);
        let upto = rows[1].position;
        let deleted = write(&storage, move |transaction| to_device::acknowledge(transaction, 1, upto)).await;
        assert_eq!(deleted, 2);
        let left: Result<Vec<to_device::MessageRow>, StorageError> = read(upto, i64::MAX, 10).await;
        assert_eq!(left.unwrap().len(), 1);
        let mut announced = Vec::new();
        storage.changes().visit_since(start, |change| announced.push(change.topic));
        let both = [Topic::ToDevice { device: 1 }, Topic::ToDevice { device: 2 }];
        assert_eq!(announced, [both, both, both].concat());
    });
    drop(storage);
    threads.join();
}

fn a_full_queue_loses_its_oldest_message(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let rows = write(&storage, |transaction| {
            make_devices(transaction, 1)?;
            to_device::append(transaction, &[(1, "first".to_owned())])?;
            to_device::append(transaction, &[(1, "second".to_owned())])?;
            // As if the second were the last that fits.
            let sql = "UPDATE to_device_messages SET sequence = $1 WHERE json = 'second'";
            transaction.execute(sql, &[TO_DEVICE_QUEUE_MAX.into()])?;
            to_device::append(transaction, &[(1, "third".to_owned())])?;
            to_device::messages(transaction, 1, 0, i64::MAX, 10)
        });
        let left: Vec<String> = rows.await.into_iter().map(|row| row.json).collect();
        assert_eq!(left, ["second", "third"]);
    });
    drop(storage);
    threads.join();
}

fn a_queue_of_big_messages_loses_its_oldest(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let left = |transaction: &mut Transaction<'_>| {
            let rows = to_device::messages(transaction, 1, 0, i64::MAX, 10)?;
            Ok::<_, StorageError>(rows.into_iter().map(|row| row.json).collect::<Vec<_>>())
        };
        let rows = write(&storage, move |transaction| {
            make_devices(transaction, 1)?;
            for text in ["first", "second", "third"] {
                to_device::append(transaction, &[(1, text.to_owned())])?;
            }
            // As if the second and the third were big: with six bytes more one byte is too many.
            let sql = "UPDATE to_device_messages SET bytes = bytes + $1 WHERE json <> 'first'";
            transaction.execute(sql, &[(TO_DEVICE_BYTES_MAX - 5 - 6 - 5 - 5).into()])?;
            to_device::append(transaction, &[(1, "fits!".to_owned())])?;
            let full = left(transaction)?;
            to_device::append(transaction, &[(1, "more".to_owned())])?;
            Ok((full, left(transaction)?))
        });
        let (full, after) = rows.await;
        assert_eq!(full, ["first", "second", "third", "fits!"]);
        assert_eq!(after, ["second", "third", "fits!", "more"]);
        let big = write(&storage, move |transaction| {
            let sql = "UPDATE to_device_messages SET bytes = bytes + $1 WHERE json <> 'second'";
            transaction.execute(sql, &[TO_DEVICE_BYTES_MAX.into()])?;
            to_device::append(transaction, &[(1, "last".to_owned())])?;
            left(transaction)
        });
        assert_eq!(big.await, ["fits!", "more", "last"], "as many go as have to");
    });
    drop(storage);
    threads.join();
}

fn a_forgotten_device_leaves_nothing_and_changes_the_list_only_with_keys(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        write(&storage, |transaction| {
            make_devices(transaction, 2)?;
            one_time_keys::add(transaction, 1, &[key(1)])?;
            one_time_keys::put_fallback(transaction, 1, &[key(2)])?;
            to_device::append(transaction, &[(1, "m".to_owned())])?;
            device_keys::put(transaction, &[(1, "{}".to_owned())])
        })
        .await;
        let start = *storage.committed().borrow();
        let changed = |without: i64| {
            write(&storage, move |transaction| {
                device_keys::forget(transaction, 7, &[without])?;
                device_lists::changed_since(transaction, start)
            })
        };
        assert_eq!(changed(2).await, Vec::<i64>::new());
        assert_eq!(changed(1).await, [7]);
        let left = write(&storage, move |transaction| {
            let keys = (device_keys::of_device(transaction, 1)?, one_time_keys::counts(transaction, 1)?);
            let among = device_lists::changed_among(transaction, &[6, 7], start)?;
            Ok((keys, to_device::messages(transaction, 1, 0, i64::MAX, 9)?.len(), among))
        });
        assert_eq!(left.await, ((None, one_time_keys::KeyCounts::default()), 0, vec![7]));
    });
    drop(storage);
    threads.join();
}

fn user_signatures_are_told_to_their_signer(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let signature = |target_number: i64, signature: &str| cross_signing::UserSignature {
            signer_number: 7,
            target_number,
            key_id: "ed25519:k".to_owned(),
            signature: signature.to_owned(),
        };
        let (first, second) = ([signature(8, "a"), signature(9, "a")], [signature(9, "b")]);
        write(&storage, move |transaction| cross_signing::put_user_signatures(transaction, &first)).await;
        let since = *storage.committed().borrow();
        write(&storage, move |transaction| cross_signing::put_user_signatures(transaction, &second)).await;
        let seen = write(&storage, move |transaction| {
            let signed = cross_signing::signed_since(transaction, 7, since)?;
            let found = cross_signing::user_signatures(transaction, 7, &[8, 9, 10])?;
            cross_signing::forget_signatures_about(transaction, 9)?;
            Ok((signed, found, cross_signing::user_signatures(transaction, 7, &[8, 9])?.len()))
        });
        let (signed, found, left) = seen.await;
        assert_eq!((signed, found.len(), found[&9].signature.as_str(), left), (vec![9], 2, "b", 1));
    });
    drop(storage);
    threads.join();
}

on_both_engines!(
    each_one_time_key_is_handed_out_once_oldest_first_then_the_fallback_key,
    many_who_claim_at_once_never_get_the_same_key,
    messages_wait_until_they_are_acknowledged,
    a_full_queue_loses_its_oldest_message,
    a_queue_of_big_messages_loses_its_oldest,
    a_forgotten_device_leaves_nothing_and_changes_the_list_only_with_keys,
    user_signatures_are_told_to_their_signer,
);
