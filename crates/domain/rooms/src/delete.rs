//! Rooms that an administrator deletes: nothing happens in them any more, everybody is taken out, and everything of
//! them is erased, in steps between which others write. How far a deletion came is in the database; what was broken
//! off goes on from there.

mod kept;

use futures::TryStreamExt;
use herold_storage::room_deletions;
use herold_storage::{StorageError, Transaction, memberships, rooms, users};
use ruma::{OwnedRoomId, OwnedUserId};

use crate::{Rooms, RoomsError};

pub use herold_storage::room_deletions::{RoomDeletion, Stage};

/// People who leave at the same time.
const LEAVING_AT_ONCE: usize = 64;
/// How long those who were in the room are told that they have left, milliseconds: whoever was away meanwhile, and asks
/// later, keeps the room in their app.
pub const FAREWELL_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// A room to be deleted.
#[derive(Clone, Debug)]
pub struct DeleteRoom {
    /// Which.
    pub room_id: OwnedRoomId,
    /// What people are told.
    pub reason: String,
    /// Whether files go that only its messages name.
    pub with_media: bool,
    /// Whether nobody may come back into it, should another server still have it.
    pub block: bool,
}

impl Rooms {
    /// Begins the deletion of a room, which goes on with [`Rooms::close`]. One that was begun stays where it is.
    pub async fn begin_deletion(&self, delete: DeleteRoom) -> Result<RoomDeletion, RoomsError> {
        let begun_at = self.0.clock.now_ms();
        let begun = self.storage().write(move |transaction| {
            let room_id = delete.room_id.to_string();
            let found = rooms::by_id(transaction, std::slice::from_ref(&room_id))?.pop();
            let deletion = RoomDeletion {
                room_id,
                room_number: found.ok_or_else(RoomsError::no_room)?.room_number,
                stage: Stage::Closed,
                begun_at,
                begun_position: 0,
                reason: delete.reason,
                with_media: delete.with_media,
                blocked: delete.block,
            };
            Ok::<_, RoomsError>(room_deletions::begin(transaction, &deletion)?)
        });
        begun.await
    }

    /// Makes sure that nothing happens any more in a room whose deletion was begun but that people leave it.
    pub async fn close(&self, deletion: &RoomDeletion) -> Result<RoomDeletion, RoomsError> {
        // What is decided later sees that the room is closed; what was decided before is durable.
        self.0.slots.forget(&id_of(deletion)?).await;
        self.0.writer.barrier().await?;
        let room_id = deletion.room_id.clone();
        Ok(self.storage().write(move |transaction| room_deletions::settle(transaction, &room_id)).await?)
    }

    /// The deletions that did not come to their end.
    pub async fn unfinished_deletions(&self) -> Result<Vec<RoomDeletion>, RoomsError> {
        Ok(self.storage().read(room_deletions::unfinished).await?)
    }

    /// Lets a room that was deleted with a block come back; answers false where none was.
    pub async fn unblock(&self, room_id: &ruma::RoomId) -> Result<bool, RoomsError> {
        let id = room_id.to_string();
        let write = self.storage().write(move |transaction| room_deletions::unblock(transaction, &id));
        Ok(write.await?)
    }

    /// Takes everybody of this server out of a room that is closed. Answers how many.
    pub async fn empty(&self, deletion: &RoomDeletion) -> Result<usize, RoomsError> {
        let room_id = &id_of(deletion)?;
        let number = deletion.room_number;
        let read = self.storage().read(move |session| -> Result<_, StorageError> {
            let there = ["join", "invite", "knock"].map(str::to_owned);
            let there = memberships::of_rooms(session, &[number], &there)?;
            let numbers: Vec<i64> = there.iter().map(|there| there.user_number).collect();
            users::ids(session, &numbers)
        });
        let ids = read.await?.into_values().filter_map(|id| OwnedUserId::try_from(id).ok());
        let own: Vec<OwnedUserId> =
            ids.filter(|id| id.server_name() == self.settings().server_name).collect();
        futures::stream::iter(own.iter().map(Ok))
            .try_for_each_concurrent(LEAVING_AT_ONCE, |user_id| async move {
                match self.leave(room_id, user_id, Some(&deletion.reason)).await {
                    // Their membership is erased with the rest.
                    Err(RoomsError::Forbidden(_)) => Ok(()),
                    answer => answer,
                }
            })
            .await?;
        Ok(own.len())
    }

    /// Erases everything of a room that everybody has left, but what tells them so. Answers how many events.
    pub async fn erase(&self, deletion: &RoomDeletion) -> Result<u64, RoomsError> {
        self.reach(deletion, Stage::Erasing).await?;
        self.close_reports(deletion).await?;
        let events = self.erase_up_to(deletion, deletion.begun_position).await?;
        self.reach(deletion, Stage::Farewell).await?;
        Ok(events)
    }

    /// Erases what was left of a room, once it was there long enough. Answers whether it was.
    pub async fn bid_farewell(&self, deletion: &RoomDeletion) -> Result<bool, RoomsError> {
        if self.0.clock.now_ms() < deletion.begun_at.saturating_add(FAREWELL_MS) {
            return Ok(false);
        }
        self.erase_up_to(deletion, i64::MAX).await?;
        self.forget_reports(deletion).await?;
        let number = deletion.room_number;
        let write = self.storage().write(move |transaction| room_deletions::erase_room(transaction, number));
        write.await?;
        self.reach(deletion, Stage::Gone).await?;
        Ok(true)
    }

    /// Erases everything of a room but the room itself, and memberships that came to be after `position`.
    async fn erase_up_to(&self, deletion: &RoomDeletion, position: i64) -> Result<u64, RoomsError> {
        let room = deletion.room_number;
        self.erase_kept(deletion).await?;
        self.in_steps(move |transaction| room_deletions::erase_memberships(transaction, room, position))
            .await?;
        for kind in 0..room_deletions::KINDS {
            self.in_steps(move |transaction| room_deletions::erase(transaction, room, kind)).await?;
        }
        self.in_steps(move |transaction| room_deletions::erase_account_data(transaction, room)).await?;
        let events = self
            .in_steps(move |transaction| room_deletions::erase_events(transaction, room, position))
            .await?;
        let write = self.storage().write(move |transaction| room_deletions::erase_place(transaction, room));
        write.await?;
        Ok(events)
    }

    /// Does `step` until there is nothing left for it to do. Answers how much it did.
    async fn in_steps<F>(&self, step: F) -> Result<u64, RoomsError>
    where
        F: Fn(&mut Transaction<'_>) -> Result<u64, StorageError> + Copy + Send + 'static,
    {
        let mut done = 0;
        // Ends because nobody adds to a closed room.
        loop {
            let now = self.storage().write(move |transaction| step(transaction)).await?;
            done += now;
            if now == 0 {
                return Ok(done);
            }
        }
    }

    async fn reach(&self, deletion: &RoomDeletion, stage: Stage) -> Result<(), RoomsError> {
        let room_id = deletion.room_id.clone();
        let write =
            self.storage().write(move |transaction| room_deletions::reach(transaction, &room_id, stage));
        Ok(write.await?)
    }
}

fn id_of(deletion: &RoomDeletion) -> Result<OwnedRoomId, RoomsError> {
    OwnedRoomId::try_from(deletion.room_id.as_str()).map_err(|_| RoomsError::no_room())
}
