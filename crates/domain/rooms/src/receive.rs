//! Events from other servers: checked against the states they were sent in, wherever in the graph they
//! stand (server-server API, "Checks performed on receipt of a PDU", checks 4 to 6).
//!
//! The caller has read the event with `Pdu::from_wire` and verified its signatures.

mod decide;
mod graph;
mod states;

use std::sync::Arc;

use herold_room_rules::Pdu;
use herold_storage::append::{AppendEvent, Redacted};
use herold_storage::events;

use crate::relation::relation_of;
use crate::turn::{Command, Turn};
use crate::{Rooms, RoomsError};

use decide::{Decision, decide};

/// What became of a received event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is in the timeline.
    Accepted,
    /// The state it was sent in allows it, the current one does not: it is kept, and never shown.
    SoftFailed(String),
    /// The rules refuse it: it is kept, so that it is known, and never shown.
    Rejected(String),
    /// It is kept without a place in the room.
    Outlier,
    /// It was here already.
    Known,
}

/// A received event.
struct Receive {
    event: Arc<Pdu>,
    /// Wanted only for what it allows: its place in the room is not asked for.
    outlier: bool,
}

impl Rooms {
    /// Takes an event of a room that is known here, and says what became of it.
    ///
    /// # Errors
    ///
    /// [`RoomsError::MissingEvents`] names the auth events, or else the previous events, that must be
    /// received first.
    pub async fn receive(&self, event: Pdu) -> Result<Receipt, RoomsError> {
        self.receive_as(event, false).await
    }

    /// Takes an event only for what it allows, as an outlier.
    ///
    /// # Errors
    ///
    /// [`RoomsError::MissingEvents`] names the auth events that must be received first.
    pub async fn receive_outlier(&self, event: Pdu) -> Result<Receipt, RoomsError> {
        self.receive_as(event, true).await
    }

    async fn receive_as(&self, event: Pdu, outlier: bool) -> Result<Receipt, RoomsError> {
        let room_id = event.room_id().to_owned();
        self.0.run(&room_id, &Receive { event: Arc::new(event), outlier }).await
    }
}

impl Command for Receive {
    type Answer = Receipt;

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<Receipt, RoomsError> {
        if turn.head.closed {
            return Err(RoomsError::room_closed());
        }
        // What this stands on must be in the database: the states are read there.
        turn.inner.writer.barrier().await?;
        let (event, outlier) = (Arc::clone(&self.event), self.outlier);
        let (room_number, rules) = (turn.head.room_number, turn.head.rules.clone());
        let extremities: Vec<_> =
            turn.head.extremities.iter().map(|extremity| extremity.event_id.clone()).collect();
        let decision = turn
            .inner
            .storage
            .read(move |session| decide(session, room_number, &rules, &event, &extremities, outlier))
            .await?;
        let Some(decision) = decision else { return Ok(Receipt::Known) };
        let receipt = decision.receipt.clone();
        let extremities = decision.extremities.iter().map(ToString::to_string).collect();
        turn.stage_received(self.row(decision), extremities);
        Ok(receipt)
    }
}

impl Receive {
    fn row(&self, decision: Decision) -> AppendEvent {
        let event = &self.event;
        let ids = |ids: &[ruma::OwnedEventId]| ids.iter().map(ToString::to_string).collect();
        let auth_events = if event.state_key().is_some() { event.auth_events() } else { &[] };
        AppendEvent {
            event_id: event.event_id().to_string(),
            kind: event.kind().to_string(),
            state_key: event.state_key().map(str::to_owned),
            sender: event.sender().to_string(),
            depth: event.depth(),
            origin_server_ts: event.origin_server_ts(),
            json: decision.redacted_by.as_ref().map_or(event.json(), |by| by.left.json()).to_owned(),
            status: match decision.receipt {
                Receipt::Accepted | Receipt::Known => events::STATUS_ACCEPTED,
                Receipt::SoftFailed(_) => events::STATUS_SOFT_FAILED,
                Receipt::Rejected(_) => events::STATUS_REJECTED,
                Receipt::Outlier => events::STATUS_OUTLIER,
            },
            in_timeline: decision.receipt == Receipt::Accepted,
            was_outlier: decision.was_outlier,
            auth_events: ids(auth_events),
            differences: decision.differences,
            line: decision.line,
            memberships: decision.memberships,
            // What is redacted relates to nothing any more.
            relation: relation_of(event, false).filter(|_| decision.redacted_by.is_none()),
            received: true,
            redacts: decision.redacted.map(|redacted| Redacted {
                event_id: redacted.event_id().to_string(),
                json: redacted.json().to_owned(),
            }),
            redacts_later: decision.redacts_later.map(|target| target.to_string()),
            redacted_by: decision.redacted_by.map(|by| by.redaction.to_string()),
        }
    }
}
