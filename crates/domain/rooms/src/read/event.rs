//! One event by its id.

use herold_storage::{Session, events};
use ruma::{EventId, OwnedRoomId, RoomId};

use super::messages::Context;
use super::{ClientEvent, Person, ReadError, Standing, Viewer};
use crate::Rooms;

impl Rooms {
    /// The event `event_id` of `room_id`, if `person` may see it.
    pub async fn event(
        &self,
        person: Person,
        room_id: &RoomId,
        event_id: &EventId,
    ) -> Result<ClientEvent, ReadError> {
        let event_id = event_id.to_string();
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            let mut context = Context { reader, room: &room, viewer, person: &person };
            let mut event = visible_event(session, &mut context, &event_id)?;
            context.bundle(session, vec![&mut event])?;
            Ok(event)
        })
        .await
        // Whoever may not read the room learns no more than that there is nothing to see.
        .map_err(|error| if matches!(error, ReadError::Forbidden) { ReadError::NotFound } else { error })
    }

    /// The event `event_id` of whichever room, if `person` may see it.
    pub async fn event_anywhere(&self, person: Person, event_id: &EventId) -> Result<ClientEvent, ReadError> {
        let (reader, wanted) = (self.reader().clone(), event_id.to_string());
        let find = move |session: &mut Session| -> Result<Option<OwnedRoomId>, ReadError> {
            let Some(found) = events::by_id(session, &[wanted])?.into_values().next() else {
                return Ok(None);
            };
            let rooms = reader.rooms(session, &[found.room_number])?;
            Ok(rooms.get(&found.room_number).map(|room| room.id.clone()))
        };
        let room_id = self.storage().read(find).await?.ok_or(ReadError::NotFound)?;
        self.event(person, &room_id, event_id).await
    }
}

/// The event, if it is in the context's room and the person may see it.
pub(super) fn visible_event(
    session: &mut Session,
    context: &mut Context<'_>,
    event_id: &str,
) -> Result<ClientEvent, ReadError> {
    if context.viewer.standing() == Standing::Outside {
        return Err(ReadError::Forbidden);
    }
    let found = events::by_id(session, &[event_id.to_owned()])?;
    let here: Vec<_> = found.into_values().filter(|event| event.room_number == context.room.number).collect();
    context.visible(session, here)?.pop().ok_or(ReadError::NotFound)
}
