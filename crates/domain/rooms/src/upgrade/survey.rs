//! What of an old room goes into its replacement.

use ruma::events::StateEventType;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{OwnedEventId, UserId};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

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
    pub(super) canonical_alias: Option<Box<RawValue>>,
    pub(super) last_event: Option<OwnedEventId>,
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
        let content = |kind: &StateEventType| Some(turn.known(kind, "")?.content().to_owned());
        let object = |kind| serde_json::from_str(content(&kind)?.get()).ok();
        let states = TAKEN_OVER.into_iter().filter_map(|kind| {
            let content = content(&kind)?;
            Some(InitialState { kind: kind.to_string(), state_key: String::new(), content })
        });
        Ok(OldRoom {
            create: object(StateEventType::RoomCreate).unwrap_or_default(),
            power_levels: object(StateEventType::RoomPowerLevels),
            own_level,
            states: states.collect(),
            canonical_alias: content(&StateEventType::RoomCanonicalAlias),
            last_event: turn.head.extremities.first().map(|extremity| extremity.event_id.clone()),
        })
    }
}
