//! POST /rooms/{roomId}/leave, decided: leaving, declining an invite, taking back a knock.

use futures::TryStreamExt;
use herold_storage::{memberships, rooms};
use ruma::events::room::member::MembershipState;
use ruma::{OwnedRoomId, RoomId, UserId};

use crate::member::MemberContent;
use crate::turn::{Command, Turn};
use crate::{Profile, Rooms, RoomsError};

/// Rooms in which something is done for the same user at the same time.
pub(super) const ROOMS_AT_ONCE_MAX: usize = 16;

struct Leave<'a> {
    user_id: &'a UserId,
    reason: Option<&'a str>,
}

impl Rooms {
    /// Leaves a room, declines an invite to it or takes back a knock. Who has left already, stays out.
    pub async fn leave(
        &self,
        room_id: &RoomId,
        user_id: &UserId,
        reason: Option<&str>,
    ) -> Result<(), RoomsError> {
        self.0.run(room_id, &Leave { user_id, reason }).await
    }

    /// Takes a user out of all rooms, invites and knocks, as far as each room allows.
    pub async fn leave_all(&self, user_id: &UserId) -> Result<(), RoomsError> {
        let wanted = ["join", "invite", "knock"];
        let rooms = self.rooms_of(user_id, &wanted).await?;
        futures::stream::iter(rooms.into_iter().map(Ok))
            .try_for_each_concurrent(ROOMS_AT_ONCE_MAX, |room_id| async move {
                match self.leave(&room_id, user_id, None).await {
                    Err(error) if error.is_of_the_room() => Ok(()),
                    answer => answer,
                }
            })
            .await
    }

    /// The rooms in which a user has one of these memberships.
    pub(super) async fn rooms_of(
        &self,
        user_id: &UserId,
        wanted: &[&'static str],
    ) -> Result<Vec<OwnedRoomId>, RoomsError> {
        let (user_id, wanted) = (user_id.to_string(), wanted.to_vec());
        let rooms = self
            .0
            .storage
            .read(move |session| {
                let numbers = herold_storage::users::numbers(session, std::slice::from_ref(&user_id))?;
                let Some(number) = numbers.get(&user_id) else { return Ok(Vec::new()) };
                let mut found = memberships::of_user(session, *number)?;
                found.retain(|found| wanted.contains(&found.membership.as_str()));
                let numbers: Vec<i64> = found.iter().map(|found| found.room_number).collect();
                rooms::by_number(session, &numbers)
            })
            .await?;
        Ok(rooms.into_iter().filter_map(|room| OwnedRoomId::try_from(room.room_id).ok()).collect())
    }
}

impl Command for Leave<'_> {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        match turn.membership(self.user_id).await? {
            Some(MembershipState::Leave) => return Ok(()),
            None => return Err(RoomsError::not_a_member()),
            Some(_) => {}
        }
        let content = MemberContent::new(MembershipState::Leave, &Profile::default(), self.reason);
        turn.propose(content.propose(self.user_id, self.user_id)?).await?;
        Ok(())
    }
}
