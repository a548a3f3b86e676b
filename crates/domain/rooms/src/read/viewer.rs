//! What one person may see of a room: their memberships and the room's history visibility over time.
//!
//! Exact to the event: the question is put about the state just before each event, which is the
//! room's line but for the differences that forks left.

use std::collections::HashMap;

use herold_room_rules::{EventView, may_see};
use herold_storage::events::{self, StoredEvent};
use herold_storage::room_state::{self, OPEN_END, StateEntry};
use herold_storage::{Session, memberships};
use ruma::UserId;
use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::member::MembershipState;
use serde_json::Value;

use super::{ReadError, content_of};

/// A value that held from one position up to and without another.
#[derive(Clone, Debug)]
struct Span<T> {
    from: i64,
    to: i64,
    event_number: i64,
    value: T,
}

/// Up to where a person may read a room's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are in the room, or it is open to all: as it is now.
    Now,
    /// They were in the room: as it was at this position, when they left.
    Until(i64),
    /// Not at all.
    Outside,
}

/// One person's view of one room.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    own_key: Option<i64>,
    visibility_key: Option<i64>,
    memberships: Vec<Span<MembershipState>>,
    visibilities: Vec<Span<HistoryVisibility>>,
    forgotten: bool,
    /// Values that single events see instead of the line's: by event and state key number.
    differing: HashMap<(i64, i64), Option<Value>>,
}

impl Viewer {
    /// The views of `user_id` on `rooms`; every room gets one.
    pub fn load(
        session: &mut Session,
        rooms: &[i64],
        user_id: &UserId,
        user_number: i64,
    ) -> Result<HashMap<i64, Viewer>, ReadError> {
        let own = ("m.room.member".to_owned(), user_id.to_string());
        let visibility = ("m.room.history_visibility".to_owned(), String::new());
        let keys = room_state::key_numbers(session, &[own.clone(), visibility.clone()])?;
        let (own_key, visibility_key) = (keys.get(&own).copied(), keys.get(&visibility).copied());
        let empty = Viewer { own_key, visibility_key, ..Viewer::default() };
        let mut viewers: HashMap<i64, Viewer> = rooms.iter().map(|room| (*room, empty.clone())).collect();
        let wanted: Vec<i64> = keys.into_values().collect();
        for entry in room_state::histories(session, rooms, &wanted)? {
            if let Some(viewer) = viewers.get_mut(&entry.event.room_number) {
                viewer.add(&entry);
            }
        }
        for viewer in viewers.values_mut() {
            viewer.memberships.sort_by_key(|span| span.from);
            viewer.visibilities.sort_by_key(|span| span.from);
        }
        if let [room] = rooms
            && let Some(stored) = memberships::of_user_in(session, user_number, *room)?
            && let Some(viewer) = viewers.get_mut(room)
        {
            viewer.forgotten = stored.forgotten;
        }
        Ok(viewers)
    }

    /// The view of `user_id` on one room.
    pub fn of_room(
        session: &mut Session,
        room: i64,
        user_id: &UserId,
        user_number: i64,
    ) -> Result<Viewer, ReadError> {
        Ok(Self::load(session, &[room], user_id, user_number)?.remove(&room).unwrap_or_default())
    }

    fn add(&mut self, entry: &StateEntry) {
        let (from, to, event_number) = (entry.from_position, entry.to_position, entry.event.event_number);
        if entry.event.state_key_number == self.visibility_key {
            let value = visibility_of(&content_of(&entry.event));
            self.visibilities.push(Span { from, to, event_number, value });
        } else {
            let value = membership_of(&content_of(&entry.event));
            self.memberships.push(Span { from, to, event_number, value });
        }
    }

    /// Loads what forks made `seen`, events of any rooms, see otherwise than the lines.
    pub fn load_all_differences(
        session: &mut Session,
        viewers: &mut HashMap<i64, Viewer>,
        seen: &[StoredEvent],
    ) -> Result<(), ReadError> {
        // The keys are the same in every room.
        let Some(any) = viewers.values().next() else { return Ok(()) };
        let mut all =
            Viewer { own_key: any.own_key, visibility_key: any.visibility_key, ..Viewer::default() };
        all.load_differences(session, seen)?;
        if all.differing.is_empty() {
            return Ok(());
        }
        for viewer in viewers.values_mut() {
            viewer.differing.clone_from(&all.differing);
        }
        Ok(())
    }

    /// Loads what forks made `events` see otherwise than the line. Without it they are judged by the line.
    pub fn load_differences(&mut self, session: &mut Session, seen: &[StoredEvent]) -> Result<(), ReadError> {
        let numbers: Vec<i64> = seen.iter().map(|event| event.event_number).collect();
        let keys: Vec<i64> = self.own_key.into_iter().chain(self.visibility_key).collect();
        let differences = room_state::differences(session, &numbers, &keys)?;
        if differences.is_empty() {
            return Ok(());
        }
        let instead: Vec<i64> = differences.iter().filter_map(|(_, _, event)| *event).collect();
        let instead = events::by_number(session, &instead)?;
        for (event, key, state_event) in differences {
            let value = state_event.and_then(|number| instead.get(&number)).map(content_of);
            self.differing.insert((event, key), value);
        }
        Ok(())
    }

    /// Whether the person may see `event`.
    pub fn may_see(&self, event: &StoredEvent) -> bool {
        let Some(position) = event.position else { return false };
        let membership_before = self.membership_before(event);
        let visibility_before = self.visibility_before(event);
        let own = event.state_key_number.is_some() && event.state_key_number == self.own_key;
        let sets_visibility =
            event.state_key_number.is_some() && event.state_key_number == self.visibility_key;
        let view = EventView {
            membership_after: if own { membership_of(&content_of(event)) } else { membership_before.clone() },
            visibility_after: if sets_visibility {
                visibility_of(&content_of(event))
            } else {
                visibility_before.clone()
            },
            membership_before,
            visibility_before,
            joined_after: self.joined_after(position),
        };
        may_see(&view)
    }

    /// The person's membership as `unsigned.membership` tells it: at the event, their own one included.
    pub fn membership_at(&self, event: &StoredEvent) -> MembershipState {
        let own = event.state_key_number.is_some() && event.state_key_number == self.own_key;
        if own { membership_of(&content_of(event)) } else { self.membership_before(event) }
    }

    /// The person's membership now; `leave` for somebody who never had one.
    pub fn membership(&self) -> MembershipState {
        self.memberships
            .last()
            .filter(|span| span.to == OPEN_END)
            .map_or(MembershipState::Leave, |span| span.value.clone())
    }

    /// The person's membership right after whatever happened at `position`.
    pub fn membership_after(&self, position: i64) -> MembershipState {
        let span = self.memberships.iter().rev().find(|span| span.from <= position && position < span.to);
        span.map_or(MembershipState::Leave, |span| span.value.clone())
    }

    /// Whether the person was in the room at `position` and never left it since.
    pub fn joined_throughout(&self, position: i64) -> bool {
        self.membership_after(position) == MembershipState::Join
            && self
                .memberships
                .iter()
                .filter(|span| span.to > position)
                .all(|span| span.value == MembershipState::Join)
    }

    /// Whether the person was in the room at any moment after `position`.
    pub fn joined_since(&self, position: i64) -> bool {
        self.joined_after(position)
    }

    /// Whether the person is in the room and may see everything that ever happened there, by the room's line.
    pub fn sees_everything(&self) -> bool {
        let open = |visibility: &HistoryVisibility| {
            matches!(visibility, HistoryVisibility::Shared | HistoryVisibility::WorldReadable)
        };
        self.differing.is_empty()
            && self.membership() == MembershipState::Join
            && self.visibilities.iter().all(|span| open(&span.value))
    }

    /// Up to where the person may read the room's state.
    pub fn standing(&self) -> Standing {
        if self.membership() == MembershipState::Join {
            return Standing::Now;
        }
        if self.is_world_readable() {
            return Standing::Now;
        }
        match self.end_of_last_stay() {
            Some(end) if !self.forgotten => Standing::Until(end),
            _ => Standing::Outside,
        }
    }

    /// The position whose state is told to somebody whose membership ended at `ended`: where they left. That they were
    /// invited, knocked or were banned later moves it only where everybody may read the room. 0: they were never in it.
    pub fn left_at(&self, ended: i64) -> i64 {
        match self.end_of_last_stay() {
            Some(_) if self.is_world_readable() => ended,
            end => end.unwrap_or(0),
        }
    }

    /// Where the person was in the room last: the position at which that ended.
    pub fn end_of_last_stay(&self) -> Option<i64> {
        let joined = self.memberships.iter().rev().find(|span| span.value == MembershipState::Join);
        joined.map(|span| span.to)
    }

    fn is_world_readable(&self) -> bool {
        let now = self.visibilities.last().filter(|span| span.to == OPEN_END);
        now.is_some_and(|span| span.value == HistoryVisibility::WorldReadable)
    }

    fn joined_after(&self, position: i64) -> bool {
        self.memberships.iter().any(|span| span.value == MembershipState::Join && span.to > position)
    }

    fn membership_before(&self, event: &StoredEvent) -> MembershipState {
        if let Some(value) = self.own_key.and_then(|key| self.differing.get(&(event.event_number, key))) {
            return value.as_ref().map_or(MembershipState::Leave, membership_of);
        }
        let span = span_before(&self.memberships, event);
        span.map_or(MembershipState::Leave, |span| span.value.clone())
    }

    fn visibility_before(&self, event: &StoredEvent) -> HistoryVisibility {
        if let Some(value) =
            self.visibility_key.and_then(|key| self.differing.get(&(event.event_number, key)))
        {
            return value.as_ref().map_or(HistoryVisibility::Shared, visibility_of);
        }
        let span = span_before(&self.visibilities, event);
        span.map_or(HistoryVisibility::Shared, |span| span.value.clone())
    }
}

/// What held just before `event`, on the line.
fn span_before<'a, T>(spans: &'a [Span<T>], event: &StoredEvent) -> Option<&'a Span<T>> {
    let holds = |span: &&Span<T>| {
        span.from < event.line_position
            && event.line_position <= span.to
            && span.event_number != event.event_number
    };
    spans.iter().rev().find(holds)
}

fn membership_of(content: &Value) -> MembershipState {
    content["membership"].as_str().map_or(MembershipState::Leave, MembershipState::from)
}

fn visibility_of(content: &Value) -> HistoryVisibility {
    content["history_visibility"].as_str().map_or(HistoryVisibility::Shared, HistoryVisibility::from)
}
