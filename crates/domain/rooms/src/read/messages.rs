//! Paging through a room's timeline, both ways.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_storage::{Session, room_state, timeline};
use ruma::RoomId;

use super::ignored::{ignored_users, wants};
use super::{
    Bundling, ClientEvent, EventFilter, Person, ReadError, Reader, Room, Standing, Viewer, position_of,
    token_at,
};
use crate::Rooms;

/// Events in one page at most, whatever is asked for.
pub(super) const PAGE_MAX: usize = 1_000;
/// Bytes of events in one page, about: a page ends with the event that reaches it.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Events read from the database at once.
const STEP_MAX: usize = 100;
/// Events looked at for one page at most: a filter that lets little through ends the page early.
const LOOKED_AT_MAX: usize = 10_000;

/// Which way to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From new to old.
    Backward,
    /// From old to new.
    Forward,
}

/// What to page through.
#[derive(Clone, Debug)]
pub struct MessagesQuery {
    /// The token to begin at; without one, the newest event (backward) or the oldest (forward).
    pub from: Option<String>,
    /// The token to end at.
    pub to: Option<String>,
    /// Which way.
    pub direction: Direction,
    /// Events wanted, at most.
    pub limit: usize,
    /// Which events.
    pub filter: EventFilter,
}

/// A page of a timeline.
pub struct Page {
    /// The token of where the page begins.
    pub start: String,
    /// The token of where the next page begins; none when there is nothing more that way.
    pub end: Option<String>,
    /// The events, in the direction asked for.
    pub chunk: Vec<ClientEvent>,
    /// The members who sent them, where members are loaded lazily.
    pub state: Vec<ClientEvent>,
}

impl Rooms {
    /// A page of `room_id`'s timeline as `person` may see it.
    pub async fn messages(
        &self,
        person: Person,
        room_id: &RoomId,
        query: MessagesQuery,
    ) -> Result<Page, ReadError> {
        let from = query.from.as_deref().map(position_of).transpose()?;
        let to = query.to.as_deref().map(position_of).transpose()?;
        let committed = *self.storage().committed().borrow();
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            if viewer.standing() == Standing::Outside {
                return Err(ReadError::Forbidden);
            }
            let mut paging = Paging::new(&query, from, to, committed);
            let mut context = Context { reader, room: &room, viewer, person: &person };
            let ignored = ignored_users(session, person.user_number, person.user_id())?;
            let mut chunk = paging.collect(session, &mut context, &query, &ignored)?;
            context.bundle(session, chunk.iter_mut().collect())?;
            let state = if query.filter.lazy_load_members {
                context.members_of(session, &chunk, paging.place)?
            } else {
                Vec::new()
            };
            Ok(Page {
                start: token_at(paging.start),
                end: (!paging.exhausted).then(|| token_at(paging.place)),
                chunk,
                state,
            })
        })
        .await
    }
}

/// What presenting events of one room to one person takes.
pub(super) struct Context<'a> {
    pub(super) reader: &'a Reader,
    pub(super) room: &'a Arc<Room>,
    pub(super) viewer: Viewer,
    pub(super) person: &'a Person,
}

impl Context<'_> {
    /// Those of `stored` that the person may see, ready for them.
    pub(super) fn visible(
        &mut self,
        session: &mut Session,
        mut stored: Vec<herold_storage::events::StoredEvent>,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        self.viewer.load_differences(session, &stored)?;
        stored.retain(|event| self.viewer.may_see(event));
        self.present(session, stored)
    }

    /// `stored`, which the person may see, ready for them.
    pub(super) fn present(
        &mut self,
        session: &mut Session,
        stored: Vec<herold_storage::events::StoredEvent>,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        let rooms = HashMap::from([(self.room.number, Arc::clone(self.room))]);
        let viewers = HashMap::from([(self.room.number, std::mem::take(&mut self.viewer))]);
        let presented = self.reader.present(session, &rooms, &viewers, self.person, stored);
        self.viewer = viewers.into_values().next().unwrap_or_default();
        presented
    }

    /// Adds to `events` what is bundled with them.
    pub(super) fn bundle(
        &self,
        session: &mut Session,
        events: Vec<&mut ClientEvent>,
    ) -> Result<(), ReadError> {
        let rooms = HashMap::from([(self.room.number, Arc::clone(self.room))]);
        let viewers = HashMap::from([(self.room.number, self.viewer.clone())]);
        let bundling = Bundling {
            rooms: &rooms,
            viewers: &viewers,
            person: self.person,
            ignored: None,
            until: i64::MAX,
        };
        self.reader.bundle(session, &bundling, events)
    }

    /// The member events of those who sent `chunk`, as of `position`.
    pub(super) fn members_of(
        &mut self,
        session: &mut Session,
        chunk: &[ClientEvent],
        position: i64,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        let senders: HashSet<&str> = chunk.iter().map(|event| event.sender().as_str()).collect();
        let keys: Vec<(String, String)> =
            senders.into_iter().map(|sender| ("m.room.member".to_owned(), sender.to_owned())).collect();
        let newest = chunk.iter().map(|event| event.position).max().unwrap_or(position);
        let numbers: Vec<i64> = room_state::key_numbers(session, &keys)?.into_values().collect();
        let entries = room_state::of_keys_at(session, &[self.room.number], &numbers, newest)?;
        self.present(session, entries.into_iter().map(|entry| entry.event).collect())
    }
}

/// A walk along the timeline. A place is between two positions: right after the one it names.
struct Paging {
    start: i64,
    place: i64,
    stop: i64,
    exhausted: bool,
}

impl Paging {
    fn new(query: &MessagesQuery, from: Option<i64>, to: Option<i64>, committed: i64) -> Self {
        let (start, stop) = match query.direction {
            Direction::Backward => (from.unwrap_or(committed), to.unwrap_or(0)),
            Direction::Forward => (from.unwrap_or(0), to.unwrap_or(committed).min(committed)),
        };
        Self { start, place: start, stop, exhausted: false }
    }

    /// Up to `query.limit` events that are visible and wanted.
    fn collect(
        &mut self,
        session: &mut Session,
        context: &mut Context<'_>,
        query: &MessagesQuery,
        ignored: &HashSet<String>,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        let limit = query.limit.clamp(1, PAGE_MAX);
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        let mut looked_at = 0;
        while chunk.len() < limit && bytes < PAGE_BYTES_MAX && looked_at < LOOKED_AT_MAX && !self.exhausted {
            // One more than wanted tells whether anything is left.
            let wanted = (limit - chunk.len()).min(STEP_MAX) + 1;
            let mut stored = self.step(session, context.room.number, query.direction, wanted as i64)?;
            looked_at += stored.len();
            self.exhausted = stored.len() < wanted;
            if !self.exhausted {
                stored.pop();
            }
            if let Some(position) = stored.last().and_then(|event| event.position) {
                self.place = beyond(position, query.direction);
            }
            let visible = context.visible(session, stored)?;
            let wanted = |event: &ClientEvent| wants(ignored, event) && query.filter.wants(event);
            for event in visible.into_iter().filter(wanted) {
                bytes += event.size();
                let position = event.position;
                chunk.push(event);
                if bytes >= PAGE_BYTES_MAX {
                    (self.place, self.exhausted) = (beyond(position, query.direction), false);
                    break;
                }
            }
        }
        Ok(chunk)
    }

    fn step(
        &self,
        session: &mut Session,
        room: i64,
        direction: Direction,
        limit: i64,
    ) -> Result<Vec<herold_storage::events::StoredEvent>, ReadError> {
        Ok(match direction {
            Direction::Backward => timeline::backwards(session, room, self.place, self.stop, limit)?,
            Direction::Forward => timeline::forwards(session, room, self.place, self.stop, limit)?,
        })
    }
}

/// The place after an event, in the direction of reading.
fn beyond(position: i64, direction: Direction) -> i64 {
    match direction {
        Direction::Backward => position - 1,
        Direction::Forward => position,
    }
}

/// Keeps the first of `events`, as many bytes of them as a page holds; the position of the last one kept, where
/// some were left out.
pub(super) fn keep_a_page(events: &mut Vec<ClientEvent>) -> Option<i64> {
    let mut bytes = 0;
    let kept = events.iter().take_while(|event| {
        let fits = bytes < PAGE_BYTES_MAX;
        bytes += event.size();
        fits
    });
    let kept = kept.count();
    let cut = kept < events.len();
    events.truncate(kept);
    events.last().filter(|_| cut).map(|event| event.position)
}
