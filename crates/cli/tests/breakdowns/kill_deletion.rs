//! `kill -9` while a room is deleted: the next start goes on where it was, until nothing is left of it.

use std::process::{Command, Output, Stdio};

use futures::future::join_all;
use reqwest::Method;

use crate::person::{Person, message};
use crate::running::{Place, Running, block_on};

/// Rooms that are deleted one after another, each killed a little later than the one before.
const ROUNDS: usize = 4;
/// Messages of each: several steps of erasing.
const MESSAGES: usize = 1_200;
/// Messages that are sent at once.
const AT_ONCE: usize = 100;

/// Runs `herold` with `words`, for the server that runs in `place` or without one.
fn herold(place: &Place, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herold"));
    command.args(words).envs(place.environment()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// Whether a text is anywhere in what `herold backup` saves: the rows that are, without what was freed.
fn is_kept(place: &Place, text: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup");
    let output = herold(place, &["backup", backup.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let files = std::fs::read_dir(&backup).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).any(|file| {
        let bytes = std::fs::read(file).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

async fn kill_and_look(place: Place) {
    let mut running = Running::start(&place);
    let person = Person::register(&running, "anna").await;
    for round in 0..ROUNDS {
        let now = person.at(&running);
        let room = now.create_room().await;
        for first in (0..MESSAGES).step_by(AT_ONCE) {
            let sending = (first..first + AT_ONCE).map(async |number| {
                let (path, body) = message(&room, &format!("deleted-{round}-{number}"));
                now.done(Method::PUT, &path, body).await
            });
            join_all(sending).await;
        }
        let mut deleting = herold(&place, &["room", "delete", &room, "--block"]).spawn().unwrap();
        let messages = format!("v3/rooms/{room}/messages?dir=b&limit=1");
        // Closed, and everybody out: the rest is being erased.
        while now.ask(Method::GET, &messages, None).await.is_some_and(|(status, _)| status == 200) {
            let ended = deleting.try_wait().unwrap();
            assert!(ended.is_none_or(|status| status.success()), "the deletion failed");
        }
        for _ in 0..round * 2 {
            now.ask(Method::GET, "v3/account/whoami", None).await;
        }
        running.kill();
        deleting.wait().unwrap();
        running = Running::start(&place);
        // Given again, it waits for what the start has begun and does the rest.
        let output = herold(&place, &["room", "delete", &room, "--block"]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let shown = herold(&place, &["room", "show", &room]).output().unwrap();
        assert!(!shown.status.success() && said(&shown).contains("knows no such room"), "{}", said(&shown));
        assert!(!is_kept(&place, &format!("deleted-{round}-")));
        let (status, _) = person.at(&running).ask(Method::GET, &messages, None).await.unwrap();
        assert_eq!(status, 403);
    }
    running.kill();
}

#[test]
fn a_deletion_goes_on_after_a_kill_on_sqlite() {
    block_on(kill_and_look(Place::sqlite()));
}

#[test]
fn a_deletion_goes_on_after_a_kill_on_postgresql() {
    block_on(kill_and_look(Place::postgresql("breakdowns_kill_deletion")));
}
