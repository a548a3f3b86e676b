//! May this event be in the room? ("Authorisation rules" of the room versions.)
//!
//! ruma-state-res holds the rules; [`Pdu`] gives it what old room versions allow and ruma does not read (fractional
//! power levels). The few rules for ordinary events are written here as well (`ordinary`): they run for every
//! message, and cost a tenth. Nothing here verifies signatures or loads events: lookups are arguments.

use std::ops::Deref;

use ruma::events::{StateEventType, TimelineEventType};
use ruma::room_version_rules::AuthorizationRules;
use ruma::state_res::{
    Event, auth_types_for_event, check_state_dependent_auth_rules, check_state_independent_auth_rules,
};
use ruma::{EventId, UserId};
use serde_json::value::RawValue;
use thiserror::Error;

mod ordinary;

use crate::pdu::Pdu;
use crate::state::StateKey;

/// The rules do not allow an event.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Rejection {
    /// Why, for people: shown to the sender and logged; names ids, never content.
    pub reason: String,
}

impl From<String> for Rejection {
    fn from(reason: String) -> Self {
        Self { reason }
    }
}

/// The entries of the room's state that allow such an event, for `auth_events`
/// (server-server API, "Auth events selection"). From room version 12 on the create event is not among them,
/// but [`authorize`] asks for it.
///
/// # Errors
///
/// When the content of an `m.room.member` event is malformed: such an event is never allowed.
pub fn auth_types(
    rules: &AuthorizationRules,
    kind: &TimelineEventType,
    sender: &UserId,
    state_key: Option<&str>,
    content: &RawValue,
) -> Result<Vec<StateKey>, Rejection> {
    Ok(auth_types_for_event(kind, sender, state_key, content, rules)?)
}

/// The rules about an event's own form and its `auth_events`; needed once, for events from outside.
///
/// `fetch` finds the auth events, and from room version 12 on also the create event that the room id names.
pub fn check_auth_events<E: Event>(
    rules: &AuthorizationRules,
    event: &Pdu,
    fetch: impl Fn(&EventId) -> Option<E>,
) -> Result<(), Rejection> {
    Ok(check_state_independent_auth_rules(rules, event, fetch)?)
}

/// The rules about the room's state: whether an event is allowed where `state` is the room's state before it.
///
/// `state` is asked for the create event and for the keys of [`auth_types`]; rejected events must not be in it.
/// For an event from outside this runs three times: with its auth events, the state before it, and the current state.
pub fn authorize<E: Event + Deref<Target = Pdu>>(
    rules: &AuthorizationRules,
    event: &Pdu,
    state: impl Fn(&StateEventType, &str) -> Option<E>,
) -> Result<(), Rejection> {
    if ordinary::is_ordinary(rules, event) {
        return ordinary::authorize(rules, event, state);
    }
    Ok(check_state_dependent_auth_rules(rules, event, state)?)
}

/// Check 4 on receipt of an event: its form, its `auth_events`, and the state that they make.
pub fn authorize_by_auth_events<E: Event + Clone + Deref<Target = Pdu>>(
    rules: &AuthorizationRules,
    event: &Pdu,
    create: Option<&E>,
    fetch: impl Fn(&EventId) -> Option<E>,
) -> Result<(), Rejection> {
    check_auth_events(rules, event, &fetch)?;
    let auth_events: Vec<E> = event.auth_events().iter().filter_map(|id| fetch(id)).collect();
    authorize(rules, event, |kind, state_key| {
        let mut candidates = auth_events.iter().chain(create);
        candidates.find(|candidate| is_entry(*candidate, kind, state_key)).cloned()
    })
}

fn is_entry(event: &impl Event, kind: &StateEventType, state_key: &str) -> bool {
    event.state_key() == Some(state_key) && *event.event_type() == TimelineEventType::from(kind.clone())
}
