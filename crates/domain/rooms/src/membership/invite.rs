//! POST /rooms/{roomId}/invite, decided.

use ruma::events::room::member::MembershipState;
use ruma::{OwnedRoomId, OwnedUserId, UserId};

use crate::member::MemberContent;
use crate::turn::{Command, Turn};
use crate::{Inner, Profile, Rooms, RoomsError};

/// Somebody to be invited.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Into this room.
    pub room_id: OwnedRoomId,
    /// By this local user.
    pub sender: OwnedUserId,
    /// Who is invited.
    pub target: OwnedUserId,
    /// What they are called, as far as this server knows.
    pub target_profile: Profile,
    /// Why, in the sender's words.
    pub reason: Option<String>,
    /// Whether the room is meant for the two of them alone.
    pub is_direct: bool,
}

impl Rooms {
    /// Invites a user.
    pub async fn invite(&self, invite: Invite) -> Result<(), RoomsError> {
        self.0.run(&invite.room_id, &invite).await
    }
}

impl Command for Invite {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        turn.check_joined(&self.sender).await?;
        check_reachable(turn.inner, &self.target)?;
        let mut content =
            MemberContent::new(MembershipState::Invite, &self.target_profile, self.reason.as_deref());
        content.is_direct = self.is_direct;
        turn.propose(content.propose(&self.sender, &self.target)?).await?;
        Ok(())
    }
}

/// An invite must reach its user: nobody outside can be reached while this server stands alone.
pub(crate) fn check_reachable(inner: &Inner, user: &UserId) -> Result<(), RoomsError> {
    if user.server_name() == inner.settings.server_name {
        return Ok(());
    }
    let server = user.server_name();
    Err(RoomsError::Unreachable(format!("{server} cannot be reached: this server stands alone")))
}
