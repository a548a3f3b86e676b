//! The named loads. Each sets up what it needs, waits until the server is done with that, and measures.

mod big_room;
mod create_room;
mod fanout;
mod initial_sync;
mod many_rooms;
mod media;
mod parked;
mod send;
mod sliding_sync;
mod unread;

use std::time::{Duration, Instant};

use crate::arguments::Scenario;
use crate::error::LoadError;
use crate::figures::{Report, milliseconds, percentile_ms};
use crate::process::Usage;
use crate::setup::Bench;

/// Runs one of them.
pub async fn run(bench: &Bench, scenario: &Scenario) -> Result<Report, LoadError> {
    match scenario {
        Scenario::Send(options) => send::run(bench, options).await,
        Scenario::Fanout(options) => fanout::run(bench, options).await,
        Scenario::Parked(options) => parked::run(bench, options).await,
        Scenario::InitialSync(options) => initial_sync::run(bench, options).await,
        Scenario::BigRoom(options) => big_room::run(bench, options).await,
        Scenario::Media(options) => media::run(bench, options).await,
        Scenario::ManyRooms(options) => many_rooms::run(bench, options).await,
        Scenario::SlidingSync(options) => sliding_sync::run(bench, options).await,
        Scenario::Unread(options) => unread::run(bench, options).await,
        Scenario::CreateRoom(options) => create_room::run(bench, options).await,
    }
}

/// How long a server may take to come to rest.
const REST_LIMIT: Duration = Duration::from_secs(30);
/// How long the server must have been quiet to be at rest, and how little it may use meanwhile.
const REST_WINDOW: Duration = Duration::from_millis(500);
const REST_CPU: Duration = Duration::from_millis(20);

/// Waits until the server has nothing left to do, for at most half a minute.
async fn rest(bench: &Bench) -> Result<(), LoadError> {
    let start = Instant::now();
    while start.elapsed() < REST_LIMIT {
        let reading = bench.processes.read()?;
        tokio::time::sleep(REST_WINDOW).await;
        if bench.processes.since(&reading)?.cpu <= REST_CPU {
            break;
        }
    }
    Ok(())
}

/// Requests of one kind, one after the other.
#[derive(Default)]
struct Series {
    durations: Vec<Duration>,
    cpu: Duration,
    bytes: usize,
}

impl Series {
    fn add(&mut self, usage: &Usage, bytes: usize) {
        self.durations.push(usage.elapsed);
        self.cpu += usage.cpu;
        self.bytes = bytes;
    }

    /// The shortest: what other work on the machine disturbs least.
    fn min_ms(&self) -> f64 {
        self.durations.iter().min().copied().map_or(0.0, milliseconds)
    }

    fn median_ms(&mut self) -> f64 {
        percentile_ms(&mut self.durations, 50)
    }

    /// Processor time of one request, in milliseconds.
    fn cpu_ms(&self) -> f64 {
        self.cpu.as_secs_f64() * 1000.0 / self.durations.len().max(1) as f64
    }
}
