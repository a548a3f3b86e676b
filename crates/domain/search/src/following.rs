//! The task that follows the log and keeps the index: from its own cursor, which is written with what it stands
//! for, so that a crash loses nothing and repeats nothing, and a server that is new here indexes what was before. An event
//! that cannot be indexed is not found (see [`herold_storage::Follower`]).

use std::collections::HashSet;
use std::sync::Weak;
use std::time::Duration;

use herold_rooms::read::ReadError;
use herold_storage::events::{self, StoredEvent};
use herold_storage::{Follower, Session, StorageError, Transaction, full_text, notices, room_state};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::documents::document;
use crate::{Inner, SearchError};

/// The name of the cursor.
pub(crate) const FOLLOWER: &str = "search";
/// Events read at once.
const STEP_MAX: i64 = 500;
/// How long new events may gather before they are indexed, where nobody waits for them.
const GATHER: Duration = Duration::from_millis(500);
/// How far the cursor may stay behind when there is nothing to index.
const CURSOR_LAG_MAX: i64 = 10_000;
/// How long to wait after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What a step found.
struct Step {
    until: i64,
    documents: Vec<(i64, String)>,
    redacted: Vec<i64>,
}

/// Runs until `closing` says so or its owner is gone.
pub(crate) async fn run(
    inner: Weak<Inner>,
    mut follower: Follower,
    mut committed: watch::Receiver<i64>,
    mut closing: watch::Receiver<bool>,
) {
    let mut place: Option<Place> = None;
    loop {
        let target = *committed.borrow_and_update();
        let Some(owner) = inner.upgrade() else { return };
        let outcome = tokio::select! {
            outcome = owner.catch_up(&mut follower, &mut place, target) => outcome,
            _ = closing.wait_for(|closing| *closing) => return,
        };
        follower.fails(outcome.is_err());
        if let Err(error) = outcome {
            tracing::error!(%error, "the log cannot be indexed for search; trying again");
            // What was written and what was not is in the cursor.
            place = None;
            sleep(RETRY_AFTER).await;
            continue;
        }
        drop(owner);
        tokio::select! {
            changed = committed.changed() => if changed.is_err() { return },
            _ = closing.wait_for(|closing| *closing) => return,
        }
        let Some(owner) = inner.upgrade() else { return };
        tokio::select! {
            () = owner.wanted.notified() => {}
            () = sleep(GATHER) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

/// Where the task is.
struct Place {
    cursor: i64,
    /// The cursor in the table.
    written: i64,
}

impl Inner {
    async fn catch_up(
        &self,
        follower: &mut Follower,
        place: &mut Option<Place>,
        target: i64,
    ) -> Result<(), SearchError> {
        let place = match place {
            Some(place) => place,
            None => {
                let cursor = self.storage.read(|session| notices::cursor(session, FOLLOWER)).await?;
                place.insert(Place { cursor, written: cursor })
            }
        };
        while place.cursor < target {
            let (since, upto) = (place.cursor, follower.step(place.cursor, target));
            place.cursor = match self.index(place, upto).await {
                Err(error) if error.is_of_content() => {
                    match follower.blocked(&self.storage, since, upto, error).await? {
                        Some(passed) => {
                            self.write_cursor(passed).await?;
                            place.written = passed;
                            passed
                        }
                        None => since,
                    }
                }
                outcome => outcome?,
            };
            follower.reached(place.cursor);
            self.indexed.send_replace(place.cursor);
        }
        Ok(())
    }

    async fn write_cursor(&self, position: i64) -> Result<(), SearchError> {
        let write = move |transaction: &mut Transaction<'_>| {
            notices::set_cursor(transaction, FOLLOWER, position).map_err(SearchError::from)
        };
        self.storage.write(write).await
    }

    /// Indexes the next events up to `target`, and says up to where.
    async fn index(&self, place: &mut Place, target: i64) -> Result<i64, SearchError> {
        let since = place.cursor;
        let step: Step = self.storage.read(move |session| step(session, since, target)).await?;
        let until = step.until;
        let nothing = step.documents.is_empty() && step.redacted.is_empty();
        if !nothing || until - place.written > CURSOR_LAG_MAX {
            self.storage
                .write(move |transaction| {
                    full_text::insert(transaction, step.documents)?;
                    full_text::remove(transaction, step.redacted)?;
                    notices::set_cursor(transaction, FOLLOWER, until)
                })
                .await?;
            place.written = until;
        }
        Ok(until)
    }
}

/// The next events after `since`, at most so many, and what is to be done for them.
fn step(session: &mut Session, since: i64, target: i64) -> Result<Step, ReadError> {
    let stored = events::in_log(session, since, target, STEP_MAX)?;
    let last = stored.last().map(|event| event.event_number);
    let until = last.filter(|_| stored.len() as i64 == STEP_MAX).unwrap_or(target);
    let sealed = encrypted_rooms(session, &stored, until)?;
    let mut documents = Vec::new();
    for event in &stored {
        if event.redacted_by.is_none() && !sealed.contains(&event.room_number) {
            documents.extend(document(event).map(|document| (event.event_number, document)));
        }
    }
    Ok(Step { until, documents, redacted: redacted(session, &stored)? })
}

/// The rooms of the events that are encrypted.
fn encrypted_rooms(
    session: &mut Session,
    stored: &[StoredEvent],
    position: i64,
) -> Result<HashSet<i64>, StorageError> {
    let rooms: HashSet<i64> = stored.iter().map(|event| event.room_number).collect();
    if rooms.is_empty() {
        return Ok(rooms);
    }
    let rooms: Vec<i64> = rooms.into_iter().collect();
    let kinds = ["m.room.encryption".to_owned()];
    let entries = room_state::of_kinds_at(session, &rooms, &kinds, position)?;
    Ok(entries
        .iter()
        .filter(|entry| entry.state_key.is_empty())
        .map(|entry| entry.event.room_number)
        .collect())
}

/// The events that are redacted by one of `stored`, by number.
fn redacted(session: &mut Session, stored: &[StoredEvent]) -> Result<Vec<i64>, StorageError> {
    let targets: Vec<String> = stored
        .iter()
        .filter(|event| event.kind == "m.room.redaction")
        .filter_map(|event| {
            let json: Value = serde_json::from_str(&event.json).ok()?;
            let named = json["redacts"].as_str().or_else(|| json["content"]["redacts"].as_str());
            named.map(str::to_owned)
        })
        .collect();
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let found = events::by_id(session, &targets)?;
    Ok(found.values().filter(|event| event.redacted_by.is_some()).map(|event| event.event_number).collect())
}
