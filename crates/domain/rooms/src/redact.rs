//! Redactions: what is left of an event is decided here, and written at once (client-server API, "Redactions").

use herold_room_rules::{Pdu, redact};
use herold_storage::append::Claim;
use herold_storage::{events, room_state};
use ruma::events::TimelineEventType;
use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde_json::value::RawValue;

use crate::turn::{Command, Proposal, Turn};
use crate::{Rooms, RoomsError, TransactionId};

/// An event to be redacted.
#[derive(Clone, Debug)]
pub struct Redact {
    /// Of this room.
    pub room_id: OwnedRoomId,
    /// By this local user.
    pub sender: OwnedUserId,
    /// The event.
    pub event_id: OwnedEventId,
    /// The content of the redaction, a JSON object, with the reason for one.
    pub content: Box<RawValue>,
    /// Under which it is asked.
    pub transaction: Option<TransactionId>,
}

impl Rooms {
    /// Redacts an event: prunes it and says so in the room. Answers the redaction's id.
    pub async fn redact(&self, redaction: Redact) -> Result<OwnedEventId, RoomsError> {
        // PostgreSQL's texts have no NUL: no event is called so.
        if redaction.event_id.as_str().contains('\0') {
            return Err(RoomsError::not_found("there is no such event in this room"));
        }
        redaction.transaction.as_ref().map_or(Ok(()), TransactionId::check)?;
        let redacted_by = self.0.run(&redaction.room_id, &redaction).await?;
        // The event that took the place of a state event tells of it.
        let event_id = redaction.event_id.to_string();
        let read = self.storage().read(move |session| room_state::replaced_at(session, &event_id));
        for successor in read.await? {
            self.reader().forget(successor);
        }
        Ok(redacted_by)
    }
}

impl Command for Redact {
    type Answer = OwnedEventId;

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<OwnedEventId, RoomsError> {
        let levels = turn.power_levels().await?;
        turn.check_joined(&self.sender).await?;
        let target = self.target(turn).await?;
        // Between servers anybody may redact what came from their own server; here only one's own.
        let own = target.sender() == self.sender;
        if !own && levels.user(&self.sender) < UserPowerLevel::Int(levels.redact()) {
            return Err(RoomsError::forbidden("you may only redact what you sent yourself"));
        }
        // Without them the room would be lost to everybody.
        if matches!(target.kind(), TimelineEventType::RoomCreate | TimelineEventType::RoomServerAcl) {
            return Err(RoomsError::forbidden("this event cannot be redacted"));
        }
        let redacted = redact(&turn.head.rules, target.json())?;
        let redacted = turn.head.read_event(target.event_id().as_str(), redacted)?;
        let proposal = Proposal {
            sender: self.sender.clone(),
            kind: TimelineEventType::RoomRedaction,
            state_key: None,
            content: self.content.clone(),
            redacts: Some(self.event_id.clone()),
            origin_server_ts: None,
        };
        Ok(turn.propose_redaction(proposal, Some(redacted)).await?.event_id().to_owned())
    }

    fn claim(&self) -> Option<Claim> {
        let scope = || format!("redact/{}/{}", self.room_id, self.event_id);
        Some(self.transaction.as_ref()?.claim(&scope()))
    }

    fn repeated(&self, event_id: OwnedEventId) -> Option<OwnedEventId> {
        Some(event_id)
    }
}

impl Redact {
    async fn target(&self, turn: &Turn<'_>) -> Result<Pdu, RoomsError> {
        let event_id = self.event_id.to_string();
        let mut found = turn.inner.storage.read(move |session| events::by_id(session, &[event_id])).await?;
        let target = found.remove(self.event_id.as_str());
        let target = target.filter(|target| {
            target.room_number == turn.head.room_number && target.status == events::STATUS_ACCEPTED
        });
        let target = target.ok_or_else(|| RoomsError::not_found("there is no such event in this room"))?;
        turn.head.read_event(&target.event_id, target.json)
    }
}
