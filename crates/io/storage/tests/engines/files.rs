//! Which files events name, on both engines: events from before that was noted, and those of another room.

use std::collections::HashSet;

use herold_storage::{Database, StorageError, Value, event_files};

use super::{Place, open, run};

/// The statement of the migration that looks through the events that are there.
fn fill(place: &Place) -> &'static str {
    let migration = match place.database {
        Database::Sqlite { .. } => include_str!("../../src/migrations/0026_event_files.sqlite.sql"),
        Database::Postgresql(_) => include_str!("../../src/migrations/0026_event_files.postgres.sql"),
    };
    let begin = migration.find("INSERT INTO").unwrap();
    migration[begin..].trim_end().trim_end_matches(';')
}

fn events_of_before_name_their_files(place: &Place) {
    let (storage, threads) = open(place);
    let statement = fill(place);
    let media = "INSERT INTO media (media_number, server_name, media_id, size_bytes, created_at) \
                 VALUES ($1, $2, $3, $4, $5)";
    let file = |number: i64, server: &str, id: &str| {
        vec![number.into(), server.into(), id.into(), 1_i64.into(), 0_i64.into()]
    };
    let files =
        [file(1, "a.example", "One"), file(2, "b.example:8448", "two_-"), file(3, "a.example", "Three")];
    let events = "INSERT INTO events (event_number, room_number, event_id, line_position, status, kind, \
                  sender_number, depth, origin_server_ts, json) \
                  VALUES ($1, $2, $3, 1, 0, 'm', 1, 1, 1, $4)";
    let texts = [
        r#"{"content":{"url":"mxc://a.example/One","info":{"thumbnail_url":"mxc://b.example:8448/two_-"}}}"#,
        r#"{"content":{"body":"see mxc://a.example/One","x":"\"mxc://a.example/Three\"","y":"\u0000"}}"#,
        r#"{"content":{"urls":["mxc://a.example/One","mxc://a.example/One","mxc://c.example/Else"]}}"#,
    ];
    let found = run(async {
        let write = storage.write(move |transaction| -> Result<_, StorageError> {
            transaction.execute_many(media, &files)?;
            for (number, json) in (10_i64..).zip(texts) {
                let id = format!("${number}");
                transaction.execute(events, &[number.into(), number.into(), id.into(), json.into()])?;
            }
            transaction.execute(statement, &[])?;
            let rows = transaction.query("SELECT media_number, event_number FROM event_files", &[])?;
            let named = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?)));
            let named = named.collect::<Result<HashSet<(i64, i64)>, StorageError>>()?;
            let ids = || ["One", "Three", "Else"].map(str::to_owned).to_vec();
            let beside = |transaction: &mut _, room| {
                event_files::named_elsewhere(transaction, "a.example", ids(), room)
            };
            Ok((named, beside(transaction, 10)?, beside(transaction, 99)?))
        });
        write.await.unwrap()
    });
    let one = HashSet::from(["One".to_owned()]);
    assert_eq!(found, (HashSet::from([(1, 10), (2, 10), (1, 12)]), one.clone(), one));
    let read = |room: i64| {
        let ids = vec!["One".to_owned()];
        let only_there = "DELETE FROM event_files WHERE event_number = $1";
        run(storage.write(move |transaction| -> Result<_, StorageError> {
            transaction.execute(only_there, &[Value::Integer(12)])?;
            event_files::named_elsewhere(transaction, "a.example", ids, room)
        }))
        .unwrap()
    };
    assert_eq!(read(10), HashSet::new(), "only the room itself names it");
    assert_eq!(read(99).len(), 1);
    drop(storage);
    threads.join();
}

macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(#[test] fn $name() { super::$name(&crate::sqlite()); })* }
        mod on_postgresql { $(#[test] fn $name() { super::$name(&crate::postgresql(stringify!($name))); })* }
    };
}

on_both_engines!(events_of_before_name_their_files);
