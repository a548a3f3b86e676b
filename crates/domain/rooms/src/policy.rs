//! The room's policy server: whether there is one, and what it says to an event (server-server API, "Policy Servers").
//!
//! It is asked outside of the room's turn, so that a slow one keeps nobody waiting but the sender
//! (docs/decisions/0017).

use std::sync::Arc;
use std::time::Duration;

use herold_federation_client::FederationError;
use herold_room_rules::{Pdu, PolicyServer, SignatureError};
use herold_storage::{Session, memberships};
use ruma::api::error::{ErrorBody, ErrorKind, StandardErrorBody};
use ruma::api::federation::policy::sign_event;
use ruma::events::StateEventType;
use ruma::room_version_rules::RoomVersionRules;
use ruma::{RoomId, ServerName, UserId};
use serde_json::value::RawValue;

use crate::turn::{Slot, Staged, Turn, Waiting};
use crate::{Inner, RoomsError};

/// How long a policy server may take to answer, the way to it included.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Events of one room that are judged at the same time at most.
const ASKING_MAX: usize = 64;
/// The HTTP status of a refusal of which a client is told neither the status nor the code.
const FORBIDDEN: u16 = 403;
/// The HTTP status by which a server says that it does not know who asks.
const UNAUTHORIZED: u16 = 401;
/// Letters of a refusal that reach the sender.
const TEXT_MAX: usize = 1000;
/// Joined users that are looked at to find one of a server.
const JOINED_LOOKED_AT: i64 = 8;

/// Whether `server` has somebody in the room.
pub(crate) fn has_joined(
    session: &mut Session,
    room_number: i64,
    server: &ServerName,
) -> Result<bool, RoomsError> {
    let users = memberships::some_of_server(session, room_number, server.as_str(), JOINED_LOOKED_AT)?;
    let is_of_server =
        |user: &String| <&UserId>::try_from(user.as_str()).is_ok_and(|user| user.server_name() == server);
    Ok(users.iter().any(is_of_server))
}

impl Turn<'_> {
    /// The policy server of the room as it was before this turn's own events. A closed room has none: people leave it
    /// whatever another server says.
    pub(crate) async fn policy_server(&mut self) -> Result<Option<PolicyServer>, RoomsError> {
        if self.head.closed {
            return Ok(None);
        }
        let key = [(StateEventType::RoomPolicy, String::new())];
        self.look_at(&key).await?;
        let event = self.head.looked_at(&key[0].0, "").flatten();
        let Some(policy) = event.and_then(|event| PolicyServer::read(event.content())) else {
            return Ok(None);
        };
        let joined = match self.head.known_to_have_joined(&policy.via) {
            Some(joined) => joined,
            None => {
                // The memberships are read from the database: what the head counts must be there.
                self.inner.writer.barrier().await?;
                let (room_number, via) = (self.head.room_number, policy.via.clone());
                let read = move |session: &mut _| has_joined(session, room_number, &via);
                let joined = self.inner.storage.read(read).await?;
                self.head.remember_joined(policy.via.clone(), joined);
                joined
            }
        };
        Ok(joined.then_some(policy))
    }
}

impl Inner {
    /// Lets the policy server sign those of `staged` that it judges.
    pub(crate) async fn let_judge(
        &self,
        slot: &Slot,
        rules: &RoomVersionRules,
        policy: &PolicyServer,
        mut staged: Vec<Staged>,
    ) -> Result<Vec<Staged>, RoomsError> {
        let _counted = Waiting::new(&slot.asking, ASKING_MAX)?;
        for one in &mut staged {
            if PolicyServer::judges(&one.event) {
                one.event = Arc::new(self.judged(rules, policy, &one.event).await?);
            }
        }
        Ok(staged)
    }

    /// A received event with the policy server's signature.
    pub(crate) async fn let_sign(
        &self,
        room_id: &RoomId,
        rules: &RoomVersionRules,
        policy: &PolicyServer,
        event: &Pdu,
    ) -> Result<Pdu, RoomsError> {
        let slot = self.slots.slot(room_id);
        let _counted = Waiting::new(&slot.asking, ASKING_MAX)?;
        self.judged(rules, policy, event).await
    }

    /// The event with the policy server's signature.
    ///
    /// # Errors
    ///
    /// [`RoomsError::PolicyRefused`] when the server does not want it, [`RoomsError::PolicyUnknown`] when it says nothing
    /// that counts.
    async fn judged(
        &self,
        rules: &RoomVersionRules,
        policy: &PolicyServer,
        event: &Pdu,
    ) -> Result<Pdu, RoomsError> {
        let json = RawValue::from_string(event.json().to_owned());
        let json = json.map_err(|error| RoomsError::BadJson(error.to_string()))?;
        let asked = self.federation.ask(&policy.via, sign_event::v1::Request::new(json), ANSWER_WITHIN).await;
        let answer = asked.map_err(|error| refusal(&policy.via, error))?;
        let unknown =
            |reason: &str| RoomsError::PolicyUnknown { via: policy.via.clone(), reason: reason.to_owned() };
        let signature =
            answer.ed25519_signature(&policy.via).ok_or_else(|| unknown("its answer has no signature"))?;
        policy.add_signature(rules, event.clone(), signature).map_err(|error| match error {
            SignatureError::TooLarge => RoomsError::TooLarge,
            _ => unknown("its signature is not by the key that the room names"),
        })
    }
}

/// What an answer that is no signature means.
fn refusal(via: &ServerName, error: FederationError) -> RoomsError {
    let FederationError::Refused(error) = error else {
        return RoomsError::PolicyUnknown { via: via.to_owned(), reason: error.to_string() };
    };
    if !error.status_code.is_client_error() || error.is_endpoint_not_implemented() {
        return RoomsError::PolicyUnknown { via: via.to_owned(), reason: format!("it answers {error}") };
    }
    let status = error.status_code.as_u16();
    let (kind, text) = match error.body {
        ErrorBody::Standard(StandardErrorBody { kind, message, .. }) => {
            (kind, message.chars().take(TEXT_MAX).collect())
        }
        _ => {
            let text =
                format!("{via}, the policy server of this room, does not allow this and does not say why");
            (ErrorKind::Unknown, text)
        }
    };
    if may_be_passed_on(status, &kind) {
        RoomsError::PolicyRefused { status, kind, text }
    } else {
        RoomsError::PolicyRefused { status: FORBIDDEN, kind: ErrorKind::Forbidden, text }
    }
}

/// Whether a client may be told the status and the code: those of the endpoint and those of nobody but the policy server
/// mean what they say. Others would say something of this server, for instance that a token has ended.
fn may_be_passed_on(status: u16, kind: &ErrorKind) -> bool {
    let of_endpoint = matches!(
        kind,
        ErrorKind::Forbidden
            | ErrorKind::BadJson
            | ErrorKind::NotJson
            | ErrorKind::NotFound
            | ErrorKind::LimitExceeded(_)
    );
    status != UNAUTHORIZED && (of_endpoint || !kind.errcode().as_str().starts_with("M_"))
}
