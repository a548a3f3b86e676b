//! The door to the database: `read` and `write`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use herold_base::Seldom;

use crate::follower::{Follower, Followers, Standing};
use crate::lock::Lock;
use crate::reader::{READ_QUEUE_MAX, ReadJob};
use crate::rest::Rest;
use crate::writer::{FAILURES_TOLD_EVERY, WRITE_QUEUE_MAX, WriteJob, Writer, last_position};
use crate::{Changes, Session, StorageError, Transaction, migrations, reader};

/// Where the data lies.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of the embedded engine; made when it does not exist.
    Sqlite {
        /// The file. Its folder must exist.
        path: PathBuf,
    },
    /// A PostgreSQL server, version 15 or newer.
    Postgresql(Postgresql),
}

/// Where a PostgreSQL server is, and how long it is waited for.
#[derive(Clone, Debug)]
pub struct Postgresql {
    /// A connection string in the form of libpq. With `sslmode=require` (or `verify-full`, which is the same
    /// here) the connection is encrypted, and the server's certificate must be good for the host.
    pub url: String,
    /// PEM file of the certificates that may sign the server's; without it those of the operating system.
    pub root_certificates: Option<PathBuf>,
    /// How long a statement may take; a database that is silent for longer is given up.
    pub answer_within: Duration,
}

impl Postgresql {
    /// How long a statement may take where nobody says otherwise.
    pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);

    /// The server behind `url`, with the usual bounds.
    pub fn new(url: String) -> Self {
        Self { url, root_certificates: None, answer_within: Self::ANSWER_WITHIN }
    }
}

/// Reads and writes. Clones share the same threads.
#[derive(Clone)]
pub struct Storage {
    reads: mpsc::Sender<ReadJob>,
    writes: mpsc::Sender<WriteJob>,
    committed: watch::Receiver<i64>,
    changes: Changes,
    followers: Followers,
}

/// The threads behind a [`Storage`].
pub struct StorageThreads(Vec<JoinHandle<()>>);

impl StorageThreads {
    /// Waits until everything that was accepted is written. Every [`Storage`] must be dropped before.
    pub fn join(self) {
        for thread in self.0 {
            if thread.join().is_err() {
                tracing::error!("a storage thread panicked");
            }
        }
    }
}

impl Storage {
    /// Opens the database, migrates it and starts one writing and `readers` reading threads. Blocks;
    /// not to be called from an async task.
    pub fn open(
        database: &Database,
        readers: usize,
        now_ms: i64,
    ) -> Result<(Storage, StorageThreads), StorageError> {
        let lock = match database {
            Database::Sqlite { path } => Some(Lock::take(path)?),
            Database::Postgresql(_) => None,
        };
        let mut session = Session::open_writer(database)?;
        session.set_patient(true)?;
        migrations::migrate(&mut session, now_ms)?;
        session.set_patient(false)?;
        let position = last_position(&mut session)?;
        let (committed_sender, committed) = watch::channel(position);
        let (writes, write_jobs) = mpsc::channel(WRITE_QUEUE_MAX);
        let (reads, read_jobs) = mpsc::channel(READ_QUEUE_MAX);
        let read_jobs = Arc::new(Mutex::new(read_jobs));

        let mut threads = Vec::with_capacity(readers + 1);
        let rest = Arc::new(Rest::default());
        for _ in 0..readers.max(1) {
            let (session, database, jobs) =
                (Session::open_reader(database)?, database.clone(), Arc::clone(&read_jobs));
            let rest = Arc::clone(&rest);
            let thread = Builder::new().name("storage-reader".to_owned());
            threads.push(thread.spawn(move || reader::run(session, &database, &rest, &jobs))?);
        }
        let changes = Changes::new(position);
        let writer = Writer {
            session,
            _lock: lock,
            database: database.clone(),
            position,
            committed: committed_sender,
            changes: changes.clone(),
            failures: Seldom::new(FAILURES_TOLD_EVERY),
            rest: Rest::default(),
        };
        let thread = Builder::new().name("storage-writer".to_owned());
        threads.push(thread.spawn(move || writer.run(write_jobs))?);
        let followers = Followers::default();
        Ok((Storage { reads, writes, committed, changes, followers }, StorageThreads(threads)))
    }

    /// The newest position that readers can see; changes with each commit that gave one.
    pub fn committed(&self) -> watch::Receiver<i64> {
        self.committed.clone()
    }

    /// The newest changes, complete up to the position that `committed` shows.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// A new follower of the log, which is where the log ends now until it says otherwise. The name is its own.
    pub fn follow(&self, name: &'static str) -> Follower {
        self.followers.add(name, *self.committed.borrow())
    }

    /// How those fare who follow the log.
    pub fn followers(&self) -> Vec<Standing> {
        self.followers.standings(*self.committed.borrow())
    }

    /// Reads at one moment. `with` runs on a reading thread.
    pub async fn read<T, E, F>(&self, with: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: FnOnce(&mut Session) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: ReadJob = Box::new(move |session| {
            // A caller that went away needs no answer.
            let _ = answer.send(session.map_err(E::from).and_then(with));
        });
        self.reads.send(job).await.map_err(|_| StorageError::Closed)?;
        answered.await.map_err(|_| StorageError::Panicked)?
    }

    /// Runs one command: all that `with` writes is durable when this answers `Ok`, and nothing of it
    /// is there when it answers an error. `with` runs on the writing thread: everything slow belongs
    /// before it.
    pub async fn write<T, E, F>(&self, with: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: WriteJob = Box::new(move |transaction| {
            let outcome = transaction.map_err(E::from).and_then(|transaction| caught(|| with(transaction)));
            let kept = outcome.is_ok();
            let reply = move |commit: Result<(), StorageError>| {
                let _ = answer.send(outcome.and_then(|value| commit.map(|()| value).map_err(E::from)));
            };
            (kept, Box::new(reply))
        });
        self.writes.send(job).await.map_err(|_| StorageError::Closed)?;
        answered.await.map_err(|_| StorageError::Unanswered)?
    }
}

/// What a command answers; an error where it panics.
fn caught<T, E: From<StorageError>>(command: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        tracing::error!("a command panicked; it was rolled back");
        Err(StorageError::Panicked.into())
    })
}
