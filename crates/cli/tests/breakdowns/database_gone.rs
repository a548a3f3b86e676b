//! The database server killed under load and started again: errors meanwhile, no hanging, nothing
//! acknowledged lost, and Herold goes on without help.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;

use crate::person::{Person, message};
use crate::running::{Place, Running, block_on};

/// Who writes at the same time, each to a room of their own.
const WRITERS: usize = 6;
/// How often the database is killed.
const ROUNDS: usize = 2;
/// Messages acknowledged, or refused, before the next thing happens.
const ENOUGH: usize = 60;
/// The longest that any request may take, database or not.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// A PostgreSQL server of this test's own, on a socket in a temporary folder.
struct Database {
    programs: PathBuf,
    folder: tempfile::TempDir,
    /// Debian's packages refuse to run the server as root.
    is_root: bool,
}

impl Database {
    fn start() -> Self {
        let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is missing");
        let programs = versions.map(|entry| entry.unwrap().path().join("bin")).max().unwrap();
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let database = Self { programs, folder: tempfile::tempdir().unwrap(), is_root };
        if is_root {
            let mut command = Command::new("chown");
            assert!(command.arg("postgres").arg(database.folder.path()).status().unwrap().success());
        }
        database.run("initdb", &["-U", "herold", "--auth=trust", "-E", "UTF8", "--no-locale"]);
        database.up();
        database
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if self.is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let data = self.folder.path().join("data");
        command.current_dir("/").arg("-D").arg(data).args(arguments).stdout(Stdio::null());
        assert!(command.status().unwrap().success());
    }

    fn up(&self) {
        let log = self.folder.path().join("log");
        let options = format!("-k {} -c listen_addresses=''", self.socket().display());
        self.run("pg_ctl", &["-w", "-l", log.to_str().unwrap(), "-o", &options, "start"]);
    }

    /// SIGQUIT to every process of it: what a crash leaves, recovered at the next start.
    fn crash(&self) {
        self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }

    fn socket(&self) -> &Path {
        self.folder.path()
    }

    fn url(&self) -> String {
        format!("host={} user=herold dbname=postgres", self.socket().display())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.crash();
    }
}

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
            assert_eq!((status, answer["errcode"].as_str()), (500, Some("M_UNKNOWN")), "{answer}");
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

async fn kill_the_database(database: Database) {
    let place = Place::at(&database.url());
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
        database.crash();
        reach(&counted.refused, ENOUGH).await;
        database.up();
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
    block_on(kill_the_database(Database::start()));
}
