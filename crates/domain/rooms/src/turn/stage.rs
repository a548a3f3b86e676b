//! What is decided inside a turn: events are made, checked and staged one upon the other. Nothing of
//! it shows outside before it is handed over.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use herold_room_rules::{
    LegacyIds, NewEvent, Pdu, PowerLevels, StateKey, auth_types, authorize, build, check_auth_events, limits,
    membership, next_depth, reference_hash,
};
use herold_storage::append::{Append, AppendEvent};
use herold_storage::room_head;
use ruma::events::room::member::MembershipState;
use ruma::events::{StateEventType, TimelineEventType};
use ruma::{EventId, OwnedEventId, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::head::{Extremity, Head};
use crate::{Inner, RoomsError};

/// Letters of an event id where the server chooses it (room versions 1 and 2).
const EVENT_ID_LETTERS: usize = 24;

/// An event that somebody here wants in the room.
pub(crate) struct Proposal {
    pub(crate) sender: OwnedUserId,
    pub(crate) kind: TimelineEventType,
    pub(crate) state_key: Option<String>,
    pub(crate) content: Box<RawValue>,
    pub(crate) redacts: Option<OwnedEventId>,
    /// Milliseconds since the Unix epoch; `None`: now.
    pub(crate) origin_server_ts: Option<i64>,
}

impl Proposal {
    /// A state event of now.
    pub(crate) fn state(
        sender: &UserId,
        kind: impl Into<TimelineEventType>,
        state_key: impl Into<String>,
        content: Box<RawValue>,
    ) -> Self {
        Self {
            sender: sender.to_owned(),
            kind: kind.into(),
            state_key: Some(state_key.into()),
            content,
            redacts: None,
            origin_server_ts: None,
        }
    }
}

/// An event of this turn.
pub(crate) struct Staged {
    pub(crate) event: Arc<Pdu>,
    pub(crate) stripped_state: Option<String>,
    /// What a redaction leaves of an older event.
    pub(super) redacted: Option<Pdu>,
}

/// A room in its turn.
pub(crate) struct Turn<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) head: &'a mut Head,
    pub(super) staged: Vec<Staged>,
    /// An event that was made elsewhere or before, and the forward extremities after it; then nothing else is staged.
    pub(super) received: Option<(AppendEvent, Vec<String>)>,
    /// A room that is born in the same commit as what is staged.
    pub(super) beside: Option<Append>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(inner: &'a Inner, head: &'a mut Head) -> Self {
        Self { inner, head, staged: Vec::new(), received: None, beside: None }
    }

    /// Lets a new room be born with what is staged: both are written, or neither is.
    pub(crate) fn bear(&mut self, room: Append) {
        self.beside = Some(room);
    }

    /// Stages an event that was made elsewhere or before, decided by the states around it.
    pub(crate) fn stage_received(&mut self, event: AppendEvent, extremities: Vec<String>) {
        self.received = Some((event, extremities));
    }

    /// The current state's event under this key, the turn's own events included.
    pub(crate) async fn state(
        &mut self,
        kind: StateEventType,
        state_key: &str,
    ) -> Result<Option<Arc<Pdu>>, RoomsError> {
        let keys = [(kind, state_key.to_owned())];
        self.look_at(&keys).await?;
        Ok(self.known(&keys[0].0, state_key))
    }

    /// Loads those of `keys` that were not looked at yet, all at once.
    pub(crate) async fn look_at(&mut self, keys: &[StateKey]) -> Result<(), RoomsError> {
        let missing: Vec<&StateKey> =
            keys.iter().filter(|(kind, key)| self.head.looked_at(kind, key).is_none()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let room_number = self.head.room_number;
        // PostgreSQL's texts have no NUL, so no entry has one: there is nothing to ask.
        let askable = |(kind, key): &(String, String)| !kind.contains('\0') && !key.contains('\0');
        let asked: Vec<(String, String)> =
            missing.iter().map(|(kind, key)| (kind.to_string(), key.clone())).filter(askable).collect();
        let entries = self
            .inner
            .storage
            .read(move |session| room_head::current_entries(session, room_number, &asked))
            .await?;
        let mut found = HashMap::with_capacity(entries.len());
        for entry in entries {
            let event = self.head.read_event(&entry.event_id, entry.json)?;
            found.insert((StateEventType::from(entry.kind), entry.state_key), Arc::new(event));
        }
        for key in missing {
            let event = found.remove(key);
            self.head.remember(key.0.clone(), key.1.clone(), event);
        }
        Ok(())
    }

    /// What [`Turn::look_at`] has loaded.
    pub(crate) fn known(&self, kind: &StateEventType, state_key: &str) -> Option<Arc<Pdu>> {
        let staged = self.staged.iter().rev().map(|staged| &staged.event);
        let mut staged = staged.filter(|event| is_entry(event, kind, state_key));
        let event = staged.next().or_else(|| self.head.looked_at(kind, state_key).flatten());
        event.map(Arc::clone)
    }

    /// The power levels as they are now.
    pub(crate) async fn power_levels(&mut self) -> Result<PowerLevels, RoomsError> {
        let key = |kind| (kind, String::new());
        self.look_at(&[key(StateEventType::RoomCreate), key(StateEventType::RoomPowerLevels)]).await?;
        let create = self.known(&StateEventType::RoomCreate, "").ok_or_else(RoomsError::no_room)?;
        let levels = self.known(&StateEventType::RoomPowerLevels, "");
        Ok(PowerLevels::new(&self.head.rules.authorization, &create, levels.as_deref()))
    }

    /// Makes the event upon the room as it is, checks it against the rules, and stages it.
    pub(crate) async fn propose(&mut self, proposal: Proposal) -> Result<Arc<Pdu>, RoomsError> {
        self.propose_redaction(proposal, None).await
    }

    /// [`Turn::propose`], of a redaction with what it leaves of its target.
    pub(crate) async fn propose_redaction(
        &mut self,
        proposal: Proposal,
        redacted: Option<Pdu>,
    ) -> Result<Arc<Pdu>, RoomsError> {
        let rules = &self.head.rules.authorization;
        let Proposal { sender, kind, state_key, content, .. } = &proposal;
        // PostgreSQL's texts have no NUL.
        if kind.to_string().contains('\0') || state_key.as_ref().is_some_and(|key| key.contains('\0')) {
            return Err(RoomsError::InvalidParam("type and state key have no NUL".to_owned()));
        }
        let mut keys = auth_types(rules, kind, sender, state_key.as_deref(), content)?;
        let selected = keys.len();
        // The policy server is not for the rules: it is looked at with the others so that it costs nothing.
        for kind in [StateEventType::RoomCreate, StateEventType::RoomPolicy] {
            let key = (kind, String::new());
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if self.head.closed && !is_leaving(&proposal) {
            return Err(RoomsError::room_closed());
        }
        self.look_at(&keys).await?;
        if *kind != TimelineEventType::RoomMember && self.head.revision > 0 {
            self.check_joined(sender).await?;
        }
        let allowing: Vec<Arc<Pdu>> =
            keys[..selected].iter().filter_map(|(kind, key)| self.known(kind, key)).collect();
        let event = self.make(proposal, &allowing)?;
        let rules = &self.head.rules.authorization;
        if *event.kind() == TimelineEventType::RoomCreate {
            check_auth_events(rules, &event, |_| None::<Arc<Pdu>>)?;
        }
        authorize(rules, &event, |kind, key| self.known(kind, key))?;
        let stripped_state = self.stripped_state(&event).await?;
        let event = Arc::new(event);
        if self.head.room_id.is_none() {
            self.head.room_id = Some(event.room_id().to_owned());
        }
        self.staged.push(Staged { event: Arc::clone(&event), stripped_state, redacted });
        Ok(event)
    }

    /// Checks that `user` is in the room. The same refusal for everybody who is not, and for rooms that
    /// are not there.
    pub(crate) async fn check_joined(&mut self, user: &UserId) -> Result<(), RoomsError> {
        match self.membership(user).await? {
            Some(MembershipState::Join) => Ok(()),
            _ => Err(RoomsError::not_a_member()),
        }
    }

    /// The membership of `user`, if they ever had one.
    pub(crate) async fn membership(&mut self, user: &UserId) -> Result<Option<MembershipState>, RoomsError> {
        let member = self.state(StateEventType::RoomMember, user.as_str()).await?;
        Ok(member.map(|event| membership(&event)))
    }

    fn make(&self, proposal: Proposal, allowing: &[Arc<Pdu>]) -> Result<Pdu, RoomsError> {
        let rules = &self.head.rules;
        let previous: Vec<Extremity> = match self.staged.last() {
            Some(last) => vec![Extremity::of(rules, &last.event)],
            None => self.head.extremities.iter().take(limits::PREV_EVENTS_MAX).cloned().collect(),
        };
        let deepest = previous.iter().map(|extremity| extremity.depth).max();
        let settings = &self.inner.settings;
        let legacy = rules
            .event_format
            .require_event_id
            .then(|| -> Result<LegacyIds, RoomsError> {
                let letters = self.inner.random.letters(EVENT_ID_LETTERS);
                let event_id = EventId::parse(format!("${letters}:{}", settings.server_name))
                    .map_err(|error| RoomsError::InvalidParam(error.to_string()))?;
                Ok(LegacyIds { event_id, reference_hashes: self.reference_hashes(&previous, allowing) })
            })
            .transpose()?;
        let event = NewEvent {
            room_id: self.head.room_id.clone(),
            sender: proposal.sender,
            kind: proposal.kind,
            state_key: proposal.state_key,
            content: proposal.content,
            redacts: proposal.redacts,
            prev_events: previous.into_iter().map(|extremity| extremity.event_id).collect(),
            auth_events: allowing.iter().map(|event| event.event_id().to_owned()).collect(),
            depth: deepest.map_or(1, next_depth),
            origin_server_ts: proposal.origin_server_ts.unwrap_or_else(|| self.inner.clock.now_ms()),
            legacy,
        };
        Ok(build(rules, event, &settings.server_name, &settings.key)?)
    }

    fn reference_hashes(
        &self,
        previous: &[Extremity],
        allowing: &[Arc<Pdu>],
    ) -> BTreeMap<OwnedEventId, String> {
        let rules = &self.head.rules;
        let of_allowing =
            allowing.iter().map(|event| (event.event_id().to_owned(), reference_hash(rules, event)));
        let of_previous = previous
            .iter()
            .filter_map(|extremity| Some((extremity.event_id.clone(), extremity.reference_hash.clone()?)));
        of_allowing.chain(of_previous).collect()
    }
}

/// Whether somebody leaves, or declines an invite.
fn is_leaving(proposal: &Proposal) -> bool {
    #[derive(Deserialize)]
    struct Content {
        membership: MembershipState,
    }
    proposal.kind == TimelineEventType::RoomMember
        && proposal.state_key.as_deref() == Some(proposal.sender.as_str())
        && serde_json::from_str::<Content>(proposal.content.get())
            .is_ok_and(|content| content.membership == MembershipState::Leave)
}

pub(super) fn is_entry(event: &Pdu, kind: &StateEventType, state_key: &str) -> bool {
    event.state_key() == Some(state_key) && *event.kind() == TimelineEventType::from(kind.clone())
}
