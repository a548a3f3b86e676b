//! POST /createRoom, decided: all events of a new room in one commit, or no room.

mod initial;

use std::sync::atomic::Ordering;

use herold_room_rules::Preset;
use herold_storage::append::{AppendTo, Outcome};
use ruma::events::room::member::MembershipState;
use ruma::room_version_rules::{RoomIdFormatVersion, RoomVersionDisposition, RoomVersionRules};
use ruma::{OwnedRoomAliasId, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId};
use serde_json::value::RawValue;

use crate::head::Head;
use crate::member::MemberContent;
use crate::membership::check_reachable;
use crate::turn::{Command, Proposal, Turn};
use crate::{Inner, Profile, Rooms, RoomsError};

/// Letters of a room id where the server chooses it (room versions 1 to 11).
const ROOM_ID_LETTERS: usize = 18;
/// Events that a room may begin with: invites and initial state together.
const INITIAL_EVENTS_MAX: usize = 1024;

/// A room to be made.
#[derive(Clone, Debug)]
pub struct CreateRoom {
    /// The local user who makes it.
    pub creator: OwnedUserId,
    /// What they are called.
    pub creator_profile: Profile,
    /// The room version; `None`: the server's default.
    pub version: Option<RoomVersionId>,
    /// What the room is for.
    pub preset: Preset,
    /// Whether it is listed in the room directory.
    pub published: bool,
    /// The part of an alias before the colon.
    pub alias_localpart: Option<String>,
    /// The room's name.
    pub name: Option<String>,
    /// The room's topic.
    pub topic: Option<String>,
    /// Who is invited at once.
    pub invite: Vec<(OwnedUserId, Profile)>,
    /// Whether the room is meant for the creator and the invited alone.
    pub is_direct: bool,
    /// Further content of the create event, a JSON object.
    pub creation_content: Option<Box<RawValue>>,
    /// State that the room begins with.
    pub initial_state: Vec<InitialState>,
    /// Further content of the power levels, a JSON object.
    pub power_levels: Option<Box<RawValue>>,
}

/// A state event that a room begins with.
#[derive(Clone, Debug)]
pub struct InitialState {
    /// Its type.
    pub kind: String,
    /// Its state key.
    pub state_key: String,
    /// Its content, a JSON object.
    pub content: Box<RawValue>,
}

impl Rooms {
    /// Makes a room and answers its id. Nothing is left of a room that could not be made whole.
    pub async fn create(&self, room: CreateRoom) -> Result<OwnedRoomId, RoomsError> {
        if room.invite.len() + room.initial_state.len() > INITIAL_EVENTS_MAX {
            return Err(RoomsError::InvalidParam(format!(
                "a room begins with at most {INITIAL_EVENTS_MAX} invites and state events"
            )));
        }
        let version = room.version.clone().unwrap_or(self.0.settings.default_room_version.clone());
        let alias = room.alias_localpart.as_deref().map(|local| self.alias(local)).transpose()?;
        if alias.is_some() {
            self.check_more_aliases(&room.creator).await?;
        }
        let published = room.published;
        self.found(version, published, alias.clone(), &Founding { room, alias }).await
    }

    /// Makes a room of the events that `founding` proposes.
    pub(crate) async fn found(
        &self,
        version: RoomVersionId,
        published: bool,
        alias: Option<OwnedRoomAliasId>,
        founding: &impl Command,
    ) -> Result<OwnedRoomId, RoomsError> {
        let mut head = self.new_head(version)?;
        let mut turn = Turn::new(&self.0, &mut head);
        let room_id = decide_founding(&mut turn, founding).await?;
        let room = AppendTo::New {
            room_id: room_id.to_string(),
            version: turn.head.version.to_string(),
            published,
            alias: alias.map(|alias| alias.to_string()),
            replaces: None,
        };
        let written = turn.hand_over_to(room, None).await?.ok_or_else(RoomsError::no_room)?;
        match written.outcome().await? {
            Outcome::Appended { room_number, .. } => {
                head.room_number = room_number;
                self.0.slots.keep(&room_id, head);
                Ok(room_id)
            }
            Outcome::AliasTaken => Err(RoomsError::AliasTaken),
            Outcome::Repeated { .. } | Outcome::DuplicateAnnotation | Outcome::Lost => Err(RoomsError::Busy),
        }
    }

    /// The head of a room that has no events yet.
    pub(crate) fn new_head(&self, version: RoomVersionId) -> Result<Head, RoomsError> {
        let rules = stable_rules(&version)?;
        let room_id = match rules.room_id_format {
            RoomIdFormatVersion::V1 => Some(self.new_room_id()?),
            _ => None,
        };
        Ok(Head::of_new_room(room_id, version, rules, self.0.next_chain()))
    }

    fn new_room_id(&self) -> Result<OwnedRoomId, RoomsError> {
        let letters = self.0.random.letters(ROOM_ID_LETTERS);
        RoomId::parse(format!("!{letters}:{}", self.0.settings.server_name))
            .map_err(|error| RoomsError::InvalidParam(error.to_string()))
    }

    /// The alias of this server with that local part.
    pub(crate) fn alias(&self, localpart: &str) -> Result<OwnedRoomAliasId, RoomsError> {
        let malformed = || RoomsError::InvalidParam("the alias is malformed".to_owned());
        if localpart.is_empty() || localpart.contains([':', '\0']) {
            return Err(malformed());
        }
        let alias = format!("#{localpart}:{}", self.0.settings.server_name);
        OwnedRoomAliasId::try_from(alias).map_err(|_| malformed())
    }
}

impl Inner {
    /// Now, or a little later: since room version 12 the room's id is the hash of its create event, and
    /// two rooms that one person makes in the same millisecond would be the same room.
    pub(crate) fn unique_creation_ms(&self) -> i64 {
        let now_ms = self.clock.now_ms();
        let later = |last: i64| Some(now_ms.max(last + 1));
        let last = self.created_ms.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
        last.map_or(now_ms, |last| now_ms.max(last + 1))
    }
}

/// Lets `founding` propose the events of a new room, and says its id.
pub(crate) async fn decide_founding(
    turn: &mut Turn<'_>,
    founding: &impl Command,
) -> Result<OwnedRoomId, RoomsError> {
    founding.decide(turn).await.map_err(|error| match error {
        RoomsError::Forbidden(reason) => RoomsError::InvalidRoomState(reason),
        error => error,
    })?;
    turn.head.room_id.clone().ok_or_else(RoomsError::no_room)
}

/// The rules of a version that rooms can be made in.
pub(crate) fn stable_rules(version: &RoomVersionId) -> Result<RoomVersionRules, RoomsError> {
    let rules = version.rules().filter(|rules| rules.disposition == RoomVersionDisposition::Stable);
    rules.ok_or_else(|| RoomsError::UnsupportedRoomVersion(version.to_string()))
}

struct Founding {
    room: CreateRoom,
    alias: Option<OwnedRoomAliasId>,
}

impl Command for Founding {
    type Answer = ();

    /// The events of the room, in the order of the specification.
    async fn decide(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let room = &self.room;
        for (user, _) in &room.invite {
            check_reachable(turn.inner, user)?;
        }
        let mut create = initial::create_event(turn.head, room)?;
        create.origin_server_ts = Some(turn.inner.unique_creation_ms());
        turn.propose(create).await?;
        let joined = MemberContent::new(MembershipState::Join, &room.creator_profile, None);
        turn.propose(joined.propose(&room.creator, &room.creator)?).await?;
        for state in initial::states(turn.head, room, self.alias.as_ref())? {
            turn.propose(Proposal::state(&room.creator, state.kind, state.state_key, state.content)).await?;
        }
        for (user, profile) in &room.invite {
            let mut content = MemberContent::new(MembershipState::Invite, profile, None);
            content.is_direct = room.is_direct;
            turn.propose(content.propose(&room.creator, user)?).await?;
        }
        Ok(())
    }
}
