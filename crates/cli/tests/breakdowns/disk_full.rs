//! A disk that fills up under a running server: people are told, nothing is half written, and when
//! there is room again everything goes on without help.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::person::{Person, message};
use crate::running::{Place, Running, block_on};

/// The size of the disk.
const DISK: &str = "size=24m";
/// Bytes of padding in a message: a few hundred of them fill what the database holds in reserve.
const PADDING_BYTES: usize = 30_000;
/// Messages that fit at most once the disk is filled.
const MESSAGES_MAX: usize = 2_000;
/// People who send at once.
const SENDERS: usize = 16;

/// A small disk of its own, in memory; gone when dropped.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// `None` where this process may not mount.
    pub(crate) fn mount(folder: &Path) -> Option<Self> {
        let mut command = Command::new("mount");
        let command = command.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(folder).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }

    /// Takes all the room there is.
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
    }

    pub(crate) fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A failure leaves the disk mounted, which the next line of the test's output says anyway.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Sends a large message; gives the status and the body of the answer.
pub(crate) async fn send(person: &Person, room: &str, text: &str) -> (u16, Value) {
    let (path, body) = message(room, text);
    let mut body = body.unwrap();
    body["padding"] = json!("x".repeat(PADDING_BYTES));
    person.ask(Method::PUT, &path, Some(body)).await.unwrap()
}

async fn upload(person: &Person, bytes: usize) -> u16 {
    let request = person.request(Method::POST, "media/v3/upload").body(vec![7; bytes]);
    request.send().await.unwrap().status().as_u16()
}

pub(crate) fn assert_full((status, body): (u16, Value)) {
    assert_eq!((status, &body["errcode"]), (507, &json!("M_UNKNOWN")), "{body}");
    assert!(body["error"].as_str().unwrap().to_lowercase().contains("no room left"), "{body}");
}

fn files_in(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| if entry.path().is_dir() { files_in(&entry.path()) } else { 1 }).sum()
}

/// Sends until there is no room for one more; everything acknowledged goes into `expected`.
pub(crate) async fn send_until_full(person: &Person, room: &str, expected: &mut BTreeMap<String, String>) {
    for number in 0..MESSAGES_MAX {
        let (status, body) = send(person, room, &format!("reserve-{number}")).await;
        if status != 200 {
            return assert_full((status, body));
        }
        expected.insert(format!("reserve-{number}"), body["event_id"].as_str().unwrap().to_owned());
    }
    panic!("the disk is never full");
}

async fn everybody_is_told(person: &Person, room: &str) {
    let senders = (0..SENDERS).map(|number| {
        let (person, room) = (person.clone(), room.to_owned());
        tokio::spawn(async move { send(&person, &room, &format!("refused-{number}")).await })
    });
    for sender in senders.collect::<Vec<_>>() {
        assert_full(sender.await.unwrap());
    }
    let preset = json!({ "topic": "x".repeat(PADDING_BYTES) });
    assert_full(person.ask(Method::POST, "v3/createRoom", Some(preset)).await.unwrap());
    let to_device = json!({ "messages": { &person.user_id: { "*": { "x": "x".repeat(PADDING_BYTES) } } } });
    assert_full(person.ask(Method::PUT, "v3/sendToDevice/org.example/1", Some(to_device)).await.unwrap());
    assert_eq!(upload(person, 1_000_000).await, 507);
    // Reading needs no room.
    person.done(Method::GET, "v3/joined_rooms", None).await;
    person.done(Method::GET, "v3/sync?timeout=0", None).await;
}

async fn fill_and_recover(place: Place, disk: Disk) {
    let server = Running::start(&place);
    let person = Person::register(&server, "anna").await;
    let room = person.create_room().await;
    let mut expected = BTreeMap::new();
    disk.fill();
    send_until_full(&person, &room, &mut expected).await;
    let files = files_in(&place.data().join("media"));
    everybody_is_told(&person, &room).await;
    assert_eq!(files_in(&place.data().join("media")), files, "no part of a file stays");

    disk.make_room();
    for text in ["refused-0", "afterwards"] {
        let (status, body) = send(&person, &room, text).await;
        assert_eq!(status, 200, "{body}");
        expected.insert(text.to_owned(), body["event_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(upload(&person, 1_000_000).await, 200);
    let check = async |person: Person| {
        let found = person.all_messages(&room).await;
        assert_eq!(found.len(), expected.len());
        assert!(found.into_iter().collect::<BTreeMap<_, _>>() == expected);
    };
    check(person.clone()).await;
    server.kill();
    let server = Running::start(&place);
    check(person.at(&server)).await;
    server.kill();
    let database = Connection::open(place.data().join("herold.db")).unwrap();
    let said: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "ok");
}

#[test]
fn a_disk_that_fills_up_is_told_and_survived() {
    let place = Place::sqlite();
    match Disk::mount(place.data()) {
        Some(disk) => block_on(fill_and_recover(place, disk)),
        None => eprintln!("SKIPPED: only who may mount (root) can fill a disk of their own"),
    }
}
