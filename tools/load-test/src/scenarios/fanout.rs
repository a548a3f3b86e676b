//! Everybody in a room waits in /sync; one sends. Measured is how long each message takes to reach
//! each member, from before it is sent, and whether any comes twice or never.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::api::{Account, Api};
use crate::arguments::Fanout;
use crate::error::LoadError;
use crate::figures::{Report, percentile_ms};
use crate::setup::Bench;

/// How long a message may take to everybody before it is lost for those who do not have it.
const LOST_AFTER: Duration = Duration::from_secs(30);
/// How long a member waits in one /sync.
const WAIT_MS: u64 = 60_000;
/// Messages before the measurement.
const WARM_UP_MESSAGES: usize = 3;

/// A message has reached a member.
struct Delivery {
    member: usize,
    message: usize,
    at: Instant,
}

#[derive(Deserialize)]
struct Answer {
    next_batch: String,
    #[serde(default)]
    rooms: Rooms,
}

#[derive(Default, Deserialize)]
struct Rooms {
    #[serde(default)]
    join: HashMap<String, Joined>,
}

#[derive(Deserialize)]
struct Joined {
    #[serde(default)]
    timeline: Timeline,
}

#[derive(Default, Deserialize)]
struct Timeline {
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    content: Content,
}

#[derive(Default, Deserialize)]
struct Content {
    body: Option<String>,
}

pub(super) async fn run(bench: &Bench, options: &Fanout) -> Result<Report, LoadError> {
    let people = bench.accounts(options.members + 1).await?;
    let room = bench.crowded_room(&people).await?;
    let (sender, members) = (&people[0], &people[1..]);
    let (deliveries, mut arrived) = mpsc::channel(options.members.max(1) * 4);
    let mut waiting = JoinSet::new();
    for (index, member) in members.iter().enumerate() {
        let since = bench.api.sync_position(member).await?;
        waiting.spawn(receive(bench.api.clone(), member.clone(), since, index, deliveries.clone()));
    }
    drop(deliveries);

    let mut tally = Tally::new(options.members);
    for message in 0..WARM_UP_MESSAGES {
        tally.send_and_wait(bench, sender, &room.id, message, &mut arrived).await?;
    }
    super::rest(bench).await?;
    let mut tally = Tally::new(options.members);
    let start = bench.processes.read()?;
    for message in WARM_UP_MESSAGES..WARM_UP_MESSAGES + options.messages {
        tally.send_and_wait(bench, sender, &room.id, message, &mut arrived).await?;
    }
    let usage = bench.processes.since(&start)?;
    // Those who wait would wait for ever; a failure of theirs has closed the channel before.
    waiting.abort_all();

    let expected = options.members * options.messages;
    let delivered = tally.latencies.len();
    let mut report = Report::new("fanout");
    report.count("members", options.members);
    report.count("messages", options.messages);
    report.count("delivered", delivered);
    report.count("lost", expected.saturating_sub(delivered));
    report.count("doubled", tally.doubled);
    report.add("p50_ms", percentile_ms(&mut tally.latencies, 50));
    report.add("p99_ms", percentile_ms(&mut tally.latencies, 99));
    report.add("cpu_ms_per_delivery", usage.cpu.as_secs_f64() * 1000.0 / delivered.max(1) as f64);
    Ok(report)
}

/// What has arrived where.
struct Tally {
    members: usize,
    latencies: Vec<Duration>,
    doubled: usize,
}

impl Tally {
    fn new(members: usize) -> Self {
        Self { members, latencies: Vec::new(), doubled: 0 }
    }

    /// Sends a message and waits until everybody has it, or it counts as lost.
    async fn send_and_wait(
        &mut self,
        bench: &Bench,
        sender: &Account,
        room: &str,
        message: usize,
        arrived: &mut mpsc::Receiver<Result<Delivery, LoadError>>,
    ) -> Result<(), LoadError> {
        let start = Instant::now();
        let mut has = vec![false; self.members];
        let mut missing = self.members;
        bench.send(sender, room, &format!("message {message}")).await?;
        while missing > 0 {
            let Ok(delivery) = tokio::time::timeout(LOST_AFTER, arrived.recv()).await else { break };
            let delivery = delivery.ok_or(LoadError::Ended("nobody waits any more".to_owned()))??;
            if delivery.message != message || has[delivery.member] {
                // Again, or so late that it was lost already.
                self.doubled += 1;
                continue;
            }
            has[delivery.member] = true;
            missing -= 1;
            self.latencies.push(delivery.at - start);
        }
        Ok(())
    }
}

/// One member: synchronises for ever and reports each message. A failure is reported and is the end.
async fn receive(
    api: Api,
    account: Account,
    mut since: String,
    member: usize,
    deliveries: mpsc::Sender<Result<Delivery, LoadError>>,
) {
    loop {
        let answer = api.sync(&account, &format!("timeout={WAIT_MS}&since={since}")).await;
        let at = Instant::now();
        let answer = answer.and_then(|answer| {
            serde_json::from_slice::<Answer>(&answer).map_err(|error| LoadError::Answer {
                request: "GET /sync".to_owned(),
                reason: error.to_string(),
            })
        });
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                // Nobody listens any more when the scenario is over.
                let _ = deliveries.send(Err(error)).await;
                return;
            }
        };
        since = answer.next_batch;
        for event in answer.rooms.join.into_values().flat_map(|room| room.timeline.events) {
            let number = event.content.body.as_deref().and_then(|body| body.strip_prefix("message "));
            let Some(message) = number.and_then(|number| number.parse().ok()) else { continue };
            if deliveries.send(Ok(Delivery { member, message, at })).await.is_err() {
                return;
            }
        }
    }
}
