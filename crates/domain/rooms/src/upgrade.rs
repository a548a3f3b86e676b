//! POST /rooms/{roomId}/upgrade, decided (client-server API, "Room upgrades").
//!
//! The new room is made whole first; then the old one is closed, and its aliases move.

mod replacement;
mod survey;

use herold_storage::{StorageError, aliases, memberships, room_summaries, rooms};
use ruma::events::StateEventType;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{Int, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId, UserId};
use serde_json::{Map, Value, json};

use crate::create::stable_rules;
use crate::member;
use crate::turn::{Command, Proposal, Turn};
use crate::{Profile, Rooms, RoomsError, SendState};

use replacement::{Ban, Replacement};
use survey::Survey;

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
    /// Makes the new room, closes the old one, and answers the new room's id.
    pub async fn upgrade(&self, upgrade: Upgrade) -> Result<OwnedRoomId, RoomsError> {
        stable_rules(&upgrade.version)?;
        let old = self.0.run(&upgrade.room_id, &Survey { user_id: &upgrade.user_id }).await?;
        let published = self.is_published(&upgrade.room_id).await?;
        let bans = self.bans(&upgrade.room_id).await?;
        let canonical_alias = old.canonical_alias.clone();
        let replacement = Replacement { upgrade: &upgrade, old, bans };
        let new = self.found(upgrade.version.clone(), published, None, &replacement).await?;
        let closing = Close { user_id: &upgrade.user_id, replacement: &new };
        self.0.run(&upgrade.room_id, &closing).await?;
        self.move_names(&upgrade.room_id, &new).await?;
        if let Some(content) = canonical_alias {
            self.rename(&upgrade, &new, content).await?;
        }
        Ok(new)
    }

    /// Lets the old room's aliases and its place in the directory go to the new one.
    async fn move_names(&self, old: &RoomId, new: &RoomId) -> Result<(), RoomsError> {
        let (old, new) = (old.to_string(), new.to_string());
        self.0
            .storage
            .write(move |transaction| -> Result<(), StorageError> {
                let found = rooms::by_id(transaction, &[old.clone(), new.clone()])?;
                let number =
                    |id: &str| found.iter().find(|room| room.room_id == id).map(|room| room.room_number);
                if let (Some(from), Some(to)) = (number(&old), number(&new)) {
                    aliases::move_all(transaction, from, to)?;
                    room_summaries::set_published(transaction, &old, false)?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// Lets the old room call itself nothing and the new one what the old one was called.
    async fn rename(
        &self,
        upgrade: &Upgrade,
        new: &RoomId,
        content: Box<serde_json::value::RawValue>,
    ) -> Result<(), RoomsError> {
        let name = |room_id: &RoomId, content| SendState {
            room_id: room_id.to_owned(),
            sender: upgrade.user_id.clone(),
            kind: StateEventType::RoomCanonicalAlias,
            state_key: String::new(),
            content,
            guest: false,
            origin_server_ts: None,
        };
        for state in [name(&upgrade.room_id, member::json(&json!({}))?), name(new, content)] {
            match self.send_state(state).await {
                // The rooms are changed already; an alias of another server, or too little power, stops nothing.
                Err(RoomsError::BadAlias(_) | RoomsError::InvalidParam(_) | RoomsError::Forbidden(_)) => {}
                answer => drop(answer?),
            }
        }
        Ok(())
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

/// Closes a room that was replaced.
struct Close<'a> {
    user_id: &'a UserId,
    replacement: &'a RoomId,
}

impl Command for Close<'_> {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let content = json!({ "body": "This room has been replaced", "replacement_room": self.replacement });
        let content = member::json(&content)?;
        turn.propose(Proposal::state(self.user_id, StateEventType::RoomTombstone, "", content)).await?;
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
        match turn.propose(proposal).await {
            Err(RoomsError::Forbidden(_)) => Ok(()),
            answer => answer.map(drop),
        }
    }
}
