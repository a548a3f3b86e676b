//! Sliding sync's connections and what it asks of rooms, on both engines.

use herold_storage::sliding_connections::{self, ConnectionsMax};
use herold_storage::{
    Session, StorageError, Value, account_data, devices, memberships, receipts, room_state, rooms,
};

use super::{Place, open, run};

const MAX: ConnectionsMax = ConnectionsMax { per_device: 2, total: 1_000 };

fn versions(session: &mut Session, device: i64, conn_id: &str) -> Result<Option<Vec<i64>>, StorageError> {
    let found = sliding_connections::find(session, device, conn_id)?;
    Ok(found.map(|found| found.versions.iter().map(|(version, _)| *version).collect()))
}

fn a_connection_has_what_is_confirmed_and_what_is_offered(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let outcome: Result<(), StorageError> = storage
            .write(|transaction| {
                let first = sliding_connections::begin(transaction, 1, "a", MAX)?;
                assert_eq!(versions(transaction, 1, "a")?, Some(vec![]));
                for (confirmed, version) in [(0, 1), (1, 2), (1, 3)] {
                    let told = [version as u8, 0, 255];
                    sliding_connections::store(transaction, first, confirmed, version, &told)?;
                }
                let found = sliding_connections::find(transaction, 1, "a")?.unwrap();
                assert_eq!((found.number, found.versions.len()), (first, 2));
                assert_eq!(found.versions, [(1, vec![1, 0, 255]), (3, vec![3, 0, 255])]);
                // Begun anew it is another one, and what comes late for the old one is for nobody.
                let anew = sliding_connections::begin(transaction, 1, "a", MAX)?;
                sliding_connections::store(transaction, first, 3, 4, &[])?;
                assert!(anew > first && versions(transaction, 1, "a")? == Some(vec![]));
                // One more than a device may have ends the oldest.
                sliding_connections::begin(transaction, 1, "b", MAX)?;
                sliding_connections::begin(transaction, 2, "a", MAX)?;
                sliding_connections::begin(transaction, 1, "c", MAX)?;
                assert_eq!(versions(transaction, 1, "a")?, None);
                assert!(versions(transaction, 1, "b")?.is_some() && versions(transaction, 2, "a")?.is_some());
                devices::delete(transaction, 7, &[1])?;
                assert_eq!(versions(transaction, 1, "b")?, None);
                assert!(versions(transaction, 2, "a")?.is_some());
                Ok(())
            })
            .await;
        outcome.unwrap();
    });
    drop(storage);
    threads.join();
}

fn too_many_connections_over_all_end_the_oldest(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let max = ConnectionsMax { per_device: 2, total: 10 };
        let left: Result<i64, StorageError> = storage
            .write(move |transaction| {
                for device in 0..200 {
                    sliding_connections::begin(transaction, device, "a", max)?;
                }
                let sql = "SELECT COUNT(*) FROM sliding_connections";
                transaction.query(sql, &[])?.first().map_or(Ok(0), |row| row.get(0))
            })
            .await;
        let left = left.unwrap();
        // It is looked at now and then only.
        assert!((10..200).contains(&left), "{left}");
    });
    drop(storage);
    threads.join();
}

fn rooms_say_where_they_stand_and_states_what_changed(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let outcome: Result<(), StorageError> = storage
            .write(|transaction| {
                let room = "INSERT INTO rooms (room_number, room_id, version, revision, created_at, published, \
                            last_position, bump_position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
                let row = |number: i64, last: i64, bump: i64| -> Vec<Value> {
                    let id = format!("!{number}:a");
                    vec![number.into(), id.into(), "12".into(), 1_i64.into(), 0_i64.into(), 0_i64.into(), last.into(), bump.into()]
                };
                transaction.execute_many(room, &[row(1, 90, 80), row(2, 95, 0), row(3, 99, 99)])?;
                let member = "INSERT INTO memberships (user_number, room_number, membership, event_number, \
                              position, forgotten) VALUES ($1, $2, $3, $4, $5, $6)";
                let of = |room: i64, membership: &str| -> Vec<Value> {
                    vec![7_i64.into(), room.into(), membership.into(), 50_i64.into(), 50_i64.into(), 0_i64.into()]
                };
                transaction.execute_many(member, &[of(1, "join"), of(2, "join"), of(3, "leave")])?;
                let mut found = rooms::recencies_of_joined(transaction, 7)?;
                found.sort_unstable_by_key(|room| room.room_number);
                let places: Vec<_> = found.iter().map(|room| (room.last_position, room.bump_position)).collect();
                assert_eq!(places, [(90, 80), (95, 0)]);
                assert_eq!(rooms::recencies(transaction, &[3, 4])?.len(), 1);
                let key = "INSERT INTO state_keys (state_key_number, kind, state_key) VALUES ($1, $2, $3)";
                transaction.execute_many(key, &[
                    vec![20_i64.into(), "m.room.name".into(), "".into()],
                    vec![21_i64.into(), "m.room.topic".into(), "".into()],
                ])?;
                let interval = "INSERT INTO state_intervals (room_number, state_key_number, from_position, \
                                to_position, event_number) VALUES ($1, $2, $3, $4, $5)";
                let held = |key: i64, from: i64, to: i64| -> Vec<Value> {
                    vec![1_i64.into(), key.into(), from.into(), to.into(), from.into()]
                };
                transaction.execute_many(interval, &[
                    held(20, 30, 60),
                    held(20, 60, room_state::OPEN_END),
                    held(21, 30, 70),
                ])?;
                let gone = (1, "m.room.topic".to_owned(), String::new());
                assert_eq!(room_state::removed_between(transaction, &[1, 2], 40, 90)?, [gone]);
                assert_eq!(room_state::removed_between(transaction, &[1], 40, 65)?, []);
                assert_eq!(room_state::removed_between(transaction, &[1], 70, 90)?, []);
                // Statements that the endpoint tests fill with life are at least understood here.
                assert!(room_state::without_members_at(transaction, &[1], 90)?.is_empty());
                assert!(room_state::of_keys_at_leaving(transaction, &[3], 22, &[90], &[20])?.is_empty());
                assert!(memberships::ended_by_others(transaction, 7, &[3])?.is_empty());
                assert!(receipts::at_events(transaction, &[1], &["$a".to_owned()], 7)?.is_empty());
                assert!(account_data::of_kind(transaction, 7, "m.tag")?.is_empty());
                Ok(())
            })
            .await;
        outcome.unwrap();
    });
    drop(storage);
    threads.join();
}

on_both_engines!(
    a_connection_has_what_is_confirmed_and_what_is_offered,
    too_many_connections_over_all_end_the_oldest,
    rooms_say_where_they_stand_and_states_what_changed,
);
