//! The reading threads: each owns a connection, and none ever waits for a write.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::{Database, Session, StorageError};

/// Reads that may wait for a thread before callers wait to ask.
pub(crate) const READ_QUEUE_MAX: usize = 1024;

/// Reads, and sends its own answer.
pub(crate) type ReadJob = Box<dyn FnOnce(&mut Session) + Send>;

/// Serves `jobs` until all senders are gone. A connection that failed is replaced, and a job that did not
/// begin yet runs on the new one.
pub(crate) fn run(mut session: Session, database: &Database, jobs: &Arc<Mutex<mpsc::Receiver<ReadJob>>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(job) = next else { return };
        if let Err(error) = serve(&mut session, database, job) {
            tracing::warn!(%error, "a read failed with its connection");
        }
    }
}

/// Runs one job in a snapshot of its own; a job that panics drops its answer and harms no other.
fn serve(session: &mut Session, database: &Database, job: ReadJob) -> Result<(), StorageError> {
    if session.begin_reading().is_err() {
        *session = Session::open_reader(database)?;
        session.begin_reading()?;
    }
    if catch_unwind(AssertUnwindSafe(|| job(session))).is_err() {
        tracing::error!("a read panicked");
    }
    session.batch("ROLLBACK")
}
