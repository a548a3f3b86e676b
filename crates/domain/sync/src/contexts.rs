//! What push conditions ask about a room: its members, its power levels, the reader's name there. An event is
//! judged by how the room was when it came, so that a judgement never changes afterwards; only which threads the reader
//! follows is as it is now.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use herold_rooms::read::{Reader, Room, content_of};
use herold_storage::events::StoredEvent;
use herold_storage::room_state::{self, StateEntry};
use herold_storage::{Session, memberships, thread_subscriptions};
use ruma::events::room::power_levels::{RoomPowerLevels, RoomPowerLevelsEventContent, RoomPowerLevelsSource};
use ruma::push::{PushConditionPowerLevelsCtx, PushConditionRoomCtx};
use ruma::room_version_rules::AuthorizationRules;
use ruma::{OwnedUserId, UInt, UserId};

use crate::judge::Judgeable;
use crate::{SyncError, numbers};

/// Which number of members the conditions are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Members {
    /// That of today, where no rule that matters asks for it.
    Now,
    /// That of the moment.
    Then,
}

/// Whose conditions are asked.
pub(crate) struct Asking<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) user: i64,
    pub(crate) user_id: &'a UserId,
    pub(crate) members: Members,
}

/// Rooms as they were.
#[derive(Default)]
pub(crate) struct Contexts {
    rooms: HashMap<i64, RoomThen>,
}

struct RoomThen {
    room: Arc<Room>,
    user_id: OwnedUserId,
    /// The roots of the threads that the reader follows now.
    followed: Arc<HashSet<String>>,
    create: Vec<StateEntry>,
    power_levels: Vec<StateEntry>,
    own: Vec<StateEntry>,
    members: i64,
    /// By how many the members grew at which position, in order; once loaded, from there on until now.
    growth: Vec<(i64, i64)>,
    /// The last context that was asked for, and what it was made of.
    last: Option<(Made, PushConditionRoomCtx)>,
}

/// What a context is made of: the event of the power levels, that of the name, the members.
type Made = (Option<i64>, Option<i64>, i64);

impl Contexts {
    /// Those in which `events` came.
    pub(crate) fn load(
        session: &mut Session,
        asking: &Asking<'_>,
        events: &[&StoredEvent],
    ) -> Result<Self, SyncError> {
        let places = || events.iter().map(|event| event.event_number);
        let (Some(since), Some(until)) = (places().min(), places().max()) else { return Ok(Self::default()) };
        let rooms = numbers::sorted(events.iter().map(|event| event.room_number));
        let mut contexts = Self { rooms: HashMap::with_capacity(rooms.len()) };
        let followed = thread_subscriptions::followed(session, asking.user, &rooms)?;
        let followed: Arc<HashSet<String>> = Arc::new(followed.into_iter().collect());
        for (number, room) in asking.reader.rooms(session, &rooms)? {
            let room = RoomThen::new(room, asking.user_id.to_owned(), Arc::clone(&followed));
            contexts.rooms.insert(number, room);
        }
        let kinds = ["m.room.create".to_owned(), "m.room.power_levels".to_owned()];
        for entry in room_state::of_kinds_within(session, &rooms, &kinds, since, until)? {
            let Some(room) = contexts.rooms.get_mut(&entry.event.room_number) else { continue };
            match (entry.event.kind.as_str(), entry.state_key.as_str()) {
                ("m.room.create", "") => room.create.push(entry),
                ("m.room.power_levels", "") => room.power_levels.push(entry),
                _ => {}
            }
        }
        contexts.load_names(session, asking, &rooms, until)?;
        contexts.load_members(session, asking, &rooms, since)?;
        Ok(contexts)
    }

    /// What the reader was called.
    fn load_names(
        &mut self,
        session: &mut Session,
        asking: &Asking<'_>,
        rooms: &[i64],
        until: i64,
    ) -> Result<(), SyncError> {
        let keys = numbers::member_keys(session, [asking.user_id.to_string()])?;
        for entry in room_state::histories(session, rooms, &keys)? {
            if entry.from_position <= until
                && let Some(room) = self.rooms.get_mut(&entry.event.room_number)
            {
                room.own.push(entry);
            }
        }
        Ok(())
    }

    fn load_members(
        &mut self,
        session: &mut Session,
        asking: &Asking<'_>,
        rooms: &[i64],
        since: i64,
    ) -> Result<(), SyncError> {
        for (room, membership, count) in memberships::counts(session, rooms)? {
            if membership == "join"
                && let Some(room) = self.rooms.get_mut(&room)
            {
                room.members = count;
            }
        }
        if asking.members == Members::Now {
            return Ok(());
        }
        for entry in room_state::members_changed(session, rooms, since)? {
            let Some(room) = self.rooms.get_mut(&entry.event.room_number) else { continue };
            if content_of(&entry.event)["membership"] != "join" {
                continue;
            }
            if entry.from_position > since {
                room.growth.push((entry.from_position, 1));
            }
            if entry.to_position < room_state::OPEN_END {
                room.growth.push((entry.to_position, -1));
            }
        }
        for room in self.rooms.values_mut() {
            room.growth.sort_unstable();
            let mut until_now = 0;
            for (_, growth) in room.growth.iter_mut().rev() {
                until_now += *growth;
                *growth = until_now;
            }
        }
        Ok(())
    }

    /// That in which `event` came.
    pub(crate) fn of(&mut self, event: &StoredEvent) -> Option<&PushConditionRoomCtx> {
        self.rooms.get_mut(&event.room_number).map(|room| room.at(event.event_number))
    }
}

impl RoomThen {
    fn new(room: Arc<Room>, user_id: OwnedUserId, followed: Arc<HashSet<String>>) -> Self {
        let (create, power_levels, own, growth) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { room, user_id, followed, create, power_levels, own, members: 0, growth, last: None }
    }

    fn at(&mut self, position: i64) -> &PushConditionRoomCtx {
        let first_later = self.growth.partition_point(|(at, _)| *at <= position);
        let later = self.growth.get(first_later).map_or(0, |(_, growth)| *growth);
        let number = |entry: &StateEntry| entry.event.event_number;
        let made = (
            at(&self.power_levels, position).map(number),
            at(&self.own, position).map(number),
            self.members - later,
        );
        let context = match self.last.take() {
            Some((same, context)) if same == made => context,
            _ => self.make(position, self.members - later),
        };
        &self.last.insert((made, context)).1
    }

    fn make(&self, position: i64, members: i64) -> PushConditionRoomCtx {
        let name = at(&self.own, position)
            .and_then(|own| content_of(&own.event)["displayname"].as_str().map(str::to_owned))
            .unwrap_or_default();
        let members = UInt::try_from(members).unwrap_or_default();
        let rules = &self.room.rules.authorization;
        let create = at(&self.create, position).map(|entry| &entry.event);
        let power_levels = at(&self.power_levels, position).map(|entry| &entry.event);
        let followed = Arc::clone(&self.followed);
        PushConditionRoomCtx::new(self.room.id.clone(), members, self.user_id.clone(), name)
            .with_power_levels(levels(rules, create, power_levels))
            .with_has_thread_subscription_fn(move |root| {
                Box::pin(std::future::ready(followed.contains(root.as_str())))
            })
    }
}

/// The one of `entries`, which are of one key of one room, that held at `position`.
pub(crate) fn at(entries: &[StateEntry], position: i64) -> Option<&StateEntry> {
    entries.iter().find(|entry| entry.from_position <= position && position < entry.to_position)
}

fn levels(
    rules: &AuthorizationRules,
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

fn creators(create: &StoredEvent, rules: &AuthorizationRules) -> Vec<OwnedUserId> {
    let sender = Judgeable::read(&create.json).and_then(|event| OwnedUserId::try_from(event.sender).ok());
    let additional = content_of(create)["additional_creators"].take();
    let additional: Vec<OwnedUserId> = if rules.additional_room_creators {
        serde_json::from_value(additional).unwrap_or_default()
    } else {
        Vec::new()
    };
    sender.into_iter().chain(additional).collect()
}
