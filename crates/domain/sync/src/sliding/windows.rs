//! Which rooms a request wants, and what of each: those in the windows of its lists, and those it subscribes to.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_rooms::read::{Room, content_of};
use herold_storage::{Session, account_data, room_state};

use super::facts::Facts;
use super::order::Order;
use super::request::{ListFilters, RoomList, SlidingRequest, TIMELINE_MAX};
use super::required::Wants;
use super::told::Told;
use crate::gather::Plan;
use crate::gather::rooms::unwanted_invites;
use crate::numbers::sorted;
use crate::people::{OwnRoom, Part};
use crate::{Inner, SyncError};

/// A room that a request wants.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) limit: usize,
    /// Which state: a place in `Windows::wants`.
    pub(crate) wants: usize,
    /// The lists it is in.
    pub(crate) lists: Vec<&'a str>,
    pub(crate) subscribed: bool,
}

/// What a request's rules say at one moment.
#[derive(Debug, Default)]
pub(crate) struct Windows<'a> {
    pub(crate) wanted: HashMap<i64, Wanted<'a>>,
    /// What is wanted of one room or another; many rooms want the same.
    pub(crate) wants: Vec<Wants>,
    /// How many rooms each list has, window or not.
    pub(crate) counts: Vec<(&'a str, usize)>,
    /// Whether rooms are listed this once, to be told that they were left.
    pub(crate) has_farewells: bool,
}

/// Looks what `request` wants now.
pub(crate) fn look<'a>(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    told: &Told,
    request: &'a SlidingRequest,
) -> Result<Windows<'a>, SyncError> {
    let mut windows = Windows::default();
    if !request.lists.is_empty() {
        let extra = left_untold(plan, told);
        windows.has_farewells = !extra.is_empty();
        // The rooms in order first, for what filters ask of them is read with the same session.
        let rooms =
            inner.orders.with(session, inner.storage.changes(), &plan.person, &plan.known, |order| {
                listed(order, &extra, request)
            })?;
        let answers = Answers::load(inner, session, plan, &rooms, request)?;
        for (name, list) in &request.lists {
            windows.add_list(name, list, &rooms, &answers, plan);
        }
    }
    windows.add_subscriptions(inner, session, plan, request)?;
    Ok(windows)
}

/// Rooms in the order of their last activity, as far as any list looks, and how many there are.
struct Listed {
    rooms: Vec<i64>,
    count: usize,
}

/// The rooms that lists are about. Where no list filters, only as many as their windows reach are looked at.
fn listed(order: &Order, extra: &[(i64, i64)], request: &SlidingRequest) -> Listed {
    let extra: Vec<(i64, i64)> = extra.iter().filter(|(room, _)| !order.contains(*room)).copied().collect();
    let reach =
        |list: &RoomList| list.end().filter(|_| list.filters == ListFilters::default()).unwrap_or(usize::MAX);
    let reach = request.lists.values().map(reach).max().unwrap_or(0);
    let mut ahead = extra.iter().peekable();
    let mut rooms = Vec::new();
    for (room, position) in order.rooms() {
        while let Some((left, _)) = ahead.next_if(|(_, left_at)| *left_at > position) {
            rooms.push(*left);
        }
        if rooms.len() >= reach {
            break;
        }
        rooms.push(room);
    }
    rooms.extend(ahead.map(|(room, _)| *room));
    Listed { rooms, count: order.len() + extra.len() }
}

/// Rooms that the client knows and that the user has left meanwhile: they are listed until that is told.
fn left_untold(plan: &Plan, told: &Told) -> Vec<(i64, i64)> {
    let since = plan.since();
    let left = |room: &i64, seen: i64| {
        let own = plan.known.rooms.get(room)?;
        (own.part == Part::Leave && own.position > seen).then_some((*room, own.position))
    };
    let new = plan.news.own.iter().filter(|room| told.rooms.contains_key(room));
    let new = new.filter_map(|room| left(room, since));
    let behind = told.rooms.iter().filter_map(|(room, told)| left(room, told.behind?));
    let mut rooms: Vec<(i64, i64)> = new.chain(behind).collect();
    rooms.sort_unstable_by_key(|(room, position)| (std::cmp::Reverse(*position), *room));
    rooms.dedup();
    rooms
}

/// What filters ask of rooms.
#[derive(Default)]
struct Answers {
    facts: HashMap<i64, Arc<Facts>>,
    ids: HashMap<i64, Arc<Room>>,
    /// Tags by room.
    tags: HashMap<i64, HashSet<String>>,
    /// The ids of the rooms in spaces, by the space's id.
    spaces: HashMap<String, HashSet<String>>,
}

impl Answers {
    fn load(
        inner: &Inner,
        session: &mut Session,
        plan: &Plan,
        rooms: &Listed,
        request: &SlidingRequest,
    ) -> Result<Self, SyncError> {
        let mut answers = Self::default();
        let any = |asks: fn(&ListFilters) -> bool| request.lists.values().any(|list| asks(&list.filters));
        if any(|filters| {
            filters.is_encrypted.is_some()
                || filters.room_types.is_some()
                || !filters.not_room_types.is_empty()
        }) {
            let rooms = rooms.rooms.iter().copied();
            answers.facts = inner.facts.load(session, &plan.person, &plan.known, rooms, plan.until)?;
        }
        if any(|filters| filters.spaces.is_some()) {
            answers.ids = inner.reader.rooms(session, &rooms.rooms)?;
        }
        if any(|filters| filters.tags.is_some() || !filters.not_tags.is_empty()) {
            for data in account_data::of_kind(session, plan.person.user_number, "m.tag")? {
                answers.tags.insert(data.room_number, tags(&data.content));
            }
        }
        let spaces = request.lists.values().filter_map(|list| list.filters.spaces.as_ref()).flatten();
        let spaces: Vec<_> = spaces.cloned().collect();
        if !spaces.is_empty() {
            answers.load_spaces(inner, session, plan, &spaces)?;
        }
        Ok(answers)
    }

    fn load_spaces(
        &mut self,
        inner: &Inner,
        session: &mut Session,
        plan: &Plan,
        spaces: &[ruma::OwnedRoomId],
    ) -> Result<(), SyncError> {
        let found = inner.reader.by_ids(session, spaces)?;
        let joined =
            |room: &&Arc<Room>| plan.known.rooms.get(&room.number).is_some_and(|own| own.part == Part::Join);
        let by_number: HashMap<i64, &Arc<Room>> =
            found.values().filter(joined).map(|room| (room.number, room)).collect();
        let kinds = ["m.space.child".to_owned()];
        let numbers = sorted(by_number.keys().copied());
        for entry in room_state::of_kinds_at(session, &numbers, &kinds, plan.until)? {
            // A child without servers to reach it by was taken out of the space.
            let is_child = content_of(&entry.event)["via"].as_array().is_some_and(|via| !via.is_empty());
            if let Some(space) = by_number.get(&entry.event.room_number).filter(|_| is_child) {
                self.spaces.entry(space.id.to_string()).or_default().insert(entry.state_key);
            }
        }
        Ok(())
    }

    /// Whether a room is what `filters` ask for.
    fn matches(&self, filters: &ListFilters, room: i64, own: &OwnRoom, plan: &Plan) -> bool {
        let id = self.ids.get(&room).map(|room| room.id.as_str()).unwrap_or_default();
        let facts = self.facts.get(&room);
        let has_tag = |wanted: &Vec<String>| {
            self.tags.get(&room).is_some_and(|tags| wanted.iter().any(|tag| tags.contains(tag)))
        };
        let of_type = |types: &Vec<Option<String>>| {
            facts.is_some_and(|facts| types.iter().any(|kind| *kind == facts.room_type))
        };
        let in_space = |spaces: &Vec<ruma::OwnedRoomId>| {
            let mut children = spaces.iter().filter_map(|space| self.spaces.get(space.as_str()));
            children.any(|children| children.contains(id))
        };
        filters.is_dm.is_none_or(|wanted| plan.known.wishes.direct.contains(&room) == wanted)
            && filters.is_invited.is_none_or(|wanted| (own.part == Part::Invite) == wanted)
            && filters.is_encrypted.is_none_or(|wanted| facts.is_some_and(|facts| facts.encrypted == wanted))
            && filters.room_types.as_ref().is_none_or(of_type)
            && !of_type(&filters.not_room_types)
            && filters.tags.as_ref().is_none_or(has_tag)
            && !has_tag(&filters.not_tags)
            && filters.spaces.as_ref().is_none_or(in_space)
    }
}

fn tags(content: &str) -> HashSet<String> {
    let content: serde_json::Value = serde_json::from_str(content).unwrap_or_default();
    content["tags"].as_object().into_iter().flat_map(|tags| tags.keys().cloned()).collect()
}

impl<'a> Windows<'a> {
    fn add_list(
        &mut self,
        name: &'a str,
        list: &'a RoomList,
        listed: &Listed,
        answers: &Answers,
        plan: &Plan,
    ) {
        let wants = self.intern(Wants::new(list.config.required_state.clone()));
        let limit = list.config.timeline_limit;
        let all = list.filters == ListFilters::default();
        let mut index = 0;
        for room in &listed.rooms {
            let own = plan.known.rooms.get(room);
            if !all && !own.is_some_and(|own| answers.matches(&list.filters, *room, own, plan)) {
                continue;
            }
            if list.covers(index) {
                self.add(*room, limit, wants).lists.push(name);
            }
            index += 1;
        }
        self.counts.push((name, if all { listed.count } else { index }));
    }

    fn add_subscriptions(
        &mut self,
        inner: &Inner,
        session: &mut Session,
        plan: &Plan,
        request: &'a SlidingRequest,
    ) -> Result<(), SyncError> {
        if request.subscriptions.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = request.subscriptions.keys().cloned().collect();
        let found = inner.reader.by_ids(session, &ids)?;
        let part = |room: &Arc<Room>| plan.known.rooms.get(&room.number).map(|own| own.part);
        let invited: Vec<i64> =
            found.values().filter(|room| part(room) == Some(Part::Invite)).map(|room| room.number).collect();
        let unwanted = unwanted_invites(session, &plan.known, &invited)?;
        for (id, config) in &request.subscriptions {
            let Some(room) = found.get(id) else { continue };
            let wants = self.intern(Wants::new(config.required_state.clone()));
            let own = plan.known.rooms.get(&room.number);
            if own.is_some_and(|own| !own.forgotten) && !unwanted.contains(&room.number) {
                self.add(room.number, config.timeline_limit, wants).subscribed = true;
            }
        }
        Ok(())
    }

    fn intern(&mut self, wants: Wants) -> usize {
        self.wants.iter().position(|known| *known == wants).unwrap_or_else(|| {
            self.wants.push(wants);
            self.wants.len() - 1
        })
    }

    fn add(&mut self, room: i64, limit: usize, wants: usize) -> &mut Wanted<'a> {
        let limit = limit.min(TIMELINE_MAX);
        let before = self.wanted.get(&room).map(|wanted| wanted.wants);
        let both = match before {
            Some(before) if before != wants => {
                let mut both = self.wants.get(before).cloned().unwrap_or_default();
                both.add(&self.wants.get(wants).cloned().unwrap_or_default());
                self.intern(both)
            }
            _ => wants,
        };
        let new = || Wanted { limit, wants: both, lists: Vec::new(), subscribed: false };
        let wanted = self.wanted.entry(room).or_insert_with(new);
        (wanted.limit, wanted.wants) = (wanted.limit.max(limit), both);
        wanted
    }
}
