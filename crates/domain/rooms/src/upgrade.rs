//! POST /rooms/{roomId}/upgrade, decided (client-server API, "Room upgrades").
//!
//! The new room, the end of the old one and what moves from one to the other are one commit: a crash leaves
//! both or nothing.

mod replacement;
mod survey;

use herold_storage::append::{Append, AppendTo};
use herold_storage::{StorageError, memberships, rooms};
use ruma::events::StateEventType;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{Int, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId, UserId};
use serde_json::{Map, Value, json};

use crate::create::{decide_founding, stable_rules};
use crate::member;
use crate::turn::{Command, Proposal, Turn};
use crate::{Profile, Rooms, RoomsError};

use replacement::{Ban, Replacement};
use survey::{OldRoom, Survey};

/// Bans that are taken over into the new room.
const BANS_MAX: usize = 1024;

/// A room to be replaced by one of another version.
#[derive(Clone, Debug)]
pub struct Upgrade {
    /// The old room.
    pub room_id: OwnedRoomId,
    /// The local user who does it.
    pub user_id: OwnedUserId,
    /// What they are called.
    pub profile: Profile,
    /// The version of the new room.
    pub version: RoomVersionId,
    /// Who else counts as creator, where the version knows that.
    pub additional_creators: Vec<OwnedUserId>,
}

impl Rooms {
    /// Makes the new room and closes the old one in one commit, with all that is moved, and answers the new
    /// room's id. Whoever asks again, for instance because the answer was lost, is answered the same room.
    pub async fn upgrade(&self, upgrade: Upgrade) -> Result<OwnedRoomId, RoomsError> {
        stable_rules(&upgrade.version)?;
        let old = self.0.run(&upgrade.room_id, &Survey { user_id: &upgrade.user_id }).await?;
        if let Some(before) = &old.replaced_by
            && self.has_version(&before.room_id, &upgrade.version).await?
        {
            return Ok(before.room_id.clone());
        }
        let published = self.is_published(&upgrade.room_id).await?;
        let bans = self.bans(&upgrade.room_id).await?;
        let replacement = Replacement { upgrade: &upgrade, old, bans };
        let mut head = self.new_head(upgrade.version.clone())?;
        let mut turn = Turn::new(&self.0, &mut head);
        let room_id = decide_founding(&mut turn, &replacement).await?;
        let room = AppendTo::New {
            room_id: room_id.to_string(),
            version: upgrade.version.to_string(),
            published,
            alias: None,
            replaces: Some(replacement.old.room_number),
        };
        let new = turn.into_append(room).ok_or_else(RoomsError::no_room)?;
        let closing = Close { user_id: &upgrade.user_id, room_id, new, old: &replacement.old };
        self.0.run(&upgrade.room_id, &closing).await
    }

    async fn has_version(&self, room_id: &RoomId, version: &RoomVersionId) -> Result<bool, RoomsError> {
        let room_id = room_id.to_string();
        let found = self.0.storage.read(move |session| rooms::by_id(session, &[room_id])).await?;
        Ok(found.iter().any(|room| room.version == version.as_str()))
    }

    async fn bans(&self, room_id: &RoomId) -> Result<Vec<Ban>, RoomsError> {
        let room_id = room_id.to_string();
        let rows = self
            .0
            .storage
            .read(move |session| -> Result<_, StorageError> {
                let Some(room) = rooms::by_id(session, &[room_id])?.pop() else { return Ok(Vec::new()) };
                memberships::events_of(session, room.room_number, "ban", BANS_MAX as i64)
            })
            .await?;
        Ok(rows.into_iter().filter_map(|(user_id, json)| Ban::read(&user_id, &json)).collect())
    }
}

/// Closes a room in the same commit in which its replacement is born.
struct Close<'a> {
    user_id: &'a UserId,
    /// The replacement.
    room_id: OwnedRoomId,
    /// Its events.
    new: Append,
    /// The room to be closed, as it was when the replacement was made.
    old: &'a OldRoom,
}

impl Command for Close<'_> {
    type Answer = OwnedRoomId;

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<OwnedRoomId, RoomsError> {
        let replaced_by = survey::replaced_by(turn, self.user_id).await?;
        if let Some(meanwhile) = replaced_by.filter(|one| Some(one) != self.old.replaced_by.as_ref()) {
            // The same person asked twice at once.
            return Ok(meanwhile.room_id);
        }
        let content = json!({ "body": "This room has been replaced", "replacement_room": self.room_id });
        let content = member::json(&content)?;
        turn.propose(Proposal::state(self.user_id, StateEventType::RoomTombstone, "", content)).await?;
        if self.old.is_named {
            // The aliases go to the new room. Too little power stops nothing.
            let nothing = member::json(&json!({}))?;
            let unnamed = Proposal::state(self.user_id, StateEventType::RoomCanonicalAlias, "", nothing);
            if_allowed(turn.propose(unnamed).await)?;
        }
        self.quieten(turn).await?;
        turn.bear(self.new.clone());
        Ok(self.room_id.clone())
    }
}

impl Close<'_> {
    /// Lets nobody but the powerful write into the old room or invite to it.
    async fn quieten(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let Some(levels) = turn.state(StateEventType::RoomPowerLevels, "").await? else { return Ok(()) };
        let mut content: Map<String, Value> =
            serde_json::from_str(levels.content().get()).unwrap_or_default();
        let usual = turn.power_levels().await?;
        let able = usual.user(self.user_id)
            >= UserPowerLevel::Int(usual.to_send(&StateEventType::RoomPowerLevels.into(), true));
        let default = content.get("users_default").and_then(Value::as_i64).unwrap_or(0);
        let quiet = default.saturating_add(1).clamp(50, i64::from(Int::MAX));
        // Who may not raise these levels leaves the room as it is.
        if !able || usual.user(self.user_id) < UserPowerLevel::Int(Int::new_saturating(quiet)) {
            return Ok(());
        }
        for (name, usually) in [("events_default", 0), ("invite", 0)] {
            let current = content.get(name).and_then(Value::as_i64).unwrap_or(usually);
            content.insert(name.to_owned(), json!(current.max(quiet)));
        }
        let content = member::json(&content)?;
        let proposal = Proposal::state(self.user_id, StateEventType::RoomPowerLevels, "", content);
        if_allowed(turn.propose(proposal).await)
    }
}

/// Passes over what the rules refuse.
fn if_allowed<T>(proposed: Result<T, RoomsError>) -> Result<(), RoomsError> {
    match proposed {
        Err(RoomsError::Forbidden(_)) => Ok(()),
        answer => answer.map(drop),
    }
}
