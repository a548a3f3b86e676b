//! Senders write into rooms as fast as they get answers. Nobody reads meanwhile.

use std::time::{Duration, Instant};

use futures::future::try_join_all;

use crate::api::Account;
use crate::arguments::Send;
use crate::error::LoadError;
use crate::figures::{Report, percentile_ms};
use crate::setup::{Bench, Room};

/// Sends before the measurement, so that caches are as warm as in daily life.
const WARM_UP: Duration = Duration::from_secs(2);

pub(super) async fn run(bench: &Bench, options: &Send) -> Result<Report, LoadError> {
    if options.senders == 0 || options.rooms == 0 {
        return Err(LoadError::Arguments("send needs senders and rooms"));
    }
    let people = bench.accounts(options.members.max(options.senders)).await?;
    let rooms = bench.rooms(options.rooms, options.members, &people).await?;
    write(bench, &rooms, options.senders, WARM_UP).await?;
    super::rest(bench).await?;

    let start = bench.processes.read()?;
    let mut latencies = write(bench, &rooms, options.senders, Duration::from_secs(options.seconds)).await?;
    let usage = bench.processes.since(&start)?;

    let sends = latencies.len();
    let mut report = Report::new("send");
    report.count("rooms", options.rooms);
    report.count("members", options.members);
    report.count("senders", options.senders);
    report.count("sends", sends);
    report.add("sends_per_s", sends as f64 / usage.elapsed.as_secs_f64());
    report.add("cpu_s_per_1000_sends", usage.cpu.as_secs_f64() * 1000.0 / sends.max(1) as f64);
    report.add("p50_ms", percentile_ms(&mut latencies, 50));
    report.add("p95_ms", percentile_ms(&mut latencies, 95));
    report.add("p99_ms", percentile_ms(&mut latencies, 99));
    report.add("memory_mib", bench.processes.read()?.memory_bytes as f64 / 1_048_576.0);
    Ok(report)
}

/// All senders at work for a while; returns how long each request took.
async fn write(
    bench: &Bench,
    rooms: &[Room],
    senders: usize,
    time: Duration,
) -> Result<Vec<Duration>, LoadError> {
    let end = Instant::now() + time;
    let work = (0..senders).map(|sender| async move {
        let mut latencies = Vec::new();
        for turn in 0.. {
            let start = Instant::now();
            if start >= end {
                break;
            }
            let (room, author) = place(rooms, senders, sender, turn);
            bench.send(author, &room.id, "The quick brown fox jumps over the lazy dog.").await?;
            latencies.push(start.elapsed());
        }
        Ok::<_, LoadError>(latencies)
    });
    Ok(try_join_all(work).await?.concat())
}

/// Where a sender writes in its turn, and as whom: all rooms are used alike, and so are their members.
fn place(rooms: &[Room], senders: usize, sender: usize, turn: usize) -> (&Room, &Account) {
    let number = turn * senders + sender;
    let room = &rooms[number % rooms.len()];
    (room, &room.members[(number / rooms.len()) % room.members.len()])
}
