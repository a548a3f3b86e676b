//! Which rooms an answer tells of, and how: from where on, and what of them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_rooms::read::{Room, Viewer};
use herold_storage::{Session, events, memberships, users};

use super::gathered::{Data, Gathered};
use super::plan::Plan;
use crate::numbers::sorted;
use crate::people::{Known, OwnRoom, Part};
use crate::unread::Counting;
use crate::{Inner, SyncError};

/// Events in one answer, about, over all rooms: with many rooms each gets fewer.
const ANSWER_MAX: usize = 50_000;
/// Events of each room that are told however many rooms there are.
const LEAST: usize = 10;
/// Events of one room in one answer at most, whatever is asked for; the rest is for the client to page through.
const ROOM_MAX: usize = 500;

/// From where on a room is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// From the token on; the user was in the room all the time.
    Since,
    /// As if it were new to the client: the end of its timeline and its whole state.
    Anew,
    /// From the token on, but only what the user may see.
    SinceAsVisible,
}

/// A room of the answer.
pub(crate) struct Chosen {
    pub(crate) room: Arc<Room>,
    pub(crate) left: bool,
    pub(crate) from: From,
    /// Whether the user came into the room after the token.
    pub(crate) newly: bool,
    /// Whether it is told of even when there is nothing in it.
    pub(crate) always: bool,
    /// The position after which everything is news to the client.
    pub(crate) since: i64,
    /// That after which events are told; 0 where the end of the timeline is, however old.
    pub(crate) timeline_since: i64,
    /// The last position told of: of a room that was left, that of the leave event.
    pub(crate) until: i64,
    /// The position whose state is told: of a room that was left, where the user was in it last, 0 if never.
    pub(crate) state_until: i64,
    /// Events of the timeline at most.
    pub(crate) limit: usize,
    /// Whether there may be new events.
    pub(crate) has_events: bool,
}

/// The rooms of the answer.
#[derive(Default)]
pub(crate) struct Choice {
    pub(crate) rooms: Vec<Chosen>,
    pub(crate) known: HashMap<i64, Arc<Room>>,
    /// What the user may see of those rooms where that is not everything.
    pub(crate) viewers: HashMap<i64, Viewer>,
    /// Rooms that the user came into, or left, after the token: for device lists and presence.
    pub(crate) newly_joined: Vec<i64>,
    pub(crate) newly_left: Vec<i64>,
    pub(crate) invited: Vec<i64>,
    pub(crate) knocked: Vec<i64>,
}

impl Choice {
    /// Those the user is in.
    pub(crate) fn joined(&self) -> impl Iterator<Item = &Chosen> {
        self.rooms.iter().filter(|chosen| !chosen.left)
    }

    /// The numbers of those told of from `from` on.
    pub(crate) fn numbers(&self, wanted: impl Fn(&Chosen) -> bool) -> Vec<i64> {
        self.rooms.iter().filter(|chosen| wanted(chosen)).map(|chosen| chosen.room.number).collect()
    }
}

/// Whose unread counts, up to where.
pub(crate) fn counting<'a>(inner: &'a Inner, plan: &'a Plan) -> Counting<'a> {
    Counting {
        reader: &inner.reader,
        notices: &inner.notices,
        user: plan.person.user_number,
        user_id: &plan.person.user_id,
        wishes: &plan.known.wishes,
        until: plan.until,
    }
}

/// How many events of each room there may be in an answer that tells of so many rooms.
pub(crate) fn share(rooms: usize) -> usize {
    (ANSWER_MAX / rooms.max(1)).clamp(LEAST, ROOM_MAX)
}

/// The rooms with something to tell. `with_data` are those with new account data.
pub(crate) fn choose(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    with_data: &HashMap<i64, Vec<Data>>,
) -> Result<Choice, SyncError> {
    let news = &plan.news;
    let is_new = |room: &i64| {
        news.events.contains(room)
            || news.receipts.contains(room)
            || news.recounted.contains(room)
            || news.own.contains(room)
            || news.typing.contains(room)
            || with_data.contains_key(room)
    };
    let changed = |own: &OwnRoom| own.position > plan.since();
    let mut of_interest: HashMap<i64, OwnRoom> = HashMap::new();
    let candidates: Vec<i64> = if plan.whole() {
        plan.known.rooms.keys().copied().collect()
    } else {
        let new = news.events.iter().chain(&news.receipts).chain(&news.recounted);
        sorted(new.chain(&news.own).chain(&news.typing).chain(with_data.keys()).copied())
    };
    for room in candidates {
        let Some(own) = plan.known.rooms.get(&room) else { continue };
        let wanted = match own.part {
            Part::Join => plan.whole() || is_new(&room),
            // That a room was left is told once even where it is forgotten at once: other devices know it yet.
            Part::Leave => {
                (plan.since.is_some() && changed(own))
                    || (plan.whole() && plan.filter.include_leave && !own.forgotten)
            }
            Part::Invite | Part::Knock => plan.whole() || changed(own),
        };
        if wanted {
            of_interest.insert(room, *own);
        }
    }
    let numbers = sorted(of_interest.keys().copied());
    let mut known = inner.reader.rooms(session, &numbers)?;
    known.retain(|_, room| plan.filter.rooms.wants(&room.id));
    let needs_viewer = |own: &OwnRoom| {
        matches!(own.part, Part::Join | Part::Leave)
            && (plan.since.is_none() || changed(own) || own.part == Part::Leave)
    };
    let to_view: Vec<i64> = numbers
        .iter()
        .filter(|room| known.contains_key(room) && of_interest.get(room).is_some_and(needs_viewer))
        .copied()
        .collect();
    let viewers = if to_view.is_empty() {
        HashMap::new()
    } else {
        Viewer::load(session, &to_view, &plan.person.user_id, plan.person.user_number)?
    };
    let mut choice = Choice { known, viewers, ..Choice::default() };
    for number in numbers {
        if let Some(own) = of_interest.get(&number) {
            choice.add(plan, number, own);
        }
    }
    let limit = plan.filter.timeline_limit.min(share(choice.rooms.len()));
    choice.rooms.iter_mut().for_each(|chosen| chosen.limit = limit);
    Ok(choice)
}

impl Choice {
    fn add(&mut self, plan: &Plan, number: i64, own: &OwnRoom) {
        let Some(room) = self.known.get(&number).cloned() else { return };
        let since = plan.since();
        let viewer = self.viewers.get(&number);
        let mut chosen = Chosen {
            room,
            left: false,
            from: From::Since,
            newly: false,
            always: plan.whole(),
            since,
            timeline_since: since,
            until: plan.until,
            state_until: plan.until,
            limit: 0,
            has_events: plan.news.events.contains(&number),
        };
        match own.part {
            Part::Invite => return self.invited.push(number),
            Part::Knock => return self.knocked.push(number),
            Part::Join if plan.since.is_none() => chosen.from = From::Anew,
            Part::Join => {
                if viewer.is_some_and(|viewer| !viewer.joined_throughout(since)) {
                    (chosen.from, chosen.newly, chosen.always) = (From::Anew, true, true);
                    self.newly_joined.push(number);
                } else {
                    // Nothing that happened was hidden from the user.
                    self.viewers.remove(&number);
                }
            }
            Part::Leave => {
                let Some(viewer) = viewer else { return };
                let was_in =
                    viewer.membership_after(since) == ruma::events::room::member::MembershipState::Join;
                let came_and_went = !was_in && viewer.joined_since(since);
                (chosen.left, chosen.always, chosen.until) = (true, true, own.position);
                chosen.state_until = viewer.left_at(own.position);
                chosen.from = match plan.since {
                    None => From::Anew,
                    Some(_) if own.position <= since || came_and_went => From::Anew,
                    Some(_) => From::SinceAsVisible,
                };
                if plan.since.is_some() && own.position > since && (was_in || came_and_went) {
                    self.newly_left.push(number);
                }
            }
        }
        if chosen.from == From::Anew {
            chosen.timeline_since = 0;
        }
        self.rooms.push(chosen);
    }
}

/// The rooms that the user came into after the token and is in, and those they left after it.
pub(crate) fn came_and_left(session: &mut Session, plan: &Plan) -> Result<(Vec<i64>, Vec<i64>), SyncError> {
    let since = plan.since();
    let changed: Vec<i64> =
        plan.known.rooms.iter().filter(|(_, own)| own.position > since).map(|(room, _)| *room).collect();
    let (mut joined, mut left) = (Vec::new(), Vec::new());
    if changed.is_empty() {
        return Ok((joined, left));
    }
    let viewers = Viewer::load(session, &changed, &plan.person.user_id, plan.person.user_number)?;
    for (room, viewer) in viewers {
        match plan.known.rooms.get(&room).map(|own| own.part) {
            Some(Part::Join) if !viewer.joined_throughout(since) => joined.push(room),
            Some(Part::Leave) if viewer.joined_since(since) => left.push(room),
            _ => {}
        }
    }
    Ok((joined, left))
}

/// The rooms that the user is invited to or knocks at.
pub(crate) fn invited_and_knocked(
    inner: &Inner,
    session: &mut Session,
    plan: &Plan,
    choice: &Choice,
    gathered: &mut Gathered,
) -> Result<(), SyncError> {
    let asked = sorted(choice.invited.iter().chain(&choice.knocked).copied());
    if asked.is_empty() {
        return Ok(());
    }
    let unwanted = unwanted_invites(session, &plan.known, &choice.invited)?;
    let known = inner.reader.rooms(session, &asked)?;
    let states = memberships::stripped_states(session, plan.person.user_number, &asked)?;
    for (number, state) in states {
        let Some(room) = known.get(&number) else { continue };
        let state = state.unwrap_or_else(|| "[]".to_owned());
        if choice.knocked.contains(&number) {
            gathered.knocked.push((Arc::clone(room), state));
        } else if !unwanted.contains(&number) {
            gathered.invited.push((Arc::clone(room), state));
        }
    }
    Ok(())
}

/// Of the rooms the user is invited to, those where somebody invites whom they ignore; all, where they want
/// no invites.
pub(crate) fn unwanted_invites(
    session: &mut Session,
    known: &Known,
    invited: &[i64],
) -> Result<HashSet<i64>, SyncError> {
    if known.wishes.no_invites {
        return Ok(invited.iter().copied().collect());
    }
    if known.wishes.ignored.is_empty() || invited.is_empty() {
        return Ok(HashSet::new());
    }
    let own = invited.iter().filter_map(|room| known.rooms.get(room)).map(|own| own.event_number);
    let events = events::by_number(session, &own.collect::<Vec<_>>())?;
    let ignored: Vec<String> = known.wishes.ignored.iter().cloned().collect();
    let ignored: HashSet<i64> = users::numbers(session, &ignored)?.into_values().collect();
    let of_ignored = events.values().filter(|event| ignored.contains(&event.sender_number));
    Ok(of_ignored.map(|event| event.room_number).collect())
}
