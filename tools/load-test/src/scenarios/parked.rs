//! Accounts wait in /sync and nothing happens: what does each cost in memory?

use std::time::Duration;

use tokio::task::JoinSet;

use crate::arguments::Parked;
use crate::error::LoadError;
use crate::figures::Report;
use crate::setup::{Bench, all};

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
    let mut waiting = JoinSet::new();
    for (index, (account, since)) in people.into_iter().zip(positions).enumerate() {
        let api = bench.api.clone();
        waiting.spawn(async move {
            api.sync(&account, &format!("timeout={WAIT_MS}&set_presence=offline&since={since}")).await
        });
        if index % OPENING == 0 {
            tokio::time::sleep(OPENING_PAUSE).await;
        }
    }
    super::rest(bench).await?;
    let quiet = bench.processes.read()?;
    tokio::time::sleep(SETTLE).await;
    let usage = bench.processes.since(&quiet)?;
    let after = bench.processes.read()?;

    let mut returned = 0;
    while let Some(ended) = waiting.try_join_next() {
        ended.map_err(|error| LoadError::Ended(error.to_string()))??;
        returned += 1;
    }
    let parked = options.accounts - returned;
    let grown = after.memory_bytes.saturating_sub(before.memory_bytes) as f64 / 1_048_576.0;
    let mut report = Report::new("parked");
    report.count("accounts", options.accounts);
    report.count("returned_early", returned);
    report.add("memory_before_mib", before.memory_bytes as f64 / 1_048_576.0);
    report.add("memory_after_mib", after.memory_bytes as f64 / 1_048_576.0);
    report.add("mib_per_1000", grown * 1000.0 / parked.max(1) as f64);
    report.add("cpu_percent_while_parked", usage.cpu.as_secs_f64() * 100.0 / usage.elapsed.as_secs_f64());
    Ok(report)
}
