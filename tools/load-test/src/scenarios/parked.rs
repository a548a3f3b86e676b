//! Accounts wait in /sync and nothing happens: what does each cost in memory?

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::api::{Account, Api, next_batch};
use crate::arguments::Parked;
use crate::error::LoadError;
use crate::figures::Report;
use crate::setup::Bench;
use crate::side_by_side::all;

/// How long each waits; longer than the measurement.
const WAIT_MS: u64 = 120_000;
/// How long everybody is left in peace before memory is read again.
const SETTLE: Duration = Duration::from_secs(5);
/// Connections that are opened at once.
const OPENING: usize = 50;
/// Time between two such groups: a server's queue of new connections is short.
const OPENING_PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn run(bench: &Bench, options: &Parked) -> Result<Report, LoadError> {
    let people = bench.accounts(options.accounts).await?;
    if options.room_members > 0 {
        all(people.chunks(options.room_members), |members| bench.room(members)).await?;
    }
    let positions = all(&people, |account| bench.api.sync_position(account)).await?;
    super::rest(bench).await?;

    let before = bench.processes.read()?;
    let answers = Arc::new(AtomicUsize::new(0));
    let mut waiting = JoinSet::new();
    for (index, (account, since)) in people.into_iter().zip(positions).enumerate() {
        waiting.spawn(wait(bench.api.clone(), account, since, answers.clone()));
        if index % OPENING == 0 {
            tokio::time::sleep(OPENING_PAUSE).await;
        }
    }
    super::rest(bench).await?;
    let (quiet, answered) = (bench.processes.read()?, answers.load(Ordering::Relaxed));
    tokio::time::sleep(SETTLE).await;
    let usage = bench.processes.since(&quiet)?;
    let after = bench.processes.read()?;
    let answers = answers.load(Ordering::Relaxed) - answered;
    if let Some(ended) = waiting.try_join_next() {
        return Err(ended.unwrap_or_else(|error| LoadError::Ended(error.to_string())));
    }

    let grown = after.memory_bytes.saturating_sub(before.memory_bytes) as f64 / 1_048_576.0;
    let mut report = Report::new("parked");
    report.count("accounts", options.accounts);
    report.count("room_members", options.room_members);
    report.add("memory_before_mib", before.memory_bytes as f64 / 1_048_576.0);
    report.add("memory_after_mib", after.memory_bytes as f64 / 1_048_576.0);
    report.add("mib_per_1000", grown * 1000.0 / options.accounts.max(1) as f64);
    report.count("answers_while_parked", answers);
    report.add("cpu_percent_while_parked", usage.cpu.as_secs_f64() * 100.0 / usage.elapsed.as_secs_f64());
    Ok(report)
}

/// One account: waits for ever, and goes on waiting when something small (presence) has come.
/// Returns why it cannot.
async fn wait(api: Api, account: Account, mut since: String, answers: Arc<AtomicUsize>) -> LoadError {
    loop {
        let query = format!("timeout={WAIT_MS}&set_presence=offline&since={since}");
        let answer = api.sync(&account, &query).await;
        answers.fetch_add(1, Ordering::Relaxed);
        match answer.and_then(|answer| next_batch(&answer)) {
            Ok(next) => since = next,
            Err(error) => return error,
        }
    }
}
