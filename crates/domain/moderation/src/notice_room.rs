//! Which room is the one in which the server writes to a person (client-server API, "Server Notices").

use herold_storage::notice_rooms;
use ruma::{OwnedRoomId, RoomId};

use crate::{Moderation, ModerationError};

impl Moderation {
    /// The room in which the server writes to a person, if there is one.
    pub async fn notice_room(&self, user_number: i64) -> Result<Option<OwnedRoomId>, ModerationError> {
        let read = self.0.storage.read(move |session| notice_rooms::of_user(session, user_number));
        let found: Option<String> = read.await.map_err(ModerationError::from)?;
        Ok(found.and_then(|room| OwnedRoomId::try_from(room).ok()))
    }

    /// Lets the server write to a person in this room from now on.
    pub async fn set_notice_room(&self, user_number: i64, room_id: &RoomId) -> Result<(), ModerationError> {
        let room_id = room_id.to_string();
        let write = move |transaction: &mut herold_storage::Transaction<'_>| {
            notice_rooms::set(transaction, user_number, &room_id)
        };
        self.0.storage.write(write).await.map_err(ModerationError::from)
    }
}
