//! What an answer is made of.

use std::collections::HashMap;
use std::sync::Arc;

use herold_rooms::read::{ClientEvent, Room};
use herold_storage::one_time_keys::KeyCounts;
use ruma::OwnedUserId;

use super::plan::Plan;
use crate::token::Token;
use crate::unread::Counts;

/// A type and a content, JSON.
pub(crate) type Data = (String, String);

/// A room that the user is in, or was.
pub(crate) struct RoomNews {
    pub(crate) room: Arc<Room>,
    pub(crate) timeline: Vec<ClientEvent>,
    pub(crate) limited: bool,
    /// The log position before the timeline.
    pub(crate) before: i64,
    pub(crate) state: Vec<ClientEvent>,
    pub(crate) summary: Option<Summary>,
    /// Whole events.
    pub(crate) ephemeral: Vec<String>,
    pub(crate) account_data: Vec<Data>,
    pub(crate) unread: Option<Arc<Counts>>,
    /// Whether it is told of even when there is nothing in it.
    pub(crate) always: bool,
}

impl RoomNews {
    pub(super) fn is_empty(&self) -> bool {
        !self.always
            && self.timeline.is_empty()
            && self.state.is_empty()
            && self.summary.is_none()
            && self.ephemeral.is_empty()
            && self.account_data.is_empty()
    }
}

/// Who is in a room, in short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    /// Whom to name the room after; where it has a name of its own nobody is needed.
    pub(crate) heroes: Option<Vec<OwnedUserId>>,
    pub(crate) joined: i64,
    pub(crate) invited: i64,
}

/// What is to be told.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) joined: Vec<RoomNews>,
    pub(crate) left: Vec<RoomNews>,
    /// Stripped states, JSON arrays.
    pub(crate) invited: Vec<(Arc<Room>, String)>,
    pub(crate) knocked: Vec<(Arc<Room>, String)>,
    pub(crate) account_data: Vec<Data>,
    /// Whole events.
    pub(crate) presence: Vec<String>,
    pub(crate) to_device: Vec<String>,
    /// The log position up to which to-device messages are given, where more wait.
    pub(crate) to_device_until: Option<i64>,
    pub(crate) keys_changed: Vec<OwnedUserId>,
    pub(crate) keys_left: Vec<OwnedUserId>,
    pub(crate) key_counts: Arc<KeyCounts>,
    /// Events as servers exchange them, where the client wants that.
    pub(crate) federation_format: HashMap<i64, String>,
}

impl Gathered {
    /// Whether there is nothing to be told.
    pub(crate) fn is_empty(&self) -> bool {
        self.joined.is_empty()
            && self.left.is_empty()
            && self.invited.is_empty()
            && self.knocked.is_empty()
            && self.account_data.is_empty()
            && self.presence.is_empty()
            && self.to_device.is_empty()
            && self.keys_changed.is_empty()
            && self.keys_left.is_empty()
    }

    /// The place from which a client that is told this goes on.
    pub(crate) fn next(&self, plan: &Plan) -> Token {
        Token { position: plan.until, ephemeral: plan.ephemeral, to_device: self.to_device_until }
    }
}
