//! The walk through a space: level by level, a few statements each, however many rooms a level has.

use std::collections::{HashMap, HashSet};

use herold_storage::events::StoredEvent;
use herold_storage::room_summaries::{self, StoredSummary};
use herold_storage::{Session, memberships, room_state};
use ruma::OwnedRoomId;
use ruma::api::client::space::SpaceHierarchyRoomsChunk;
use ruma::events::room::member::MembershipState;
use ruma::events::space::child::HierarchySpaceChildEvent;
use ruma::serde::Raw;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{Person, ReadError};
use crate::read::summary::{joined_allowed, may_know, presented};

/// Rooms that one request looks at.
const ROOMS_MAX: usize = 10_000;
/// Letters of a child's `order` at most; a longer one does not count.
const ORDER_MAX: usize = 50;

/// The rooms of a space that somebody may know of.
pub(super) struct Walk {
    root: String,
    nodes: HashMap<String, Node>,
}

/// A room of the space.
pub(super) struct Node {
    summary: StoredSummary,
    /// The rooms below, in their order.
    children: Vec<Child>,
    /// Whether the rooms below are told as well.
    open: bool,
}

/// An edge: a room in a space.
struct Child {
    room_id: String,
    order: Option<String>,
    origin_server_ts: i64,
    event: Raw<HierarchySpaceChildEvent>,
}

impl Walk {
    /// Walks from `root` over the edges as they were at `position`, at most `depth` levels down.
    pub(super) fn load(
        session: &mut Session,
        person: &Person,
        root: String,
        position: i64,
        depth: u64,
        suggested_only: bool,
    ) -> Result<Self, ReadError> {
        let mut walk = Self { root: root.clone(), nodes: HashMap::new() };
        let mut seen = HashSet::from([root.clone()]);
        let mut level = vec![root];
        for below in (0..=depth).rev() {
            let mut children = Vec::new();
            for node in known(session, person, &level, position, suggested_only)? {
                children.extend(node.children.iter().map(|child| child.room_id.clone()));
                walk.nodes.insert(node.summary.room_id.clone(), Node { open: below > 0, ..node });
            }
            children.retain(|room| seen.len() < ROOMS_MAX && seen.insert(room.clone()));
            level = children;
            if level.is_empty() {
                break;
            }
        }
        if walk.nodes.contains_key(&walk.root) { Ok(walk) } else { Err(ReadError::Forbidden) }
    }

    /// The first rooms, up to `count`, each before the rooms below it and none twice.
    pub(super) fn depth_first(mut self, count: usize) -> Vec<Node> {
        let mut found = Vec::new();
        let mut waiting = vec![self.root];
        while let Some(room) = waiting.pop().filter(|_| found.len() < count) {
            // Gone from here is what was found before, or is not to be known.
            let Some(node) = self.nodes.remove(&room) else { continue };
            if node.open {
                waiting.extend(node.children.iter().rev().map(|child| child.room_id.clone()));
            }
            found.push(node);
        }
        found
    }
}

impl Node {
    /// The room as clients get it.
    pub(super) fn chunk(self) -> Option<SpaceHierarchyRoomsChunk> {
        let children = self.children.into_iter().map(|child| child.event).collect();
        Some(SpaceHierarchyRoomsChunk::new(presented(&self.summary)?, children))
    }
}

/// Those of `rooms` that the person may know of, with the rooms below them.
fn known(
    session: &mut Session,
    person: &Person,
    rooms: &[String],
    position: i64,
    suggested_only: bool,
) -> Result<Vec<Node>, ReadError> {
    let mut summaries = room_summaries::by_id(session, rooms)?;
    let numbers: Vec<i64> = summaries.iter().map(|summary| summary.room_number).collect();
    let memberships = memberships::of_user_among(session, person.user_number, &numbers)?;
    let memberships: HashMap<i64, MembershipState> =
        memberships.into_iter().map(|found| (found.room_number, found.membership.into())).collect();
    let allowed = joined_allowed(session, Some(person.user_number), &summaries)?;
    summaries.retain(|summary| may_know(summary, memberships.get(&summary.room_number), &allowed));
    let is_space = |summary: &&StoredSummary| summary.told.room_type.as_deref() == Some("m.space");
    let spaces: Vec<i64> = summaries.iter().filter(is_space).map(|space| space.room_number).collect();
    let mut children: HashMap<i64, Vec<Child>> = HashMap::new();
    if !spaces.is_empty() {
        let kinds = ["m.space.child".to_owned()];
        for entry in room_state::of_kinds_at(session, &spaces, &kinds, position)? {
            if let Some(child) = child(entry.state_key, &entry.event, suggested_only) {
                children.entry(entry.event.room_number).or_default().push(child);
            }
        }
    }
    let node = |summary: StoredSummary| {
        let mut children = children.remove(&summary.room_number).unwrap_or_default();
        children.sort_by(|one, other| one.place().cmp(&other.place()));
        Node { summary, children, open: false }
    };
    Ok(summaries.into_iter().map(node).collect())
}

impl Child {
    /// By `order`, those without one last; then by age, then by id ("Ordering of children within a space").
    fn place(&self) -> (bool, Option<&str>, i64, &str) {
        (self.order.is_none(), self.order.as_deref(), self.origin_server_ts, &self.room_id)
    }
}

#[derive(Deserialize)]
struct Event<'a> {
    sender: &'a str,
    #[serde(borrow)]
    content: &'a RawValue,
}

#[derive(Deserialize)]
struct Content {
    via: Vec<String>,
    order: Option<serde_json::Value>,
    suggested: Option<serde_json::Value>,
}

/// The edge that an `m.space.child` event makes, if it makes one.
fn child(room_id: String, stored: &StoredEvent, suggested_only: bool) -> Option<Child> {
    OwnedRoomId::try_from(room_id.as_str()).ok()?;
    let event: Event<'_> = serde_json::from_str(&stored.json).ok()?;
    let content: Content = serde_json::from_str(event.content.get()).ok()?;
    let suggested = content.suggested == Some(json!(true));
    if content.via.is_empty() || (suggested_only && !suggested) {
        return None;
    }
    let order = content.order.and_then(|order| order.as_str().map(str::to_owned));
    let in_order =
        |order: &String| order.len() <= ORDER_MAX && order.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    let stripped = json!({
        "type": "m.space.child",
        "state_key": room_id,
        "sender": event.sender,
        "content": event.content,
        "origin_server_ts": stored.origin_server_ts,
    });
    Some(Child {
        room_id,
        order: order.filter(in_order),
        origin_server_ts: stored.origin_server_ts,
        event: Raw::from_json(serde_json::value::to_raw_value(&stripped).ok()?),
    })
}
