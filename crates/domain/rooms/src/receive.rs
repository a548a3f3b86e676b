//! Events that were made elsewhere, or here before the room went on: checked against the states they were sent in,
//! wherever in the graph they stand (server-server API, "Checks performed on receipt of a PDU", checks 4 to 7).
//!
//! Who gives an event of another server has read it with `Pdu::from_wire` and verified its signatures.

mod decide;
mod graph;
mod states;

use std::sync::Arc;

use herold_room_rules::{Pdu, PolicyServer};
use herold_storage::append::{AppendEvent, Redacted};
use herold_storage::events;
use ruma::room_version_rules::RoomVersionRules;

use crate::files::files_in;
use crate::relation::relation_of;
use crate::turn::{Command, Staged, Turn};
use crate::{Rooms, RoomsError};

use decide::{Decision, decide};

/// What became of a received event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is in the timeline.
    Accepted,
    /// The state it was sent in allows it, the current one or the room's policy server does not: it is kept, and
    /// never shown.
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
    /// Whether the room's policy server was asked for its signature, and gave none.
    unsigned: bool,
}

/// What a turn makes of a received event.
enum Received {
    Settled(Receipt),
    /// It lacks the signature of the room's policy server, which may be asked for it.
    Unsigned(PolicyServer, Box<RoomVersionRules>),
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
        let mut receive = Receive { event: Arc::new(event), outlier, unsigned: false };
        loop {
            let (policy, rules) = match self.0.run(&room_id, &receive).await? {
                Received::Settled(receipt) => return Ok(receipt),
                Received::Unsigned(policy, rules) => (policy, rules),
            };
            match self.0.let_sign(&room_id, &rules, &policy, &receive.event).await {
                Ok(signed) => receive.event = Arc::new(signed),
                Err(error) => tracing::debug!(%error, "a received event is not signed by the policy server"),
            }
            // Asked once: if the room names another server meanwhile, the next who receives the event asks that one.
            receive.unsigned = true;
        }
    }
}

impl Command for Receive {
    type Answer = Received;

    async fn decide(&self, turn: &mut Turn<'_>) -> Result<Received, RoomsError> {
        if turn.head.closed {
            return Err(RoomsError::room_closed());
        }
        let Some(decision) = turn.place(&self.event, self.outlier).await? else {
            return Ok(Received::Settled(Receipt::Known));
        };
        if let (Some(policy), false) = (&decision.unsigned_by, self.unsigned) {
            return Ok(Received::Unsigned(policy.clone(), Box::new(turn.head.rules.clone())));
        }
        let receipt = decision.receipt.clone();
        let extremities = decision.extremities.iter().map(ToString::to_string).collect();
        turn.stage_received(row(&self.event, decision), extremities);
        Ok(Received::Settled(receipt))
    }
}

impl Turn<'_> {
    /// Decides about an event by the states around it; `None` when it is here already.
    async fn place(&mut self, event: &Arc<Pdu>, outlier: bool) -> Result<Option<Decision>, RoomsError> {
        // What this stands on must be in the database: the states are read there.
        self.inner.writer.barrier().await?;
        let event = Arc::clone(event);
        let (room_number, rules) = (self.head.room_number, self.head.rules.clone());
        let extremities: Vec<_> =
            self.head.extremities.iter().map(|extremity| extremity.event_id.clone()).collect();
        self.inner
            .storage
            .read(move |session| decide(session, room_number, &rules, &event, &extremities, outlier))
            .await
    }

    /// Stages an event that was made here, and that the room has gone on without. Says no where it must be made anew.
    pub(crate) async fn stage_late(&mut self, staged: Staged) -> Result<bool, RoomsError> {
        let Some(decision) = self.place(&staged.event, false).await? else { return Ok(false) };
        match &decision.receipt {
            Receipt::Accepted => {}
            _ if decision.unsigned_by.is_some() => return Ok(false),
            Receipt::SoftFailed(reason) | Receipt::Rejected(reason) => {
                return Err(RoomsError::forbidden(reason.clone()));
            }
            Receipt::Outlier | Receipt::Known => return Ok(false),
        }
        let extremities = decision.extremities.iter().map(ToString::to_string).collect();
        let mut row = AppendEvent {
            relation: relation_of(&staged.event, true),
            received: false,
            ..row(&staged.event, decision)
        };
        let of_event = row.memberships.iter_mut().find(|change| change.event_id == row.event_id);
        if let Some(change) = of_event {
            change.stripped_state = staged.stripped_state;
        }
        self.stage_received(row, extremities);
        Ok(true)
    }
}

fn row(event: &Pdu, decision: Decision) -> AppendEvent {
    let ids = |ids: &[ruma::OwnedEventId]| ids.iter().map(ToString::to_string).collect();
    let auth_events = if event.state_key().is_some() { event.auth_events() } else { &[] };
    let json = decision.redacted_by.as_ref().map_or(event.json(), |by| by.left.json());
    AppendEvent {
        event_id: event.event_id().to_string(),
        kind: event.kind().to_string(),
        state_key: event.state_key().map(str::to_owned),
        sender: event.sender().to_string(),
        depth: event.depth(),
        origin_server_ts: event.origin_server_ts(),
        json: json.to_owned(),
        files: files_in(json),
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
