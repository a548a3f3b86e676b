//! A room's state, whole or one entry.

use herold_storage::room_state::{self, OPEN_END};
use ruma::RoomId;

use super::messages::Context;
use super::{ClientEvent, Person, ReadError, Standing, Viewer};
use crate::Rooms;

impl Standing {
    /// The position whose state may be read.
    pub fn position(self) -> Result<i64, ReadError> {
        match self {
            Standing::Now => Ok(OPEN_END - 1),
            Standing::Until(position) => Ok(position),
            Standing::Outside => Err(ReadError::Forbidden),
        }
    }
}

impl Rooms {
    /// The whole state of `room_id`: as it is, or as it was when `person` left.
    pub async fn state(&self, person: Person, room_id: &RoomId) -> Result<Vec<ClientEvent>, ReadError> {
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            let entries = room_state::at(session, &[room.number], viewer.standing().position()?)?;
            let mut context = Context { reader, room: &room, viewer, person: &person };
            context.present(session, entries.into_iter().map(|entry| entry.event).collect())
        })
        .await
    }

    /// One entry of the state of `room_id`.
    pub async fn state_event(
        &self,
        person: Person,
        room_id: &RoomId,
        kind: &str,
        state_key: &str,
    ) -> Result<ClientEvent, ReadError> {
        let key = (kind.to_owned(), state_key.to_owned());
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            let position = viewer.standing().position()?;
            let number = room_state::key_numbers(session, &[key])?.into_values().next();
            let number = number.ok_or(ReadError::NotFound)?;
            let entries = room_state::of_keys_at(session, &[room.number], &[number], position)?;
            let mut context = Context { reader, room: &room, viewer, person: &person };
            let found = context.present(session, entries.into_iter().map(|entry| entry.event).collect())?;
            found.into_iter().next().ok_or(ReadError::NotFound)
        })
        .await
    }
}
