//! PostgreSQL's disk fills up under a running server: people are told, nothing is half written, and when there
//! is room again everything goes on without help.

use std::collections::BTreeMap;
use std::fs;

use reqwest::Method;

use crate::database::Database;
use crate::disk_full::{Disk, assert_full, send, send_until_full};
use crate::person::Person;
use crate::running::{Place, Running, block_on};

/// People who send at once while the disk is full.
const SENDERS: usize = 16;

async fn fill_and_recover(database: &Database, disk: &Disk) {
    let place = Place::at(&database.url().replace("dbname=postgres", "dbname=herold"));
    let server = Running::start(&place);
    let person = Person::register(&server, "anna").await;
    let room = person.create_room().await;
    let mut expected = BTreeMap::new();
    disk.fill();
    send_until_full(&person, &room, &mut expected).await;
    let senders = (0..SENDERS).map(|number| {
        let (person, room) = (person.clone(), room.clone());
        let text = format!("crowded-{number}");
        tokio::spawn(async move { (send(&person, &room, &text).await, text) })
    });
    for sender in senders.collect::<Vec<_>>() {
        match sender.await.unwrap() {
            // A page that was there already had room for it.
            ((200, body), text) => drop(expected.insert(text, body["event_id"].as_str().unwrap().to_owned())),
            (refused, _) => assert_full(refused),
        }
    }
    // Reading needs no room.
    person.done(Method::GET, "v3/joined_rooms", None).await;
    person.done(Method::GET, "v3/sync?timeout=0", None).await;

    disk.make_room();
    for text in (0..SENDERS).map(|number| format!("crowded-{number}")).chain(["afterwards".to_owned()]) {
        let (status, body) = send(&person, &room, &text).await;
        assert_eq!(status, 200, "{body}");
        let event_id = body["event_id"].as_str().unwrap().to_owned();
        let before = expected.insert(text, event_id.clone());
        assert!(before.is_none_or(|before| before == event_id), "a repeated request finds its event");
    }
    let found = person.all_messages(&room).await;
    assert_eq!(found.len(), expected.len());
    assert!(found.into_iter().collect::<BTreeMap<_, _>>() == expected);
    server.kill();
}

#[test]
fn a_database_whose_disk_fills_up_is_told_and_survived() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(folder.path()) else {
        return eprintln!("SKIPPED: only who may mount (root) can fill a disk of their own");
    };
    let tables = folder.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let database = Database::start();
    database.give(folder.path());
    database.give(&tables);
    database.run_sql(&[
        &format!("CREATE TABLESPACE small LOCATION '{}'", tables.display()),
        "CREATE DATABASE herold TABLESPACE small",
    ]);
    block_on(fill_and_recover(&database, &disk));
}
