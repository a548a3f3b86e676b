//! Message events.

use herold_storage::append::Claim;
use herold_storage::relations::{self, ANNOTATION, Annotation, THREAD};
use ruma::events::TimelineEventType;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::redact::Redact;
use crate::relation::requested;
use crate::turn::{Command, Proposal, Turn};
use crate::{Rooms, RoomsError};

/// Bytes of a transaction id at most.
const TRANSACTION_ID_MAX: usize = 255;

/// A transaction id of a device: asked again under the same one, nothing happens twice.
#[derive(Clone, Debug)]
pub struct TransactionId {
    /// The device's row number.
    pub device_number: i64,
    /// The device's own choice.
    pub transaction_id: String,
}

impl TransactionId {
    /// That of an event which was scheduled under the name `delay_id`: the account's own, so that all devices of the
    /// sender are told the name with the event (MSC4140). Accounts and devices are numbered together.
    pub fn delayed(user_number: i64, delay_id: &str) -> Self {
        Self { device_number: user_number, transaction_id: delay_id.to_owned() }
    }

    /// Checks that the id is no longer than an opaque identifier: it becomes part of a key.
    pub(crate) fn check(&self) -> Result<(), RoomsError> {
        if self.transaction_id.len() > TRANSACTION_ID_MAX {
            let text = format!("a transaction id has at most {TRANSACTION_ID_MAX} bytes");
            return Err(RoomsError::InvalidParam(text));
        }
        Ok(())
    }

    /// The claim on this id at one endpoint; `scope` is the endpoint with its path.
    pub(crate) fn claim(&self, scope: &str) -> Claim {
        Claim {
            claim: format!("{}/{scope}/{}", self.device_number, self.transaction_id),
            device_number: self.device_number,
            transaction_id: self.transaction_id.clone(),
        }
    }
}

/// A message event to be sent.
#[derive(Clone, Debug)]
pub struct SendMessage {
    /// Into this room.
    pub room_id: OwnedRoomId,
    /// By this local user.
    pub sender: OwnedUserId,
    /// The event's type.
    pub kind: TimelineEventType,
    /// Any JSON object.
    pub content: Box<RawValue>,
    /// Under which it is asked.
    pub transaction: Option<TransactionId>,
    /// When it was sent, milliseconds since the Unix epoch, where a bridge says so; else now.
    pub origin_server_ts: Option<i64>,
}

impl Rooms {
    /// Sends a message event. A redaction sent this way redacts, too.
    pub async fn send(&self, message: SendMessage) -> Result<OwnedEventId, RoomsError> {
        if message.kind == TimelineEventType::RoomRedaction {
            return self.redact(redaction(message)?).await;
        }
        message.transaction.as_ref().map_or(Ok(()), TransactionId::check)?;
        self.0.run(&message.room_id, &message).await
    }
}

impl Command for SendMessage {
    type Answer = OwnedEventId;

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<OwnedEventId, RoomsError> {
        self.check_relation(turn).await?;
        let proposal = Proposal {
            sender: self.sender.clone(),
            kind: self.kind.clone(),
            state_key: None,
            content: self.content.clone(),
            redacts: None,
            origin_server_ts: self.origin_server_ts,
        };
        Ok(turn.propose(proposal).await?.event_id().to_owned())
    }

    fn claim(&self) -> Option<Claim> {
        let scope = || format!("send/{}/{}", self.room_id, self.kind);
        Some(self.transaction.as_ref()?.claim(&scope()))
    }

    fn repeated(&self, event_id: OwnedEventId) -> Option<OwnedEventId> {
        Some(event_id)
    }
}

impl SendMessage {
    /// Checks that the event may relate to its parent: threads begin at events that relate to nothing, and
    /// nobody annotates an event twice alike.
    async fn check_relation(&self, turn: &mut Turn<'_>) -> Result<(), RoomsError> {
        let Some(relation) = requested(&self.content) else { return Ok(()) };
        match (relation.rel_type.as_str(), relation.annotation_key) {
            (THREAD, _) => {
                turn.check_joined(&self.sender).await?;
                let read = move |session: &mut _| relations::is_child(session, &relation.parent_id);
                let is_child = turn.inner.storage.read(read).await?;
                if is_child { Err(RoomsError::ThreadWithinRelation) } else { Ok(()) }
            }
            (ANNOTATION, Some(key)) => {
                turn.check_joined(&self.sender).await?;
                let (parents, senders) = ([relation.parent_id], [self.sender.to_string()]);
                let read = move |session: &mut _| relations::annotations_of(session, &parents, &senders);
                let made = turn.inner.storage.read(read).await?;
                let (room_number, kind) = (turn.head.room_number, self.kind.to_string());
                let same = |made: &Annotation| {
                    made.room_number == room_number && made.kind == kind && made.key == key
                };
                // One that is not durable yet is met when this one is written.
                if made.iter().any(same) { Err(RoomsError::DuplicateAnnotation) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }
}

/// Of an `m.room.redaction` what it redacts; from room version 11 on its content says so, and clients
/// may send it that way into every room.
fn redaction(message: SendMessage) -> Result<Redact, RoomsError> {
    #[derive(Deserialize)]
    struct Content {
        redacts: OwnedEventId,
    }
    let content: Content = serde_json::from_str(message.content.get()).map_err(|_| {
        RoomsError::BadJson("a redaction names in `redacts` the event that it redacts".into())
    })?;
    Ok(Redact {
        room_id: message.room_id,
        sender: message.sender,
        event_id: content.redacts,
        content: message.content,
        transaction: message.transaction,
    })
}
