//! Puts together what a device is to be told: one snapshot of the tables, each question asked once for all
//! rooms. Which rooms those are was found out before; rooms without news are not looked at.

pub(crate) mod everything_else;
mod from_memory;
pub(crate) mod people;
pub(crate) mod receipts;
pub(crate) mod rooms;
pub(crate) mod states;
pub(crate) mod summaries;
pub(crate) mod timelines;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_rooms::read::{ClientEvent, IGNORED_USERS, Person, Room};
use herold_storage::Session;
use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::one_time_keys::KeyCounts;
use ruma::OwnedUserId;

use crate::filter::SyncFilter;
use crate::lazy::Sent;
use crate::news::News;
use crate::people::Known;
use crate::push_rules::PUSH_RULES;
use crate::token::Token;
use crate::unread::Counts;
use crate::{Inner, SyncError};

pub(crate) use summaries::Summaries;

/// What is asked for, and what is known before the tables are asked.
pub(crate) struct Plan {
    pub(crate) person: Person,
    /// Where the client goes on from; none at its first sync.
    pub(crate) since: Option<Token>,
    /// What the answer tells: everything up to here.
    pub(crate) until: i64,
    pub(crate) ephemeral: i64,
    pub(crate) full_state: bool,
    pub(crate) state_after: bool,
    pub(crate) filter: Arc<SyncFilter>,
    pub(crate) known: Known,
    pub(crate) news: News,
    /// The position after which `news` is complete.
    pub(crate) news_since: i64,
    /// Which members the client has; where members are loaded lazily.
    pub(crate) sent: Option<Arc<Sent>>,
    pub(crate) now_ms: i64,
}

impl Plan {
    /// The log position the client has seen; 0 at its first sync.
    pub(crate) fn since(&self) -> i64 {
        self.since.map_or(0, |token| token.position)
    }

    /// Whether rooms without news are told of as well.
    fn whole(&self) -> bool {
        self.since.is_none() || self.full_state
    }
}

/// A type and a content, JSON.
pub(crate) type Data = (String, String);

/// A room that the user is in, or was.
pub(crate) struct RoomNews {
    pub(crate) room: Arc<Room>,
    pub(crate) timeline: Vec<ClientEvent>,
    pub(crate) limited: bool,
    /// The log position before the timeline.
    pub(crate) before: i64,
    pub(crate) state: Vec<ClientEvent>,
    pub(crate) summary: Option<Summary>,
    /// Whole events.
    pub(crate) ephemeral: Vec<String>,
    pub(crate) account_data: Vec<Data>,
    pub(crate) unread: Option<Arc<Counts>>,
    /// Whether it is told of even when there is nothing in it.
    pub(crate) always: bool,
}

impl RoomNews {
    fn is_empty(&self) -> bool {
        !self.always
            && self.timeline.is_empty()
            && self.state.is_empty()
            && self.summary.is_none()
            && self.ephemeral.is_empty()
            && self.account_data.is_empty()
    }
}

/// Who is in a room, in short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    /// Whom to name the room after; where it has a name of its own nobody is needed.
    pub(crate) heroes: Option<Vec<OwnedUserId>>,
    pub(crate) joined: i64,
    pub(crate) invited: i64,
}

/// What is to be told.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) joined: Vec<RoomNews>,
    pub(crate) left: Vec<RoomNews>,
    /// Stripped states, JSON arrays.
    pub(crate) invited: Vec<(Arc<Room>, String)>,
    pub(crate) knocked: Vec<(Arc<Room>, String)>,
    pub(crate) account_data: Vec<Data>,
    /// Whole events.
    pub(crate) presence: Vec<String>,
    pub(crate) to_device: Vec<String>,
    /// The log position up to which to-device messages are given, where more wait.
    pub(crate) to_device_until: Option<i64>,
    pub(crate) keys_changed: Vec<OwnedUserId>,
    pub(crate) keys_left: Vec<OwnedUserId>,
    pub(crate) key_counts: Arc<KeyCounts>,
    /// Events as servers exchange them, where the client wants that.
    pub(crate) federation_format: HashMap<i64, String>,
}

impl Gathered {
    /// Whether there is nothing to be told.
    pub(crate) fn is_empty(&self) -> bool {
        self.joined.is_empty()
            && self.left.is_empty()
            && self.invited.is_empty()
            && self.knocked.is_empty()
            && self.account_data.is_empty()
            && self.presence.is_empty()
            && self.to_device.is_empty()
            && self.keys_changed.is_empty()
            && self.keys_left.is_empty()
    }

    /// The place from which a client that is told this goes on.
    pub(crate) fn next(&self, plan: &Plan) -> Token {
        Token { position: plan.until, ephemeral: plan.ephemeral, to_device: self.to_device_until }
    }
}

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

/// Rooms without repetition, in order.
pub(crate) fn sorted(rooms: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut rooms: Vec<i64> = rooms.into_iter().collect::<HashSet<i64>>().into_iter().collect();
    rooms.sort_unstable();
    rooms
}
