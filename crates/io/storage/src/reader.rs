//! The reading threads: each owns a connection, and none ever waits for a write.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use herold_base::Seldom;
use tokio::sync::mpsc;

use crate::rest::Rest;
use crate::writer::FAILURES_TOLD_EVERY;
use crate::{Database, Session, StorageError};

/// Reads that may wait for a thread before callers wait to ask.
pub(crate) const READ_QUEUE_MAX: usize = 1024;

/// Reads, and sends its own answer. Where there is no connection it is given the error instead.
pub(crate) type ReadJob = Box<dyn FnOnce(Result<&mut Session, StorageError>) + Send>;

/// Serves `jobs` until all senders are gone. A connection that failed is replaced, and a job that did not
/// begin yet runs on the new one.
pub(crate) fn run(
    mut session: Session,
    database: &Database,
    rest: &Rest,
    jobs: &Arc<Mutex<mpsc::Receiver<ReadJob>>>,
) {
    let failures = Seldom::new(FAILURES_TOLD_EVERY);
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(job) = next else { return };
        if let Err(error) = serve(&mut session, database, rest, job)
            && let Some(left_out) = failures.now(Instant::now())
        {
            tracing::warn!(%error, left_out, "reads fail with their connection");
        }
    }
}

/// Runs one job in a snapshot of its own; a job that panics drops its answer and harms no other.
fn serve(session: &mut Session, database: &Database, rest: &Rest, job: ReadJob) -> Result<(), StorageError> {
    if session.begin_reading().is_err()
        && let Err(error) = open_again(session, database, rest)
    {
        job(Err(error.of_commit()));
        return Err(error);
    }
    rest.end();
    if catch_unwind(AssertUnwindSafe(|| job(Ok(session)))).is_err() {
        tracing::error!("a read panicked");
    }
    session.batch("ROLLBACK")
}

fn open_again(session: &mut Session, database: &Database, rest: &Rest) -> Result<(), StorageError> {
    if let Some(why) = rest.why(Instant::now()) {
        return Err(StorageError::Unavailable(why));
    }
    let opened = Session::open_reader(database).and_then(|mut opened| {
        opened.begin_reading()?;
        Ok(opened)
    });
    *session = opened.inspect_err(|error| rest.begin(Instant::now(), error.to_string()))?;
    Ok(())
}
