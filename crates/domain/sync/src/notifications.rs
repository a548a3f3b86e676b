//! What notified a person: the list they page through, and what their pushers send. Both are derived from the
//! notices of rooms, the log and the person's own receipts; nothing is written for each member of a room.

mod candidates;
mod search;

use std::sync::Arc;

use herold_accounts::Device;
use herold_rooms::read::{ClientEvent, Person, Reader, position_of, token_at};
use herold_storage::{Session, memberships};
use ruma::OwnedUserId;
use ruma::push::Action;
use serde_json::Value;
use tokio::sync::watch;

use crate::unread::Counting;
use crate::{Inner, Sync, SyncError};
use search::{Asker, Found, Search};

/// Notifications in a page where nobody asks for a number.
const PAGE_USUAL: usize = 20;
/// Notifications in a page at most.
const PAGE_MAX: usize = 100;
/// What is sent to a pusher at most after it fell behind: the newest. Older ones are only counted.
const ALERTS_MAX: usize = 50;

/// What a client asks of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationQuery {
    /// The token of an earlier page.
    pub from: Option<String>,
    /// How many.
    pub limit: Option<u64>,
    /// Whether only what was highlighted is wanted.
    pub only_highlight: bool,
}

/// An event that notified somebody.
pub struct Notification {
    /// The event.
    pub event: ClientEvent,
    /// What the push rules say.
    pub actions: Vec<Action>,
    /// Whether it has been read.
    pub read: bool,
}

/// A part of the list, newest first.
pub struct NotificationPage {
    /// What notified.
    pub notifications: Vec<Notification>,
    /// Where the next page begins, unless this is the last.
    pub next: Option<String>,
}

/// An unread event of which somebody's pushers tell.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its place in the log.
    pub position: i64,
    /// The event's id.
    pub event_id: String,
    /// The room's id.
    pub room_id: String,
    /// The event's type.
    pub kind: String,
    /// Who sent it.
    pub sender: String,
    /// When, milliseconds, as the sender's server says.
    pub sent_at: i64,
    /// What it says.
    pub content: Value,
    /// Whether it is about the membership of the person who is told.
    pub user_is_target: bool,
    /// What the sender is called in the room.
    pub sender_display_name: Option<String>,
    /// The room's name, where it was given one.
    pub room_name: Option<String>,
    /// The room's main alias.
    pub room_alias: Option<String>,
    /// What the push rules say.
    pub actions: Vec<Action>,
}

/// What there is to tell a person.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    /// Unread events, oldest first.
    pub alerts: Vec<Alert>,
    /// How many messages are unread in all rooms of the person.
    pub unread: i64,
}

impl Sync {
    /// Up to where the log is walked: what came up to there can be asked for with [`Sync::alerts`].
    pub fn walked(&self) -> watch::Receiver<i64> {
        self.0.walked.subscribe()
    }

    /// Of `rooms`, those where something after `since` notifies people who have the default rules.
    pub fn notifying(&self, rooms: &[i64], since: i64) -> Vec<i64> {
        let notifies = |room: &&i64| {
            // What is forgotten may have notified.
            self.0.notices.since(**room, since).is_none_or(|judged| {
                judged.iter().any(|judged| judged.notify || judged.personal.iter().any(|own| own.1))
            })
        };
        rooms.iter().filter(notifies).copied().collect()
    }

    /// A page of what notified the caller and what they may see, by the push rules they have now.
    ///
    /// # Errors
    ///
    /// [`SyncError::InvalidToken`].
    pub async fn notifications(
        &self,
        device: &Device,
        query: NotificationQuery,
    ) -> Result<NotificationPage, SyncError> {
        let from = query.from.as_deref().map(position_of).transpose();
        let from = from.map_err(|_| SyncError::InvalidToken)?;
        let limit = query.limit.map_or(PAGE_USUAL, |limit| usize::try_from(limit).unwrap_or(PAGE_MAX));
        let limit = limit.clamp(1, PAGE_MAX);
        let committed = *self.0.storage.committed().borrow();
        let now = self.0.walked(committed).await?;
        let inner = Arc::clone(&self.0);
        let person = Person {
            user_id: device.user_id.clone(),
            user_number: device.user_number,
            device_number: device.device_number,
        };
        let read = self.0.storage.read(move |session| {
            let asker = Asker::load(session, person.user_number, &person.user_id)?;
            let known = memberships::of_user(session, person.user_number)?;
            let known = known.iter().filter(|own| !own.forgotten && own.membership != "knock");
            let rooms: Vec<i64> = known.map(|own| own.room_number).collect();
            let counting = inner.counting(&person.user_id, person.user_number, &asker, now);
            let search = Search { counting: &counting, asker: &asker, rooms: &rooms };
            let upto = from.map_or(now, |from| from.min(now));
            let wanted = |found: &Found| !query.only_highlight || found.highlights();
            let (found, next) = search.newest(session, 0, upto, limit, &wanted)?;
            let notifications = present(session, &inner.reader, &person, found)?;
            Ok(NotificationPage { notifications, next: next.map(token_at) })
        });
        read.await
    }

    /// What is unread and came after `since`, up to `until` or what is walked: the newest of it at most.
    pub async fn alerts(
        &self,
        user_id: OwnedUserId,
        user_number: i64,
        since: i64,
        until: i64,
    ) -> Result<Alerts, SyncError> {
        let now = *self.0.walked.borrow();
        let inner = Arc::clone(&self.0);
        let read = self.0.storage.read(move |session| {
            let asker = Asker::load(session, user_number, &user_id)?;
            let present =
                |own: &&memberships::StoredMembership| own.membership == "join" || own.membership == "invite";
            let own = memberships::of_user(session, user_number)?;
            let rooms: Vec<i64> = own.iter().filter(present).map(|own| own.room_number).collect();
            let counting = inner.counting(&user_id, user_number, &asker, now);
            let search = Search { counting: &counting, asker: &asker, rooms: &rooms };
            let (mut found, _) =
                search.newest(session, since, until.min(now), ALERTS_MAX, &|found: &Found| !found.read)?;
            found.reverse();
            let alerts = search.alerts(session, found)?;
            let joined: Vec<i64> =
                own.iter().filter(|own| own.membership == "join").map(|own| own.room_number).collect();
            let counts = inner.unread.count(session, &counting, &joined)?;
            let unread = counts.values().map(|counts| counts.total().notify).sum();
            Ok(Alerts { alerts, unread })
        });
        read.await
    }
}

impl Inner {
    fn counting<'a>(
        &'a self,
        user_id: &'a ruma::UserId,
        user: i64,
        asker: &'a Asker,
        until: i64,
    ) -> Counting<'a> {
        let (reader, notices) = (&self.reader, &self.notices);
        Counting { reader, notices, user, user_id, wishes: &asker.wishes, until }
    }
}

fn present(
    session: &mut Session,
    reader: &Reader,
    person: &Person,
    found: Vec<Found>,
) -> Result<Vec<Notification>, SyncError> {
    let mut rooms: Vec<i64> = found.iter().map(|found| found.event.room_number).collect();
    rooms.sort_unstable();
    rooms.dedup();
    let known = reader.rooms(session, &rooms)?;
    let viewers = herold_rooms::read::Viewer::load(session, &rooms, &person.user_id, person.user_number)?;
    let (events, rest): (Vec<_>, Vec<_>) =
        found.into_iter().map(|found| (found.event, (found.actions, found.read))).unzip();
    let numbers: Vec<i64> = events.iter().map(|event| event.event_number).collect();
    let mut rest: std::collections::HashMap<i64, _> = numbers.into_iter().zip(rest).collect();
    let presented = reader.present(session, &known, &viewers, person, events)?;
    let told = |event: ClientEvent| {
        let (actions, read) = rest.remove(&event.event_number)?;
        Some(Notification { event, actions, read })
    };
    Ok(presented.into_iter().filter_map(told).collect())
}
