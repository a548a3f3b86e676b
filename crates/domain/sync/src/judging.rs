//! From new events in the log to judged ones: who is meant, which thread they belong to, who came in.
//! Asks the tables once per question for the whole batch.

use std::collections::{HashMap, HashSet};

use herold_room_rules::PowerLevels;
use herold_rooms::read::{ReadError, Reader};
use herold_storage::events::{self, StoredEvent};
use herold_storage::{Session, room_state, users};
use ruma::{ServerName, UserId};
use serde_json::Value;

use crate::SyncError;
use crate::judge::{HOPS_MAX, Judgeable};
use crate::notices::Judged;

/// Judges `stored`, events in the order of the log.
pub(crate) fn judge(
    session: &mut Session,
    reader: &Reader,
    server_name: &ServerName,
    stored: &[StoredEvent],
) -> Result<Vec<Judged>, SyncError> {
    let read: Vec<(&StoredEvent, Judgeable)> =
        stored.iter().filter_map(|event| Some((event, Judgeable::read(&event.json)?))).collect();
    let threads = Threads::load(session, &read)?;
    let joins = joins(session, server_name, &read)?;
    let may_notify = may_notify_room(session, reader, &read)?;
    let mut judged = Vec::with_capacity(read.len());
    let mut meant = HashSet::new();
    let mut verdicts = Vec::with_capacity(read.len());
    for (event, content) in &read {
        let verdict = content.judge(may_notify.contains(&event.event_number));
        meant.extend(verdict.mentioned.iter().chain(&verdict.invited).cloned());
        verdicts.push(verdict);
    }
    let meant: Vec<String> = meant.into_iter().collect();
    let numbers = if meant.is_empty() { HashMap::new() } else { users::numbers(session, &meant)? };
    for ((event, content), verdict) in read.iter().zip(verdicts) {
        let mut personal = Vec::new();
        let number = |user: &String| numbers.get(user).copied();
        personal.extend(verdict.mentioned.iter().filter_map(number).map(|user| (user, true, true)));
        personal.extend(verdict.invited.iter().filter_map(number).map(|user| (user, true, false)));
        judged.push(Judged {
            position: event.position.unwrap_or(event.event_number),
            room: event.room_number,
            event_id: event.event_id.clone(),
            thread: threads.of(event),
            sender: event.sender_number,
            reads: event.state_key_number.is_none() && is_local(&content.sender, server_name),
            joined: joins.get(&event.event_number).copied(),
            notify: verdict.notify,
            highlight: verdict.highlight,
            personal,
        });
    }
    Ok(judged)
}

fn is_local(user_id: &str, server_name: &ServerName) -> bool {
    <&UserId>::try_from(user_id).is_ok_and(|user_id| user_id.server_name() == server_name)
}

/// The local users who came into a room with one of the events and were not in it before: by event.
fn joins(
    session: &mut Session,
    server_name: &ServerName,
    read: &[(&StoredEvent, Judgeable)],
) -> Result<HashMap<i64, i64>, SyncError> {
    let mut joining = HashMap::new();
    for (event, content) in read {
        if let Some(user) = content.joins().filter(|user| is_local(user, server_name)) {
            joining.insert(event.event_number, user.to_owned());
        }
    }
    if joining.is_empty() {
        return Ok(HashMap::new());
    }
    let positions: Vec<i64> = joining.keys().copied().collect();
    for entry in room_state::ended_at(session, &positions)? {
        // They were in the room before: a change of name or picture.
        if joining.get(&entry.to_position) == Some(&entry.state_key) && is_join(&entry.event) {
            joining.remove(&entry.to_position);
        }
    }
    let ids: Vec<String> = joining.values().cloned().collect();
    let numbers = users::numbers(session, &ids)?;
    Ok(joining.into_iter().filter_map(|(event, user)| Some((event, *numbers.get(&user)?))).collect())
}

fn is_join(event: &StoredEvent) -> bool {
    event.kind == "m.room.member" && content_of(event)["membership"] == "join"
}

/// The content of an event as it is stored.
pub(crate) fn content_of(event: &StoredEvent) -> Value {
    let parsed: Result<Value, _> = serde_json::from_str(&event.json);
    parsed.ok().and_then(|mut event| event.get_mut("content").map(Value::take)).unwrap_or_default()
}

/// Of the events that mention their whole room, those whose senders may.
fn may_notify_room(
    session: &mut Session,
    reader: &Reader,
    read: &[(&StoredEvent, Judgeable)],
) -> Result<HashSet<i64>, SyncError> {
    let mentioning: Vec<&(&StoredEvent, Judgeable)> =
        read.iter().filter(|(_, content)| content.mentions_room()).collect();
    let mut may = HashSet::new();
    let mut levels: HashMap<i64, Option<PowerLevels>> = HashMap::new();
    let Some(newest) = mentioning.iter().filter_map(|(event, _)| event.position).max() else {
        return Ok(may);
    };
    let mut rooms: Vec<i64> = mentioning.iter().map(|(event, _)| event.room_number).collect();
    rooms.sort_unstable();
    rooms.dedup();
    for room in &rooms {
        levels.insert(*room, None);
    }
    for (room, power_levels) in power_levels(session, reader, &rooms, newest)? {
        levels.insert(room, Some(power_levels));
    }
    for (event, content) in mentioning {
        let (Some(Some(levels)), Ok(sender)) =
            (levels.get(&event.room_number), <&UserId>::try_from(content.sender.as_str()))
        else {
            continue;
        };
        if levels.user(sender) >= levels.notification("room") {
            may.insert(event.event_number);
        }
    }
    Ok(may)
}

fn power_levels(
    session: &mut Session,
    reader: &Reader,
    rooms: &[i64],
    position: i64,
) -> Result<HashMap<i64, PowerLevels>, SyncError> {
    let kinds = ["m.room.create".to_owned(), "m.room.power_levels".to_owned()];
    let entries = room_state::of_kinds_at(session, rooms, &kinds, position)?;
    let known = reader.rooms(session, rooms)?;
    let mut found = HashMap::with_capacity(rooms.len());
    for (number, room) in known {
        let of_kind = |kind: &str| {
            let here = |entry: &&room_state::StateEntry| {
                entry.event.room_number == number && entry.event.kind == kind && entry.state_key.is_empty()
            };
            entries.iter().find(here).map(|entry| room.pdu(&entry.event)).transpose()
        };
        let (create, levels): (_, Option<_>) = (of_kind("m.room.create")?, of_kind("m.room.power_levels")?);
        if let Some(create) = create {
            found.insert(number, PowerLevels::new(&room.rules.authorization, &create, levels.as_ref()));
        }
    }
    Ok::<_, ReadError>(found).map_err(SyncError::from)
}

/// Which thread events belong to.
pub(crate) struct Threads(HashMap<i64, String>);

impl Threads {
    /// Follows the relations of the events, at most [`HOPS_MAX`] hops.
    pub(crate) fn load(session: &mut Session, read: &[(&StoredEvent, Judgeable)]) -> Result<Self, SyncError> {
        let mut found = HashMap::new();
        // The event, its room, and the event that it relates to, not through a thread.
        let mut following = Vec::new();
        for (event, content) in read {
            match content.relation() {
                Some(relation) if relation.kind == "m.thread" => {
                    found.insert(event.event_number, relation.event_id.clone());
                }
                Some(relation) => {
                    following.push((event.event_number, event.room_number, relation.event_id.clone()));
                }
                None => {}
            }
        }
        for _ in 0..HOPS_MAX {
            if following.is_empty() {
                break;
            }
            let ids: Vec<String> = following.iter().map(|(_, _, id)| id.clone()).collect();
            let parents = events::by_id(session, &ids)?;
            let mut next = Vec::new();
            for (event, room, parent) in following {
                let parent = parents.get(&parent).filter(|parent| parent.room_number == room);
                let parent = parent.and_then(|parent| Judgeable::read(&parent.json));
                match parent.as_ref().and_then(Judgeable::relation) {
                    Some(relation) if relation.kind == "m.thread" => {
                        found.insert(event, relation.event_id.clone());
                    }
                    Some(relation) => next.push((event, room, relation.event_id.clone())),
                    None => {}
                }
            }
            following = next;
        }
        Ok(Self(found))
    }

    /// The root of the event's thread; empty for the main timeline.
    pub(crate) fn of(&self, event: &StoredEvent) -> String {
        self.0.get(&event.event_number).cloned().unwrap_or_default()
    }
}
