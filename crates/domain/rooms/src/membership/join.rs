//! POST /rooms/{roomId}/join, decided.

use ruma::events::StateEventType;
use ruma::events::room::member::MembershipState;
use ruma::{OwnedRoomId, OwnedUserId, RoomId};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::member::{MemberContent, json};
use crate::state::lets_guests_in;
use crate::turn::{Command, Turn};
use crate::{Profile, Rooms, RoomsError};

/// Somebody who wants to join.
#[derive(Clone, Debug)]
pub struct Join {
    /// This room.
    pub room_id: OwnedRoomId,
    /// The local user.
    pub user_id: OwnedUserId,
    /// What they are called.
    pub profile: Profile,
    /// Why, in their words.
    pub reason: Option<String>,
    /// Whether they are a guest.
    pub guest: bool,
    /// What an identity service gave them for an invite by e-mail or telephone.
    pub third_party_signed: Option<ThirdPartySigned>,
    /// Further content of the member event; nothing that a member event is made of.
    pub content: Map<String, Value>,
}

/// An identity service's word that an invite by e-mail or telephone is meant for a user.
#[derive(Clone, Debug)]
pub struct ThirdPartySigned {
    /// Who sent the invite.
    pub sender: OwnedUserId,
    /// The whole of it: `mxid`, `sender`, `token`, `signatures`.
    pub signed: Box<RawValue>,
}

impl Rooms {
    /// Joins a room; whoever is in it already, stays.
    pub async fn join(&self, join: Join) -> Result<(), RoomsError> {
        self.check_exists(&join.room_id).await?;
        self.0.run(&join.room_id, &join).await
    }

    /// Checks that this server knows the room: no other server can be asked.
    pub(crate) async fn check_exists(&self, room_id: &RoomId) -> Result<(), RoomsError> {
        let room = room_id.to_string();
        let found =
            self.0.storage.read(move |session| herold_storage::rooms::by_id(session, &[room])).await?;
        if found.is_empty() { Err(RoomsError::no_room()) } else { Ok(()) }
    }
}

impl Command for Join {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let keys = [
            (StateEventType::RoomMember, self.user_id.to_string()),
            (StateEventType::RoomJoinRules, String::new()),
            (StateEventType::RoomCreate, String::new()),
            (StateEventType::RoomPowerLevels, String::new()),
        ];
        turn.look_at(&keys).await?;
        let before = turn.membership(&self.user_id).await?;
        if before == Some(MembershipState::Join) {
            return Ok(());
        }
        if self.guest {
            check_guest_access(turn).await?;
        }
        let mut invited = before == Some(MembershipState::Invite);
        if let (Some(signed), false) = (&self.third_party_signed, invited) {
            self.exchange(turn, signed).await?;
            invited = true;
        }
        let mut content = MemberContent::new(MembershipState::Join, &self.profile, self.reason.as_deref());
        content.join_authorised_via_users_server = turn.voucher(&self.user_id, invited).await?;
        content.further = self.content.clone();
        turn.propose(content.propose(&self.user_id, &self.user_id)?).await?;
        Ok(())
    }
}

impl Join {
    /// Turns an invite by e-mail or telephone into one of the user, in the name of who sent it.
    async fn exchange(&self, turn: &mut Turn<'_>, signed: &ThirdPartySigned) -> Result<(), RoomsError> {
        if signed.sender.server_name() != turn.inner.settings.server_name {
            return Err(RoomsError::forbidden("the server that sent this invite cannot be reached"));
        }
        let mut content = MemberContent::new(MembershipState::Invite, &self.profile, None);
        content.third_party_invite = Some(json(&serde_json::json!({
            "display_name": self.user_id.localpart(),
            "signed": signed.signed,
        }))?);
        turn.propose(content.propose(&signed.sender, &self.user_id)?).await?;
        Ok(())
    }
}

/// Guests join only where `m.room.guest_access` says so.
pub(super) async fn check_guest_access(turn: &mut Turn<'_>) -> Result<(), RoomsError> {
    let event = turn.state(StateEventType::RoomGuestAccess, "").await?;
    let let_in = event.is_some_and(|event| lets_guests_in(event.content()));
    let_in.then_some(()).ok_or(RoomsError::GuestForbidden)
}
