//! From new events in the log to judged ones: who is meant, which thread they belong to, who came in.
//! Asks the tables once per question for the whole batch.

use std::collections::{HashMap, HashSet};

use herold_room_rules::PowerLevels;
use herold_rooms::read::{Reader, content_of};
use herold_storage::events::{self, StoredEvent};
use herold_storage::room_state::{self, StateEntry};
use herold_storage::{Session, users};
use ruma::{ServerName, UserId};
use serde_json::Value;

use crate::contexts::at;
use crate::judge::{HOPS_MAX, Judgeable, Verdict};
use crate::notices::Judged;
use crate::{SyncError, numbers};

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
    let redacted = redacted_by(session, stored)?;
    let mut judged = Vec::with_capacity(read.len());
    let mut meant = HashSet::new();
    let mut verdicts = Vec::with_capacity(read.len());
    for (event, content) in &read {
        let verdict = match event.redacted_by {
            // What is unsaid before anybody could read it notifies nobody.
            Some(_) => Verdict::default(),
            None => content.judge(may_notify.contains(&event.event_number)),
        };
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
            redacts: redacted.get(&event.event_number).map(|redacted| redacted.event_number),
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

/// What the redactions among `stored` redact: events by the number of their redaction.
pub(crate) fn redacted_by(
    session: &mut Session,
    stored: &[StoredEvent],
) -> Result<HashMap<i64, StoredEvent>, SyncError> {
    let mut targets = HashMap::new();
    for event in stored.iter().filter(|event| event.kind == "m.room.redaction") {
        let json: Value = serde_json::from_str(&event.json).unwrap_or_default();
        // Where it stands depends on the room's version; whether it may is what the target's row tells.
        let target = json["content"]["redacts"].as_str().or(json["redacts"].as_str());
        targets.extend(target.map(|target| (event.event_number, target.to_owned())));
    }
    if targets.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<String> = targets.values().cloned().collect();
    let mut found = events::by_id(session, &ids)?;
    found.retain(|_, target| target.redacted_by.is_some());
    Ok(targets.into_iter().filter_map(|(event, id)| Some((event, found.get(&id)?.clone()))).collect())
}

/// Of the events that mention their whole room, those whose senders may, as the levels were when they came.
fn may_notify_room(
    session: &mut Session,
    reader: &Reader,
    read: &[(&StoredEvent, Judgeable)],
) -> Result<HashSet<i64>, SyncError> {
    let mentioning: Vec<&(&StoredEvent, Judgeable)> =
        read.iter().filter(|(_, content)| content.mentions_room()).collect();
    let places = || mentioning.iter().map(|(event, _)| event.event_number);
    let (Some(since), Some(until)) = (places().min(), places().max()) else { return Ok(HashSet::new()) };
    let rooms = numbers::sorted(mentioning.iter().map(|(event, _)| event.room_number));
    let kinds = ["m.room.create".to_owned(), "m.room.power_levels".to_owned()];
    let mut states: HashMap<(i64, bool), Vec<StateEntry>> = HashMap::new();
    for entry in room_state::of_kinds_within(session, &rooms, &kinds, since, until)? {
        if entry.state_key.is_empty() {
            let creates = entry.event.kind == "m.room.create";
            states.entry((entry.event.room_number, creates)).or_default().push(entry);
        }
    }
    let known = reader.rooms(session, &rooms)?;
    let mut may = HashSet::new();
    for (event, content) in mentioning {
        let (Some(room), Ok(sender)) =
            (known.get(&event.room_number), <&UserId>::try_from(content.sender.as_str()))
        else {
            continue;
        };
        let state = |creates: bool| {
            let entries = states.get(&(event.room_number, creates));
            let entry = entries.and_then(|entries| at(entries, event.event_number));
            entry.map(|entry| room.pdu(&entry.event)).transpose()
        };
        let (create, levels) = (state(true)?, state(false)?);
        let Some(create) = create else { continue };
        let levels = PowerLevels::new(&room.rules.authorization, &create, levels.as_ref());
        if levels.user(sender) >= levels.notification("room") {
            may.insert(event.event_number);
        }
    }
    Ok(may)
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
