//! The threads of a room, that with the newest event first (client-server API, "Querying threads in a room").

use std::collections::{HashMap, HashSet};

use herold_storage::relations::newest_of_threads;
use herold_storage::{Session, events, users};
use ruma::RoomId;

use super::ignored::ignored_users;
use super::messages::Context;
use super::{ClientEvent, Person, ReadError, Standing, Viewer, position_of, token_at};
use crate::Rooms;

/// Threads of a page where nobody says how many.
const PAGE_DEFAULT: usize = 20;
/// Threads of a page at most.
const PAGE_MAX: usize = 100;
/// Threads of a room looked at for one page at most.
const LOOKED_AT_MAX: usize = 1_000;

/// Which threads are wanted.
#[derive(Clone, Debug)]
pub struct ThreadsQuery {
    /// Only those that the person has begun or written in.
    pub participated: bool,
    /// The token of where the page begins; without one it is the first.
    pub from: Option<String>,
    /// Threads wanted at most.
    pub limit: Option<usize>,
}

/// A page of threads.
pub struct ThreadsPage {
    /// The threads' roots with their bundles.
    pub chunk: Vec<ClientEvent>,
    /// The token of where the next page begins; none when this is the last.
    pub next: Option<String>,
}

impl Rooms {
    /// A page of the threads of `room_id`, as `person` may see them.
    pub async fn threads(
        &self,
        person: Person,
        room_id: &RoomId,
        query: ThreadsQuery,
    ) -> Result<ThreadsPage, ReadError> {
        let from = query.from.as_deref().map(position_of).transpose()?;
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            if viewer.standing() == Standing::Outside {
                return Err(ReadError::Forbidden);
            }
            let context = Context { reader, room: &room, viewer, person: &person };
            let ignored = ignored_users(session, person.user_number, person.user_id())?;
            let numbers: Vec<String> = ignored.iter().cloned().collect();
            let numbers = users::numbers(session, &numbers)?.into_values().collect();
            let participant = query.participated.then_some(person.user_number);
            let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
            let mut listing = Listing {
                context,
                ignored,
                ignored_numbers: numbers,
                participant,
                from: from.unwrap_or(i64::MAX),
            };
            listing.page(session, limit)
        })
        .await
    }
}

struct Listing<'a> {
    context: Context<'a>,
    ignored: HashSet<String>,
    ignored_numbers: Vec<i64>,
    participant: Option<i64>,
    /// Threads whose newest event is at or before this position.
    from: i64,
}

impl Listing<'_> {
    fn page(&mut self, session: &mut Session, limit: usize) -> Result<ThreadsPage, ReadError> {
        // Who sees everything in the room sees threads end where they end. For everybody else a thread ends
        // with the last event that they see: only all of them together can be put in order.
        let sees_all = self.context.viewer.sees_everything();
        let wanted = if sees_all { limit + 1 } else { LOOKED_AT_MAX };
        let newest = if sees_all { self.from } else { i64::MAX };
        let room = self.context.room.number;
        let threads =
            newest_of_threads(session, room, &self.ignored_numbers, self.participant, newest, wanted as i64)?;
        let roots: Vec<i64> = threads.iter().map(|(root, _)| *root).collect();
        let mut roots = self.roots(session, &roots)?;
        roots.retain(|(newest, _)| *newest <= self.from);
        roots.sort_by_key(|(newest, _)| std::cmp::Reverse(*newest));
        let more = if sees_all { threads.len() > limit } else { roots.len() > limit };
        roots.truncate(limit);
        // A thread that cannot be shown may have taken a place: the page goes on after the last one looked at.
        let last = if sees_all {
            threads.get(limit.min(threads.len()).saturating_sub(1)).map(|(_, newest)| *newest)
        } else {
            None
        };
        let last = roots.last().map(|(newest, _)| *newest).into_iter().chain(last).min();
        let next = last.filter(|_| more).map(|newest| token_at(newest - 1));
        Ok(ThreadsPage { chunk: roots.into_iter().map(|(_, root)| root).collect(), next })
    }

    /// Those of the roots that can be shown, bundled, each with the position of its newest event. The root of
    /// somebody ignored is shown redacted.
    fn roots(
        &mut self,
        session: &mut Session,
        numbers: &[i64],
    ) -> Result<Vec<(i64, ClientEvent)>, ReadError> {
        let stored: Vec<_> = events::by_number(session, numbers)?.into_values().collect();
        let by_number: HashMap<i64, _> =
            stored.iter().map(|event| (event.event_number, event.clone())).collect();
        let mut roots = self.context.visible(session, stored)?;
        for root in &mut roots {
            if self.ignored.contains(root.sender().as_str())
                && root.state_key().is_none()
                && let Some(stored) = by_number.get(&root.event_number)
            {
                *root = root.redacted_from(stored)?;
            }
        }
        self.context.bundle(session, roots.iter_mut().collect())?;
        Ok(roots.into_iter().filter_map(|root| Some((root.thread_position()?, root))).collect())
    }
}
