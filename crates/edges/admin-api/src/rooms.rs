//! Commands about rooms: what is there, what is purged, and what is deleted.

use std::collections::BTreeSet;

use herold_rooms::{DeleteRoom, ListedRoom, RoomDeletion, Stage};
use ruma::{OwnedMxcUri, OwnedRoomId};
use serde::{Deserialize, Serialize};

use crate::admin::text;
use crate::{Admin, Answer};

/// What people are told where an administrator says nothing.
const USUAL_REASON: &str = "An administrator of this server has deleted this room.";
/// Files that are looked for in other places at once.
const FILES_AT_ONCE: usize = 100_000;

/// A room in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its number; the next page comes after it.
    pub number: i64,
    /// Its id.
    pub room_id: String,
    /// Its version.
    pub version: String,
    /// When it was made or first known here, milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Whether it is in the room directory.
    pub published: bool,
    /// How many are in it.
    pub members: i64,
    /// What it is called.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Its main alias.
    pub alias: Option<String>,
    /// Its type: `m.space` for a space.
    pub room_type: Option<String>,
    /// Who may join.
    pub join_rule: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// People who were taken out.
    pub people: u64,
    /// Events that were erased.
    pub events: u64,
    /// Files that were removed.
    pub files: u64,
}

impl Admin {
    pub(crate) async fn list_rooms(&self, after: i64) -> Result<Answer, String> {
        let rooms = self.rooms.list(after).await.map_err(text)?;
        Ok(Answer::Rooms { rooms: rooms.into_iter().map(room).collect() })
    }

    pub(crate) async fn show_room(&self, room_id: String) -> Result<Answer, String> {
        let room_id = OwnedRoomId::try_from(room_id).map_err(text)?;
        let (found, events) = self.rooms.listed(&room_id).await.map_err(text)?;
        Ok(Answer::Room { room: room(found), events })
    }

    pub(crate) async fn purge_room(&self, room_id: String, before_ms: i64) -> Result<Answer, String> {
        let room_id = OwnedRoomId::try_from(room_id).map_err(text)?;
        let messages = self.rooms.purge(&room_id, before_ms).await.map_err(text)?;
        self.rooms.forget_words().await.map_err(text)?;
        Ok(Answer::Purged { messages })
    }

    pub(crate) async fn apply_retention(&self) -> Result<Answer, String> {
        let messages = self.rooms.purge_old_messages().await.map_err(text)?;
        self.rooms.forget_redacted().await.map_err(text)?;
        self.rooms.forget_words().await.map_err(text)?;
        Ok(Answer::Purged { messages })
    }

    pub(crate) async fn delete_room(
        &self,
        room_id: String,
        reason: Option<String>,
        with_media: bool,
        block: bool,
    ) -> Result<Answer, String> {
        let room_id = OwnedRoomId::try_from(room_id).map_err(text)?;
        let reason = reason.unwrap_or_else(|| USUAL_REASON.to_owned());
        let delete = DeleteRoom { room_id, reason, with_media, block };
        let _one_at_a_time = self.deleting.lock().await;
        let deletion = self.rooms.begin_deletion(delete).await.map_err(text)?;
        tracing::info!(room_id = deletion.room_id, with_media, block, "an administrator deletes a room");
        let deleted = self.go_on(&deletion).await?;
        self.rooms.forget_words().await.map_err(text)?;
        Ok(Answer::RoomDeleted { deleted })
    }

    pub(crate) async fn unblock_room(&self, room_id: String) -> Result<Answer, String> {
        let room_id = OwnedRoomId::try_from(room_id).map_err(text)?;
        if self.rooms.unblock(&room_id).await.map_err(text)? {
            Ok(Answer::Unblocked { room_id: room_id.into() })
        } else {
            Err(format!("{room_id} is not blocked."))
        }
    }

    /// Brings the deletions of rooms further that were broken off, or wait for their time.
    ///
    /// # Errors
    ///
    /// Says which did not come further; the others did.
    pub async fn finish_deletions(&self) -> Result<(), String> {
        let _one_at_a_time = self.deleting.lock().await;
        let mut failed = Vec::new();
        for deletion in self.rooms.unfinished_deletions().await.map_err(text)? {
            if let Err(error) = self.go_on(&deletion).await {
                failed.push(format!("{}: {error}", deletion.room_id));
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(failed.join("; ")) }
    }

    /// Does what is left to do of a deletion now.
    async fn go_on(&self, deletion: &RoomDeletion) -> Result<Deleted, String> {
        let mut deleted = Deleted::default();
        let deletion = &match deletion.stage {
            Stage::Closed => self.rooms.close(deletion).await.map_err(text)?,
            _ => deletion.clone(),
        };
        if deletion.stage == Stage::Closed {
            deleted.people = self.rooms.empty(deletion).await.map_err(text)? as u64;
            if deletion.with_media {
                deleted.files = self.remove_files(deletion).await?;
            }
        }
        if deletion.stage <= Stage::Erasing {
            deleted.events = self.rooms.erase(deletion).await.map_err(text)?;
        } else if deletion.stage == Stage::Farewell {
            self.rooms.bid_farewell(deletion).await.map_err(text)?;
        }
        Ok(deleted)
    }

    /// Removes the files that only messages of the room name. Answers how many.
    async fn remove_files(&self, deletion: &RoomDeletion) -> Result<u64, String> {
        let room_id = OwnedRoomId::try_from(deletion.room_id.as_str()).map_err(text)?;
        let (mut after, mut removed) = (0, 0);
        let mut named: BTreeSet<OwnedMxcUri> = BTreeSet::new();
        // Looking for them in all other places is dear: many are looked for together.
        loop {
            let page = self.rooms.files(&room_id, after).await.map_err(text)?;
            let is_last = page.is_none();
            if let Some(page) = page {
                after = page.until;
                named.extend(page.uris);
            }
            if named.len() >= FILES_AT_ONCE || (is_last && !named.is_empty()) {
                let here = std::mem::take(&mut named);
                let only = self.rooms.named_nowhere_else(deletion.room_number, here).await.map_err(text)?;
                removed += self.media.remove_uploaded(only.into_iter().collect()).await.map_err(text)? as u64;
            }
            if is_last {
                return Ok(removed);
            }
        }
    }
}

fn room(room: ListedRoom) -> Room {
    Room {
        number: room.room_number,
        room_id: room.room_id,
        version: room.version,
        created_at: room.created_at,
        published: room.published,
        members: room.joined_members,
        name: room.name,
        topic: room.topic,
        alias: room.canonical_alias,
        room_type: room.room_type,
        join_rule: room.join_rule,
        encrypted: room.encryption.is_some(),
    }
}
