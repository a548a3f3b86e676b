//! Account data, messages to the device, and events as servers exchange them.

use std::collections::HashMap;

use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::{Session, events, to_device};

use super::rooms::{Choice, From};
use super::{Data, Gathered, Plan};
use crate::SyncError;
use crate::push_rules::{self, PUSH_RULES};

/// Messages to a device in one answer at most; more follow in the next.
const TO_DEVICE_MAX: usize = 100;

/// Account data of no room that changed; at the first sync all of it, and the default push rules with it.
pub(super) fn account_data(
    session: &mut Session,
    plan: &Plan,
    gathered: &mut Gathered,
) -> Result<(), SyncError> {
    if plan.since.is_some() && !plan.news.account_data {
        return Ok(());
    }
    let user_id = &plan.person.user_id;
    let rules = |stored: Option<&str>| push_rules::content(&push_rules::ruleset(stored, user_id)).to_string();
    let mut with_rules = false;
    for data in account_data::changed(session, plan.person.user_number, plan.since(), plan.until)? {
        if data.room_number != NO_ROOM || !plan.filter.account_data.wants_kind(&data.kind) {
            continue;
        }
        let is_rules = data.kind == PUSH_RULES;
        with_rules |= is_rules;
        let content = if is_rules { rules(Some(&data.content)) } else { data.content };
        gathered.account_data.push((data.kind, content));
    }
    if plan.since.is_none() && !with_rules && plan.filter.account_data.wants_kind(PUSH_RULES) {
        gathered.account_data.push((PUSH_RULES.to_owned(), rules(None)));
    }
    Ok(())
}

/// Account data of rooms that changed, by room.
pub(super) fn room_account_data(
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
pub(super) fn of_new_rooms(
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

/// Messages that wait for the device.
pub(super) fn to_device(
    session: &mut Session,
    plan: &Plan,
    gathered: &mut Gathered,
) -> Result<(), SyncError> {
    let pending = plan.since.is_none_or(|token| token.to_device.is_some());
    if !pending && !plan.news.to_device {
        return Ok(());
    }
    let after = plan.since.map_or(0, |token| token.to_device_position());
    let limit = TO_DEVICE_MAX as i64 + 1;
    let mut waiting = to_device::messages(session, plan.person.device_number, after, plan.until, limit)?;
    if waiting.len() > TO_DEVICE_MAX {
        waiting.truncate(TO_DEVICE_MAX);
        gathered.to_device_until = waiting.last().map(|message| message.position);
    }
    gathered.to_device = waiting.into_iter().map(|message| message.json).collect();
    Ok(())
}

/// Reads what the answer's events look like between servers.
pub(super) fn as_servers_exchange_them(
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
