//! The children of an event, and theirs (client-server API, "Relationships API").

use herold_storage::relations::{Descent, descendants_backwards, descendants_forwards};
use herold_storage::{Session, events, users};
use ruma::{EventId, RoomId};

use super::event::visible_event;
use super::ignored::ignored_users;
use super::messages::{Context, PAGE_MAX};
use super::{ClientEvent, Direction, Person, ReadError, Viewer, position_of, token_at};
use crate::Rooms;

/// Relations followed downwards from an event at most.
pub const DEPTH_MAX: i64 = 8;
/// Events of a page where nobody says how many.
const PAGE_DEFAULT: usize = 50;
/// Events looked at for one page at most.
const LOOKED_AT_MAX: usize = 5_000;

/// Which children of an event are wanted.
#[derive(Clone, Debug)]
pub struct RelationsQuery {
    /// Only those that relate to their parent so.
    pub rel_type: Option<String>,
    /// Only those of this type.
    pub kind: Option<String>,
    /// The token to begin at; without one, the newest child (backward) or the oldest (forward).
    pub from: Option<String>,
    /// The token to end at.
    pub to: Option<String>,
    /// Which way.
    pub direction: Direction,
    /// Events wanted at most.
    pub limit: Option<usize>,
    /// Whether children of children are wanted too, down to [`DEPTH_MAX`].
    pub recurse: bool,
}

/// A page of an event's children.
pub struct RelationsPage {
    /// The events, in the direction asked for.
    pub chunk: Vec<ClientEvent>,
    /// The token of where the next page begins; none when there is nothing more that way.
    pub next: Option<String>,
    /// The token of where this page begins; none for the first one.
    pub previous: Option<String>,
}

impl Rooms {
    /// Those children of the event `event_id` that `person` may see, if they may see the event itself.
    pub async fn relations(
        &self,
        person: Person,
        room_id: &RoomId,
        event_id: &EventId,
        query: RelationsQuery,
    ) -> Result<RelationsPage, ReadError> {
        let event_id = event_id.to_string();
        let from = query.from.as_deref().map(position_of).transpose()?;
        let to = query.to.as_deref().map(position_of).transpose()?;
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            let mut context = Context { reader, room: &room, viewer, person: &person };
            let parent = visible_event(session, &mut context, &event_id)?;
            let ignored: Vec<String> =
                ignored_users(session, person.user_number, person.user_id())?.into_iter().collect();
            let ignored: Vec<i64> = users::numbers(session, &ignored)?.into_values().collect();
            let descent = Descent {
                ancestor: parent.event_number,
                depth: if query.recurse { DEPTH_MAX } else { 1 },
                rel_type: query.rel_type.as_deref(),
                kind: query.kind.as_deref(),
                ignored: &ignored,
            };
            let (first, stop) = match query.direction {
                Direction::Backward => (i64::MAX, 0),
                Direction::Forward => (0, i64::MAX),
            };
            let (place, stop) = (from.unwrap_or(first), to.unwrap_or(stop));
            let mut walk = Walk { descent, direction: query.direction, place, stop, exhausted: false };
            let limit = query.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
            let mut chunk = walk.collect(session, &mut context, limit)?;
            context.bundle(session, chunk.iter_mut().collect())?;
            let next = (!walk.exhausted).then(|| token_at(walk.place));
            Ok(RelationsPage { chunk, next, previous: from.map(token_at) })
        })
        .await
        // Whoever may not read the room learns no more than that there is no such event.
        .map_err(|error| if matches!(error, ReadError::Forbidden) { ReadError::NotFound } else { error })
    }
}

/// A walk along the descendants of an event. A place is right after the position it names.
struct Walk<'a> {
    descent: Descent<'a>,
    direction: Direction,
    place: i64,
    stop: i64,
    exhausted: bool,
}

impl Walk<'_> {
    /// Up to `limit` events that are visible.
    fn collect(
        &mut self,
        session: &mut Session,
        context: &mut Context<'_>,
        limit: usize,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        let mut chunk = Vec::new();
        let mut looked_at = 0;
        while chunk.len() < limit && looked_at < LOOKED_AT_MAX && !self.exhausted {
            // One more than wanted tells whether anything is left.
            let wanted = limit - chunk.len() + 1;
            let place = (self.place, self.stop);
            let mut numbers = match self.direction {
                Direction::Backward => descendants_backwards(session, &self.descent, place, wanted as i64)?,
                Direction::Forward => descendants_forwards(session, &self.descent, place, wanted as i64)?,
            };
            looked_at += numbers.len();
            self.exhausted = numbers.len() < wanted;
            if !self.exhausted {
                numbers.pop();
            }
            let mut found = events::by_number(session, &numbers)?;
            let stored: Vec<_> = numbers.iter().filter_map(|number| found.remove(number)).collect();
            if let Some(position) = stored.last().and_then(|event| event.position) {
                self.place = match self.direction {
                    Direction::Backward => position - 1,
                    Direction::Forward => position,
                };
            }
            chunk.extend(context.visible(session, stored)?);
        }
        Ok(chunk)
    }
}
