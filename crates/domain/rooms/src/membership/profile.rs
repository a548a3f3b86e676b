//! A new name or picture, told to all rooms its user is in.

use futures::TryStreamExt;
use ruma::UserId;
use ruma::events::StateEventType;
use ruma::events::room::member::MembershipState;
use serde_json::{Map, Value};

use super::leave::ROOMS_AT_ONCE_MAX;
use crate::member::json;
use crate::turn::{Command, Proposal, Turn};
use crate::{Profile, Rooms, RoomsError};

struct UpdateProfile<'a> {
    user_id: &'a UserId,
    profile: &'a Profile,
}

impl Rooms {
    /// Tells the profile to all rooms that the user is in; rooms that know it already are left alone.
    pub async fn update_profile(&self, user_id: &UserId, profile: &Profile) -> Result<(), RoomsError> {
        let rooms = self.rooms_of(user_id, &["join"]).await?;
        futures::stream::iter(rooms.into_iter().map(Ok))
            .try_for_each_concurrent(ROOMS_AT_ONCE_MAX, |room_id| async move {
                match self.0.run(&room_id, &UpdateProfile { user_id, profile }).await {
                    // A room may have changed meanwhile so that it no longer takes it, or its policy server may not.
                    Err(error) if error.is_of_the_room() => Ok(()),
                    answer => answer,
                }
            })
            .await
    }
}

impl Command for UpdateProfile<'_> {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        if turn.membership(self.user_id).await? != Some(MembershipState::Join) {
            return Ok(());
        }
        let current = turn.state(StateEventType::RoomMember, self.user_id.as_str()).await?;
        let before: Map<String, Value> =
            current.and_then(|event| serde_json::from_str(event.content().get()).ok()).unwrap_or_default();
        let mut content = before.clone();
        for (name, value) in
            [("displayname", &self.profile.displayname), ("avatar_url", &self.profile.avatar_url)]
        {
            match value {
                Some(value) => content.insert(name.to_owned(), Value::from(value.as_str())),
                None => content.remove(name),
            };
        }
        if content == before {
            return Ok(());
        }
        // These told how and why the user came in, not what they are called.
        for name in ["reason", "join_authorised_via_users_server", "is_direct", "third_party_invite"] {
            content.remove(name);
        }
        let content = json(&content)?;
        let member = self.user_id.as_str();
        turn.propose(Proposal::state(self.user_id, StateEventType::RoomMember, member, content)).await?;
        Ok(())
    }
}
