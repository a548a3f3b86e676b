//! What of an old room goes into its replacement.

use herold_storage::Session;
use herold_storage::room_state::{self, OPEN_END};
use ruma::events::StateEventType;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{OwnedEventId, OwnedRoomId, UserId};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::state::check_aliases;
use crate::turn::{Command, Turn};
use crate::{InitialState, RoomsError};

/// State that is taken over as it is; the power levels are taken over apart.
const TAKEN_OVER: [StateEventType; 8] = [
    StateEventType::RoomServerAcl,
    StateEventType::RoomEncryption,
    StateEventType::RoomName,
    StateEventType::RoomAvatar,
    StateEventType::RoomTopic,
    StateEventType::RoomGuestAccess,
    StateEventType::RoomHistoryVisibility,
    StateEventType::RoomJoinRules,
];

/// Its packs of pictures, each under a key of its own.
const IMAGE_PACK: &str = "m.room.image_pack";
/// How many of them are taken over.
const PACKS_MAX: usize = 64;

/// Looks at a room that `user_id` wants to replace, and checks that they may.
pub(super) struct Survey<'a> {
    pub(super) user_id: &'a UserId,
}

/// An old room.
pub(super) struct OldRoom {
    /// The content of its create event.
    pub(super) create: Map<String, Value>,
    pub(super) power_levels: Option<Map<String, Value>>,
    /// The level of whoever replaces it.
    pub(super) own_level: UserPowerLevel,
    pub(super) states: Vec<InitialState>,
    /// Whether it calls itself anything by alias.
    pub(super) is_named: bool,
    /// What it calls itself, for the replacement; not when an alias in it does not point to the room.
    pub(super) names: Option<Box<RawValue>>,
    /// Its row number.
    pub(super) room_number: i64,
    /// What the same person replaced it by before.
    pub(super) replaced_by: Option<ReplacedBy>,
    pub(super) last_event: Option<OwnedEventId>,
}

/// An end that somebody put to a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReplacedBy {
    /// The tombstone.
    pub(super) event_id: OwnedEventId,
    /// The room it points to.
    pub(super) room_id: OwnedRoomId,
}

/// What `user_id` replaced the room by, if they did.
pub(super) async fn replaced_by(
    turn: &mut Turn<'_>,
    user_id: &UserId,
) -> Result<Option<ReplacedBy>, RoomsError> {
    #[derive(Deserialize)]
    struct Content {
        replacement_room: OwnedRoomId,
    }
    let tombstone = turn.state(StateEventType::RoomTombstone, "").await?;
    let own = tombstone.filter(|tombstone| tombstone.sender() == user_id);
    Ok(own.and_then(|tombstone| {
        let content: Content = serde_json::from_str(tombstone.content().get()).ok()?;
        Some(ReplacedBy { event_id: tombstone.event_id().to_owned(), room_id: content.replacement_room })
    }))
}

impl Command for Survey<'_> {
    type Answer = OldRoom;

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<OldRoom, RoomsError> {
        turn.check_joined(self.user_id).await?;
        let levels = turn.power_levels().await?;
        let own_level = levels.user(self.user_id);
        let needed = levels.to_send(&StateEventType::RoomTombstone.into(), true);
        if own_level < UserPowerLevel::Int(needed) {
            return Err(RoomsError::forbidden("you may not replace this room"));
        }
        let own =
            [StateEventType::RoomCreate, StateEventType::RoomPowerLevels, StateEventType::RoomCanonicalAlias];
        let keys: Vec<_> = own.into_iter().chain(TAKEN_OVER).map(|kind| (kind, String::new())).collect();
        turn.look_at(&keys).await?;
        let replaced_by = replaced_by(turn, self.user_id).await?;
        let names = turn.known(&StateEventType::RoomCanonicalAlias, "");
        let names = names.map(|event| event.content().to_owned()).filter(|names| names.get() != "{}");
        let names_hold = match &names {
            Some(names) => check_aliases(turn, names.get(), None).await.map(|()| true).or_else(unnamed)?,
            None => false,
        };
        let content = |kind: &StateEventType| Some(turn.known(kind, "")?.content().to_owned());
        let object = |kind| serde_json::from_str(content(&kind)?.get()).ok();
        let states = TAKEN_OVER.into_iter().filter_map(|kind| {
            let content = content(&kind)?;
            Some(InitialState { kind: kind.to_string(), state_key: String::new(), content })
        });
        let packs = packs(turn).await?;
        Ok(OldRoom {
            create: object(StateEventType::RoomCreate).unwrap_or_default(),
            power_levels: object(StateEventType::RoomPowerLevels),
            own_level,
            states: states.chain(packs).collect(),
            is_named: names.is_some(),
            names: names.filter(|_| names_hold),
            room_number: turn.head.room_number,
            replaced_by,
            last_event: turn.head.extremities.first().map(|extremity| extremity.event_id.clone()),
        })
    }
}

/// The packs of pictures that were not taken away.
async fn packs(turn: &Turn<'_>) -> Result<Vec<InitialState>, RoomsError> {
    #[derive(Deserialize)]
    struct Event {
        content: Box<RawValue>,
    }
    let rooms = [turn.head.room_number];
    let kinds = [IMAGE_PACK.to_owned()];
    let read = move |session: &mut Session| room_state::of_kinds_at(session, &rooms, &kinds, OPEN_END - 1);
    let entries = turn.inner.storage.read(read).await?;
    let packs = entries.into_iter().filter_map(|entry| {
        let Event { content } = serde_json::from_str(&entry.event.json).ok()?;
        let there = content.get() != "{}";
        there.then(|| InitialState { kind: IMAGE_PACK.to_owned(), state_key: entry.state_key, content })
    });
    Ok(packs.take(PACKS_MAX).collect())
}

/// An alias of another server, or of another room, is not taken over.
fn unnamed(error: RoomsError) -> Result<bool, RoomsError> {
    match error {
        RoomsError::BadAlias(_) | RoomsError::InvalidParam(_) => Ok(false),
        error => Err(error),
    }
}
