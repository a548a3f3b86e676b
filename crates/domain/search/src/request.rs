//! What is searched and what is found.

use std::collections::BTreeMap;

use herold_rooms::read::{ClientEvent, EventFilter};
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};

/// A part of an event that is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The body of a message.
    Body,
    /// The name of a room.
    Name,
    /// The topic of a room.
    Topic,
}

/// In which order results are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The closest first.
    Rank,
    /// The newest first.
    Recent,
}

/// What results are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The room.
    Room,
    /// The sender.
    Sender,
}

/// How much of what was said around a result is wanted.
#[derive(Clone, Copy, Debug)]
pub struct ContextWanted {
    /// Events before it at most.
    pub before: usize,
    /// Events after it at most.
    pub after: usize,
    /// Whether the names and pictures that people had then are wanted.
    pub profiles: bool,
}

/// A search.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What to search: all of its words, the last of which may be the beginning of one.
    pub term: String,
    /// Where to look.
    pub keys: Vec<Key>,
    /// Only in these rooms.
    pub rooms: Option<Vec<OwnedRoomId>>,
    /// Not in these rooms.
    pub not_rooms: Vec<OwnedRoomId>,
    /// Only from these people; also part of the filter.
    pub senders: Option<Vec<OwnedUserId>>,
    /// Which events.
    pub filter: EventFilter,
    /// Results wanted at most.
    pub limit: Option<usize>,
    /// In which order.
    pub order: Order,
    /// What is wanted around the results.
    pub context: Option<ContextWanted>,
    /// Whether the states of the rooms are wanted.
    pub include_state: bool,
    /// What results are grouped by.
    pub group_by: Vec<GroupBy>,
    /// The token of these results, from the ones before.
    pub from: Option<String>,
}

/// What was found.
#[derive(Default)]
pub struct SearchResults {
    /// How many results there are, about.
    pub count: usize,
    /// Words to be highlighted.
    pub highlights: Vec<String>,
    /// The results, in the order wanted.
    pub results: Vec<Hit>,
    /// The states of the results' rooms, where wanted.
    pub states: BTreeMap<OwnedRoomId, Vec<ClientEvent>>,
    /// The results by what they are grouped by; the keys are ids of rooms or people.
    pub groups: Vec<(GroupBy, BTreeMap<String, Group>)>,
    /// The token of the results that follow.
    pub next: Option<String>,
}

/// One result.
pub struct Hit {
    /// The event.
    pub event: ClientEvent,
    /// How closely it matches; higher is closer.
    pub rank: f64,
    /// What was said around it, where wanted.
    pub context: Option<HitContext>,
}

/// What was said around a result.
#[derive(Default)]
pub struct HitContext {
    /// The token to read backward from.
    pub start: String,
    /// The token to read forward from.
    pub end: String,
    /// Newest first.
    pub before: Vec<ClientEvent>,
    /// Oldest first.
    pub after: Vec<ClientEvent>,
    /// What those who speak here were called then.
    pub profiles: BTreeMap<OwnedUserId, Profile>,
}

/// A name and a picture, as a member event tells them.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The name.
    pub display_name: Option<String>,
    /// The picture.
    pub avatar_url: Option<String>,
}

/// Results that have something in common.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Groups with better results come first.
    pub order: usize,
    /// The results, in order.
    pub results: Vec<OwnedEventId>,
    /// The token of the results of this group that follow.
    pub next: Option<String>,
}
