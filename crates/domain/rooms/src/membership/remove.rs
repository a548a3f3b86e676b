//! Kick, ban and unban, decided.

use ruma::events::room::member::MembershipState;
use ruma::{OwnedRoomId, OwnedUserId};

use crate::member::MemberContent;
use crate::turn::{Command, Turn};
use crate::{Profile, Rooms, RoomsError};

/// Somebody to be put out of a room, or no longer kept out.
#[derive(Clone, Debug)]
pub struct Remove {
    /// The room.
    pub room_id: OwnedRoomId,
    /// The local user who does it.
    pub sender: OwnedUserId,
    /// Whom it is done to.
    pub target: OwnedUserId,
    /// What is done.
    pub removal: Removal,
    /// Why, in the sender's words.
    pub reason: Option<String>,
}

/// What is done to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Put out, free to come back as the room allows; takes back invites and refuses knocks, too.
    Kick,
    /// Put and kept out.
    Ban,
    /// No longer kept out.
    Unban,
}

impl Rooms {
    /// Kicks, bans or unbans a user.
    pub async fn remove(&self, remove: Remove) -> Result<(), RoomsError> {
        self.0.run(&remove.room_id, &remove).await
    }
}

impl Command for Remove {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        turn.check_joined(&self.sender).await?;
        let before = turn.membership(&self.target).await?;
        let membership = match (self.removal, before) {
            (Removal::Ban, _) => MembershipState::Ban,
            (
                Removal::Kick,
                Some(MembershipState::Join | MembershipState::Invite | MembershipState::Knock),
            )
            | (Removal::Unban, Some(MembershipState::Ban)) => MembershipState::Leave,
            (Removal::Kick, _) => return Err(RoomsError::forbidden("this user is not in the room")),
            (Removal::Unban, _) => return Err(RoomsError::forbidden("this user is not banned")),
        };
        let content = MemberContent::new(membership, &Profile::default(), self.reason.as_deref());
        turn.propose(content.propose(&self.sender, &self.target)?).await?;
        Ok(())
    }
}
