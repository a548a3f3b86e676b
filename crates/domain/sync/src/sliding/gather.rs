//! Puts together an answer of sliding sync from one snapshot, out of the same pieces as the other sync.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_rooms::read::{ClientEvent, content_of};
use herold_storage::{Session, events, memberships, rooms};

use super::choose::{self, Choosing};
use super::extensions::{self, Extended};
use super::request::{SlidingRequest, Spelling};
use super::room_news::{Hero, RoomNews};
use super::states::{self, Asked, StateNews};
use super::told::{Told, ToldRoom};
use super::windows::{self, Windows};
use crate::gather::rooms::{Chosen, counting, share};
use crate::gather::timelines::{self, Timeline};
use crate::gather::{Plan, Summary, everything_else, summaries};
use crate::numbers::{ids, sorted};
use crate::people::Part;
use crate::{Inner, SyncError};

/// A room that has all of its history told is as deep as this.
const WHOLE: usize = u32::MAX as usize;

/// What is to be told.
pub(crate) struct Gathered {
    pub(crate) rooms: Vec<RoomNews>,
    /// How many rooms each list has.
    pub(crate) counts: Vec<(String, usize)>,
    /// Whether a request like this one has the same lists until there is news.
    pub(crate) lasting: bool,
    pub(crate) extended: Extended,
    /// What the client has afterwards.
    pub(crate) told: Arc<Told>,
}

impl Gathered {
    /// Whether there is nothing to be told.
    pub(crate) fn is_empty(&self) -> bool {
        self.rooms.is_empty() && self.extended.is_empty()
    }
}

/// Puts together what there is to tell a client that has `told`.
pub(crate) fn gather(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    request: &SlidingRequest,
    told: &Arc<Told>,
) -> Result<Gathered, SyncError> {
    let with_data: HashSet<i64> = match plan.since {
        Some(_) => everything_else::room_account_data(session, plan)?.into_keys().collect(),
        None => HashSet::new(),
    };
    let windows = windows::look(inner, session, plan, told, request)?;
    let mut next = Told::clone(told);
    let places: Vec<usize> = windows.wants.iter().map(|wants| next.intern(wants)).collect();
    let mut choosing = choose::choose(inner, session, plan, &next, &windows, &places, &with_data)?;
    let share = share(choosing.choice.rooms.len());
    choosing.choice.rooms.iter_mut().for_each(|chosen| chosen.limit = chosen.limit.min(share));
    let timelines = timelines::gather(inner, session, plan, &choosing.choice)?;
    let asked = Asked { plan, choosing: &choosing, told: &next, timelines: &timelines };
    let states = states::gather(inner, session, &asked)?;
    let mut rooms = Rooms { inner, plan, request, choosing: &choosing, windows: &windows, news: Vec::new() };
    rooms.gather(session, timelines, states)?;
    let news = rooms.news;
    let mut changes = std::mem::take(&mut choosing.changes);
    for room in &news {
        if let Some(next) = changes.get_mut(&room.room.number) {
            next.depth = depth(next, room, &windows);
        }
    }
    let due = choosing.due;
    let covering = extensions::Covering { due: &due, windows: &windows, told: &next, with_data: &with_data };
    let extended = extensions::gather(inner, session, plan, request, &covering, &news, &mut changes)?;
    let account_data = extended.has_account_data;
    let told = if is_unchanged(told, &changes) && told.account_data == account_data {
        Arc::clone(told)
    } else {
        next.rooms.extend(changes);
        next.account_data = account_data;
        next.tidy();
        Arc::new(next)
    };
    let counts = windows.counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    Ok(Gathered { rooms: news, counts, lasting: !windows.has_farewells, extended, told })
}

/// Whether the client has of every room what it had; `wants` are places in a table that only grew.
fn is_unchanged(told: &Told, changes: &HashMap<i64, ToldRoom>) -> bool {
    changes.iter().all(|(room, next)| told.rooms.get(room) == Some(next))
}

/// How many of the newest events of a room the client has without a gap.
fn depth(next: &ToldRoom, news: &RoomNews, windows: &Windows<'_>) -> usize {
    let timeline = &news.timeline;
    let whole = news.due.initial || news.due.expanded;
    let limit = windows.wanted.get(&news.room.number).map_or(0, |wanted| wanted.limit);
    match (whole, timeline.limited) {
        (true, false) if news.part == Part::Join && limit > 0 => WHOLE,
        (true, _) | (false, true) => limit,
        (false, false) => next.depth,
    }
}

struct Rooms<'a> {
    inner: &'a Inner,
    plan: &'a Plan,
    request: &'a SlidingRequest,
    choosing: &'a Choosing<'a>,
    windows: &'a Windows<'a>,
    news: Vec<RoomNews>,
}

impl Rooms<'_> {
    fn gather(
        &mut self,
        session: &mut Session,
        mut timelines: HashMap<i64, Timeline>,
        mut states: HashMap<i64, StateNews>,
    ) -> Result<(), SyncError> {
        let (plan, choosing) = (self.plan, self.choosing);
        let concerned = |chosen: &&Chosen| {
            let number = chosen.room.number;
            let described = states.get(&number).is_some_and(|state| state.name.is_some());
            let due = choosing.due.get(&number);
            let members = plan.news.members.keys().any(|(room, _)| *room == number);
            // Of a room that was left behind it is not known whether its members changed meanwhile.
            let unknown = due.is_some_and(|due| due.since < plan.since()) && chosen.has_events;
            let changed = members || plan.news.own.contains(&number) || plan.news.from_tables || unknown;
            !chosen.left
                && (due.is_some_and(|due| due.initial) || described || (chosen.has_events && changed))
        };
        let with_members: Vec<i64> =
            choosing.choice.rooms.iter().filter(concerned).map(|chosen| chosen.room.number).collect();
        let mut summaries = summaries::gather(self.inner, session, plan, &with_members)?;
        let mut heroes = heroes(session, plan, &summaries)?;
        let joined: Vec<i64> = choosing.choice.joined().map(|chosen| chosen.room.number).collect();
        let mut unread = match self.request.spelling {
            Spelling::Unstable => self.inner.unread.count(session, &counting(self.inner, plan), &joined)?,
            Spelling::Merged => HashMap::new(),
        };
        for chosen in &choosing.choice.rooms {
            let number = chosen.room.number;
            let Some(due) = choosing.due.get(&number).cloned() else { continue };
            let part = if chosen.left { Part::Leave } else { Part::Join };
            let mut news = RoomNews::new(Arc::clone(&chosen.room), part, due);
            news.timeline = timelines.remove(&number).unwrap_or_default();
            news.state = states.remove(&number).unwrap_or_default();
            news.summary = summaries.remove(&number).map(|(summary, _)| summary);
            news.heroes = heroes.remove(&number);
            news.unread = unread.remove(&number);
            // What the client is not shown may change how much is unread.
            let recounted = news.unread.as_ref().is_some_and(|counts| counts.changed_at > news.due.since);
            news.due.always |= recounted;
            if plan.since.is_some() {
                let is_live = |event: &&ClientEvent| event.position > plan.since();
                news.live = news.timeline.events.iter().filter(is_live).count();
            }
            if !news.is_empty() {
                self.news.push(news);
            }
        }
        self.asked_into(session)?;
        self.describe(session)
    }

    /// Rooms that the user is invited to or knocks at.
    fn asked_into(&mut self, session: &mut Session) -> Result<(), SyncError> {
        let choice = &self.choosing.choice;
        let asked = sorted(choice.invited.iter().chain(&choice.knocked).copied());
        if asked.is_empty() {
            return Ok(());
        }
        for (number, stripped) in memberships::stripped_states(session, self.plan.person.user_number, &asked)?
        {
            let (Some(room), Some(due)) = (choice.known.get(&number), self.choosing.due.get(&number)) else {
                continue;
            };
            let part = if choice.knocked.contains(&number) { Part::Knock } else { Part::Invite };
            let mut news = RoomNews::new(Arc::clone(room), part, due.clone());
            news.stripped = Some(stripped.unwrap_or_else(|| "[]".to_owned()));
            self.news.push(news);
        }
        Ok(())
    }

    /// Adds to all rooms where they stand among others, and the user's part in them.
    fn describe(&mut self, session: &mut Session) -> Result<(), SyncError> {
        let numbers: Vec<i64> = self.news.iter().map(|news| news.room.number).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let bumped: HashMap<i64, i64> = rooms::recencies(session, &numbers)?
            .into_iter()
            .map(|room| (room.room_number, room.bump_position))
            .collect();
        let left: Vec<i64> =
            self.news.iter().filter(|news| news.part == Part::Leave).map(|news| news.room.number).collect();
        let user = self.plan.person.user_number;
        let left: HashMap<i64, String> = if left.is_empty() {
            HashMap::new()
        } else {
            let of_user = memberships::of_user_among(session, user, &left)?;
            of_user.into_iter().map(|own| (own.room_number, own.membership)).collect()
        };
        for news in &mut self.news {
            let number = news.room.number;
            let own = self.plan.known.rooms.get(&number).map_or(0, |own| own.position);
            let (stamp, membership) = match news.part {
                Part::Join => (bumped.get(&number).copied().unwrap_or(own), "join"),
                Part::Invite => (own, "invite"),
                Part::Knock => (own, "knock"),
                Part::Leave => (own, left.get(&number).map_or("leave", String::as_str)),
            };
            (news.bump_stamp, news.membership) = (stamp, membership.to_owned());
            let lists = self.windows.wanted.get(&number).map(|wanted| &wanted.lists);
            news.lists = lists.into_iter().flatten().map(|list| (*list).to_owned()).collect();
        }
        Ok(())
    }
}

/// Whom rooms are named after, with the names and pictures they have there.
fn heroes(
    session: &mut Session,
    plan: &Plan,
    summaries: &HashMap<i64, (Summary, Vec<i64>)>,
) -> Result<HashMap<i64, Vec<Hero>>, SyncError> {
    let mut found: HashMap<i64, Vec<Hero>> = HashMap::new();
    let rooms =
        sorted(summaries.iter().filter(|(_, (summary, _))| summary.heroes.is_some()).map(|(room, _)| *room));
    if rooms.is_empty() {
        return Ok(found);
    }
    let users = sorted(summaries.values().flat_map(|(_, heroes)| heroes).copied());
    let events: HashMap<(i64, i64), i64> = memberships::among(session, &rooms, &users)?
        .into_iter()
        .map(|member| ((member.room_number, member.user_number), member.event_number))
        .collect();
    let ids = ids(session, &users)?;
    let numbers: Vec<i64> = events.values().copied().collect();
    let stored = events_by_number(session, &numbers)?;
    for room in rooms {
        let Some((_, numbers)) = summaries.get(&room) else { continue };
        let hero = |user: &i64| {
            let content = events.get(&(room, *user)).and_then(|event| stored.get(event));
            let text = |field: &str| content.and_then(|content| content[field].as_str()).map(str::to_owned);
            let user_id = ids.get(user)?.clone();
            let ignored = plan.known.wishes.ignored.contains(user_id.as_str());
            // Whoever is ignored still names a room, without what they say of themselves.
            let text = |field: &str| text(field).filter(|_| !ignored);
            Some(Hero { user_id, name: text("displayname"), avatar: text("avatar_url") })
        };
        found.insert(room, numbers.iter().filter_map(hero).collect());
    }
    Ok(found)
}

fn events_by_number(
    session: &mut Session,
    numbers: &[i64],
) -> Result<HashMap<i64, serde_json::Value>, SyncError> {
    let stored = events::by_number(session, numbers)?;
    Ok(stored.into_iter().map(|(number, event)| (number, content_of(&event))).collect())
}
