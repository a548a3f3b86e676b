//! The event nearest to a moment (client-server API, `timestamp_to_event`). Only events that are here are found.

use herold_storage::timeline::{self, Moment};
use ruma::{OwnedEventId, RoomId};

use super::ignored::{ignored_users, wants};
use super::messages::Context;
use super::{Direction, Person, ReadError, Standing, Viewer};
use crate::Rooms;

/// Events looked at in one step.
const STEP_MAX: i64 = 64;
/// Events looked at at most: whoever may see none of so many is told that there is none.
const LOOKED_AT_MAX: usize = 5_000;

impl Rooms {
    /// The event of `room_id` that was sent at `ts_ms`, milliseconds since the Unix epoch, or else the nearest one
    /// in that direction that `person` may see, and when it was sent.
    pub async fn event_by_timestamp(
        &self,
        person: Person,
        room_id: &RoomId,
        ts_ms: i64,
        direction: Direction,
    ) -> Result<(OwnedEventId, i64), ReadError> {
        self.reading(room_id, move |reader, session, room| {
            let viewer = Viewer::of_room(session, room.number, person.user_id(), person.user_number)?;
            if viewer.standing() == Standing::Outside {
                return Err(ReadError::Forbidden);
            }
            let ignored = ignored_users(session, person.user_number, person.user_id())?;
            let mut context = Context { reader, room: &room, viewer, person: &person };
            let forward = direction == Direction::Forward;
            let position = if forward { 0 } else { i64::MAX };
            let mut from = Moment { origin_server_ts: ts_ms, position };
            let mut looked_at = 0;
            while looked_at < LOOKED_AT_MAX {
                let stored = if forward {
                    timeline::from_moment_on(session, room.number, from, STEP_MAX)?
                } else {
                    timeline::up_to_moment(session, room.number, from, STEP_MAX)?
                };
                let Some(last) = stored.last() else { break };
                looked_at += stored.len();
                from = Moment {
                    origin_server_ts: last.origin_server_ts,
                    position: last.position.unwrap_or_default(),
                };
                let visible = context.visible(session, stored)?;
                if let Some(event) = visible.into_iter().find(|event| wants(&ignored, event)) {
                    return Ok((event.event_id().clone(), event.origin_server_ts()));
                }
            }
            Err(ReadError::NotFound)
        })
        .await
    }
}
