//! People come back to rooms where very much is unread: what does it cost to tell how much, by the default push rules
//! and by rules of one's own?

use http::Method;
use serde_json::json;

use super::Series;
use crate::api::{Account, next_batch};
use crate::arguments::Unread;
use crate::error::LoadError;
use crate::figures::Report;
use crate::setup::{Bench, Room};
use crate::side_by_side::all;

/// What synchronisations cost by rules of one kind.
#[derive(Default)]
struct Costs {
    first: Series,
    again: Series,
    one_more: Series,
}

pub(super) async fn run(bench: &Bench, options: &Unread) -> Result<Report, LoadError> {
    let author = bench.newcomer().await?;
    let mut people = vec![author.clone()];
    // Counts are remembered: only whoever never asked can tell what the first time costs.
    for _ in 0..options.repeat {
        people.push(bench.newcomer().await?);
    }
    let rooms = bench.rooms(options.rooms, people.len(), &people).await?;
    let Some(room) = rooms.first() else { return Err(LoadError::Arguments("unread needs rooms")) };
    all(0..options.rooms * options.messages, |number| {
        bench.send(&author, &rooms[number % rooms.len()].id, "One more that nobody reads.")
    })
    .await?;
    super::rest(bench).await?;

    let (mut default, mut own) = (Costs::default(), Costs::default());
    for reader in &people[1..] {
        measure(bench, reader, &author, room, &mut default).await?;
        let keyword = json!({ "pattern": "unheard-of", "actions": ["notify"] });
        let path = "/_matrix/client/v3/pushrules/global/content/unheard-of";
        bench.api.request(Method::PUT, path, Some(&reader.access_token), Some(&keyword)).await?;
        super::rest(bench).await?;
        measure(bench, reader, &author, room, &mut own).await?;
    }

    let mut report = Report::new("unread");
    report.count("rooms", options.rooms);
    report.count("messages", options.messages);
    report.add("default_first_ms", default.first.median_ms());
    report.add("default_again_ms", default.again.median_ms());
    report.add("default_one_more_ms", default.one_more.median_ms());
    report.add("own_first_ms", own.first.median_ms());
    report.add("own_again_ms", own.again.median_ms());
    report.add("own_one_more_ms", own.one_more.median_ms());
    report.add("own_first_cpu_ms", own.first.cpu_ms());
    Ok(report)
}

/// Synchronises from nothing, twice, and goes on after one more message.
async fn measure(
    bench: &Bench,
    reader: &Account,
    author: &Account,
    room: &Room,
    costs: &mut Costs,
) -> Result<(), LoadError> {
    let mut since = String::new();
    for series in [&mut costs.first, &mut costs.again] {
        let start = bench.processes.read()?;
        // Little of the rooms themselves: what is told of them is not what is measured here.
        let filter = json!({ "timeline": { "limit": 1 }, "state": { "types": [] } });
        let answer = bench.api.sync(reader, &bench.initial_query(&filter)).await?;
        series.add(&bench.processes.since(&start)?, answer.len());
        since = next_batch(&answer)?;
    }
    bench.send(author, &room.id, "And another one").await?;
    let start = bench.processes.read()?;
    let answer = bench.api.sync(reader, &format!("timeout=1000&since={since}")).await?;
    costs.one_more.add(&bench.processes.since(&start)?, answer.len());
    Ok(())
}
