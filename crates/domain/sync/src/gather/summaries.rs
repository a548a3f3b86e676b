//! Who is in a room, in short: how many, and whom to name it after.

use std::collections::{HashMap, HashSet};

use herold_rooms::read::content_of;
use herold_storage::{Session, memberships, room_state};
use moka::sync::Cache;
use ruma::OwnedUserId;

use super::gathered::Summary;
use super::plan::Plan;
use super::rooms::{Choice, From};
use super::timelines::Timeline;
use crate::numbers::ids;
use crate::numbers::sorted;
use crate::{Inner, SyncError};

/// Whom to name a room after at most.
const HEROES_MAX: i64 = 5;
/// Rooms whose numbers of members are kept in memory.
const ROOMS_MAX: u64 = 10_000;

/// Numbers of members: joined, invited, as of a log position, by room.
pub(crate) struct Summaries(Cache<i64, (i64, i64, i64)>);

impl Default for Summaries {
    fn default() -> Self {
        Self(Cache::new(ROOMS_MAX))
    }
}

/// The rooms whose summaries the client does not have: new ones, and those whose members changed.
pub(crate) fn rooms_concerned(plan: &Plan, choice: &Choice, timelines: &HashMap<i64, Timeline>) -> Vec<i64> {
    let changed = plan.news.rooms_with_members();
    let concerned = |room: i64| {
        changed.contains(&room)
            || plan.news.own.contains(&room)
            || timelines
                .get(&room)
                .is_some_and(|timeline| timeline.events.iter().any(|event| names_a_room(event.kind())))
    };
    choice.numbers(|chosen| {
        !chosen.left && (plan.full_state || chosen.from == From::Anew || concerned(chosen.room.number))
    })
}

fn names_a_room(kind: &str) -> bool {
    matches!(kind, "m.room.member" | "m.room.name" | "m.room.canonical_alias")
}

/// Summaries of `rooms`, and their heroes by number.
pub(crate) fn gather(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    rooms: &[i64],
) -> Result<HashMap<i64, (Summary, Vec<i64>)>, SyncError> {
    if rooms.is_empty() {
        return Ok(HashMap::new());
    }
    let mut found: HashMap<i64, (Summary, Vec<i64>)> = HashMap::with_capacity(rooms.len());
    for (room, (joined, invited)) in counts(inner, session, plan, rooms)? {
        found.insert(room, (Summary { heroes: None, joined, invited }, Vec::new()));
    }
    let nameless = nameless(session, plan, rooms)?;
    let mut heroes = first_others(session, plan, &nameless, &["join", "invite"])?;
    let alone: Vec<i64> = nameless.iter().filter(|room| !heroes.contains_key(room)).copied().collect();
    heroes.extend(first_others(session, plan, &alone, &["leave", "ban"])?);
    let all = sorted(heroes.values().flatten().copied());
    let ids = ids(session, &all)?;
    for room in nameless {
        let numbers = heroes.remove(&room).unwrap_or_default();
        if let Some((summary, of_room)) = found.get_mut(&room) {
            let named: Vec<OwnedUserId> =
                numbers.iter().filter_map(|number| ids.get(number).cloned()).collect();
            (summary.heroes, *of_room) = (Some(named), numbers);
        }
    }
    Ok(found)
}

fn counts(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    rooms: &[i64],
) -> Result<HashMap<i64, (i64, i64)>, SyncError> {
    let mut changed: HashMap<i64, i64> = HashMap::new();
    for ((room, _), position) in &plan.news.members {
        let newest = changed.entry(*room).or_default();
        *newest = (*newest).max(*position);
    }
    let mut found = HashMap::with_capacity(rooms.len());
    let mut missing = Vec::new();
    for room in rooms {
        // Only a change that is known of tells whether the numbers in memory are from before it.
        let changed = changed.get(room).filter(|_| !plan.news.own.contains(room));
        match (changed, inner.summaries.0.get(room)) {
            (Some(changed), Some((as_of, joined, invited))) if as_of >= *changed => {
                found.insert(*room, (joined, invited));
            }
            _ => missing.push(*room),
        }
    }
    if !missing.is_empty() {
        let mut counted: HashMap<i64, (i64, i64)> = missing.iter().map(|room| (*room, (0, 0))).collect();
        for (room, membership, count) in memberships::counts(session, &missing)? {
            if let Some((joined, invited)) = counted.get_mut(&room) {
                *(if membership == "join" { joined } else { invited }) = count;
            }
        }
        for (room, (joined, invited)) in counted {
            inner.summaries.0.insert(room, (plan.until, joined, invited));
            found.insert(room, (joined, invited));
        }
    }
    Ok(found)
}

/// Of `rooms`, those with neither a name nor an alias.
fn nameless(session: &mut Session, plan: &Plan, rooms: &[i64]) -> Result<Vec<i64>, SyncError> {
    let kinds = ["m.room.name", "m.room.canonical_alias"].map(|kind| (kind.to_owned(), String::new()));
    let keys: Vec<i64> = room_state::key_numbers(session, &kinds)?.into_values().collect();
    let says = |content: &serde_json::Value, field: &str| {
        content[field].as_str().is_some_and(|text| !text.is_empty())
    };
    let named: HashSet<i64> = room_state::of_keys_at(session, rooms, &keys, plan.until)?
        .iter()
        .filter(|entry| {
            let content = content_of(&entry.event);
            says(&content, "name") || says(&content, "alias")
        })
        .map(|entry| entry.event.room_number)
        .collect();
    Ok(rooms.iter().filter(|room| !named.contains(room)).copied().collect())
}

/// By room its first members of these kinds, apart from the user.
fn first_others(
    session: &mut Session,
    plan: &Plan,
    rooms: &[i64],
    kinds: &[&str],
) -> Result<HashMap<i64, Vec<i64>>, SyncError> {
    let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
    if rooms.is_empty() {
        return Ok(found);
    }
    let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let user = plan.person.user_number;
    for member in memberships::first_others(session, rooms, user, &kinds, HEROES_MAX)? {
        found.entry(member.room_number).or_default().push(member.user_number);
    }
    Ok(found)
}
