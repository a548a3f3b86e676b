//! POST /rooms/{roomId}/forget.

use herold_storage::{StorageError, memberships, rooms};
use ruma::RoomId;

use crate::{Rooms, RoomsError};

impl Rooms {
    /// Hides a room that the user has left, or was put out of, until they come back.
    pub async fn forget(&self, room_id: &RoomId, user_number: i64) -> Result<(), RoomsError> {
        let room_id = room_id.to_string();
        let forgotten = self
            .0
            .storage
            .write(move |transaction| -> Result<bool, StorageError> {
                let Some(room) = rooms::by_id(transaction, &[room_id])?.pop() else { return Ok(true) };
                let found = memberships::of_user_in(transaction, user_number, room.room_number)?;
                let out = found.is_none_or(|found| matches!(found.membership.as_str(), "leave" | "ban"));
                if out {
                    memberships::forget(transaction, user_number, room.room_number)?;
                }
                Ok(out)
            })
            .await?;
        if forgotten { Ok(()) } else { Err(RoomsError::StillInRoom) }
    }
}
