//! Reports: made by people, listed and closed by administrators (client-server API, "Reporting content").

use herold_storage::reports::{self, StoredReport};
use herold_storage::{Transaction, accounts, events, memberships, rooms};
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};

use crate::{Moderation, ModerationError};

/// Bytes of a reason at most.
const REASON_MAX: usize = 8 * 1024;
/// Open reports of one person at most.
const OPEN_MAX: i64 = 1000;
/// Reports in one page.
pub const REPORTS_PAGE: i64 = 200;

/// What is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An event in a room that the reporter is in.
    Event(OwnedRoomId, OwnedEventId),
    /// A room.
    Room(OwnedRoomId),
    /// A user of this server.
    User(OwnedUserId),
}

/// A report as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its number.
    pub number: i64,
    /// Who reports, a user id.
    pub reporter: String,
    /// The room, also of an event.
    pub room_id: Option<String>,
    /// The event.
    pub event_id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// Why, in the reporter's words.
    pub reason: String,
    /// When, milliseconds since the Unix epoch.
    pub reported_at: i64,
    /// When it was dealt with, milliseconds since the Unix epoch.
    pub closed_at: Option<i64>,
}

impl Moderation {
    /// Keeps a report of a local user. Rooms and users that do not exist are reported as if they did and
    /// leave no trace, so that nobody learns which exist; events must be where the reporter is.
    pub async fn report(
        &self,
        reporter_number: i64,
        subject: Subject,
        reason: &str,
    ) -> Result<(), ModerationError> {
        if reason.len() > REASON_MAX {
            return Err(ModerationError::TooLong { bytes_max: REASON_MAX });
        }
        // PostgreSQL keeps no NUL in a text.
        let (reason, now_ms) = (reason.replace('\0', "\u{fffd}"), self.0.clock.now_ms());
        let kind = match subject {
            Subject::Event(..) => "event",
            Subject::Room(_) => "room",
            Subject::User(_) => "user",
        };
        let write = move |transaction: &mut Transaction<'_>| {
            if reports::count_open(transaction, reporter_number)? >= OPEN_MAX {
                return Err(ModerationError::TooMany);
            }
            let Some(found) = find(transaction, reporter_number, subject)? else { return Ok(false) };
            let report = StoredReport { reason, reported_at: now_ms, ..found };
            reports::insert(transaction, reporter_number, &report)?;
            Ok(true)
        };
        if self.0.storage.write(write).await? {
            metrics::counter!("herold_reports_total", "kind" => kind).increment(1);
        }
        Ok(())
    }

    /// Up to [`REPORTS_PAGE`] reports after number `after`, oldest first; the closed ones too where `all`.
    pub async fn reports(&self, after: i64, all: bool) -> Result<Vec<Report>, ModerationError> {
        let read = self.0.storage.read(move |session| reports::page(session, after, all, REPORTS_PAGE));
        let page: Result<Vec<StoredReport>, ModerationError> = read.await.map_err(ModerationError::from);
        Ok(page?.into_iter().map(shown).collect())
    }

    /// Notes that a report was dealt with.
    pub async fn close_report(&self, number: i64) -> Result<(), ModerationError> {
        let now_ms = self.0.clock.now_ms();
        let write = move |transaction: &mut Transaction<'_>| reports::close(transaction, number, now_ms);
        let closed: bool = self.0.storage.write(write).await.map_err(ModerationError::from)?;
        if closed { Ok(()) } else { Err(ModerationError::NoReport) }
    }
}

/// What a report names, if it is there.
fn find(
    transaction: &mut Transaction<'_>,
    reporter_number: i64,
    subject: Subject,
) -> Result<Option<StoredReport>, ModerationError> {
    match subject {
        Subject::Event(room_id, event_id) => {
            let (room_id, event_id) = (room_id.to_string(), event_id.to_string());
            let room = rooms::by_id(transaction, std::slice::from_ref(&room_id))?.pop();
            let event = events::by_id(transaction, std::slice::from_ref(&event_id))?.remove(&event_id);
            let (Some(room), Some(event)) = (room, event) else { return Err(ModerationError::NoEvent) };
            let membership = memberships::of_user_in(transaction, reporter_number, room.room_number)?;
            let joined = membership.is_some_and(|membership| membership.membership == "join");
            if !joined || event.room_number != room.room_number {
                return Err(ModerationError::NoEvent);
            }
            Ok(Some(StoredReport {
                room_id: Some(room_id),
                event_id: Some(event_id),
                ..StoredReport::default()
            }))
        }
        Subject::Room(room_id) => {
            let found = rooms::by_id(transaction, &[room_id.to_string()])?.pop();
            Ok(found.map(|room| StoredReport { room_id: Some(room.room_id), ..StoredReport::default() }))
        }
        Subject::User(user_id) => {
            let found = accounts::by_id(transaction, &[user_id.to_string()])?.pop();
            Ok(found.map(|user| StoredReport { user_id: Some(user.user_id), ..StoredReport::default() }))
        }
    }
}

fn shown(stored: StoredReport) -> Report {
    Report {
        number: stored.report_number,
        reporter: stored.reporter,
        room_id: stored.room_id,
        event_id: stored.event_id,
        user_id: stored.user_id,
        reason: stored.reason,
        reported_at: stored.reported_at,
        closed_at: stored.closed_at,
    }
}
