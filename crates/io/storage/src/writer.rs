//! The writing thread: takes what waits, up to [`BATCH_MAX`] commands, and commits it together.
//!
//! Each command has a savepoint of its own, so one that fails leaves no trace and the others stand.
//! Answers are sent after the commit is durable. Positions are given here and nowhere else; a
//! reader never sees position n+1 before n, because one thread gives and commits them in order.

use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use herold_base::Seldom;
use metrics::{gauge, histogram};
use tokio::sync::{mpsc, watch};

use crate::lock::Lock;
use crate::rest::Rest;
use crate::{Change, Changes, Database, Session, StorageError, Topic, Value};

/// Commands in one commit at most.
pub const BATCH_MAX: usize = 64;
/// Commands that may wait for the writer before callers wait to ask.
pub const WRITE_QUEUE_MAX: usize = 1024;
/// How often the log says that commits fail, while they do.
pub(crate) const FAILURES_TOLD_EVERY: Duration = Duration::from_secs(10);
/// The number of this node's writer.
const WRITER: i64 = 1;

/// A session that may write, inside the writer's commit.
pub struct Transaction<'a> {
    session: &'a mut Session,
    position: i64,
    announced: Vec<Change>,
}

impl Transaction<'_> {
    /// The next position in the log. It becomes visible with the commit; if the command fails, it
    /// is given to the next one.
    pub fn next_position(&mut self) -> i64 {
        self.position += 1;
        self.position
    }

    /// Tells readers, once this is committed, that `topic` changed at `position`, which this command
    /// was given by `next_position`. Announce in the order of positions.
    pub fn announce(&mut self, position: i64, topic: Topic) {
        debug_assert!(
            position <= self.position && self.announced.last().is_none_or(|last| last.position <= position)
        );
        self.announced.push(Change { position, topic });
    }
}

impl Deref for Transaction<'_> {
    type Target = Session;
    fn deref(&self) -> &Session {
        self.session
    }
}

impl DerefMut for Transaction<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session
    }
}

/// Sends the answer of a command once it is known how the commit went.
pub(crate) type Reply = Box<dyn FnOnce(Result<(), StorageError>) + Send>;
/// Writes, and says whether to keep what it wrote. Where the commit failed before its turn it is given the
/// error instead. Never panics.
pub(crate) type WriteJob =
    Box<dyn FnOnce(Result<&mut Transaction<'_>, StorageError>) -> (bool, Reply) + Send>;

pub(crate) struct Writer {
    pub(crate) session: Session,
    pub(crate) _lock: Option<Lock>,
    pub(crate) database: Database,
    pub(crate) position: i64,
    pub(crate) committed: watch::Sender<i64>,
    pub(crate) changes: Changes,
    pub(crate) failures: Seldom,
    pub(crate) rest: Rest,
}

/// The last position this node's writer has committed.
pub(crate) fn last_position(session: &mut Session) -> Result<i64, StorageError> {
    let sql = "SELECT position FROM positions WHERE writer = $1";
    session.query_optional(sql, &[Value::Integer(WRITER)])?.map_or(Ok(0), |row| row.get(0))
}

impl Writer {
    /// Serves `jobs` until all senders are gone and everything accepted is answered.
    pub(crate) fn run(mut self, mut jobs: mpsc::Receiver<WriteJob>) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        while jobs.blocking_recv_many(&mut batch, BATCH_MAX) > 0 {
            let (begun, commands) = (Instant::now(), batch.len());
            gauge!("herold_storage_commands_waiting").set(jobs.len() as f64);
            let mut replies = Vec::with_capacity(commands);
            let mut announced = Vec::new();
            let mut waiting = batch.drain(..);
            match self.commit(&mut waiting, &mut replies, &mut announced) {
                Ok(position) => {
                    self.position = position;
                    self.changes.extend(&announced);
                    self.committed.send_if_modified(|seen| std::mem::replace(seen, position) != position);
                    replies.into_iter().for_each(|reply| reply(Ok(())));
                }
                Err(error) => {
                    // Where a command met the full disk, what failed after it only followed from that.
                    let error = self.session.take_full().unwrap_or(error).of_commit();
                    if let Some(left_out) = self.failures.now(Instant::now()) {
                        tracing::error!(%error, commands, left_out, "commits fail");
                    }
                    replies.extend(waiting.map(|job| job(Err(error.of_commit())).1));
                    replies.into_iter().for_each(|reply| reply(Err(error.of_commit())));
                    self.recover();
                }
            }
            histogram!("herold_storage_commit_commands").record(commands as f64);
            histogram!("herold_storage_commit_seconds").record(begun.elapsed().as_secs_f64());
        }
        if let Err(error) = self.session.settle() {
            tracing::warn!(%error, "the database file is not settled; the next start does it");
        }
    }

    /// Runs and commits `jobs`, as far as they get; on an error nothing of it is in the database.
    fn commit(
        &mut self,
        jobs: &mut impl Iterator<Item = WriteJob>,
        replies: &mut Vec<Reply>,
        announced: &mut Vec<Change>,
    ) -> Result<i64, StorageError> {
        self.session.begin_writing()?;
        let mut position = self.position;
        for job in jobs {
            if let Err(error) = self.session.batch("SAVEPOINT command") {
                replies.push(job(Err(error.of_commit())).1);
                return Err(error);
            }
            let mut transaction = Transaction { session: &mut self.session, position, announced: Vec::new() };
            let (kept, reply) = job(Ok(&mut transaction));
            replies.push(reply);
            if kept {
                position = transaction.position;
                announced.append(&mut transaction.announced);
            } else {
                self.session.batch("ROLLBACK TO SAVEPOINT command")?;
            }
            self.session.batch("RELEASE SAVEPOINT command")?;
        }
        if position != self.position {
            let sql = "INSERT INTO positions (writer, position) VALUES ($1, $2) \
                       ON CONFLICT (writer) DO UPDATE SET position = excluded.position";
            self.session.execute(sql, &[Value::Integer(WRITER), Value::Integer(position)])?;
        }
        self.session.batch("COMMIT")?;
        Ok(position)
    }

    /// Makes sure that the next commit starts on a clean connection. On a new one the position is read
    /// again: a commit whose answer was lost may have happened after all.
    fn recover(&mut self) {
        if self.session.roll_back().is_ok() || self.rest.why(Instant::now()).is_some() {
            return;
        }
        let reopened = Session::open_writer(&self.database)
            .and_then(|mut session| last_position(&mut session).map(|position| (session, position)));
        match reopened {
            Ok((session, position)) => {
                self.session = session;
                self.rest.end();
                if position > self.position {
                    self.position = position;
                    self.changes.forget_until(position);
                    self.committed.send_replace(position);
                }
            }
            Err(error) => {
                tracing::error!(%error, "cannot open the writing connection again");
                self.rest.begin(Instant::now(), error.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests;
