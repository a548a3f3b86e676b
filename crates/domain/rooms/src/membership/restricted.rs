//! Restricted rooms: who may join because they are in another room, and in whose name (client-server
//! API, "Restricted rooms").

use std::collections::HashSet;

use herold_room_rules::join_rule;
use herold_storage::memberships;
use ruma::events::StateEventType;
use ruma::events::room::member::MembershipState;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::room::JoinRuleKind;
use ruma::{OwnedRoomId, OwnedUserId, UserId};
use serde::Deserialize;

use crate::RoomsError;
use crate::turn::Turn;

/// Rooms of an allow list that are looked at.
const ALLOW_MAX: usize = 100;
/// Members that are asked for until one may invite.
const CANDIDATES_MAX: i64 = 50;

#[derive(Default, Deserialize)]
struct JoinRules {
    #[serde(default)]
    allow: Vec<Allow>,
}

#[derive(Deserialize)]
struct Allow {
    r#type: String,
    room_id: Option<OwnedRoomId>,
}

impl Turn<'_> {
    /// The user who vouches for `user`, where the room's join rule needs one. Who is `invited` needs none.
    pub(super) async fn voucher(
        &mut self,
        user: &UserId,
        invited: bool,
    ) -> Result<Option<OwnedUserId>, RoomsError> {
        let rule = join_rule(self.state(StateEventType::RoomJoinRules, "").await?.as_deref());
        match rule {
            JoinRuleKind::Restricted | JoinRuleKind::KnockRestricted if !invited => {
                self.authorising_user(user).await
            }
            _ => Ok(None),
        }
    }

    /// The user in whose name `user` may join this restricted room. `None` where its rules do not know
    /// restricted joins, so that they will refuse.
    async fn authorising_user(&mut self, user: &UserId) -> Result<Option<OwnedUserId>, RoomsError> {
        if !self.head.rules.authorization.restricted_join_rule {
            return Ok(None);
        }
        self.check_allowed(user).await?;
        let levels = self.power_levels().await?;
        let needed = UserPowerLevel::Int(levels.invite());
        for candidate in self.candidates().await? {
            let able = levels.user(&candidate) >= needed;
            if able && self.membership(&candidate).await? == Some(MembershipState::Join) {
                return Ok(Some(candidate));
            }
        }
        Err(RoomsError::UnableToGrantJoin)
    }

    /// Checks that the user is in one of the rooms that the join rules name.
    async fn check_allowed(&mut self, user: &UserId) -> Result<(), RoomsError> {
        let event = self.state(StateEventType::RoomJoinRules, "").await?;
        let rules: JoinRules =
            event.and_then(|event| serde_json::from_str(event.content().get()).ok()).unwrap_or_default();
        let named = rules.allow.into_iter().filter(|allow| allow.r#type == "m.room_membership");
        let rooms: Vec<String> = named
            .filter_map(|allow| Some(allow.room_id?.to_string()))
            .filter(|id| !id.contains('\0'))
            .take(ALLOW_MAX)
            .collect();
        let (user_id, asked) = (user.to_string(), rooms.len());
        let (known, joined) = self
            .inner
            .storage
            .read(move |session| memberships::joined_among(session, &user_id, &rooms))
            .await?;
        match (joined, known) {
            (true, _) => Ok(()),
            // Nobody here is in any of these rooms: only another server can tell.
            (false, 0) if asked > 0 => Err(RoomsError::UnableToAuthoriseJoin),
            _ => Err(RoomsError::forbidden("you are in none of the rooms whose members may join this one")),
        }
    }

    /// Local users who may be able to invite: those with a level of their own, the creators, some members.
    async fn candidates(&mut self) -> Result<Vec<OwnedUserId>, RoomsError> {
        #[derive(Default, Deserialize)]
        struct Content {
            #[serde(default)]
            users: std::collections::BTreeMap<String, serde::de::IgnoredAny>,
        }
        let server_name = self.inner.settings.server_name.clone();
        let levels = self.power_levels().await?;
        let event = self.known(&StateEventType::RoomPowerLevels, "");
        let content: Content =
            event.and_then(|event| serde_json::from_str(event.content().get()).ok()).unwrap_or_default();
        let named = content.users.into_keys().filter_map(|user| OwnedUserId::try_from(user).ok());
        let (room_number, server) = (self.head.room_number, server_name.to_string());
        let members = self
            .inner
            .storage
            .read(move |session| memberships::some_of_server(session, room_number, &server, CANDIDATES_MAX))
            .await?;
        let members = members.into_iter().filter_map(|user| OwnedUserId::try_from(user).ok());
        let mut seen = HashSet::new();
        let all = levels.creators().iter().cloned().chain(named).chain(members);
        Ok(all.filter(|user| user.server_name() == server_name && seen.insert(user.clone())).collect())
    }
}
