//! How long rooms keep messages: `m.room.retention` within the bounds that the operator sets (MSC1763).

use std::collections::HashMap;

use herold_storage::room_state::{self, OPEN_END};
use herold_storage::{StorageError, purge};
use serde_json::Value;

use crate::{Rooms, RoomsError};

/// Rooms looked at in one step.
const STEP: i64 = 500;
/// The state event by which a room says how long it keeps messages.
const RETENTION: &str = "m.room.retention";

/// How long messages are kept, as the operator decides. Milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Where a room says nothing; without it, for ever.
    pub usual_ms: Option<i64>,
    /// No room keeps them shorter than this.
    pub shortest_ms: Option<i64>,
    /// No room keeps them longer than this.
    pub longest_ms: Option<i64>,
}

impl Retention {
    /// How long a room keeps messages that wants to keep them for `wanted_ms`; `None`: for ever.
    fn of_room(self, wanted_ms: Option<i64>) -> Option<i64> {
        let kept = wanted_ms.or(self.usual_ms).map(|ms| ms.max(self.shortest_ms.unwrap_or(0)));
        match (kept, self.longest_ms) {
            (Some(kept), Some(longest)) => Some(kept.min(longest)),
            (kept, longest) => kept.or(longest),
        }
    }
}

impl Rooms {
    /// Purges from all rooms the messages that are older than their rooms keep them. Answers how many. Does
    /// nothing where the operator has not asked for it.
    pub async fn purge_old_messages(&self) -> Result<u64, RoomsError> {
        let Some(retention) = self.settings().retention else { return Ok(0) };
        let (mut messages, mut after) = (0, 0);
        loop {
            let reader = self.reader().clone();
            let read = self.storage().read(move |session| -> Result<_, crate::read::ReadError> {
                let cursors = purge::rooms(session, after, STEP)?;
                let numbers: Vec<i64> = cursors.iter().map(|(room, _)| *room).collect();
                let kinds = [RETENTION.to_owned()];
                let entries = room_state::of_kinds_at(session, &numbers, &kinds, OPEN_END - 1)?;
                let wanted: HashMap<i64, Option<i64>> = entries
                    .iter()
                    .filter(|entry| entry.state_key.is_empty())
                    .map(|entry| (entry.event.room_number, longest(&entry.event.json)))
                    .collect();
                Ok((cursors, wanted, reader.rooms(session, &numbers)?))
            });
            let (cursors, wanted, rooms) = read.await.map_err(RoomsError::from)?;
            let Some((last, _)) = cursors.last() else { return Ok(messages) };
            after = *last;
            for (number, cursor) in cursors {
                let kept = retention.of_room(wanted.get(&number).copied().flatten());
                let (Some(kept), Some(room)) = (kept, rooms.get(&number)) else { continue };
                let before_ms = self.0.clock.now_ms().saturating_sub(kept);
                let purged = self.purge_room(room, cursor, before_ms, false).await?;
                messages += purged.messages;
                if purged.until > cursor {
                    let write = move |transaction: &mut herold_storage::Transaction<'_>| {
                        purge::set_purged(transaction, number, purged.until)
                    };
                    let written: Result<(), StorageError> = self.storage().write(write).await;
                    written?;
                }
            }
        }
    }
}

/// How long a room wants to keep messages, milliseconds.
fn longest(event: &str) -> Option<i64> {
    let event: Value = serde_json::from_str(event).ok()?;
    event["content"]["max_lifetime"].as_i64().filter(|ms| *ms > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rooms_wish_holds_within_the_operators_bounds() {
        let bounds = |usual_ms, shortest_ms, longest_ms| Retention { usual_ms, shortest_ms, longest_ms };
        let table = [
            (bounds(None, None, None), None, None),
            (bounds(None, None, None), Some(5), Some(5)),
            (bounds(Some(7), None, None), None, Some(7)),
            (bounds(Some(7), None, None), Some(5), Some(5)),
            (bounds(None, Some(10), None), Some(5), Some(10)),
            (bounds(None, Some(10), None), None, None),
            (bounds(None, None, Some(3)), Some(5), Some(3)),
            (bounds(None, None, Some(3)), None, Some(3)),
        ];
        for (retention, wanted, kept) in table {
            assert_eq!(retention.of_room(wanted), kept, "{retention:?} {wanted:?}");
        }
    }
}
