//! Who is, was, or is asked to be in a room.

use herold_storage::events::StoredEvent;
use herold_storage::{Session, StorageError, memberships, room_state, rooms, users};
use ruma::events::room::member::MembershipState;
use ruma::{OwnedRoomId, OwnedUserId, RoomId};
use serde_json::Value;

use super::messages::Context;
use super::{ClientEvent, Person, ReadError, Reader, Room, Viewer, position_of};
use crate::Rooms;

/// Which members are wanted. With both memberships given, either suffices.
#[derive(Clone, Debug, Default)]
pub struct MemberQuery {
    /// As of this token; without one, as it is now.
    pub at: Option<String>,
    /// Only this membership.
    pub membership: Option<MembershipState>,
    /// Not this membership.
    pub not_membership: Option<MembershipState>,
}

/// Somebody who is in a room, with the profile their member event tells.
#[derive(Clone, Debug)]
pub struct JoinedMember {
    /// Who.
    pub user_id: OwnedUserId,
    /// Their name in the room.
    pub display_name: Option<String>,
    /// Their picture in the room.
    pub avatar_url: Option<String>,
}

impl Rooms {
    /// The member events of `room_id`.
    pub async fn members(
        &self,
        person: Person,
        room_id: &RoomId,
        query: MemberQuery,
    ) -> Result<Vec<ClientEvent>, ReadError> {
        let at = query.at.as_deref().map(position_of).transpose()?;
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            let latest = viewer.standing().position()?;
            let events: Vec<StoredEvent> = member_events(session, &room, at.unwrap_or(latest).min(latest))?
                .into_iter()
                .filter(|event| {
                    let membership = membership_of(event);
                    match (&query.membership, &query.not_membership) {
                        (None, None) => true,
                        (wanted, unwanted) => {
                            wanted.as_ref().is_some_and(|wanted| membership == *wanted)
                                || unwanted.as_ref().is_some_and(|unwanted| membership != *unwanted)
                        }
                    }
                })
                .collect();
            let mut context = Context { reader, room: &room, viewer, person: &person };
            context.present(session, events)
        })
        .await
    }

    /// Everybody who is in `room_id`. Only for those who are in it themselves.
    pub async fn joined_members(
        &self,
        person: Person,
        room_id: &RoomId,
    ) -> Result<Vec<JoinedMember>, ReadError> {
        self.reading(room_id, move |_, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            if viewer.membership() != MembershipState::Join {
                return Err(ReadError::Forbidden);
            }
            let events = member_events(session, &room, viewer.standing().position()?)?;
            Ok(events.iter().filter_map(joined_member).collect())
        })
        .await
    }

    /// A user's membership in `room_id`, where they ever had one.
    pub async fn membership(
        &self,
        user_number: i64,
        room_id: &RoomId,
    ) -> Result<Option<MembershipState>, StorageError> {
        let ids = [room_id.to_string()];
        self.storage()
            .read(move |session| {
                let Some(room) = rooms::by_id(session, &ids)?.pop() else { return Ok(None) };
                let found = memberships::of_user_in(session, user_number, room.room_number)?;
                Ok(found.map(|found| found.membership.into()))
            })
            .await
    }

    /// The rooms that a user is in.
    pub async fn joined_rooms(&self, user_number: i64) -> Result<Vec<OwnedRoomId>, ReadError> {
        let reader = self.reader().clone();
        self.storage()
            .read(move |session| {
                let joined: Vec<i64> = memberships::of_user(session, user_number)?
                    .iter()
                    .filter(|membership| membership.membership == "join")
                    .map(|membership| membership.room_number)
                    .collect();
                let rooms = reader.rooms(session, &joined)?;
                Ok(rooms.into_values().map(|room| room.id.clone()).collect())
            })
            .await
    }

    /// The local users who share a room with `user_number`, themselves included.
    pub async fn people_around(&self, user_number: i64) -> Result<Vec<OwnedUserId>, ReadError> {
        self.storage()
            .read(move |session| {
                let rooms: Vec<i64> = memberships::of_user(session, user_number)?
                    .iter()
                    .filter(|membership| membership.membership == "join")
                    .map(|membership| membership.room_number)
                    .collect();
                let members = memberships::of_rooms(session, &rooms, &["join".to_owned()])?;
                let mut numbers: Vec<i64> = members.iter().map(|member| member.user_number).collect();
                numbers.push(user_number);
                numbers.sort_unstable();
                numbers.dedup();
                let ids = users::ids(session, &numbers)?;
                Ok(ids.into_values().filter_map(|id| OwnedUserId::try_from(id).ok()).collect())
            })
            .await
    }
}

fn member_events(session: &mut Session, room: &Room, position: i64) -> Result<Vec<StoredEvent>, ReadError> {
    let kinds = ["m.room.member".to_owned()];
    let entries = room_state::of_kinds_at(session, &[room.number], &kinds, position)?;
    Ok(entries.into_iter().map(|entry| entry.event).collect())
}

fn parsed(event: &StoredEvent) -> Value {
    serde_json::from_str(&event.json).unwrap_or_default()
}

fn membership_of(event: &StoredEvent) -> MembershipState {
    parsed(event)["content"]["membership"].as_str().map_or(MembershipState::Leave, MembershipState::from)
}

fn joined_member(event: &StoredEvent) -> Option<JoinedMember> {
    let parsed = parsed(event);
    let content = &parsed["content"];
    let text = |name: &str| content[name].as_str().map(str::to_owned);
    (content["membership"] == "join").then_some(())?;
    Some(JoinedMember {
        user_id: parsed["state_key"].as_str()?.try_into().ok()?,
        display_name: text("displayname"),
        avatar_url: text("avatar_url"),
    })
}

impl Rooms {
    /// Runs `with` in a snapshot on the room of this id; [`ReadError::Forbidden`] when there is none.
    pub(super) async fn reading<T, F>(&self, room_id: &RoomId, with: F) -> Result<T, ReadError>
    where
        T: Send + 'static,
        F: FnOnce(&Reader, &mut Session, std::sync::Arc<Room>) -> Result<T, ReadError> + Send + 'static,
    {
        let (reader, room_id) = (self.reader().clone(), room_id.to_owned());
        self.storage()
            .read(move |session| {
                let room = reader.room(session, &room_id)?.ok_or(ReadError::Forbidden)?;
                with(&reader, session, room)
            })
            .await
    }
}
