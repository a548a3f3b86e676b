//! The common case without a question to the tables: new events in rooms that the user was in all along,
//! read once for everybody who waits there.

use std::collections::HashMap;
use std::sync::Arc;

use ruma::events::room::member::MembershipState;

use super::gathered::{Gathered, RoomNews};
use super::plan::Plan;
use super::receipts::typing;
use super::rooms::counting;
use crate::numbers::sorted;
use crate::people::Part;
use crate::token::Token;
use crate::unread::Counts;
use crate::{Inner, news::News};

/// What there is to tell; none where memory does not suffice.
pub(super) fn gather(inner: &Inner, plan: &Plan) -> Option<Gathered> {
    let since = plan.since.filter(|since| is_simple(plan, since))?;
    let key_counts = inner.remembered_key_counts(plan)?;
    let rooms = sorted(plan.news.events.iter().chain(&plan.news.typing).copied());
    let mut told = Vec::with_capacity(rooms.len());
    for room in rooms {
        let own = plan.known.rooms.get(&room)?;
        if own.position > since.position {
            return None;
        }
        if own.part == Part::Join {
            told.push(room);
        }
    }
    let with_events: Vec<i64> = told.iter().filter(|room| plan.news.events.contains(room)).copied().collect();
    let mut unread = inner.unread.remembered(&counting(inner, plan), &with_events)?;
    let mut gathered = Gathered { key_counts, ..Gathered::default() };
    for room in told {
        if let Some(news) = of_room(inner, plan, room, since.position, &mut unread)? {
            gathered.joined.push(news);
        }
    }
    Some(gathered)
}

/// Whether there are only events and typing.
fn is_simple(plan: &Plan, since: &Token) -> bool {
    let News { receipts, recounted, own, keys, presence, .. } = &plan.news;
    let (news, filter) = (&plan.news, &plan.filter);
    let members_again = filter.include_redundant_members && filter.lazy_load_members;
    let asks_more =
        plan.full_state || filter.federation_format || members_again || filter.timeline_limit == 0;
    let tells_more =
        news.from_tables || news.signed || news.account_data || news.to_device || news.all_presence;
    let sets = [receipts, recounted, own, keys, presence];
    let only_events = sets.iter().all(|set| set.is_empty()) && news.members.is_empty();
    only_events && since.to_device.is_none() && !asks_more && !tells_more
}

/// The outer `None` says that memory does not suffice, the inner one that there is nothing to tell.
fn of_room(
    inner: &Inner,
    plan: &Plan,
    number: i64,
    since: i64,
    unread: &mut HashMap<i64, Arc<Counts>>,
) -> Option<Option<RoomNews>> {
    let room = inner.reader.remembered(number)?;
    let filter = &plan.filter;
    if !filter.rooms.wants(&room.id) {
        return Some(None);
    }
    let wants_typing =
        filter.ephemeral.rooms.wants(&room.id) && filter.ephemeral.events.wants_kind("m.typing");
    let typing = typing(inner, plan, number, false).filter(|_| wants_typing);
    let mut news = RoomNews {
        room,
        timeline: Vec::new(),
        limited: false,
        before: since,
        state: Vec::new(),
        summary: None,
        ephemeral: typing.into_iter().collect(),
        account_data: Vec::new(),
        unread: None,
        always: false,
    };
    if plan.news.events.contains(&number) {
        if !filter.timeline.rooms.wants(&news.room.id) {
            return None;
        }
        let events = inner.tails.slice(number, since, plan.until)?;
        for event in events {
            let own = event.sender_number == plan.person.user_number;
            let unknown_sender =
                plan.sent.as_ref().is_some_and(|sent| !sent.has(number, event.sender_number));
            // States, transaction ids and members are for the tables to tell.
            if event.state_key().is_some() || own || unknown_sender {
                return None;
            }
            let ignored = plan.known.wishes.ignored.contains(event.sender().as_str());
            if !ignored && filter.timeline.events.wants(&event) {
                news.timeline.push(event.for_reader(MembershipState::Join));
            }
        }
        if news.timeline.len() > filter.timeline_limit {
            return None;
        }
        news.before = news.timeline.first().map_or(since, |first| first.position - 1);
        news.unread = unread.remove(&number);
    }
    let tells = !news.timeline.is_empty() || !news.ephemeral.is_empty();
    Some(tells.then_some(news))
}
