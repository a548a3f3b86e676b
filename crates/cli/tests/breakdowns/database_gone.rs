//! The database server killed under load and started again, or stopped in the middle of everything and let go
//! on: errors meanwhile, no hanging, nothing acknowledged lost, and Herold goes on without help.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;

use crate::database::Database;
use crate::person::{Person, message};
use crate::running::{Place, Running, block_on};

/// Who writes at the same time, each to a room of their own.
const WRITERS: usize = 6;
/// How often the database is killed or hangs.
const ROUNDS: usize = 2;
/// Messages acknowledged, or refused, before the next thing happens.
const ENOUGH: usize = 60;
/// The same of a database that hangs, where each refusal is waited for.
const ENOUGH_SILENCE: usize = 3 * WRITERS;
/// How long the database may take for an answer in the test where it hangs.
const PATIENCE_SECONDS: &str = "2";
/// The longest that any request may take, database or not.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

#[derive(Clone, Default)]
struct Counted {
    acknowledged: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    finished: Arc<AtomicBool>,
}

/// Sends one message after the other, each until it is acknowledged; gives them by text.
async fn write(person: Person, room: String, counted: Counted) -> Vec<(String, String)> {
    let mut written = Vec::new();
    while !counted.finished.load(Ordering::SeqCst) {
        let text = format!("m{}", written.len());
        let event_id = loop {
            let (path, body) = message(&room, &text);
            let begun = Instant::now();
            let (status, answer) = person.ask(Method::PUT, &path, body).await.expect("the server answers");
            assert!(begun.elapsed() < ANSWER_WITHIN, "{:?}", begun.elapsed());
            if status == 200 {
                break answer["event_id"].as_str().unwrap().to_owned();
            }
            assert_eq!((status, answer["errcode"].as_str()), (503, Some("M_UNKNOWN")), "{answer}");
            counted.refused.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
        };
        counted.acknowledged.fetch_add(1, Ordering::SeqCst);
        written.push((text, event_id));
    }
    written
}

async fn reach(counter: &AtomicUsize, more: usize) {
    let wanted = counter.load(Ordering::SeqCst) + more;
    let reached = async {
        while counter.load(Ordering::SeqCst) < wanted {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(ANSWER_WITHIN * 3, reached).await.expect("the writers go on");
}

/// Lets people write while the database is taken away by `away`, which ends when it is there again.
async fn write_meanwhile(place: Place, away: impl AsyncFn(&Counted)) {
    let server = Running::start(&place);
    let person = Person::register(&server, "anna").await;
    let counted = Counted::default();
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let room = person.create_room().await;
        let writing = tokio::spawn(write(person.clone(), room.clone(), counted.clone()));
        writers.push((room, writing));
    }
    for _ in 0..ROUNDS {
        reach(&counted.acknowledged, ENOUGH).await;
        away(&counted).await;
    }
    reach(&counted.acknowledged, ENOUGH).await;
    counted.finished.store(true, Ordering::SeqCst);
    for (room, writing) in writers {
        let written = writing.await.unwrap();
        let found = person.all_messages(&room).await;
        assert_eq!(found, written, "once, in order, as acknowledged");
    }
    // What syncs tell from memory is what the tables say.
    let first = person.done(Method::GET, "v3/sync?timeout=0", None).await;
    let rooms: BTreeMap<_, _> = first["rooms"]["join"].as_object().unwrap().iter().collect();
    assert_eq!(rooms.len(), WRITERS);
    server.kill();
}

#[test]
fn a_database_that_crashes_and_comes_back_is_survived() {
    let database = Database::start();
    block_on(write_meanwhile(Place::at(&database.url()), async |counted| {
        database.crash();
        reach(&counted.refused, ENOUGH).await;
        database.up();
    }));
}

#[test]
fn a_database_that_hangs_and_goes_on_is_survived() {
    let database = Database::start();
    let place = Place::at(&database.url()).with("HEROLD_DATABASE_ANSWER_WITHIN_SECONDS", PATIENCE_SECONDS);
    block_on(write_meanwhile(place, async |counted| {
        database.hang();
        reach(&counted.refused, ENOUGH_SILENCE).await;
        database.go_on();
    }));
}
