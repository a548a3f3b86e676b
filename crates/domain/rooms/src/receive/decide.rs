//! What becomes of a received event: checks 4 to 7, and the room's new line.

use std::sync::Arc;

use herold_room_rules::{
    Pdu, PolicyServer, PowerLevels, Rejection, auth_types, authorize, authorize_by_auth_events, may_redact,
    membership, redact,
};
use herold_storage::append::{MembershipChange, StateChange};
use herold_storage::{Session, events};
use ruma::events::{StateEventType, TimelineEventType};
use ruma::room_version_rules::RoomVersionRules;
use ruma::{OwnedEventId, UserId};

use super::Receipt;
use super::graph::Graph;
use super::states::{Key, NOW, Told, View, key_of};
use crate::RoomsError;
use crate::policy::has_joined;

/// What is to be written.
pub(super) struct Decision {
    pub(super) receipt: Receipt,
    /// The policy server whose signature it lacks, where nothing else is wrong with it.
    pub(super) unsigned_by: Option<PolicyServer>,
    /// Whether it is here as an outlier already.
    pub(super) was_outlier: bool,
    /// The room's forward extremities afterwards.
    pub(super) extremities: Vec<OwnedEventId>,
    pub(super) differences: Vec<StateChange>,
    pub(super) line: Vec<StateChange>,
    pub(super) memberships: Vec<MembershipChange>,
    pub(super) redacted: Option<Pdu>,
    /// What it redacts, where that is not here yet.
    pub(super) redacts_later: Option<OwnedEventId>,
    /// The redaction of the event itself, where that came before it.
    pub(super) redacted_by: Option<RedactedBy>,
}

/// A redaction that came before its target.
pub(super) struct RedactedBy {
    pub(super) redaction: OwnedEventId,
    /// What it leaves.
    pub(super) left: Pdu,
}

/// Decides; `None` when the event is here already.
pub(super) fn decide(
    session: &mut Session,
    room_number: i64,
    rules: &RoomVersionRules,
    event: &Arc<Pdu>,
    extremities: &[OwnedEventId],
    outlier: bool,
) -> Result<Option<Decision>, RoomsError> {
    let known = events::by_id(session, &[event.event_id().to_string()])?;
    let is_outlier = |status| status == events::STATUS_OUTLIER;
    if known.values().any(|known| outlier || !is_outlier(known.status)) {
        return Ok(None);
    }
    let mut graph = Graph::new(session, room_number, rules, Arc::clone(event));
    let mut decision = Decision {
        receipt: Receipt::Outlier,
        unsigned_by: None,
        was_outlier: !known.is_empty(),
        extremities: extremities.to_vec(),
        differences: Vec::new(),
        line: Vec::new(),
        memberships: Vec::new(),
        redacted: None,
        redacts_later: None,
        redacted_by: None,
    };
    if let Err(rejection) = graph.check_auth_events()? {
        decision.receipt = Receipt::Rejected(rejection.reason);
    }
    if outlier {
        return Ok(Some(decision));
    }
    let views = graph.views_before()?;
    let (before, line) = graph.resolve_views(&views)?;
    decision.differences = changes(&before, &line);
    if decision.receipt == Receipt::Outlier {
        decision.receipt = graph.judge(&before)?;
    }
    if decision.receipt == Receipt::Accepted {
        decision.unsigned_by = graph.unsigned_by()?;
        if let Some(policy) = &decision.unsigned_by {
            let reason = format!("{}, the policy server of this room, has not signed it", policy.via);
            decision.receipt = Receipt::SoftFailed(reason);
        }
    }
    if decision.receipt == Receipt::Accepted {
        graph.follow(&mut decision, before)?;
    }
    Ok(Some(decision))
}

impl Graph<'_> {
    /// Check 4.
    fn check_auth_events(&mut self) -> Result<Result<(), Rejection>, RoomsError> {
        let event = Arc::clone(&self.new);
        self.load(event.auth_events())?;
        let missing: Vec<OwnedEventId> =
            event.auth_events().iter().filter(|id| self.placed(id).is_none()).cloned().collect();
        if !missing.is_empty() {
            return Err(RoomsError::MissingEvents(missing));
        }
        let create = self.current_events(&[(StateEventType::RoomCreate.to_string(), String::new())])?.pop();
        let fetch = |id: &ruma::EventId| {
            let of_room = create.as_ref().filter(|create| create.event_id() == id).cloned();
            of_room.or_else(|| self.event(id))
        };
        Ok(authorize_by_auth_events(&self.rules.authorization, &event, create.as_ref(), fetch))
    }

    /// The states after the previous events.
    fn views_before(&mut self) -> Result<Vec<View>, RoomsError> {
        let event = Arc::clone(&self.new);
        self.load(event.prev_events())?;
        let absent = |id: &&OwnedEventId| self.placed(id).is_none_or(|placed| placed.outlier);
        let missing: Vec<OwnedEventId> = event.prev_events().iter().filter(absent).cloned().collect();
        if !missing.is_empty() {
            return Err(RoomsError::MissingEvents(missing));
        }
        self.views_after(event.prev_events())
    }

    /// Checks 5 and 6: against the state before the event, and against the current one.
    fn judge(&mut self, before: &Told) -> Result<Receipt, RoomsError> {
        if let Err(rejection) = self.allowed_in(before)? {
            return Ok(Receipt::Rejected(rejection.reason));
        }
        if let Err(rejection) = self.allowed_in(&Told::new())? {
            return Ok(Receipt::SoftFailed(rejection.reason));
        }
        Ok(Receipt::Accepted)
    }

    /// Check 7: the policy server of the room as it is, if it judges the event and has not signed it.
    fn unsigned_by(&mut self) -> Result<Option<PolicyServer>, RoomsError> {
        let event = Arc::clone(&self.new);
        if !PolicyServer::judges(&event) {
            return Ok(None);
        }
        let named = self.current_events(&[(StateEventType::RoomPolicy.to_string(), String::new())])?.pop();
        let Some(policy) = named.and_then(|named| PolicyServer::read(named.content())) else {
            return Ok(None);
        };
        let is_used = has_joined(self.session, self.room_number, &policy.via)?;
        Ok(Some(policy).filter(|policy| is_used && !policy.has_signed(self.rules, &event)))
    }

    /// Whether the event is allowed in a state.
    fn allowed_in(&mut self, state: &Told) -> Result<Result<(), Rejection>, RoomsError> {
        let event = Arc::clone(&self.new);
        let rules = &self.rules.authorization;
        let types = auth_types(rules, event.kind(), event.sender(), event.state_key(), event.content());
        let mut keys: Vec<Key> = match types {
            Ok(types) => types.into_iter().map(|(kind, key)| (kind.to_string(), key)).collect(),
            Err(rejection) => return Ok(Err(rejection)),
        };
        keys.push((StateEventType::RoomCreate.to_string(), String::new()));
        let found = self.events_in(state, &keys)?;
        let find = |kind: &StateEventType, key: &str| {
            found.iter().find(|event| key_of(event) == Some((kind.to_string(), key.to_owned()))).cloned()
        };
        Ok(authorize(&self.rules.authorization, &event, find))
    }

    /// The events that a state, told by where it differs from the line, has under `keys`.
    fn events_in(&mut self, state: &Told, keys: &[Key]) -> Result<Vec<Arc<Pdu>>, RoomsError> {
        let (told, untold): (Vec<Key>, Vec<Key>) =
            keys.iter().cloned().partition(|key| state.contains_key(key));
        let mut found = self.current_events(&untold)?;
        let ids: Vec<OwnedEventId> =
            told.iter().filter_map(|key| state.get(key).cloned().flatten()).collect();
        self.load(&ids)?;
        found.extend(ids.iter().filter_map(|id| self.event(id)));
        Ok(found)
    }

    fn current_events(&mut self, keys: &[Key]) -> Result<Vec<Arc<Pdu>>, RoomsError> {
        let ids: Vec<OwnedEventId> = self.current(keys)?.into_values().flatten().collect();
        self.load(&ids)?;
        Ok(ids.iter().filter_map(|id| self.event(id)).collect())
    }

    /// The event is accepted: the new forward extremities, the new line, and what a redaction leaves.
    fn follow(&mut self, decision: &mut Decision, before: Told) -> Result<(), RoomsError> {
        let event = Arc::clone(&self.new);
        self.redact(decision, &before)?;
        decision.redacted_by = self.redacted_before()?;
        let mut after = before;
        if let Some(key) = key_of(&event) {
            after.insert(key, Some(event.event_id().to_owned()));
        }
        decision.extremities.retain(|id| !event.prev_events().contains(id));
        let others = decision.extremities.clone();
        decision.extremities.insert(0, event.event_id().to_owned());
        self.load(&others)?;
        let mut views = self.views_after(&others)?;
        views.insert(0, View { line_position: NOW, apart: after });
        let (resolved, line) = self.resolve_views(&views)?;
        decision.line = changes(&resolved, &line);
        decision.memberships = self.memberships(&decision.line, &line)?;
        Ok(())
    }

    fn memberships(
        &mut self,
        changed: &[StateChange],
        line: &Told,
    ) -> Result<Vec<MembershipChange>, RoomsError> {
        let member = StateEventType::RoomMember.to_string();
        let mut memberships = Vec::new();
        for change in changed.iter().filter(|change| change.kind == member) {
            if <&UserId>::try_from(change.state_key.as_str()).is_err() {
                continue;
            }
            let id = change.event_id.as_ref().and_then(|id| OwnedEventId::try_from(id.as_str()).ok());
            self.load(&id)?;
            let said = id.as_ref().and_then(|id| self.event(id)).map(|event| membership(&event).to_string());
            let key = (member.clone(), change.state_key.clone());
            let before = line.get(&key).cloned().flatten();
            let Some(event_id) = id.or(before) else { continue };
            memberships.push(MembershipChange {
                user_id: change.state_key.clone(),
                membership: said.unwrap_or_else(|| "leave".to_owned()),
                event_id: event_id.to_string(),
                stripped_state: None,
            });
        }
        Ok(memberships)
    }

    /// If the event is a redaction: what it leaves of its target, or that the target is still to come.
    fn redact(&mut self, decision: &mut Decision, before: &Told) -> Result<(), RoomsError> {
        let event = Arc::clone(&self.new);
        let Some(target) = event.redacts().map(ToOwned::to_owned) else { return Ok(()) };
        if *event.kind() != TimelineEventType::RoomRedaction || target.as_str().contains('\0') {
            return Ok(());
        }
        self.load([&target])?;
        match self.event(&target) {
            Some(target) => decision.redacted = self.left_by(&event, &target, before)?,
            None => decision.redacts_later = Some(target),
        }
        Ok(())
    }

    /// The first redaction that came before the event and takes effect, by the state in which it was sent.
    fn redacted_before(&mut self) -> Result<Option<RedactedBy>, RoomsError> {
        let event = Arc::clone(&self.new);
        for id in events::early_redactions(self.session, event.event_id().as_str())? {
            let Ok(redaction) = OwnedEventId::try_from(id) else { continue };
            self.load([&redaction])?;
            let Some(by) = self.event(&redaction) else { continue };
            self.load(by.prev_events())?;
            let views = self.views_after(by.prev_events())?;
            let (before, _) = self.resolve_views(&views)?;
            if let Some(left) = self.left_by(&by, &event, &before)? {
                return Ok(Some(RedactedBy { redaction, left }));
            }
        }
        Ok(None)
    }

    /// What a redaction that was sent in the state `before` leaves of `target`, where it takes effect.
    fn left_by(&mut self, redaction: &Pdu, target: &Pdu, before: &Told) -> Result<Option<Pdu>, RoomsError> {
        let keys = [StateEventType::RoomCreate, StateEventType::RoomPowerLevels]
            .map(|kind| (kind.to_string(), String::new()));
        let found = self.events_in(before, &keys)?;
        let of_kind = |kind: TimelineEventType| found.iter().find(|event| *event.kind() == kind);
        let Some(create) = of_kind(TimelineEventType::RoomCreate) else { return Ok(None) };
        let levels = of_kind(TimelineEventType::RoomPowerLevels).map(|event| &**event);
        let levels = PowerLevels::new(&self.rules.authorization, create, levels);
        if !may_redact(&levels, redaction.sender(), target) {
            return Ok(None);
        }
        let (id, room_id) = (target.event_id().to_owned(), target.room_id().to_owned());
        let json = redact(self.rules, target.json())?;
        Ok(Some(Pdu::from_stored(self.rules, id, room_id, json, target.rejected())?))
    }
}

/// Where `state` differs from the line.
fn changes(state: &Told, line: &Told) -> Vec<StateChange> {
    let differs = |(key, value): &(&Key, &Option<OwnedEventId>)| line.get(*key).unwrap_or(&None) != *value;
    let change = |(key, value): (&Key, &Option<OwnedEventId>)| StateChange {
        kind: key.0.clone(),
        state_key: key.1.clone(),
        event_id: value.as_ref().map(ToString::to_string),
    };
    state.iter().filter(differs).map(change).collect()
}
