//! One account in very many rooms: what does it cost to come back to them?

use http::Method;
use serde_json::json;

use super::Series;
use crate::api::next_batch;
use crate::arguments::ManyRooms;
use crate::error::LoadError;
use crate::figures::{Report, milliseconds};
use crate::setup::Bench;

/// Members of each room: the account and one who talks.
const MEMBERS: usize = 2;

pub(super) async fn run(bench: &Bench, options: &ManyRooms) -> Result<Report, LoadError> {
    let people = bench.newcomer_and_others(MEMBERS).await?;
    let rooms = bench.rooms(options.rooms, MEMBERS, &people).await?;
    let Some(room) = rooms.first() else { return Err(LoadError::Arguments("many-rooms needs rooms")) };
    super::rest(bench).await?;

    let (reader, token) = (&people[0], Some(people[0].access_token.as_str()));
    let mut full = Series::default();
    let mut quiet = Series::default();
    let mut one = Series::default();
    let mut members = Series::default();
    for _ in 0..options.repeat {
        let start = bench.processes.read()?;
        let answer = bench.api.sync(reader, &bench.initial_query(&json!({}))).await?;
        full.add(&bench.processes.since(&start)?, answer.len());
        let since = next_batch(&answer)?;

        let start = bench.processes.read()?;
        let answer = bench.api.sync(reader, &format!("timeout=0&since={since}")).await?;
        quiet.add(&bench.processes.since(&start)?, answer.len());
        let since = next_batch(&answer)?;

        bench.send(&people[1], &room.id, "Something new").await?;
        let start = bench.processes.read()?;
        let answer = bench.api.sync(reader, &format!("timeout=1000&since={since}")).await?;
        one.add(&bench.processes.since(&start)?, answer.len());

        let start = bench.processes.read()?;
        let path = format!("/_matrix/client/v3/rooms/{}/members", room.id);
        let answer = bench.api.request(Method::GET, &path, token, None).await?;
        members.add(&bench.processes.since(&start)?, answer.len());
    }

    let mut report = Report::new("many-rooms");
    report.count("rooms", options.rooms);
    report.add("first_initial_sync_ms", full.durations.first().copied().map_or(0.0, milliseconds));
    report.add("initial_sync_ms", full.median_ms());
    report.add("initial_sync_cpu_ms", full.cpu_ms());
    report.count("initial_sync_bytes", full.bytes);
    report.add("quiet_sync_ms", quiet.median_ms());
    report.add("quiet_sync_cpu_ms", quiet.cpu_ms());
    report.add("one_room_sync_ms", one.median_ms());
    report.add("one_room_sync_cpu_ms", one.cpu_ms());
    report.count("one_room_sync_bytes", one.bytes);
    report.add("members_ms", members.median_ms());
    Ok(report)
}
