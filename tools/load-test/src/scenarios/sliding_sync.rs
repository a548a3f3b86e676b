//! An account in very many rooms that speaks sliding sync as current clients do: its first window, all of its
//! rooms, requests when nothing happens, and messages in one room while it waits.

use std::time::Instant;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::Series;
use crate::api::Account;
use crate::arguments::SlidingSync;
use crate::error::LoadError;
use crate::figures::{Report, milliseconds, percentile_ms};
use crate::setup::Bench;

const PATH: &str = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";
/// Rooms in the first window.
const WINDOW: usize = 20;
/// Rooms that the window grows by, as matrix-sdk-ui does it.
const GROWTH: usize = 100;

pub(super) async fn run(bench: &Bench, options: &SlidingSync) -> Result<Report, LoadError> {
    let people = bench.newcomer_and_others(options.members).await?;
    let rooms = bench.rooms(options.rooms, options.members, &people).await?;
    for room in &rooms {
        bench.send(&room.members[0], &room.id, "Hello").await?;
    }
    super::rest(bench).await?;

    let (reader, sender) = (&people[0], &people[people.len() - 1]);
    let mut first = Series::default();
    let mut place = String::new();
    for turn in 0..options.repeat {
        let start = bench.processes.read()?;
        let answer = ask(bench, reader, "", &request(&format!("c{turn}"), WINDOW)).await?;
        first.add(&bench.processes.since(&start)?, answer.len());
        place = pos(&answer)?;
    }
    let conn_id = format!("c{}", options.repeat.saturating_sub(1));

    let mut all = Series::default();
    let mut window = WINDOW;
    while window < options.rooms {
        window = (window + GROWTH).min(options.rooms);
        let start = bench.processes.read()?;
        let answer = ask(bench, reader, &place, &request(&conn_id, window)).await?;
        all.add(&bench.processes.since(&start)?, answer.len());
        place = pos(&answer)?;
    }

    let whole = request(&conn_id, options.rooms);
    let mut quiet = Series::default();
    for _ in 0..options.repeat {
        let start = bench.processes.read()?;
        let answer = ask(bench, reader, &place, &whole).await?;
        quiet.add(&bench.processes.since(&start)?, answer.len());
        place = pos(&answer)?;
    }

    let mut news = Series::default();
    let mut woken = Vec::new();
    for turn in 0..options.repeat {
        let room = &rooms[turn % rooms.len()];
        bench.send(sender, &room.id, "News").await?;
        let start = bench.processes.read()?;
        let answer = ask(bench, reader, &place, &whole).await?;
        news.add(&bench.processes.since(&start)?, answer.len());
        place = pos(&answer)?;

        let waiting = ask_and_wait(bench, reader, &place, &whole);
        let sending = async {
            let sent = Instant::now();
            bench.send(sender, &room.id, "More news").await?;
            Ok::<_, LoadError>(sent)
        };
        let ((answer, told), sent) = tokio::try_join!(waiting, sending)?;
        woken.push(told.saturating_duration_since(sent));
        place = pos(&answer)?;
    }

    let mut report = Report::new("sliding-sync");
    report.count("rooms", options.rooms);
    report.count("members", options.members);
    report.add("first_window_coldest_ms", first.durations.first().copied().map_or(0.0, milliseconds));
    report.add("first_window_ms", first.median_ms());
    report.add("first_window_cpu_ms", first.cpu_ms());
    report.count("first_window_bytes", first.bytes);
    report.add("growth_ms", all.median_ms());
    report.add("quiet_ms", quiet.median_ms());
    report.add("quiet_cpu_ms", quiet.cpu_ms());
    report.add("news_ms", news.median_ms());
    report.add("news_cpu_ms", news.cpu_ms());
    report.add("woken_after_send_began_ms", percentile_ms(&mut woken, 50));
    Ok(report)
}

async fn ask(bench: &Bench, reader: &Account, place: &str, request: &Value) -> Result<Bytes, LoadError> {
    let query = if place.is_empty() { String::new() } else { format!("?pos={place}") };
    let path = format!("{PATH}{query}");
    bench.api.request(Method::POST, &path, Some(&reader.access_token), Some(request)).await
}

/// Asks, waits for news, and says when they came.
async fn ask_and_wait(
    bench: &Bench,
    reader: &Account,
    place: &str,
    request: &Value,
) -> Result<(Bytes, Instant), LoadError> {
    let path = format!("{PATH}?pos={place}&timeout=30000");
    let answer = bench.api.request(Method::POST, &path, Some(&reader.access_token), Some(request)).await?;
    Ok((answer, Instant::now()))
}

/// What matrix-sdk-ui's list of rooms asks for.
fn request(conn_id: &str, window: usize) -> Value {
    let required = [
        ("m.room.name", ""),
        ("m.room.encryption", ""),
        ("m.room.member", "$LAZY"),
        ("m.room.member", "$ME"),
        ("m.room.topic", ""),
        ("m.room.avatar", ""),
        ("m.room.canonical_alias", ""),
        ("m.room.power_levels", ""),
        ("org.matrix.msc3401.call.member", "*"),
        ("m.room.join_rules", ""),
        ("m.room.tombstone", ""),
        ("m.room.create", ""),
        ("m.room.history_visibility", ""),
        ("m.space.parent", "*"),
        ("m.space.child", "*"),
    ];
    json!({
        "conn_id": conn_id,
        "lists": {
            "all_rooms": {
                "ranges": [[0, window.saturating_sub(1)]], "timeline_limit": 1, "required_state": required,
            },
        },
        "extensions": {
            "account_data": { "enabled": true }, "receipts": { "enabled": true, "rooms": ["*"] },
            "typing": { "enabled": true },
        },
    })
}

fn pos(answer: &[u8]) -> Result<String, LoadError> {
    let wrong = |reason: String| LoadError::Answer { request: PATH.to_owned(), reason };
    let answer: Value = serde_json::from_slice(answer).map_err(|error| wrong(error.to_string()))?;
    answer["pos"].as_str().map(str::to_owned).ok_or_else(|| wrong("it has no pos".to_owned()))
}
