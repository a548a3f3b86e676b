//! Aliases of this server, and whether a room is listed in its directory.

use herold_room_rules::history_visibility;
use herold_storage::aliases::{self, StoredAlias};
use herold_storage::{StorageError, room_summaries, rooms, users};
use ruma::events::StateEventType;
use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{OwnedRoomAliasId, OwnedRoomId, RoomAliasId, RoomId, UserId};
use serde_json::{Map, Value};

use crate::member::json;
use crate::turn::{Command, Proposal, Turn};
use crate::{Rooms, RoomsError};

/// Aliases that point to one room at most.
const OF_ROOM_MAX: i64 = 500;
/// The number of a room that is not there yet.
const NO_ROOM: i64 = 0;
/// Aliases that one person makes at most.
const OF_PERSON_MAX: i64 = 1_000;

impl Rooms {
    /// Lets a free alias of this server point to a room that the user is in.
    pub async fn create_alias(
        &self,
        alias: &RoomAliasId,
        room_id: &RoomId,
        user_id: &UserId,
    ) -> Result<(), RoomsError> {
        self.check_own(alias)?;
        self.check_exists(room_id).await?;
        self.0.run(room_id, &Ask { user_id, needs: Needs::Member }).await?;
        let (alias, room_id, user_id) = (alias.to_string(), room_id.to_string(), user_id.to_string());
        let now_ms = self.0.clock.now_ms();
        let made = self
            .0
            .storage
            .write(move |transaction| -> Result<bool, RoomsError> {
                let Some(room) = rooms::by_id(transaction, &[room_id])?.pop() else { return Ok(false) };
                let creators = users::intern(transaction, std::slice::from_ref(&user_id))?;
                let creator_number = creators.get(&user_id).copied().ok_or(StorageError::Unknown("user"))?;
                let counts = aliases::counts(transaction, creator_number, room.room_number, OF_PERSON_MAX)?;
                check_counts(counts)?;
                let row = StoredAlias { alias, room_number: room.room_number, creator_number };
                Ok(aliases::insert(transaction, &row, now_ms)?)
            })
            .await?;
        if made { Ok(()) } else { Err(RoomsError::AliasExists) }
    }

    /// The room that an alias points to.
    pub async fn resolve_alias(&self, alias: &RoomAliasId) -> Result<OwnedRoomId, RoomsError> {
        let asked = alias.to_string();
        let room = self
            .0
            .storage
            .read(move |session| -> Result<_, StorageError> {
                let Some(found) = aliases::by_name(session, &asked)? else { return Ok(None) };
                Ok(rooms::by_number(session, &[found.room_number])?.pop())
            })
            .await?;
        let room = room.and_then(|room| OwnedRoomId::try_from(room.room_id).ok());
        room.ok_or_else(|| RoomsError::not_found(format!("no room here is called {alias}")))
    }

    /// Removes an alias: its maker may, who may name the room, and administrators.
    pub async fn delete_alias(
        &self,
        alias: &RoomAliasId,
        user_id: &UserId,
        user_number: i64,
        admin: bool,
    ) -> Result<(), RoomsError> {
        let room_id = self.resolve_alias(alias).await?;
        let asked = alias.to_string();
        let found = self.0.storage.read(move |session| aliases::by_name(session, &asked)).await?;
        let own = found.is_some_and(|found| found.creator_number == user_number);
        if !own && !admin {
            self.0.run(&room_id, &Ask { user_id, needs: Needs::MayName }).await?;
        }
        let gone = alias.to_string();
        self.0.storage.write(move |transaction| aliases::delete(transaction, &gone)).await?;
        match self.0.run(&room_id, &Unname { alias, user_id }).await {
            // The alias is gone even where the user may not change what the room calls itself.
            Err(RoomsError::Forbidden(_)) => Ok(()),
            answer => answer,
        }
    }

    /// The aliases of a room, for its members; for everybody where its history is open to the world.
    pub async fn aliases(
        &self,
        room_id: &RoomId,
        user_id: &UserId,
    ) -> Result<Vec<OwnedRoomAliasId>, RoomsError> {
        self.0.run(room_id, &Ask { user_id, needs: Needs::MayRead }).await?;
        let room_id = room_id.to_string();
        let found = self
            .0
            .storage
            .read(move |session| -> Result<_, StorageError> {
                let numbers: Vec<i64> =
                    rooms::by_id(session, &[room_id])?.iter().map(|room| room.room_number).collect();
                aliases::of_rooms(session, &numbers)
            })
            .await?;
        Ok(found.into_iter().filter_map(|found| OwnedRoomAliasId::try_from(found.alias).ok()).collect())
    }

    /// Whether a room is listed in the directory.
    pub async fn is_published(&self, room_id: &RoomId) -> Result<bool, RoomsError> {
        let room_id = room_id.to_string();
        let room = self.0.storage.read(move |session| rooms::by_id(session, &[room_id])).await?.pop();
        room.map(|room| room.published).ok_or_else(RoomsError::no_room)
    }

    /// Lists a room in the directory or takes it out: who may name the room may, and administrators.
    pub async fn set_published(
        &self,
        room_id: &RoomId,
        user_id: &UserId,
        admin: bool,
        published: bool,
    ) -> Result<(), RoomsError> {
        self.check_exists(room_id).await?;
        if published {
            self.check_may_publish(admin)?;
        }
        if !admin {
            self.0.run(room_id, &Ask { user_id, needs: Needs::MayName }).await?;
        }
        let room_id = room_id.to_string();
        let write = move |transaction: &mut herold_storage::Transaction<'_>| {
            room_summaries::set_published(transaction, &room_id, published)
        };
        Ok(self.0.storage.write(write).await?)
    }

    /// Whether somebody may list rooms at all in this server's directory.
    pub fn check_may_publish(&self, admin: bool) -> Result<(), RoomsError> {
        if admin || !self.0.settings.only_admins_publish {
            return Ok(());
        }
        Err(RoomsError::forbidden("only administrators list rooms in the directory of this server"))
    }

    /// Whether somebody may make one more alias, for a new room.
    pub(crate) async fn check_more_aliases(&self, user_id: &UserId) -> Result<(), RoomsError> {
        let user_id = user_id.to_string();
        let counts = self.0.storage.read(move |session| -> Result<_, StorageError> {
            let known = users::numbers(session, std::slice::from_ref(&user_id))?;
            let Some(creator) = known.get(&user_id) else { return Ok((0, 0)) };
            aliases::counts(session, *creator, NO_ROOM, OF_PERSON_MAX)
        });
        check_counts(counts.await?)
    }

    fn check_own(&self, alias: &RoomAliasId) -> Result<(), RoomsError> {
        if alias.server_name() == self.0.settings.server_name {
            Ok(())
        } else {
            Err(RoomsError::InvalidParam("the alias belongs to another server".to_owned()))
        }
    }
}

/// Whether one more alias may be made, where somebody `made` some and some are `pointing` to the room.
fn check_counts((made, pointing): (i64, i64)) -> Result<(), RoomsError> {
    if pointing >= OF_ROOM_MAX {
        return Err(RoomsError::TooMany(format!(
            "a room has at most {OF_ROOM_MAX} aliases: delete one first"
        )));
    }
    if made >= OF_PERSON_MAX {
        let text = format!("somebody makes at most {OF_PERSON_MAX} aliases: delete one of yours first");
        return Err(RoomsError::TooMany(text));
    }
    Ok(())
}

enum Needs {
    Member,
    /// May set `m.room.canonical_alias`.
    MayName,
    /// Is in the room, or its history is open to the world.
    MayRead,
}

/// A question about a user's rights in the room as it is.
struct Ask<'a> {
    user_id: &'a UserId,
    needs: Needs,
}

impl Command for Ask<'_> {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        if let Needs::MayRead = self.needs {
            let event = turn.state(StateEventType::RoomHistoryVisibility, "").await?;
            if history_visibility(event.as_deref()) == HistoryVisibility::WorldReadable {
                return Ok(());
            }
        }
        turn.check_joined(self.user_id).await?;
        if let Needs::MayName = self.needs {
            let levels = turn.power_levels().await?;
            let needed = levels.to_send(&StateEventType::RoomCanonicalAlias.into(), true);
            if levels.user(self.user_id) < UserPowerLevel::Int(needed) {
                return Err(RoomsError::forbidden("you may not name this room"));
            }
        }
        Ok(())
    }
}

/// Takes a removed alias out of `m.room.canonical_alias`.
struct Unname<'a> {
    alias: &'a RoomAliasId,
    user_id: &'a UserId,
}

impl Command for Unname<'_> {
    type Answer = ();

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let current = turn.state(StateEventType::RoomCanonicalAlias, "").await?;
        let content = current.and_then(|event| serde_json::from_str(event.content().get()).ok());
        let Some(before): Option<Map<String, Value>> = content else { return Ok(()) };
        let mut content = before.clone();
        if content.get("alias").and_then(Value::as_str) == Some(self.alias.as_str()) {
            content.remove("alias");
        }
        if let Some(Value::Array(others)) = content.get_mut("alt_aliases") {
            others.retain(|other| other.as_str() != Some(self.alias.as_str()));
            if others.is_empty() {
                content.remove("alt_aliases");
            }
        }
        if content != before {
            let content = json(&content)?;
            turn.propose(Proposal::state(self.user_id, StateEventType::RoomCanonicalAlias, "", content))
                .await?;
        }
        Ok(())
    }
}
