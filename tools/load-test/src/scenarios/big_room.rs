//! One room with very many members: what do its members ask for, and how long does it take?

use http::Method;
use serde_json::json;

use super::Series;
use crate::api::next_batch;
use crate::arguments::BigRoom;
use crate::error::LoadError;
use crate::figures::Report;
use crate::setup::Bench;

pub(super) async fn run(bench: &Bench, options: &BigRoom) -> Result<Report, LoadError> {
    let people = bench.newcomer_and_others(options.members).await?;
    let start = bench.processes.read()?;
    let room = bench.crowded_room(&people).await?;
    let joining = bench.processes.since(&start)?;
    super::rest(bench).await?;

    let (member, token) = (&people[0], Some(people[0].access_token.as_str()));
    let lazy_members = json!({ "state": { "lazy_load_members": true } });
    let mut full = Series::default();
    let mut lazy = Series::default();
    let mut members = Series::default();
    let mut joined = Series::default();
    let mut send = Series::default();
    let mut incremental = Series::default();
    let rooms = format!("/_matrix/client/v3/rooms/{}", room.id);
    for turn in 0..options.repeat {
        let measured = |series: &mut Series, start, bytes| {
            series.add(&bench.processes.since(&start)?, bytes);
            Ok::<_, LoadError>(())
        };
        let start = bench.processes.read()?;
        let answer = bench.api.sync(member, &bench.initial_query(&json!({}))).await?;
        measured(&mut full, start, answer.len())?;

        let start = bench.processes.read()?;
        let answer = bench.api.sync(member, &bench.initial_query(&lazy_members)).await?;
        measured(&mut lazy, start, answer.len())?;
        let since = next_batch(&answer)?;

        let start = bench.processes.read()?;
        let answer = bench.api.request(Method::GET, &format!("{rooms}/members"), token, None).await?;
        measured(&mut members, start, answer.len())?;

        let start = bench.processes.read()?;
        let answer = bench.api.request(Method::GET, &format!("{rooms}/joined_members"), token, None).await?;
        measured(&mut joined, start, answer.len())?;

        let start = bench.processes.read()?;
        bench.send(&people[turn % people.len()], &room.id, "Hello, everybody").await?;
        measured(&mut send, start, 0)?;

        let start = bench.processes.read()?;
        let query = format!("timeout=1000&since={since}");
        let answer = bench.api.sync(member, &query).await?;
        measured(&mut incremental, start, answer.len())?;
    }

    let mut report = Report::new("big-room");
    report.count("members", options.members);
    report.add("join_ms", joining.elapsed.as_secs_f64() * 1000.0 / options.members as f64);
    report.add("join_cpu_ms", joining.cpu.as_secs_f64() * 1000.0 / options.members as f64);
    report.add("initial_sync_ms", full.median_ms());
    report.count("initial_sync_bytes", full.bytes);
    report.add("lazy_initial_sync_ms", lazy.median_ms());
    report.count("lazy_initial_sync_bytes", lazy.bytes);
    report.add("members_ms", members.median_ms());
    report.add("joined_members_ms", joined.median_ms());
    report.add("send_ms", send.median_ms());
    report.add("incremental_sync_ms", incremental.median_ms());
    Ok(report)
}
