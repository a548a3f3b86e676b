//! Somebody makes rooms and asks many people into each.

use http::Method;
use serde_json::json;

use super::Series;
use crate::arguments::CreateRoom;
use crate::error::LoadError;
use crate::figures::Report;
use crate::setup::Bench;

pub(super) async fn run(bench: &Bench, options: &CreateRoom) -> Result<Report, LoadError> {
    let people = bench.newcomer_and_others(options.invites + 1).await?;
    let [owner, invited @ ..] = people.as_slice() else {
        return Err(LoadError::Arguments("create-room needs an owner"));
    };
    let invited: Vec<&str> = invited.iter().map(|person| person.user_id.as_str()).collect();
    let body = json!({ "preset": "private_chat", "name": "load test", "invite": invited });
    super::rest(bench).await?;

    let mut rooms = Series::default();
    for _ in 0..options.repeat {
        let start = bench.processes.read()?;
        let path = "/_matrix/client/v3/createRoom";
        let answer = bench.api.request(Method::POST, path, Some(&owner.access_token), Some(&body)).await?;
        rooms.add(&bench.processes.since(&start)?, answer.len());
    }

    let mut report = Report::new("create-room");
    report.count("invites", options.invites);
    report.add("min_ms", rooms.min_ms());
    report.add("median_ms", rooms.median_ms());
    report.add("cpu_ms", rooms.cpu_ms());
    Ok(report)
}
