//! An event with what was said around it.

use herold_storage::{room_state, timeline};
use ruma::{EventId, RoomId};

use super::event::visible_event;
use super::ignored::{ignored_users, wants};
use super::messages::{self, keep_a_page};
use super::{ClientEvent, EventFilter, Person, ReadError, Viewer, token_at};
use crate::Rooms;

/// Events around one at most, whatever is asked for.
const AROUND_MAX: usize = 200;

/// An event and its surroundings.
pub struct Context {
    /// The token to read backward from.
    pub start: String,
    /// The token to read forward from.
    pub end: String,
    /// What came before, newest first.
    pub before: Vec<ClientEvent>,
    /// The event.
    pub event: ClientEvent,
    /// What came after, oldest first.
    pub after: Vec<ClientEvent>,
    /// The room's state at the last of these events.
    pub state: Vec<ClientEvent>,
}

impl Rooms {
    /// The event `event_id` with up to `limit` events around it, half before and half after, as `person`
    /// may see them. The filter applies to what is around.
    pub async fn context(
        &self,
        person: Person,
        room_id: &RoomId,
        event_id: &EventId,
        limit: usize,
        filter: EventFilter,
    ) -> Result<Context, ReadError> {
        let event_id = event_id.to_string();
        let committed = *self.storage().committed().borrow();
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            let mut around = messages::Context { reader, room: &room, viewer, person: &person };
            let mut event = visible_event(session, &mut around, &event_id)?;
            let ignored = ignored_users(session, person.user_number, person.user_id())?;
            let limit = limit.min(AROUND_MAX);
            let (half_before, half_after) = (limit / 2, limit - limit / 2);
            let position = event.position;
            let stored = timeline::backwards(session, room.number, position - 1, 0, half_before as i64)?;
            let mut start = stored.last().and_then(|event| event.position).unwrap_or(position) - 1;
            let mut before = around.visible(session, stored)?;
            let stored = timeline::forwards(session, room.number, position, committed, half_after as i64)?;
            let mut end = stored.last().and_then(|event| event.position).unwrap_or(position);
            let mut after = around.visible(session, stored)?;
            start = keep_a_page(&mut before).map_or(start, |position| position - 1);
            end = keep_a_page(&mut after).unwrap_or(end);
            let wanted = |event: &ClientEvent| wants(&ignored, event) && filter.wants(event);
            before.retain(wanted);
            after.retain(wanted);
            let all = before.iter_mut().chain(&mut after).chain([&mut event]).collect();
            around.bundle(session, all)?;
            let last = after.last().map_or(position, |event| event.position);
            let state = if filter.lazy_load_members {
                let mut all: Vec<ClientEvent> = before.iter().chain(&after).cloned().collect();
                all.push(event.clone());
                let mut entries = room_state::at(session, &[room.number], last)?;
                entries.retain(|entry| {
                    entry.event.kind != "m.room.member"
                        || all.iter().any(|event| event.sender().as_str() == entry.state_key)
                });
                entries
            } else {
                room_state::at(session, &[room.number], last)?
            };
            let mut state = around.present(session, state.into_iter().map(|entry| entry.event).collect())?;
            state.retain(|event| filter.wants_kind(event.kind()));
            Ok(Context { start: token_at(start), end: token_at(end), before, event, after, state })
        })
        .await
    }
}
