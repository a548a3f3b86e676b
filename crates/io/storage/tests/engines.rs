//! What both engines promise, tried on both: one suite, run twice.

use herold_storage::{
    BATCH_MAX, Database, Postgresql, Session, Storage, StorageError, StorageThreads, Topic, Value, events,
    memberships, portable, room_state, rooms, server, timeline, transaction_ids, users,
};

/// A database of its own for one test, gone afterwards.
struct Place {
    database: Database,
    _folder: Option<tempfile::TempDir>,
}

fn sqlite() -> Place {
    let folder = tempfile::tempdir().unwrap();
    Place { database: Database::Sqlite { path: folder.path().join("herold.db") }, _folder: Some(folder) }
}

fn postgresql(name: &str) -> Place {
    let server = std::env::var("HEROLD_TEST_POSTGRESQL")
        .expect("HEROLD_TEST_POSTGRESQL is not set: run the tests through `make test`");
    let mut client =
        postgres::Client::connect(&format!("{server} dbname=postgres"), postgres::NoTls).unwrap();
    let name = format!("storage_{name}");
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    Place {
        database: Database::Postgresql(Postgresql::new(format!("{server} dbname={name}"))),
        _folder: None,
    }
}

fn open(place: &Place) -> (Storage, StorageThreads) {
    Storage::open(&place.database, 2, 1_000).unwrap()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

const INSERT: &str = "INSERT INTO positions (writer, position) VALUES ($1, $2)";
const READ: &str = "SELECT position FROM positions WHERE writer = $1";

async fn put(storage: &Storage, writer: i64, position: i64) -> Result<i64, StorageError> {
    storage
        .write(move |transaction| {
            transaction.execute(INSERT, &[Value::Integer(writer), Value::Integer(position)])?;
            Ok(transaction.next_position())
        })
        .await
}

async fn get(storage: &Storage, writer: i64) -> Option<i64> {
    let row = storage.read(move |session| session.query_optional(READ, &[Value::Integer(writer)])).await;
    row.unwrap().map(|row: herold_storage::Row| row.get(0).unwrap())
}

fn what_is_answered_is_there_after_opening_again(place: &Place) {
    let (storage, threads) = open(place);
    let given = run(async { put(&storage, 100, 7).await.unwrap() });
    drop(storage);
    threads.join();
    let (storage, threads) = open(place);
    assert_eq!(run(get(&storage, 100)), Some(7));
    assert_eq!(*storage.committed().borrow(), given);
    drop(storage);
    threads.join();
}

#[test]
fn after_an_orderly_end_the_file_alone_is_the_database() {
    let (place, copied) = (sqlite(), sqlite());
    let (storage, threads) = open(&place);
    run(async { put(&storage, 100, 7).await.unwrap() });
    drop(storage);
    threads.join();
    let (Database::Sqlite { path: from }, Database::Sqlite { path: to }) =
        (&place.database, &copied.database)
    else {
        unreachable!("both are SQLite");
    };
    std::fs::copy(from, to).unwrap();
    let (storage, threads) = open(&copied);
    assert_eq!(run(get(&storage, 100)), Some(7));
    drop(storage);
    threads.join();
}

fn a_failed_command_leaves_no_trace_and_its_neighbours_stand(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let twice = async {
            let outcome: Result<(), StorageError> = storage
                .write(|transaction| {
                    transaction.next_position();
                    transaction.execute(INSERT, &[Value::Integer(201), Value::Integer(1)])?;
                    transaction.execute(INSERT, &[Value::Integer(201), Value::Integer(2)])?;
                    Ok(())
                })
                .await;
            outcome.unwrap_err()
        };
        let (before, error, after) = tokio::join!(put(&storage, 200, 1), twice, put(&storage, 202, 1));
        assert!(error.is_unique_violation(), "{error}");
        let mut given = [before.unwrap(), after.unwrap()];
        given.sort_unstable();
        assert_eq!(given, [1, 2], "positions have no gap");
        assert_eq!((get(&storage, 200).await, get(&storage, 201).await), (Some(1), None));
        assert_eq!(get(&storage, 202).await, Some(1));
    });
    drop(storage);
    threads.join();
}

fn what_comes_of_content_is_told_from_everything_else(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let ask = |sql: &'static str| storage.read(move |session| session.query(sql, &[]));
        put(&storage, 250, 1).await.unwrap();
        assert!(put(&storage, 250, 1).await.unwrap_err().is_of_content(), "a row that is there");
        let text = ask("SELECT COUNT(*) FROM users WHERE user_number = 'x'").await;
        assert!(text.err().is_none_or(|error| error.is_of_content()), "a value that its type does not have");
        let missing: StorageError = ask("SELECT position FROM nowhere").await.unwrap_err();
        assert!(!missing.is_of_content(), "{missing}");
        // More than an index of PostgreSQL holds, and nothing that could be made smaller.
        let mut state = 1_u64;
        let letters = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'a' + (state >> 33) as u8 % 26)
        });
        let long: String = letters.take(40_000).collect();
        let interned = storage.write(move |transaction| users::intern(transaction, &[long])).await;
        assert!(
            interned.err().is_none_or(|error: StorageError| error.is_of_content()),
            "a key that is too long"
        );
    });
    drop(storage);
    threads.join();
}

fn a_panicking_command_harms_no_other(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let panics: Result<(), StorageError> = storage
            .write(|transaction| {
                transaction.execute(INSERT, &[Value::Integer(300), Value::Integer(1)])?;
                panic!("meant to happen");
            })
            .await;
        assert!(matches!(panics, Err(StorageError::Panicked)));
        assert!(StorageError::Panicked.is_of_content() && !StorageError::Closed.is_of_content());
        assert_eq!(get(&storage, 300).await, None);
        assert_eq!(put(&storage, 301, 1).await.unwrap(), 1);
    });
    drop(storage);
    threads.join();
}

fn many_commands_share_commits_and_positions_stay_in_order(place: &Place) {
    let (storage, threads) = open(place);
    let commands = 4 * BATCH_MAX as i64;
    run(async {
        let tasks: Vec<_> = (0..commands)
            .map(|number| {
                let storage = storage.clone();
                tokio::spawn(async move { put(&storage, 1_000 + number, number).await.unwrap() })
            })
            .collect();
        let mut given = Vec::new();
        for task in tasks {
            given.push(task.await.unwrap());
        }
        given.sort_unstable();
        assert_eq!(given, (1..=commands).collect::<Vec<_>>());
        assert_eq!(*storage.committed().borrow(), commands);
        let wanted = vec![1_000_i64, 1_001, 5];
        let found: Vec<herold_storage::Row> = storage
            .read(move |session| {
                let sql = "SELECT writer FROM positions WHERE writer = ANY($1) ORDER BY writer";
                session.query(sql, &[Value::from(wanted)])
            })
            .await
            .map_err(|error: StorageError| error)
            .unwrap();
        assert_eq!(found.iter().map(|row| row.get::<i64>(0).unwrap()).collect::<Vec<_>>(), [1_000, 1_001]);
    });
    drop(storage);
    threads.join();
}

fn many_rows_go_in_at_once_with_nulls_and_conflicts(place: &Place) {
    let (storage, threads) = open(place);
    let sql = "INSERT INTO devices (device_number, user_number, device_id, display_name, created_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_number, device_id) DO NOTHING";
    let row = |number: i64, id: &str, name: Option<&str>| {
        vec![number.into(), 1_i64.into(), id.into(), name.into(), 5_i64.into()]
    };
    run(async {
        let rows = vec![row(1, "A", None), row(2, "B", Some("b")), row(3, "A", Some("late"))];
        let changed: Result<u64, StorageError> =
            storage.write(move |transaction| transaction.execute_many(sql, &rows)).await;
        assert_eq!(changed.unwrap(), 2);
        let read = "SELECT display_name FROM devices ORDER BY device_number";
        let rows: Result<Vec<herold_storage::Row>, StorageError> =
            storage.read(|session| session.query(read, &[])).await;
        let names: Vec<Option<String>> = rows.unwrap().iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(names, [None, Some("b".to_owned())]);
    });
    drop(storage);
    threads.join();
}

fn users_are_numbered_once(place: &Place) {
    let (storage, threads) = open(place);
    let intern = |ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let storage = storage.clone();
        async move { storage.write(move |transaction| users::intern(transaction, &ids)).await.unwrap() }
    };
    run(async {
        let first = intern(&["@a:x", "@b:x"]).await;
        let second = intern(&["@b:x", "@c:x", "@c:x"]).await;
        assert_eq!((first["@b:x"], second.len()), (second["@b:x"], 2));
        let wanted = vec![first["@a:x"], second["@c:x"], 9_999];
        let ids: Result<_, StorageError> = storage.read(move |session| users::ids(session, &wanted)).await;
        let ids: std::collections::HashMap<i64, String> = ids.unwrap();
        assert_eq!((ids.len(), ids[&second["@c:x"]].as_str()), (2, "@c:x"));
    });
    drop(storage);
    threads.join();
}

fn announcements_follow_the_commit_and_failed_commands_announce_nothing(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let start = *storage.committed().borrow();
        let announce = |room: i64, fails: bool| {
            storage.write(move |transaction| {
                let position = transaction.next_position();
                transaction.announce(position, Topic::Event { room });
                if fails { Err(StorageError::Closed) } else { Ok(position) }
            })
        };
        let (first, failed, second) = tokio::join!(announce(1, false), announce(2, true), announce(3, false));
        assert!(failed.is_err());
        let mut seen = Vec::new();
        assert!(storage.changes().visit_since(start, |change| seen.push((change.position, change.topic))));
        let wanted =
            [(first.unwrap(), Topic::Event { room: 1 }), (second.unwrap(), Topic::Event { room: 3 })];
        assert_eq!(seen, wanted);
        assert_eq!(*storage.committed().borrow(), start + 2);
    });
    drop(storage);
    threads.join();
}

/// Two rooms of three events each, at positions 1 to 6 in turn; in room 1 the topic changes at 3 and 5.
fn fill_rooms(session: &mut Session) -> Result<(), StorageError> {
    let room = "INSERT INTO rooms (room_number, room_id, version, revision, created_at, published) \
                VALUES ($1, $2, $3, $4, $5, $6)";
    let rooms: Vec<Vec<Value>> = (1..=2_i64)
        .map(|number| {
            vec![
                number.into(),
                format!("!{number}").into(),
                "12".into(),
                3_i64.into(),
                0_i64.into(),
                false.into(),
            ]
        })
        .collect();
    session.execute_many(room, &rooms)?;
    let event = "INSERT INTO events (event_number, room_number, event_id, position, line_position, status, kind, \
                 sender_number, depth, origin_server_ts, json) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let rows: Vec<Vec<Value>> = (1..=6_i64)
        .map(|number| {
            let (room, id) = (2 - number % 2, format!("${number}"));
            vec![
                number.into(),
                room.into(),
                id.into(),
                number.into(),
                number.into(),
                0_i64.into(),
                "m.room.topic".into(),
                1_i64.into(),
                number.into(),
                0_i64.into(),
                "{}".into(),
            ]
        })
        .collect();
    session.execute_many(event, &rows)?;
    let key = "INSERT INTO state_keys (state_key_number, kind, state_key) VALUES ($1, $2, $3)";
    session.execute(key, &[7_i64.into(), "m.room.topic".into(), "".into()])?;
    let interval = "INSERT INTO state_intervals (room_number, state_key_number, from_position, to_position, event_number) \
                    VALUES ($1, $2, $3, $4, $5)";
    let intervals = [(1_i64, 3_i64), (3, 5), (5, room_state::OPEN_END)]
        .map(|(from, to)| vec![1_i64.into(), 7_i64.into(), from.into(), to.into(), from.into()]);
    session.execute_many(interval, &intervals)?;
    Ok(())
}

fn rooms_are_read_in_sets(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let filled: Result<(), StorageError> = storage.write(|transaction| fill_rooms(transaction)).await;
        filled.unwrap();
        let read: Result<(), StorageError> = storage
            .read(|session| {
                let numbers = |events: Vec<events::StoredEvent>| -> Vec<i64> {
                    events.iter().map(|event| event.event_number).collect()
                };
                assert_eq!(numbers(timeline::newest(session, &[1, 2], 0, 6, 2)?), [3, 5, 4, 6]);
                assert_eq!(numbers(timeline::newest(session, &[1, 2], 3, 5, 2)?), [5, 4]);
                assert_eq!(numbers(timeline::backwards(session, 1, 5, 1, 10)?), [5, 3]);
                assert_eq!(numbers(timeline::forwards(session, 2, 2, 6, 1)?), [4]);
                assert_eq!(timeline::changed_rooms(session, &[1, 2, 3], 5, 6)?, [2]);
                let topics = |entries: Vec<room_state::StateEntry>| -> Vec<i64> {
                    entries.iter().map(|entry| entry.event.event_number).collect()
                };
                let kinds = ["m.room.topic".to_owned()];
                let keys =
                    [("m.room.topic".to_owned(), String::new()), ("m.room.name".to_owned(), String::new())];
                assert_eq!(room_state::key_numbers(session, &keys)?[&keys[0]], 7);
                assert_eq!(topics(room_state::at(session, &[1, 2], 4)?), [3]);
                assert_eq!(topics(room_state::of_kinds_at(session, &[1], &kinds, 2)?), [1]);
                assert_eq!(topics(room_state::of_keys_at(session, &[1], &[7], 6)?), [5]);
                assert_eq!(topics(room_state::changes_between(session, &[1, 2], 1, 6)?), [5]);
                assert_eq!(topics(room_state::ended_at(session, &[3])?), [1]);
                assert_eq!(room_state::histories(session, &[1], &[7])?.len(), 3);
                assert!(room_state::differences(session, &[1, 2], &[7])?.is_empty());
                assert!(room_state::differences_of(session, 1)?.is_empty());
                assert_eq!(
                    events::by_id(session, &["$2".to_owned(), "$9".to_owned()])?["$2"].event_number,
                    2
                );
                assert_eq!(events::by_number(session, &[4, 9])?[&4].event_id, "$4");
                assert!(events::transaction_ids(session, &[1, 2], &["$2".to_owned()])?.is_empty());
                assert_eq!(rooms::by_id(session, &["!2".to_owned()])?[0].room_number, 2);
                assert_eq!(rooms::by_number(session, &[1, 9])?[0].room_id, "!1");
                assert!(memberships::of_user(session, 1)?.is_empty());
                assert!(memberships::of_user_in(session, 1, 1)?.is_none());
                assert!(memberships::of_rooms(session, &[1], &["join".to_owned()])?.is_empty());
                Ok(())
            })
            .await;
        read.unwrap();
    });
    drop(storage);
    threads.join();
}

fn a_saved_database_is_of_one_moment_and_loads_into_either_engine(place: &Place) {
    let (storage, threads) = open(place);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.db");
    let empty = match &place.database {
        Database::Sqlite { .. } => postgresql("loaded_from_sqlite"),
        Database::Postgresql(_) => postgresql("loaded_from_postgresql"),
    };
    run(async {
        let rows: Vec<Vec<Value>> =
            (0..2_500_i64).map(|number| vec![(10_000 + number).into(), number.into()]).collect();
        let many: Result<u64, StorageError> =
            storage.write(move |transaction| transaction.execute_many(INSERT, &rows)).await;
        assert_eq!(many.unwrap(), 2_500);
        let bytes = |transaction: &mut herold_storage::Transaction<'_>| {
            let key = server::SigningKey { key_id: "ed25519:\u{e4}".to_owned(), seed: vec![0, 255, 7] };
            server::insert_signing_key(transaction, &key, 5)
        };
        storage.write(bytes).await.unwrap();
    });
    portable::save(&place.database, &file, 9).unwrap();
    run(async { put(&storage, 500, 1).await.unwrap() });
    assert!(matches!(portable::load(&file, &place_in_use(&empty), 9), Err(StorageError::NotEmpty)));
    drop(storage);
    threads.join();

    let target =
        postgresql(if matches!(place.database, Database::Sqlite { .. }) { "load_a" } else { "load_b" });
    portable::load(&file, &target.database, 9).unwrap();
    let from_file = Place { database: Database::Sqlite { path: file }, _folder: None };
    for loaded in [&target, &from_file] {
        assert_eq!(portable::check(&loaded.database).unwrap(), Vec::<String>::new());
        let (storage, threads) = open(loaded);
        run(async {
            assert_eq!((get(&storage, 12_499).await, get(&storage, 500).await), (Some(2_499), None));
            let key = storage.read(server::current_signing_key).await.unwrap().unwrap();
            assert_eq!((key.key_id.as_str(), key.seed), ("ed25519:\u{e4}", vec![0, 255, 7]));
            put(&storage, 500, 2).await.unwrap();
        });
        drop(storage);
        threads.join();
    }
}

/// A database that has tables already.
fn place_in_use(place: &Place) -> Database {
    let (storage, threads) = open(place);
    drop(storage);
    threads.join();
    place.database.clone()
}

fn a_second_program_is_refused_until_the_first_has_ended(place: &Place) {
    let (storage, threads) = open(place);
    let refused = Storage::open(&place.database, 1, 0).err();
    assert!(matches!(refused, Some(StorageError::InUse)), "{refused:?}");
    run(async { put(&storage, 400, 1).await.unwrap() });
    drop(storage);
    threads.join();
    let (storage, threads) = open(place);
    assert_eq!(run(get(&storage, 400)), Some(1));
    drop(storage);
    threads.join();
}

fn a_newer_database_is_refused(place: &Place) {
    let (storage, threads) = open(place);
    let newer: Result<u64, StorageError> = run(storage.write(|transaction| {
        transaction.execute(
            "INSERT INTO schema_versions (version, applied_at) VALUES ($1, $2)",
            &[Value::Integer(1_000_000), Value::Integer(0)],
        )
    }));
    newer.unwrap();
    drop(storage);
    threads.join();
    let refused = Storage::open(&place.database, 1, 0).err();
    assert!(matches!(refused, Some(StorageError::NewerSchema { found: 1_000_000, .. })));
}

fn old_transaction_ids_are_swept_in_steps(place: &Place) {
    let (storage, threads) = open(place);
    run(async {
        let old = transaction_ids::SWEEP_MAX + 5;
        let sql = "INSERT INTO transaction_ids (claim, device_number, transaction_id, answer, created_at) \
                   VALUES ($1, $2, $3, $4, $5)";
        let row =
            |number: i64| vec![number.to_string().into(), 1_i64.into(), "t".into(), "".into(), number.into()];
        let rows: Vec<Vec<Value>> = (0..old + 3).map(row).collect();
        let swept: Result<_, StorageError> = storage
            .write(move |transaction| {
                transaction.execute_many(sql, &rows)?;
                let mut sweep = || transaction_ids::sweep(transaction, old);
                Ok((sweep()?, sweep()?, sweep()?))
            })
            .await;
        assert_eq!(swept.unwrap(), (transaction_ids::SWEEP_MAX.unsigned_abs(), 5, 0));
    });
    drop(storage);
    threads.join();
}

macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(#[test] fn $name() { super::$name(&crate::sqlite()); })* }
        mod on_postgresql { $(#[test] fn $name() { super::$name(&crate::postgresql(stringify!($name))); })* }
    };
}

on_both_engines!(
    what_is_answered_is_there_after_opening_again,
    a_failed_command_leaves_no_trace_and_its_neighbours_stand,
    what_comes_of_content_is_told_from_everything_else,
    a_panicking_command_harms_no_other,
    many_commands_share_commits_and_positions_stay_in_order,
    many_rows_go_in_at_once_with_nulls_and_conflicts,
    users_are_numbered_once,
    announcements_follow_the_commit_and_failed_commands_announce_nothing,
    rooms_are_read_in_sets,
    old_transaction_ids_are_swept_in_steps,
    a_saved_database_is_of_one_moment_and_loads_into_either_engine,
    a_second_program_is_refused_until_the_first_has_ended,
    a_newer_database_is_refused,
);

#[path = "engines/encryption.rs"]
mod encryption;
#[path = "engines/files.rs"]
mod files;
#[path = "engines/sliding.rs"]
mod sliding;
