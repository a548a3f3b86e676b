//! Old messages are purged: what they said is gone from the disk, and nobody is shown them. What the rules and
//! other servers need of an event stays, and state events stay whole. Files that a message named stay too:
//! others may name them.

use herold_room_rules::redact;
use herold_storage::{StorageError, full_text, purge, rooms};
use ruma::RoomId;

use crate::read::Room;
use crate::{Rooms, RoomsError};

/// Messages looked at, and purged, in one step.
const STEP: i64 = 500;

/// How far a purge came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Purged {
    /// Messages that were purged.
    pub(crate) messages: u64,
    /// No message up to here is left that is older than was asked.
    pub(crate) until: i64,
}

impl Rooms {
    /// Purges the messages of a room that were sent before `before_ms`, milliseconds since the Unix epoch, but
    /// the newest. Answers how many.
    pub async fn purge(&self, room_id: &RoomId, before_ms: i64) -> Result<u64, RoomsError> {
        let ids = [room_id.to_string()];
        let stored = self.storage().read(move |session| rooms::by_id(session, &ids)).await?.pop();
        let room = stored.as_ref().and_then(Room::from_stored).ok_or_else(RoomsError::no_room)?;
        Ok(self.purge_room(&room, 0, before_ms, true).await?.messages)
    }

    /// Has the index to search forget the words of what was redacted, purged and erased: they stay in it for a while
    /// otherwise.
    pub async fn forget_words(&self) -> Result<(), RoomsError> {
        let mut is_first = true;
        // Ends because what is added meanwhile is left for the next time.
        loop {
            let first = std::mem::take(&mut is_first);
            if !self.storage().write(move |transaction| full_text::compact(transaction, first)).await? {
                return Ok(());
            }
        }
    }

    /// Purges the messages of a room after position `after` that were sent before `before_ms`. Where not `whole`,
    /// it ends where a step found none: later ones are younger.
    pub(crate) async fn purge_room(
        &self,
        room: &Room,
        after: i64,
        before_ms: i64,
        whole: bool,
    ) -> Result<Purged, RoomsError> {
        let number = room.number;
        let mut purged = Purged { messages: 0, until: after };
        let (mut at, mut all_old) = (after, true);
        loop {
            let read = self.storage().read(move |session| -> Result<_, StorageError> {
                Ok((purge::messages(session, number, at, STEP)?, purge::extremities(session, number)?))
            });
            let (messages, newest) = read.await?;
            let Some(last) = messages.last().and_then(|message| message.position) else { break };
            at = last;
            let mut old = Vec::new();
            for message in messages {
                if message.origin_server_ts >= before_ms || newest.contains(&message.event_number) {
                    all_old = false;
                    continue;
                }
                if all_old {
                    purged.until = message.position.unwrap_or(purged.until);
                }
                old.push((message.event_number, redact(&room.rules, &message.json)?));
            }
            if old.is_empty() && !whole {
                break;
            }
            if !old.is_empty() {
                purged.messages += old.len() as u64;
                self.storage().write(move |transaction| purge::purge(transaction, number, old)).await?;
            }
        }
        Ok(purged)
    }
}
