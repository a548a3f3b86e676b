//! Rooms as administrators see them: all of them, whoever is in them.

use herold_storage::room_lists;
use ruma::RoomId;

use crate::{Rooms, RoomsError};

pub use herold_storage::room_lists::ListedRoom;

/// Rooms of a page.
const PAGE: i64 = 500;

impl Rooms {
    /// A page of rooms after row number `after`, in the order in which they came.
    pub async fn list(&self, after: i64) -> Result<Vec<ListedRoom>, RoomsError> {
        Ok(self.storage().read(move |session| room_lists::page(session, after, PAGE)).await?)
    }

    /// One room, and how many of its events are kept.
    pub async fn listed(&self, room_id: &RoomId) -> Result<(ListedRoom, i64), RoomsError> {
        let id = room_id.to_string();
        let read = self.storage().read(move |session| {
            let room = room_lists::by_id(session, &id)?.ok_or_else(RoomsError::no_room)?;
            let events = room_lists::count_events(session, room.room_number)?;
            Ok::<_, RoomsError>((room, events))
        });
        read.await
    }
}
