//! The events that a replacing room begins with.

use herold_room_rules::{Preset, initial_power_levels};
use ruma::OwnedUserId;
use ruma::events::StateEventType;
use ruma::events::room::member::MembershipState;
use ruma::events::room::power_levels::UserPowerLevel;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Upgrade;
use super::survey::OldRoom;
use crate::head::Head;
use crate::member::{self, MemberContent};
use crate::turn::{Command, Proposal, Turn};
use crate::{Profile, RoomsError};

/// The level that lets a creator set everything up, where creators are not above all levels.
const CREATOR_LEVEL: i64 = 100;

/// Somebody who is banned from the old room.
pub(super) struct Ban {
    user_id: OwnedUserId,
    reason: Option<String>,
}

impl Ban {
    /// Reads a member event.
    pub(super) fn read(user_id: &str, json: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Event {
            content: Content,
        }
        #[derive(Deserialize)]
        struct Content {
            reason: Option<String>,
        }
        let reason = serde_json::from_str::<Event>(json).ok().and_then(|event| event.content.reason);
        Some(Self { user_id: OwnedUserId::try_from(user_id).ok()?, reason })
    }
}

/// Makes a room that replaces another.
pub(super) struct Replacement<'a> {
    pub(super) upgrade: &'a Upgrade,
    pub(super) old: OldRoom,
    pub(super) bans: Vec<Ban>,
}

impl Command for Replacement<'_> {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let user = &self.upgrade.user_id;
        let create = member::json(&self.create_content(turn.head))?;
        let mut create = Proposal::state(user, StateEventType::RoomCreate, "", create);
        create.origin_server_ts = Some(turn.inner.unique_creation_ms());
        turn.propose(create).await?;
        let joined = MemberContent::new(MembershipState::Join, &self.upgrade.profile, None);
        turn.propose(joined.propose(user, user)?).await?;

        let levels = self.power_levels(turn.head);
        let first = self.with_power_to_set_up(turn.head, &levels);
        let power_levels = |content: &Map<String, Value>| -> Result<Proposal, RoomsError> {
            let content = member::json(content)?;
            Ok(Proposal::state(user, StateEventType::RoomPowerLevels, "", content))
        };
        turn.propose(power_levels(&first)?).await?;
        for state in &self.old.states {
            let (kind, key) = (state.kind.clone(), state.state_key.clone());
            turn.propose(Proposal::state(user, kind, key, state.content.clone())).await?;
        }
        for ban in self.bans.iter().filter(|ban| ban.user_id != *user) {
            let content =
                MemberContent::new(MembershipState::Ban, &Profile::default(), ban.reason.as_deref());
            match turn.propose(content.propose(user, &ban.user_id)?).await {
                // Somebody with more power in the new room cannot be banned from it.
                Err(RoomsError::Forbidden(_)) => {}
                answer => drop(answer?),
            }
        }
        if let Some(names) = &self.old.names {
            let kind = StateEventType::RoomCanonicalAlias;
            turn.propose(Proposal::state(user, kind, "", names.clone())).await?;
        }
        if first != levels {
            turn.propose(power_levels(&levels)?).await?;
        }
        Ok(())
    }
}

impl Replacement<'_> {
    fn create_content(&self, head: &Head) -> Map<String, Value> {
        let rules = &head.rules.authorization;
        let mut content = Map::new();
        for name in ["type", "m.federate"] {
            if let Some(value) = self.old.create.get(name) {
                content.insert(name.to_owned(), value.clone());
            }
        }
        content.insert("room_version".to_owned(), json!(head.version));
        let mut predecessor = json!({ "room_id": self.upgrade.room_id });
        if !rules.use_room_create_sender {
            content.insert("creator".to_owned(), json!(self.upgrade.user_id));
        }
        if !rules.room_create_event_id_as_room_id
            && let Some(last) = &self.old.last_event
        {
            predecessor["event_id"] = json!(last);
        }
        content.insert("predecessor".to_owned(), predecessor);
        if rules.additional_room_creators && !self.upgrade.additional_creators.is_empty() {
            content.insert("additional_creators".to_owned(), json!(self.upgrade.additional_creators));
        }
        content
    }

    /// The old room's levels, as the new room's version allows them.
    fn power_levels(&self, head: &Head) -> Map<String, Value> {
        let rules = &head.rules.authorization;
        let user = &self.upgrade.user_id;
        let Some(mut content) = self.old.power_levels.clone() else {
            return initial_power_levels(rules, user, &[], Preset::PrivateChat);
        };
        if let Value::Object(users) = content.entry("users").or_insert_with(|| json!({})) {
            if rules.explicitly_privilege_room_creators {
                users.remove(user.as_str());
                for creator in &self.upgrade.additional_creators {
                    users.remove(creator.as_str());
                }
            } else if self.old.own_level == UserPowerLevel::Infinite {
                users.insert(user.to_string(), json!(CREATOR_LEVEL));
            }
        }
        content
    }

    /// The same levels, but with the new room's creator able to set everything up.
    fn with_power_to_set_up(&self, head: &Head, levels: &Map<String, Value>) -> Map<String, Value> {
        let mut content = levels.clone();
        if head.rules.authorization.explicitly_privilege_room_creators {
            return content;
        }
        let named = content.values().filter_map(Value::as_i64);
        let of_events = content.get("events").and_then(Value::as_object).into_iter();
        let of_events = of_events.flat_map(|events| events.values().filter_map(Value::as_i64));
        let needed = named.chain(of_events).max().unwrap_or(CREATOR_LEVEL).max(CREATOR_LEVEL);
        if let Some(Value::Object(users)) = content.get_mut("users") {
            let own = users.entry(self.upgrade.user_id.to_string()).or_insert_with(|| json!(0));
            if own.as_i64().is_none_or(|own| own < needed) {
                *own = json!(needed);
            }
        }
        content
    }
}
