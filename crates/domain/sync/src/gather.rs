//! Puts together what a device is to be told: one snapshot of the tables, each question asked once for all
//! rooms. Which rooms those are was found out before; rooms without news are not looked at.

pub(crate) mod everything_else;
mod from_memory;
mod gathered;
pub(crate) mod people;
mod plan;
pub(crate) mod receipts;
pub(crate) mod rooms;
pub(crate) mod states;
pub(crate) mod summaries;
pub(crate) mod timelines;

use std::sync::Arc;

use herold_rooms::read::IGNORED_USERS;
use herold_storage::Session;
use herold_storage::account_data::{self, NO_ROOM};
use ruma::OwnedUserId;

use crate::push_rules::PUSH_RULES;
use crate::{Inner, SyncError};

pub(crate) use gathered::{Data, Gathered, RoomNews, Summary};
pub(crate) use plan::Plan;
pub(crate) use summaries::Summaries;

/// Whoever wishes for other notifications than before has other counts in rooms where nothing happened: adds those
/// to the news.
pub(crate) fn recount(inner: &Inner, session: &mut Session, plan: &mut Plan) -> Result<(), SyncError> {
    let Some(since) = plan.since.map(|since| since.position).filter(|_| plan.news.account_data) else {
        return Ok(());
    };
    let changed = account_data::changed(session, plan.person.user_number, since, plan.until)?;
    let decides = |kind: &str| kind == PUSH_RULES || kind == IGNORED_USERS;
    if changed.iter().any(|data| data.room_number == NO_ROOM && decides(&data.kind)) {
        let counts = inner.unread.count(session, &rooms::counting(inner, plan), &plan.known.joined)?;
        let changed = counts.iter().filter(|(_, counts)| counts.changed_at > since);
        plan.news.recounted.extend(changed.map(|(room, _)| *room));
    }
    Ok(())
}

/// What there is to tell, without the tables; none when they are needed.
pub(crate) fn from_memory(inner: &Inner, plan: &Plan) -> Option<Gathered> {
    from_memory::gather(inner, plan)
}

/// What there is to tell.
pub(crate) fn gather(inner: &Inner, session: &mut Session, plan: &Plan) -> Result<Gathered, SyncError> {
    let account_data = everything_else::account_data(session, plan, plan.since())?;
    let mut gathered = Gathered { account_data, ..Gathered::default() };
    let room_data = everything_else::room_account_data(session, plan)?;
    let choice = rooms::choose(inner, session, plan, &room_data)?;
    rooms::invited_and_knocked(inner, session, plan, &choice, &mut gathered)?;
    let mut timelines = timelines::gather(inner, session, plan, &choice)?;
    let mut states = states::gather(inner, session, plan, &choice, &timelines)?;
    let with_members = summaries::rooms_concerned(plan, &choice, &timelines);
    let mut summaries = summaries::gather(inner, session, plan, &with_members)?;
    states::add_heroes(inner, session, plan, &choice, &timelines, &summaries, &mut states)?;
    let mut ephemeral = receipts::gather(inner, session, plan, &choice)?;
    let mut room_data = everything_else::of_new_rooms(session, plan, &choice, room_data)?;
    let joined: Vec<i64> = choice.joined().map(|chosen| chosen.room.number).collect();
    let mut unread = inner.unread.count(session, &rooms::counting(inner, plan), &joined)?;
    for chosen in &choice.rooms {
        let number = chosen.room.number;
        let timeline = timelines.remove(&number).unwrap_or_default();
        let unread = unread.remove(&number);
        // What the client does not want to see, or is not shown, may change how much is unread.
        let recounted = plan.news.recounted.contains(&number)
            || unread.as_ref().is_some_and(|counts| counts.changed_at > chosen.since);
        let news = RoomNews {
            room: Arc::clone(&chosen.room),
            timeline: timeline.events,
            limited: timeline.limited,
            before: timeline.before,
            state: states.remove(&number).unwrap_or_default(),
            summary: summaries.remove(&number).map(|(summary, _)| summary),
            ephemeral: ephemeral.remove(&number).unwrap_or_default(),
            account_data: room_data.remove(&number).unwrap_or_default(),
            unread,
            always: chosen.always || (!chosen.left && recounted),
        };
        if !news.is_empty() {
            if chosen.left { gathered.left.push(news) } else { gathered.joined.push(news) }
        }
    }
    if plan.news.to_device || plan.since.is_none_or(|token| token.to_device.is_some()) {
        let after = plan.since.map_or(0, |token| token.to_device_position());
        (gathered.to_device, gathered.to_device_until) =
            everything_else::to_device(inner, session, plan, after, everything_else::TO_DEVICE_MAX)?;
    }
    gathered.key_counts = inner.key_counts(session, plan)?;
    (gathered.keys_changed, gathered.keys_left) =
        people::device_lists(session, plan, &choice.newly_joined, &choice.newly_left)?;
    people::presence(inner, session, plan, &choice, &mut gathered)?;
    if plan.filter.federation_format {
        everything_else::as_servers_exchange_them(session, &mut gathered)?;
    }
    Ok(gathered)
}

/// Whose keys changed and whose do not matter any more.
pub(crate) fn key_changes(
    session: &mut Session,
    plan: &Plan,
) -> Result<(Vec<OwnedUserId>, Vec<OwnedUserId>), SyncError> {
    let (joined, left) = rooms::came_and_left(session, plan)?;
    people::device_lists(session, plan, &joined, &left)
}
