//! What a client asks of sliding sync, whichever of the two ways it is spelt. The edge reads it; `$ME` and the
//! like are resolved there.

use std::collections::BTreeMap;
use std::time::Duration;

use ruma::OwnedRoomId;
use ruma::presence::PresenceState;

use super::required::RequiredState;

/// Lists in one request at most.
pub const LISTS_MAX: usize = 100;
/// Events of one room at most, whatever the client asks for.
pub(crate) const TIMELINE_MAX: usize = 1_000;

/// How an answer is spelt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// As clients that speak `org.matrix.simplified_msc3575` read it.
    #[default]
    Unstable,
    /// As MSC4186 was accepted.
    Merged,
}

/// What a client asks.
#[derive(Clone, Debug, Default)]
pub struct SlidingRequest {
    /// How the answer is to be spelt.
    pub spelling: Spelling,
    /// Tells the connections of a device apart.
    pub conn_id: String,
    /// Where the client goes on from: the `pos` of the last answer it has read.
    pub pos: Option<String>,
    /// To be repeated in the answer.
    pub txn_id: Option<String>,
    /// How long to wait for news.
    pub timeout: Duration,
    /// How the user is.
    pub set_presence: PresenceState,
    /// Windows over the user's rooms, by name.
    pub lists: BTreeMap<String, RoomList>,
    /// Rooms that are wanted wherever they stand.
    pub subscriptions: BTreeMap<OwnedRoomId, RoomConfig>,
    /// What is wanted beside rooms.
    pub extensions: Extensions,
}

/// What of a room is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RoomConfig {
    /// Events of the timeline at most.
    pub timeline_limit: usize,
    /// Which state.
    pub required_state: RequiredState,
}

/// A window over the user's rooms in the order of their last activity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RoomList {
    /// From where to where, both included, counted from 0; all rooms when absent.
    pub ranges: Option<Vec<(usize, usize)>>,
    /// What of each room.
    pub config: RoomConfig,
    /// Which rooms count.
    pub filters: ListFilters,
}

impl RoomList {
    /// Whether the room at `index` is in the window.
    pub(crate) fn covers(&self, index: usize) -> bool {
        self.ranges
            .as_ref()
            .is_none_or(|ranges| ranges.iter().any(|(from, to)| (*from..=*to).contains(&index)))
    }

    /// The first index behind the window; none when it has no end.
    pub(crate) fn end(&self) -> Option<usize> {
        self.ranges
            .as_ref()
            .map(|ranges| ranges.iter().map(|(_, to)| to.saturating_add(1)).max().unwrap_or(0))
    }
}

/// Which rooms count in a list; all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListFilters {
    /// Whether the room is a direct chat (`m.direct`).
    pub is_dm: Option<bool>,
    /// Children of these joined spaces.
    pub spaces: Option<Vec<OwnedRoomId>>,
    /// Whether the room is encrypted.
    pub is_encrypted: Option<bool>,
    /// Whether the user is invited to it.
    pub is_invited: Option<bool>,
    /// Of one of these types; a room without one has none.
    pub room_types: Option<Vec<Option<String>>>,
    /// Of none of these types.
    pub not_room_types: Vec<Option<String>>,
    /// With one of these tags.
    pub tags: Option<Vec<String>>,
    /// With none of these tags.
    pub not_tags: Vec<String>,
}

/// What is wanted beside rooms; absent is not wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Extensions {
    /// Messages to the device.
    pub to_device: Option<ToDevice>,
    /// Device lists and counts of keys.
    pub e2ee: bool,
    /// Account data.
    pub account_data: Option<Coverage>,
    /// Receipts.
    pub receipts: Option<Coverage>,
    /// Who types.
    pub typing: Option<Coverage>,
    /// Which threads the user follows: so many changes of that at most.
    pub thread_subscriptions: Option<usize>,
}

/// Messages to the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ToDevice {
    /// The token of the last messages: they have been seen.
    pub since: Option<String>,
    /// Messages at most.
    pub limit: Option<usize>,
}

/// Which of the rooms an extension covers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Coverage {
    /// Those of these lists; of all lists when absent. `*` names all.
    pub lists: Option<Vec<String>>,
    /// These subscribed rooms; all when absent. `*` names all.
    pub rooms: Option<Vec<String>>,
}

impl Coverage {
    /// Whether it covers a room that is in `lists`, and may be subscribed to.
    pub(crate) fn covers(&self, room: &str, lists: &[&str], subscribed: bool) -> bool {
        let among = |names: &Option<Vec<String>>, name: &str| {
            names.as_ref().is_none_or(|names| names.iter().any(|known| known == "*" || known == name))
        };
        lists.iter().any(|list| among(&self.lists, list)) || (subscribed && among(&self.rooms, room))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_covers_all_and_what_is_said_to_be_nothing_covers_nothing() {
        let all = Coverage::default();
        assert!(all.covers("!a:b", &["one"], false) && all.covers("!a:b", &[], true));
        assert!(!all.covers("!a:b", &[], false));
        let rooms = Coverage { lists: Some(vec![]), rooms: Some(vec!["*".to_owned()]) };
        assert!(!rooms.covers("!a:b", &["one"], false) && rooms.covers("!a:b", &["one"], true));
        let one = Coverage { lists: Some(vec!["one".to_owned()]), rooms: Some(vec!["!c:d".to_owned()]) };
        assert!(one.covers("!a:b", &["two", "one"], false) && !one.covers("!a:b", &["two"], true));
        assert!(one.covers("!c:d", &[], true));
    }

    #[test]
    fn a_window_covers_its_ranges() {
        let list = |ranges| RoomList { ranges, ..RoomList::default() };
        let two = list(Some(vec![(0, 1), (5, 6)]));
        assert!(two.covers(1) && !two.covers(2) && two.covers(6) && two.end() == Some(7));
        assert!(list(None).covers(1_000_000) && list(None).end().is_none());
        assert_eq!(list(Some(vec![])).end(), Some(0));
    }
}
