//! What is told of one room.

use std::sync::Arc;

use herold_rooms::read::Room;
use ruma::OwnedUserId;

use super::choose::Due;
use super::states::StateNews;
use crate::gather::Summary;
use crate::gather::timelines::Timeline;
use crate::people::Part;
use crate::unread::Counts;

/// Whom a room is named after.
#[derive(Debug)]
pub(crate) struct Hero {
    pub(crate) user_id: OwnedUserId,
    pub(crate) name: Option<String>,
    pub(crate) avatar: Option<String>,
}

/// What is told of one room.
pub(crate) struct RoomNews {
    pub(crate) room: Arc<Room>,
    pub(crate) part: Part,
    /// `join`, `invite`, `knock`, `leave` or `ban`.
    pub(crate) membership: String,
    pub(crate) lists: Vec<String>,
    pub(crate) due: Due,
    pub(crate) bump_stamp: i64,
    pub(crate) timeline: Timeline,
    /// How many of the events happened since the last answer.
    pub(crate) live: usize,
    pub(crate) state: StateNews,
    pub(crate) summary: Option<Summary>,
    pub(crate) heroes: Option<Vec<Hero>>,
    pub(crate) unread: Option<Arc<Counts>>,
    /// What somebody who is asked into the room may see of it: a JSON array.
    pub(crate) stripped: Option<String>,
}

impl RoomNews {
    pub(super) fn new(room: Arc<Room>, part: Part, due: Due) -> Self {
        Self {
            room,
            part,
            membership: String::new(),
            lists: Vec::new(),
            due,
            bump_stamp: 0,
            timeline: Timeline::default(),
            live: 0,
            state: StateNews::default(),
            summary: None,
            heroes: None,
            unread: None,
            stripped: None,
        }
    }

    /// Whether there is nothing to be told of it.
    pub(super) fn is_empty(&self) -> bool {
        let StateNews { events, removed, name, avatar } = &self.state;
        let state = events.is_empty() && removed.is_empty() && name.is_none() && avatar.is_none();
        !self.due.always
            && self.timeline.events.is_empty()
            && !self.timeline.limited
            && state
            && self.summary.is_none()
            && self.stripped.is_none()
    }
}
