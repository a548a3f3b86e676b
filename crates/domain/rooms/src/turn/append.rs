//! From staged events to an append: the end of a turn.

use herold_room_rules::membership;
use herold_storage::append::{Append, AppendEvent, AppendTo, Claim, MembershipChange, Redacted, StateChange};
use herold_storage::events::STATUS_ACCEPTED;
use ruma::UserId;
use ruma::events::{StateEventType, TimelineEventType};

use super::stage::{Staged, Turn};
use crate::RoomsError;
use crate::files::files_in;
use crate::head::Extremity;
use crate::relation::relation_of;
use crate::writer::Written;

impl Turn<'_> {
    /// Hands the staged events to the writer and moves the head on; `None` when there are none.
    pub(crate) async fn hand_over(&mut self, claim: Option<Claim>) -> Result<Option<Written>, RoomsError> {
        let room = AppendTo::Known { room_number: self.head.room_number, revision: self.head.revision };
        self.hand_over_to(room, claim).await
    }

    /// [`Turn::hand_over`] to a room that is given, perhaps a new one.
    pub(crate) async fn hand_over_to(
        &mut self,
        room: AppendTo,
        claim: Option<Claim>,
    ) -> Result<Option<Written>, RoomsError> {
        if let Some(received) = self.received.take() {
            return self.hand_over_received(room, received, claim).await.map(Some);
        }
        let Some((append, extremities)) = self.gather(room, claim) else { return Ok(None) };
        let place = self.inner.writer.place().await?;
        // From here on nothing may wait: the head counts the events as written.
        let written = place.write(append, self.beside.take());
        self.head.extremities = extremities;
        self.head.revision += self.staged.len() as i64;
        for staged in self.staged.drain(..) {
            if let Some(state_key) = staged.event.state_key() {
                let kind = StateEventType::from(staged.event.kind().to_string());
                self.head.remember(kind, state_key.to_owned(), Some(staged.event.clone()));
            }
            if let Some(redacted) = staged.redacted {
                self.head.redact(redacted);
            }
        }
        Ok(Some(written))
    }

    /// What is staged, for a room that is born beside events of another; `None` when it is nothing.
    pub(crate) fn into_append(self, room: AppendTo) -> Option<Append> {
        self.gather(room, None).map(|(append, _)| append)
    }

    /// What is staged as an append, and the forward extremities after it.
    fn gather(&self, room: AppendTo, claim: Option<Claim>) -> Option<(Append, Vec<Extremity>)> {
        let last = self.staged.last()?;
        let tip = Extremity::of(&self.head.rules, &last.event);
        let first = self.staged.first().map(|staged| staged.event.prev_events().to_vec()).unwrap_or_default();
        let mut extremities = self.head.extremities.clone();
        extremities.retain(|extremity| !first.contains(&extremity.event_id));
        extremities.insert(0, tip);
        let append = Append {
            room,
            chain: self.head.chain,
            claim,
            events: self.staged.iter().map(append_event).collect(),
            extremities: extremities.iter().map(|extremity| extremity.event_id.to_string()).collect(),
            now_ms: self.inner.clock.now_ms(),
            keep_redacted_until: self.inner.keep_redacted_until(),
        };
        Some((append, extremities))
    }

    /// Hands over an event that was made elsewhere or before. What the head remembers may no longer hold: it is read again.
    async fn hand_over_received(
        &mut self,
        room: AppendTo,
        (event, extremities): (AppendEvent, Vec<String>),
        claim: Option<Claim>,
    ) -> Result<Written, RoomsError> {
        let place = self.inner.writer.place().await?;
        let append = Append {
            room,
            chain: self.head.chain,
            claim,
            events: vec![event],
            extremities,
            now_ms: self.inner.clock.now_ms(),
            keep_redacted_until: self.inner.keep_redacted_until(),
        };
        let written = place.write(append, None);
        self.head.outdated = true;
        Ok(written)
    }
}

fn append_event(staged: &Staged) -> AppendEvent {
    let event = &staged.event;
    let kind = event.kind().to_string();
    let state_key = event.state_key().map(str::to_owned);
    let line = state_key.iter().map(|state_key| StateChange {
        kind: kind.clone(),
        state_key: state_key.clone(),
        event_id: Some(event.event_id().to_string()),
    });
    let member = state_key.as_deref().filter(|_| *event.kind() == TimelineEventType::RoomMember);
    let member = member.and_then(|state_key| <&UserId>::try_from(state_key).ok());
    let memberships = member.into_iter().map(|user_id| MembershipChange {
        user_id: user_id.to_string(),
        membership: membership(event).to_string(),
        event_id: event.event_id().to_string(),
        stripped_state: staged.stripped_state.clone(),
    });
    let auth_events = if state_key.is_some() { event.auth_events() } else { &[] };
    let redacts = staged.redacted.as_ref().map(|redacted| Redacted {
        event_id: redacted.event_id().to_string(),
        json: redacted.json().to_owned(),
    });
    AppendEvent {
        event_id: event.event_id().to_string(),
        sender: event.sender().to_string(),
        depth: event.depth(),
        origin_server_ts: event.origin_server_ts(),
        json: event.json().to_owned(),
        status: STATUS_ACCEPTED,
        in_timeline: true,
        was_outlier: false,
        auth_events: auth_events.iter().map(ToString::to_string).collect(),
        differences: Vec::new(),
        line: line.collect(),
        memberships: memberships.collect(),
        redacts,
        relation: relation_of(event, true),
        files: files_in(event.json()),
        received: false,
        // Nobody here redacts what is not here.
        redacts_later: None,
        redacted_by: None,
        kind,
        state_key,
    }
}
