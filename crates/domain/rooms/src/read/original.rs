//! What redacted events said (MSC2815): shown to those who may redact in the room, while it is kept.

use herold_storage::{events, redacted_originals};
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{EventId, RoomId, UserId};

use super::{ClientEvent, Person, ReadError};
use crate::turn::{Command, Turn};
use crate::{Rooms, RoomsError};

impl Rooms {
    /// The event `event_id` of `room_id` as it was before it was redacted. One that was not redacted is as it is.
    pub async fn original(
        &self,
        person: Person,
        room_id: &RoomId,
        event_id: &EventId,
    ) -> Result<ClientEvent, RoomsError> {
        let user_id = person.user_id().to_owned();
        let event = self.event(person, room_id, event_id).await?;
        let number = event.event_number;
        let read = self.storage().read(move |session| events::by_number(session, &[number]));
        let stored = read.await?.remove(&number).ok_or(ReadError::NotFound)?;
        if stored.redacted_by.is_none() {
            return Ok(event);
        }
        self.0.run(room_id, &MayRedact { user_id: &user_id }).await?;
        let now_ms = self.0.clock.now_ms();
        let original = self.reading(room_id, move |reader, session, room| {
            let Some(json) = redacted_originals::get(session, number, now_ms)? else { return Ok(None) };
            reader.as_it_was(session, &room, &event, stored, json).map(Some)
        });
        original.await?.ok_or(RoomsError::OriginalGone)
    }

    /// Takes away what redacted events said where it was kept long enough. Answers how many that were.
    pub async fn forget_redacted(&self) -> Result<u64, RoomsError> {
        let (now_ms, mut forgotten) = (self.0.clock.now_ms(), 0);
        // Ends because what a step takes away is gone.
        loop {
            let sweep =
                self.storage().write(move |transaction| redacted_originals::sweep(transaction, now_ms));
            let swept = sweep.await?;
            forgotten += swept;
            if swept == 0 {
                return Ok(forgotten);
            }
        }
    }
}

/// Whether somebody may redact what others sent.
struct MayRedact<'a> {
    user_id: &'a UserId,
}

impl Command for MayRedact<'_> {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        turn.check_joined(self.user_id).await?;
        let levels = turn.power_levels().await?;
        if levels.user(self.user_id) < UserPowerLevel::Int(levels.redact()) {
            return Err(RoomsError::forbidden("only those who may redact see what was redacted"));
        }
        Ok(())
    }
}
