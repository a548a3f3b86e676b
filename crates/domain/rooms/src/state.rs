//! State events that somebody sets directly.

use std::collections::BTreeMap;

use herold_room_rules::{Numbers, canonicalize};
use herold_storage::append::Claim;
use herold_storage::{StorageError, accounts, aliases, rooms};
use ruma::events::StateEventType;
use ruma::events::room::guest_access::GuestAccess;
use ruma::{OwnedEventId, OwnedRoomAliasId, OwnedRoomId, OwnedUserId, RoomId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::turn::{Command, Proposal, Turn};
use crate::{Rooms, RoomsError, TransactionId};

/// A state event to be sent.
#[derive(Clone, Debug)]
pub struct SendState {
    /// Into this room.
    pub room_id: OwnedRoomId,
    /// By this local user.
    pub sender: OwnedUserId,
    /// The event's type.
    pub kind: StateEventType,
    /// Any text.
    pub state_key: String,
    /// Any JSON object.
    pub content: Box<RawValue>,
    /// Whether the sender is a guest.
    pub guest: bool,
    /// Under which it is asked: clients name none.
    pub transaction: Option<TransactionId>,
    /// When it was sent, milliseconds since the Unix epoch, where a bridge says so; else now.
    pub origin_server_ts: Option<i64>,
}

impl Rooms {
    /// Sets an entry of a room's state. Where the sender had set it to the same before, nothing happens
    /// and the event of then is the answer.
    pub async fn send_state(&self, state: SendState) -> Result<OwnedEventId, RoomsError> {
        let event_id = self.0.run(&state.room_id, &state).await?;
        if state.kind == StateEventType::RoomGuestAccess && !lets_guests_in(&state.content) {
            self.leave_guests(&state.room_id).await?;
        }
        Ok(event_id)
    }

    /// Takes the guests of this server out of a room.
    async fn leave_guests(&self, room_id: &RoomId) -> Result<(), RoomsError> {
        let ids = [room_id.to_string()];
        let read = self.storage().read(move |session| -> Result<_, StorageError> {
            let Some(room) = rooms::by_id(session, &ids)?.pop() else { return Ok(Vec::new()) };
            accounts::guests_in(session, room.room_number)
        });
        for guest in read.await? {
            if let Ok(guest) = OwnedUserId::try_from(guest) {
                self.leave(room_id, &guest, None).await?;
            }
        }
        Ok(())
    }
}

/// Whether guests may be in a room whose `m.room.guest_access` says this.
pub(crate) fn lets_guests_in(content: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Content {
        guest_access: GuestAccess,
    }
    serde_json::from_str::<Content>(content.get()).is_ok_and(|said| said.guest_access == GuestAccess::CanJoin)
}

impl Command for SendState {
    type Answer = OwnedEventId;

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<OwnedEventId, RoomsError> {
        let sent = if self.kind == StateEventType::RoomMember {
            let (sender, member) = (&self.sender, &self.state_key);
            turn.member_content(sender, member, self.guest, &self.content).await?
        } else {
            turn.check_joined(&self.sender).await?;
            self.content.clone()
        };
        let content = canonicalize(sent.get(), Numbers::of(&turn.head.rules.authorization))
            .map_err(|error| RoomsError::BadJson(error.to_string()))?;
        match self.kind {
            StateEventType::RoomCreate => {
                return Err(RoomsError::InvalidParam(
                    "a room is created once: replace it instead".to_owned(),
                ));
            }
            StateEventType::RoomPowerLevels => check_creators(turn, &content).await?,
            _ => {}
        }
        let current = turn.state(self.kind.clone(), &self.state_key).await?;
        if let Some(current) = &current
            && current.sender() == self.sender
            && current.content().get() == content
        {
            return Ok(current.event_id().to_owned());
        }
        if self.kind == StateEventType::RoomCanonicalAlias && self.state_key.is_empty() {
            check_aliases(turn, &content, current.as_ref().map(|current| current.content().get())).await?;
        }
        let mut proposal = Proposal::state(&self.sender, self.kind.clone(), self.state_key.clone(), sent);
        proposal.origin_server_ts = self.origin_server_ts;
        Ok(turn.propose(proposal).await?.event_id().to_owned())
    }

    fn claim(&self) -> Option<Claim> {
        let scope = || format!("state/{}/{}", self.room_id, self.kind);
        Some(self.transaction.as_ref()?.claim(&scope()))
    }

    fn repeated(&self, event_id: OwnedEventId) -> Option<OwnedEventId> {
        Some(event_id)
    }
}

/// Checks that power levels give none to creators, where the version has them above all levels. The rules would
/// refuse it as well, but not because the sender has too little power.
async fn check_creators(turn: &mut Turn<'_>, content: &str) -> Result<(), RoomsError> {
    #[derive(Deserialize)]
    struct Levels {
        #[serde(default)]
        users: BTreeMap<String, IgnoredAny>,
    }
    if !turn.head.rules.authorization.explicitly_privilege_room_creators {
        return Ok(());
    }
    let current = turn.power_levels().await?;
    let given = serde_json::from_str::<Levels>(content).map(|levels| levels.users).unwrap_or_default();
    match current.creators().iter().find(|creator| given.contains_key(creator.as_str())) {
        Some(creator) => {
            Err(RoomsError::InvalidParam(format!("{creator} made the room, and is above all levels")))
        }
        None => Ok(()),
    }
}

/// The aliases in the content of an `m.room.canonical_alias`.
#[derive(Default, Deserialize)]
struct Named {
    alias: Option<OwnedRoomAliasId>,
    #[serde(default)]
    alt_aliases: Vec<OwnedRoomAliasId>,
}

/// Checks that the aliases which the content newly names point to this room.
pub(crate) async fn check_aliases(
    turn: &Turn<'_>,
    content: &str,
    current: Option<&str>,
) -> Result<(), RoomsError> {
    let malformed = |_| RoomsError::InvalidParam("an alias in the content is malformed".to_owned());
    let named = |content| -> Result<Vec<OwnedRoomAliasId>, serde_json::Error> {
        let named: Named = serde_json::from_str(content)?;
        Ok(named.alias.into_iter().chain(named.alt_aliases).collect())
    };
    let before = current.and_then(|current| named(current).ok()).unwrap_or_default();
    let mut new = named(content).map_err(malformed)?;
    new.retain(|alias| !before.contains(alias));
    if new.is_empty() {
        return Ok(());
    }
    let asked: Vec<String> = new.iter().map(ToString::to_string).collect();
    // PostgreSQL's texts have no NUL.
    if asked.iter().any(|alias| alias.contains('\0')) {
        return Err(RoomsError::InvalidParam("an alias in the content is malformed".to_owned()));
    }
    let found = turn.inner.storage.read(move |session| aliases::rooms(session, &asked)).await?;
    match new.iter().find(|alias| found.get(alias.as_str()) != Some(&turn.head.room_number)) {
        Some(alias) => Err(RoomsError::BadAlias(format!("{alias} does not point to this room"))),
        None => Ok(()),
    }
}
