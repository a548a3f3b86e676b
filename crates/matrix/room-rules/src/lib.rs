//! What an event may be and what a room may become: pure rules for room versions 1 to 12.
//!
//! Room versions are data ([`ruma::room_version_rules::RoomVersionRules`]); nothing here compares version
//! numbers. Nothing here may do I/O, ask for the time or for chance, wait, or know how events are stored.
//!
//! * [`Pdu`]: an event; from our own storage, from another server, or newly built ([`build`]).
//! * [`authorize`] and [`check_auth_events`]: may this event be in a room in that state?
//! * [`resolve`]: one state out of several.
//! * [`redact`], [`may_redact`]: what is left of a redacted event.
//! * [`PowerLevels`], [`membership`]: who may do what.
//! * [`may_see`]: who may read what.
//! * [`PolicyServer`]: whose consent a room wants for its events.
//! * [`client_event`], [`stripped_state`]: the same event as clients see it.

mod authorization;
mod build;
mod canonical;
mod client_format;
mod content;
mod pdu;
mod policy;
mod power_levels;
mod redaction;
mod resolution;
mod signatures;
mod state;
mod visibility;

pub use authorization::{Rejection, auth_types, authorize, authorize_by_auth_events, check_auth_events};
pub use build::{BuildError, LegacyIds, NewEvent, build, next_depth};
pub use canonical::{INTEGER_MAX, NotCanonical, Numbers, canonicalize};
pub use client_format::{EventFormat, client_event, stripped_state};
pub use content::{history_visibility, join_rule, membership};
pub use pdu::{FormatError, Pdu, StoredError, limits, reference_hash};
pub use policy::PolicyServer;
pub use power_levels::{PowerLevels, Preset, initial_power_levels};
pub use redaction::{RedactError, may_redact, redact};
pub use resolution::{
    Conflicts, Resolution, ResolveError, auth_keys, conflicted_subgraph, resolve, split_conflicts,
};
pub use signatures::{SignatureError, add_signature, required_signers, verify_signatures};
pub use state::{StateKey, StateMap};
pub use visibility::{EventView, may_see};
