//! An account with many rooms synchronises from nothing, as after signing in on a new device.

use serde_json::json;

use super::Series;
use crate::arguments::InitialSync;
use crate::error::LoadError;
use crate::figures::Report;
use crate::setup::Bench;
use crate::side_by_side::all;

pub(super) async fn run(bench: &Bench, options: &InitialSync) -> Result<Report, LoadError> {
    let people = bench.newcomer_and_others(options.members).await?;
    // Every room has the same members: the newcomer is in all of them.
    let rooms = bench.rooms(options.rooms, options.members, &people).await?;
    all(&rooms, |room| async move {
        for message in 0..options.messages {
            let author = &room.members[message % room.members.len()];
            bench.send(author, &room.id, &format!("message {message}")).await?;
        }
        Ok(())
    })
    .await?;
    super::rest(bench).await?;

    let lazy_members = json!({ "state": { "lazy_load_members": true } });
    let (mut full, mut lazy) = (Series::default(), Series::default());
    for _ in 0..options.repeat {
        for (series, filter) in [(&mut full, &json!({})), (&mut lazy, &lazy_members)] {
            let start = bench.processes.read()?;
            let answer = bench.api.sync(&people[0], &bench.initial_query(filter)).await?;
            series.add(&bench.processes.since(&start)?, answer.len());
        }
    }
    let mut report = Report::new("initial-sync");
    report.count("rooms", options.rooms);
    report.count("members", options.members);
    report.count("messages", options.messages);
    report.add("first_ms", full.durations.first().copied().map_or(0.0, crate::figures::milliseconds));
    report.add("min_ms", full.min_ms());
    report.add("median_ms", full.median_ms());
    report.add("cpu_ms", full.cpu_ms());
    report.count("bytes", full.bytes);
    report.add("lazy_min_ms", lazy.min_ms());
    report.add("lazy_median_ms", lazy.median_ms());
    report.add("lazy_cpu_ms", lazy.cpu_ms());
    report.count("lazy_bytes", lazy.bytes);
    Ok(report)
}
