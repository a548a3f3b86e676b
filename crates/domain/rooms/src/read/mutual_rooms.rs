//! The rooms that two people are in.

use herold_storage::{people, users};
use ruma::{OwnedRoomId, UserId};

use super::ReadError;
use crate::Rooms;

/// Rooms in one page.
const PAGE: i64 = 100;

/// A page of the rooms that two people are in.
#[derive(Clone, Debug, Default)]
pub struct MutualRooms {
    /// The rooms.
    pub rooms: Vec<OwnedRoomId>,
    /// Rooms on all pages.
    pub count: usize,
    /// The token of the page after.
    pub next: Option<String>,
}

impl Rooms {
    /// A page of the rooms that a local user and another are in; none with somebody whom nobody knows.
    pub async fn mutual_rooms(
        &self,
        user_number: i64,
        other: &UserId,
        from: Option<&str>,
    ) -> Result<MutualRooms, ReadError> {
        // A token is the number of the last room that was told.
        let after = from.map_or(Ok(0), |from| from.parse::<i64>().map_err(|_| ReadError::InvalidToken))?;
        let ids = [other.to_string()];
        self.storage()
            .read(move |session| {
                let Some(other) = users::numbers(session, &ids)?.into_values().next() else {
                    return Ok(MutualRooms::default());
                };
                let (mut found, count) = people::mutual_rooms(session, user_number, other, after, PAGE + 1)?;
                let more = found.len() as i64 > PAGE;
                if more {
                    found.pop();
                }
                let next = found.last().filter(|_| more).map(|(number, _)| number.to_string());
                let rooms = found.into_iter().filter_map(|(_, id)| OwnedRoomId::try_from(id).ok());
                Ok(MutualRooms {
                    rooms: rooms.collect(),
                    count: usize::try_from(count).unwrap_or_default(),
                    next,
                })
            })
            .await
    }
}
