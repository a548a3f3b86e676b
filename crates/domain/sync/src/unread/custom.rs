//! Counting for those who changed their push rules: event by event, with ruma's evaluation.

use std::collections::HashMap;

use futures::FutureExt;
use herold_storage::events::StoredEvent;
use herold_storage::{Session, events, memberships, notices, room_state, timeline};
use ruma::events::room::power_levels::{RoomPowerLevels, RoomPowerLevelsEventContent, RoomPowerLevelsSource};
use ruma::push::{Action, PushConditionPowerLevelsCtx, PushConditionRoomCtx};
use ruma::serde::Raw;
use ruma::{OwnedUserId, RoomId, UInt};
use serde_json::Value;

use super::{Counting, Counts, ReadUpTo, read_up_to};
use crate::SyncError;
use crate::judge::Judgeable;
use crate::judging::{Threads, content_of};
use crate::notices::FOLLOWER;

/// Events of one room that are looked at. Who has changed their rules and has more unread sees this many.
const LOOKED_AT_MAX: i64 = 1_000;

/// What is unread in `rooms` by the user's own rules.
pub(super) fn count(
    session: &mut Session,
    counting: &Counting<'_>,
    rooms: &[i64],
) -> Result<Vec<(i64, Counts)>, SyncError> {
    let Some(own) = counting.wishes.rules.as_deref() else { return Ok(Vec::new()) };
    let rules = &own.rules;
    let mut read = read_up_to(session, rooms, counting.user)?;
    let stored_to = notices::cursor(session, FOLLOWER)?;
    for (room, judged) in counting.notices.beyond(rooms, stored_to) {
        let joined = judged.iter().filter(|judged| judged.joined == Some(counting.user));
        if let (Some(newest), Some(read)) = (joined.map(|judged| judged.position).max(), read.get_mut(&room))
        {
            read.everywhere = read.everywhere.max(newest);
        }
    }
    let since = read.values().map(|read| read.everywhere).min().unwrap_or(0);
    let stored = timeline::newest(session, rooms, since, counting.until, LOOKED_AT_MAX)?;
    let judgeable: Vec<(&StoredEvent, Judgeable)> =
        stored.iter().filter_map(|event| Some((event, Judgeable::read(&event.json)?))).collect();
    let threads = Threads::load(session, &judgeable)?;
    let contexts = contexts(session, counting, rooms)?;
    let mut found: HashMap<i64, Counts> = rooms.iter().map(|room| (*room, Counts::default())).collect();
    for (event, _) in judgeable {
        let (Some(counts), Some(context)) =
            (found.get_mut(&event.room_number), contexts.get(&event.room_number))
        else {
            continue;
        };
        let thread = threads.of(event);
        if event.sender_number == counting.user {
            if event.state_key_number.is_none() {
                counts.threads.remove(&thread);
            }
            continue;
        }
        if counting.wishes.ignored_numbers.contains(&event.sender_number) {
            continue;
        }
        let read = read.get(&event.room_number).map_or(0, |read: &ReadUpTo| read.position(&thread));
        if event.position.is_none_or(|position| position <= read) {
            continue;
        }
        let Ok(raw) = serde_json::from_str::<Raw<Value>>(&event.json) else { continue };
        // The evaluation is asynchronous by name only.
        let actions = rules.get_actions(&raw, context).now_or_never().unwrap_or_default();
        let notify = actions.iter().any(Action::should_notify);
        let highlight = notify && actions.iter().any(Action::is_highlight);
        counts.add(&thread, i64::from(notify), i64::from(highlight));
    }
    Ok(found.into_iter().collect())
}

/// What push conditions ask about a room, by room.
pub(crate) fn contexts(
    session: &mut Session,
    counting: &Counting<'_>,
    rooms: &[i64],
) -> Result<HashMap<i64, PushConditionRoomCtx>, SyncError> {
    let mut members: HashMap<i64, i64> = HashMap::new();
    for (room, membership, count) in memberships::counts(session, rooms)? {
        if membership == "join" {
            members.insert(room, count);
        }
    }
    let own: Vec<i64> = memberships::of_user_among(session, counting.user, rooms)?
        .iter()
        .map(|membership| membership.event_number)
        .collect();
    let names: HashMap<i64, String> = events::by_number(session, &own)?
        .into_values()
        .filter_map(|event| Some((event.room_number, content_of(&event)["displayname"].as_str()?.to_owned())))
        .collect();
    let kinds = ["m.room.create".to_owned(), "m.room.power_levels".to_owned()];
    let state = room_state::of_kinds_at(session, rooms, &kinds, counting.until)?;
    let known = counting.reader.rooms(session, rooms)?;
    let mut contexts = HashMap::with_capacity(rooms.len());
    for (number, room) in &known {
        let count = UInt::try_from(members.get(number).copied().unwrap_or(0)).unwrap_or_default();
        let name = names.get(number).cloned().unwrap_or_default();
        let context = base(&room.id, count, counting, name);
        let of_kind = |kind: &str| {
            let entry = state.iter().find(|entry| {
                entry.event.room_number == *number && entry.event.kind == kind && entry.state_key.is_empty()
            });
            entry.map(|entry| &entry.event)
        };
        let levels =
            levels(&room.rules.authorization, of_kind("m.room.create"), of_kind("m.room.power_levels"));
        contexts.insert(*number, context.with_power_levels(levels));
    }
    Ok(contexts)
}

fn base(room: &RoomId, members: UInt, counting: &Counting<'_>, name: String) -> PushConditionRoomCtx {
    PushConditionRoomCtx::new(room.to_owned(), members, counting.user_id.to_owned(), name)
}

fn levels(
    rules: &ruma::room_version_rules::AuthorizationRules,
    create: Option<&StoredEvent>,
    levels: Option<&StoredEvent>,
) -> PushConditionPowerLevelsCtx {
    let creators = create.map(|create| creators(create, rules)).unwrap_or_default();
    // Malformed levels count as none.
    let content: Option<RoomPowerLevelsEventContent> =
        levels.and_then(|levels| serde_json::from_value(content_of(levels)).ok());
    let source = RoomPowerLevelsSource::from(content);
    RoomPowerLevels::new(source, rules, creators).into()
}

fn creators(create: &StoredEvent, rules: &ruma::room_version_rules::AuthorizationRules) -> Vec<OwnedUserId> {
    let sender = Judgeable::read(&create.json).and_then(|event| OwnedUserId::try_from(event.sender).ok());
    let additional = content_of(create)["additional_creators"].take();
    let additional: Vec<OwnedUserId> = if rules.additional_room_creators {
        serde_json::from_value(additional).unwrap_or_default()
    } else {
        Vec::new()
    };
    sender.into_iter().chain(additional).collect()
}
