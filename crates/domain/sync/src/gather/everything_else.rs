//! Account data, messages to the device, and events as servers exchange them.

use std::collections::HashMap;

use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::{Session, events, to_device};

use super::gathered::{Data, Gathered};
use super::plan::Plan;
use super::rooms::{Choice, From};
use crate::push_rules::{self, PUSH_RULES};
use crate::{Inner, SyncError};

/// Messages to a device in one answer at most; more follow in the next.
pub(crate) const TO_DEVICE_MAX: usize = 100;

/// Account data of no room that changed after `since`; from 0 on all of it, and the default push rules with it.
pub(crate) fn account_data(session: &mut Session, plan: &Plan, since: i64) -> Result<Vec<Data>, SyncError> {
    let mut found = Vec::new();
    if since > 0 && !plan.news.account_data {
        return Ok(found);
    }
    let user_id = &plan.person.user_id;
    let rules = |stored: Option<&str>| push_rules::content(&push_rules::ruleset(stored, user_id)).to_string();
    let mut with_rules = false;
    for data in account_data::changed(session, plan.person.user_number, since, plan.until)? {
        if data.room_number != NO_ROOM || !plan.filter.account_data.wants_kind(&data.kind) {
            continue;
        }
        let is_rules = data.kind == PUSH_RULES;
        with_rules |= is_rules;
        let content = if is_rules { rules(Some(&data.content)) } else { data.content };
        found.push((data.kind, content));
    }
    if since == 0 && !with_rules && plan.filter.account_data.wants_kind(PUSH_RULES) {
        found.push((PUSH_RULES.to_owned(), rules(None)));
    }
    Ok(found)
}

/// Account data of rooms that changed, by room.
pub(crate) fn room_account_data(
    session: &mut Session,
    plan: &Plan,
) -> Result<HashMap<i64, Vec<Data>>, SyncError> {
    let mut found: HashMap<i64, Vec<Data>> = HashMap::new();
    if plan.since.is_some() && !plan.news.account_data {
        return Ok(found);
    }
    for data in account_data::changed(session, plan.person.user_number, plan.since(), plan.until)? {
        if data.room_number != NO_ROOM {
            found.entry(data.room_number).or_default().push((data.kind, data.content));
        }
    }
    Ok(found)
}

/// The account data of the rooms in `choice`: of rooms that are new to the client all of it.
pub(crate) fn of_new_rooms(
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
    mut changed: HashMap<i64, Vec<Data>>,
) -> Result<HashMap<i64, Vec<Data>>, SyncError> {
    if plan.since.is_some() {
        let anew = choice.numbers(|chosen| chosen.from == From::Anew);
        if !anew.is_empty() {
            anew.iter().for_each(|room| drop(changed.remove(room)));
            for data in account_data::in_rooms(session, plan.person.user_number, &anew)? {
                changed.entry(data.room_number).or_default().push((data.kind, data.content));
            }
        }
    }
    let section = &plan.filter.room_account_data;
    for chosen in &choice.rooms {
        if let Some(data) = changed.get_mut(&chosen.room.number) {
            let wants_room = section.rooms.wants(&chosen.room.id);
            data.retain(|(kind, _)| wants_room && section.events.wants_kind(kind));
        }
    }
    Ok(changed)
}

/// Messages that wait for the device and came after `after`, at most `limit`; and, where more wait, the position
/// of the last of them.
pub(crate) fn to_device(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    after: i64,
    limit: usize,
) -> Result<(Vec<String>, Option<i64>), SyncError> {
    let limit = limit.clamp(1, TO_DEVICE_MAX);
    let device = plan.person.device_number;
    let mut waiting = to_device::messages(session, device, after, plan.until, limit as i64 + 1)?;
    let mut until = None;
    if waiting.len() > limit {
        waiting.truncate(limit);
        until = waiting.last().map(|message| message.position);
    }
    if !waiting.is_empty() {
        // There will be something to acknowledge.
        inner.emptied.invalidate(&device);
    }
    Ok((waiting.into_iter().map(|message| message.json).collect(), until))
}

/// Reads what the answer's events look like between servers.
pub(crate) fn as_servers_exchange_them(
    session: &mut Session,
    gathered: &mut Gathered,
) -> Result<(), SyncError> {
    let rooms = gathered.joined.iter().chain(&gathered.left);
    let numbers: Vec<i64> = rooms
        .flat_map(|news| news.timeline.iter().chain(&news.state))
        .map(|event| event.event_number)
        .collect();
    let stored = events::by_number(session, &numbers)?;
    gathered.federation_format = stored.into_iter().map(|(number, event)| (number, event.json)).collect();
    Ok(())
}
