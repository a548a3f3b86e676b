//! What sync needs to know of a user again and again: their rooms, whom they ignore, their push rules.
//! Kept in memory with the log position it is true for, and brought forward by what the log tells.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_accounts::without_invites;
use herold_rooms::read::{content_of, ignored_users};
use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::memberships::{self, StoredMembership};
use herold_storage::{Session, StorageError, room_state, rooms, users};
use moka::sync::Cache;
use ruma::UserId;
use serde_json::Value;

use crate::numbers::member_keys;
use crate::push_rules::{OwnRules, PUSH_RULES};

/// The type of account data that names direct chats.
pub(crate) const DIRECT: &str = "m.direct";
/// People remembered.
const PEOPLE_MAX: u64 = 20_000;

/// A user's part in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// In it.
    Join,
    /// Asked into it.
    Invite,
    /// Asking into it.
    Knock,
    /// No longer in it, or banned.
    Leave,
}

/// A user's membership in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnRoom {
    pub(crate) part: Part,
    /// The log position of the membership.
    pub(crate) position: i64,
    /// The member event, by number.
    pub(crate) event_number: i64,
    pub(crate) forgotten: bool,
}

/// What a user has set that changes what they are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// Whose messages and invites they do not want.
    pub(crate) ignored: HashSet<String>,
    /// The same by row number, as far as they were known when the list was written.
    pub(crate) ignored_numbers: Arc<HashSet<i64>>,
    /// Whether some of them were not known.
    pub(crate) ignored_unknown: bool,
    /// Whether they want no invites at all.
    pub(crate) no_invites: bool,
    /// Their push rules, where they are not the default ones.
    pub(crate) rules: Option<Arc<OwnRules>>,
    /// Their direct chats, by number.
    pub(crate) direct: HashSet<i64>,
}

/// A user as of one log position.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Everything here is as it was at this position.
    pub(crate) as_of: i64,
    /// All rooms the user has to do with.
    pub(crate) rooms: Arc<HashMap<i64, OwnRoom>>,
    /// Those they are in.
    pub(crate) joined: Arc<[i64]>,
    pub(crate) wishes: Arc<Wishes>,
}

/// The users known.
pub(crate) struct People(Cache<i64, Known>);

impl Default for People {
    fn default() -> Self {
        Self(Cache::new(PEOPLE_MAX))
    }
}

impl People {
    pub(crate) fn get(&self, user: i64) -> Option<Known> {
        self.0.get(&user)
    }

    pub(crate) fn put(&self, user: i64, known: Known) {
        self.0.insert(user, known);
    }
}

/// What has to be read again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stale {
    /// Memberships in these rooms.
    pub(crate) rooms: Vec<i64>,
    /// The user's account data.
    pub(crate) wishes: bool,
}

impl Stale {
    pub(crate) fn is_empty(&self) -> bool {
        self.rooms.is_empty() && !self.wishes
    }
}

/// A user from the tables, as of `as_of`.
pub(crate) fn load(
    session: &mut Session,
    user: i64,
    user_id: &UserId,
    as_of: i64,
) -> Result<Known, StorageError> {
    let rooms: HashMap<i64, OwnRoom> = memberships::of_user(session, user)?.iter().map(own_room).collect();
    let joined = joined(&rooms);
    let wishes = Arc::new(load_wishes(session, user, user_id)?);
    Ok(Known { as_of, rooms: Arc::new(rooms), joined, wishes })
}

/// A user from the tables, in the rooms as they were at `as_of`, however long ago; what they wish is as of now.
pub(crate) fn load_past(
    session: &mut Session,
    user: i64,
    user_id: &UserId,
    as_of: i64,
) -> Result<Known, StorageError> {
    let known = load(session, user, user_id, as_of)?;
    let later = |own: &OwnRoom| own.position > as_of;
    let changed: Vec<i64> = known.rooms.iter().filter(|(_, own)| later(own)).map(|(room, _)| *room).collect();
    if changed.is_empty() {
        return Ok(known);
    }
    let mut rooms = HashMap::clone(&known.rooms);
    rooms.retain(|_, own| !later(own));
    let keys = member_keys(session, [user_id.to_string()])?;
    for entry in room_state::of_keys_at(session, &changed, &keys, as_of)? {
        let own = OwnRoom {
            part: part(content_of(&entry.event)["membership"].as_str().unwrap_or_default()),
            position: entry.from_position,
            event_number: entry.event.event_number,
            forgotten: false,
        };
        rooms.insert(entry.event.room_number, own);
    }
    Ok(Known { joined: joined(&rooms), rooms: Arc::new(rooms), ..known })
}

/// Brings `known` forward to `as_of`.
pub(crate) fn refresh(
    session: &mut Session,
    user: i64,
    user_id: &UserId,
    known: &Known,
    stale: &Stale,
    as_of: i64,
) -> Result<Known, StorageError> {
    let mut fresh = Known { as_of, ..known.clone() };
    // A room that the user has to do with for the first time may be one they named before.
    let is_new = stale.rooms.iter().any(|room| !known.rooms.contains_key(room));
    if !stale.rooms.is_empty() {
        let mut rooms = HashMap::clone(&known.rooms);
        rooms.extend(memberships::of_user_among(session, user, &stale.rooms)?.iter().map(own_room));
        let joined = joined(&rooms);
        if joined != fresh.joined {
            fresh.joined = joined;
        }
        fresh.rooms = Arc::new(rooms);
    }
    if stale.wishes || is_new {
        fresh.wishes = Arc::new(load_wishes(session, user, user_id)?);
    }
    Ok(fresh)
}

fn part(membership: &str) -> Part {
    match membership {
        "join" => Part::Join,
        "invite" => Part::Invite,
        "knock" => Part::Knock,
        _ => Part::Leave,
    }
}

fn own_room(stored: &StoredMembership) -> (i64, OwnRoom) {
    let own = OwnRoom {
        part: part(&stored.membership),
        position: stored.position,
        event_number: stored.event_number,
        forgotten: stored.forgotten,
    };
    (stored.room_number, own)
}

fn joined(rooms: &HashMap<i64, OwnRoom>) -> Arc<[i64]> {
    let mut joined: Vec<i64> =
        rooms.iter().filter(|(_, own)| own.part == Part::Join).map(|(room, _)| *room).collect();
    joined.sort_unstable();
    joined.into()
}

pub(crate) fn load_wishes(
    session: &mut Session,
    user: i64,
    user_id: &UserId,
) -> Result<Wishes, StorageError> {
    let mut wishes = Wishes::default();
    if let Some(content) = account_data::get(session, user, NO_ROOM, PUSH_RULES)? {
        wishes.rules = OwnRules::read(&content, user_id).map(Arc::new);
    }
    wishes.ignored = ignored_users(session, user, user_id)?;
    if !wishes.ignored.is_empty() {
        let ids: Vec<String> = wishes.ignored.iter().cloned().collect();
        let known = users::numbers(session, &ids)?;
        wishes.ignored_unknown = known.len() < ids.len();
        wishes.ignored_numbers = Arc::new(known.into_values().collect());
    }
    wishes.no_invites = !without_invites(session, &[user])?.is_empty();
    if let Some(content) = account_data::get(session, user, NO_ROOM, DIRECT)? {
        let rooms = rooms::by_id(session, &direct(&content))?;
        wishes.direct = rooms.into_iter().map(|room| room.room_number).collect();
    }
    Ok(wishes)
}

/// The ids of the rooms that `m.direct` names.
fn direct(content: &str) -> Vec<String> {
    let content: Value = serde_json::from_str(content).unwrap_or_default();
    let rooms = content.as_object().into_iter().flat_map(|users| users.values()).filter_map(Value::as_array);
    rooms.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
