//! Server notices: what the server itself writes to a person, in a room of the two of them that the person
//! cannot refuse (client-server API, "Server Notices").

use herold_accounts::ListedAccount;
use herold_rooms::{CreateRoom, Invite, Preset, Profile, RoomsError, SendMessage};
use ruma::events::TimelineEventType;
use ruma::events::room::member::MembershipState;
use ruma::{OwnedRoomId, OwnedUserId, RoomId};
use serde_json::json;
use serde_json::value::to_raw_value;

use crate::Admin;
use crate::admin::text;

/// The tag by which clients know the room.
const TAG: &str = "m.server_notice";
/// Below the level of everything: people read notices and do not answer them.
const PERSON_LEVEL: i64 = -10;

impl Admin {
    /// Writes `body` to a person. The first time a room is made, and whoever has left it is asked again.
    pub(crate) async fn send_notice(&self, name: &str, body: &str) -> Result<OwnedUserId, String> {
        let user_id = self.accounts.meant(name).map_err(text)?;
        let person = self.accounts.listed(&user_id).await.map_err(text)?;
        let notices = self.accounts.notices_account().await.map_err(text)?;
        if person.user_number == notices.user_number {
            return Err("The server does not write to itself.".to_owned());
        }
        let room_id = match self.moderation.notice_room(person.user_number).await.map_err(text)? {
            Some(room_id) => {
                self.ask_again(&notices.user_id, &room_id, &person).await.map_err(text)?;
                room_id
            }
            None => self.notice_room(&notices.user_id, &person).await?,
        };
        let content = to_raw_value(&json!({ "msgtype": "m.text", "body": body })).map_err(text)?;
        let message = SendMessage {
            room_id,
            sender: notices.user_id,
            kind: TimelineEventType::RoomMessage,
            content,
            transaction: None,
            origin_server_ts: None,
        };
        self.rooms.send(message).await.map_err(text)?;
        Ok(user_id)
    }

    async fn notice_room(
        &self,
        creator: &OwnedUserId,
        person: &ListedAccount,
    ) -> Result<OwnedRoomId, String> {
        let title = self.accounts.settings().notices_name.clone();
        let levels = json!({ "users_default": PERSON_LEVEL });
        let room = CreateRoom {
            creator: creator.clone(),
            creator_profile: Profile { displayname: Some(title.clone()), avatar_url: None },
            version: None,
            preset: Preset::PrivateChat,
            published: false,
            alias_localpart: None,
            name: Some(title),
            topic: None,
            invite: vec![(person.user_id.clone(), Profile::default())],
            is_direct: false,
            creation_content: None,
            initial_state: Vec::new(),
            power_levels: Some(to_raw_value(&levels).map_err(text)?),
        };
        let room_id = self.rooms.create(room).await.map_err(text)?;
        self.moderation.set_notice_room(person.user_number, &room_id).await.map_err(text)?;
        self.accounts.tag_room(person.user_number, &room_id, TAG).await.map_err(text)?;
        Ok(room_id)
    }

    /// Invites a person who has left.
    async fn ask_again(
        &self,
        sender: &OwnedUserId,
        room_id: &RoomId,
        person: &ListedAccount,
    ) -> Result<(), RoomsError> {
        let membership = self.rooms.membership(person.user_number, room_id).await?;
        if matches!(membership, Some(MembershipState::Join | MembershipState::Invite)) {
            return Ok(());
        }
        let invite = Invite {
            room_id: room_id.to_owned(),
            sender: sender.clone(),
            target: person.user_id.clone(),
            target_profile: Profile::default(),
            reason: None,
            is_direct: false,
        };
        self.rooms.invite(invite).await
    }
}
