//! The one place where events are written: takes what waits from all rooms and commits it together.
//!
//! Appends are written in the order in which they were handed over. Nothing is decided here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use herold_base::Seldom;
use herold_storage::append::{Append, BrokenChains, Outcome, append};
use herold_storage::{Storage, StorageError};
use tokio::sync::{mpsc, oneshot};

use crate::RoomsError;

/// Appends in one commit at most.
const APPEND_BATCH_MAX: usize = 128;
/// Appends that may wait for the writer before turns wait to hand over.
const APPEND_QUEUE_MAX: usize = 1024;

/// While the database refuses, every batch is refused: one line in a while says it.
static UNWRITTEN: Seldom = Seldom::new(Duration::from_secs(10));

/// What became of an append, once it is durable.
type Answer = oneshot::Sender<Result<Outcome, StorageError>>;

struct Job {
    append: Append,
    /// A room that is born in the same commit, or not at all when `append` is left out.
    beside: Option<Append>,
    answer: Answer,
}

enum Order {
    Write(Box<Job>),
    /// Answered when everything before it is durable.
    Barrier(oneshot::Sender<()>),
}

/// An append that was handed over.
pub(crate) struct Written(oneshot::Receiver<Result<Outcome, StorageError>>);

impl Written {
    /// Waits until the append is durable, or known to have failed.
    pub(crate) async fn outcome(self) -> Result<Outcome, RoomsError> {
        Ok(self.0.await.map_err(|_| StorageError::Closed)??)
    }
}

/// Hands appends to the writer's task; the task ends when the last of these is dropped.
pub(crate) struct Writer(mpsc::Sender<Order>);

impl Writer {
    pub(crate) fn start(storage: Storage) -> Self {
        let (orders, waiting) = mpsc::channel(APPEND_QUEUE_MAX);
        tokio::spawn(run(storage, waiting));
        Self(orders)
    }

    /// A place in the queue; waits only while the queue is full.
    pub(crate) async fn place(&self) -> Result<Place<'_>, RoomsError> {
        Ok(Place(self.0.reserve().await.map_err(|_| StorageError::Closed)?))
    }

    /// Waits until everything that was handed over before is durable, or known to have failed.
    pub(crate) async fn barrier(&self) -> Result<(), RoomsError> {
        let (reached, waiting) = oneshot::channel();
        self.0.send(Order::Barrier(reached)).await.map_err(|_| StorageError::Closed)?;
        Ok(waiting.await.map_err(|_| StorageError::Closed)?)
    }
}

/// A place in the queue, kept until it is used.
pub(crate) struct Place<'a>(mpsc::Permit<'a, Order>);

impl Place<'_> {
    /// Hands over at once, so that nothing can come between this and what the caller does next.
    /// `beside` is written in the same commit, unless `append` is left out: they share a chain.
    pub(crate) fn write(self, append: Append, beside: Option<Append>) -> Written {
        let (answer, written) = oneshot::channel();
        let chain = append.chain;
        let beside = beside.map(|beside| Append { chain, ..beside });
        self.0.send(Order::Write(Box::new(Job { append, beside, answer })));
        Written(written)
    }
}

async fn run(storage: Storage, mut waiting: mpsc::Receiver<Order>) {
    let broken = Arc::new(Mutex::new(BrokenChains::default()));
    // Chains that broke because the disk was full: what was decided upon them fails for the same reason.
    let mut full = BrokenChains::default();
    let mut orders = Vec::with_capacity(APPEND_BATCH_MAX);
    while waiting.recv_many(&mut orders, APPEND_BATCH_MAX).await > 0 {
        let (mut appends, mut answers, mut barriers) = (Vec::new(), Vec::new(), Vec::new());
        for order in orders.drain(..) {
            match order {
                Order::Write(job) if full.contains(job.append.chain) => {
                    let _ = job.answer.send(Err(StorageError::Full("an earlier event failed".to_owned())));
                }
                Order::Write(job) => {
                    answers.push((job.answer, appends.len()));
                    appends.push(job.append);
                    appends.extend(job.beside);
                }
                Order::Barrier(reached) => barriers.push(reached),
            }
        }
        if !appends.is_empty() {
            let chains: Vec<u64> = appends.iter().map(|append| append.chain).collect();
            let mut outcomes = commit(&storage, appends, &broken).await;
            for (answer, index) in answers.into_iter().rev() {
                // Of two that belong together the one that failed counts.
                let mut of_job = outcomes.split_off(index).into_iter();
                let Some(mut outcome) = of_job.next() else { continue };
                if let (Ok(Outcome::Appended { .. }), Some(beside)) = (&outcome, of_job.next())
                    && !matches!(beside, Ok(Outcome::Appended { .. }))
                {
                    outcome = beside;
                }
                if matches!(outcome, Err(StorageError::Full(_))) {
                    full.insert(chains[index]);
                }
                // Who went away needs no answer: the event is there all the same.
                let _ = answer.send(outcome);
            }
        }
        for reached in barriers {
            let _ = reached.send(());
        }
    }
}

/// Writes a batch. When the whole commit fails, every chain in it is broken: what was decided upon
/// events that are not there must not be written later.
async fn commit(
    storage: &Storage,
    appends: Vec<Append>,
    broken: &Arc<Mutex<BrokenChains>>,
) -> Vec<Result<Outcome, StorageError>> {
    let chains: Vec<u64> = appends.iter().map(|append| append.chain).collect();
    let known = Arc::clone(broken);
    let written = storage.write(move |transaction| append(transaction, appends, &mut lock(&known))).await;
    match written {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(error) => {
            let mut broken = lock(broken);
            chains.iter().for_each(|chain| broken.insert(*chain));
            // Another node gave a number to the same user, state key or alias: ask again.
            let raced = error.is_unique_violation();
            if let Some(left_out) = UNWRITTEN.now(Instant::now()) {
                tracing::warn!(%error, appends = chains.len(), left_out, "a batch of appends was not written");
            }
            let outcome = |_| if raced { Ok(Outcome::Lost) } else { Err(error.of_commit()) };
            chains.iter().map(outcome).collect()
        }
    }
}

fn lock(broken: &Mutex<BrokenChains>) -> MutexGuard<'_, BrokenChains> {
    broken.lock().unwrap_or_else(PoisonError::into_inner)
}
