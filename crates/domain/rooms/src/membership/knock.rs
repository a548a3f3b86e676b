//! POST /knock/{roomIdOrAlias}, decided.

use ruma::events::room::member::MembershipState;
use ruma::{OwnedRoomId, OwnedUserId};

use crate::member::MemberContent;
use crate::turn::{Command, Turn};
use crate::{Profile, Rooms, RoomsError};

/// Somebody who asks to be let in.
#[derive(Clone, Debug)]
pub struct Knock {
    /// Into this room.
    pub room_id: OwnedRoomId,
    /// The local user.
    pub user_id: OwnedUserId,
    /// What they are called.
    pub profile: Profile,
    /// Why, in their words.
    pub reason: Option<String>,
}

impl Rooms {
    /// Knocks at a room.
    pub async fn knock(&self, knock: Knock) -> Result<(), RoomsError> {
        self.check_exists(&knock.room_id).await?;
        self.0.run(&knock.room_id, &knock).await
    }
}

impl Command for Knock {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let content = MemberContent::new(MembershipState::Knock, &self.profile, self.reason.as_deref());
        turn.propose(content.propose(&self.user_id, &self.user_id)?).await?;
        Ok(())
    }
}
