//! Authorization, a table of cases per theme.

use std::ops::RangeInclusive;
use std::sync::Arc;

use herold_room_rules::{Pdu, Rejection};

use crate::room::Room;

mod create;
mod legacy;
mod levels;
mod members;
mod third_party_invite;

/// What an attempt is expected to come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Allowed,
    Rejected,
}
pub use Outcome::{Allowed, Rejected};

type Attempt = Result<Arc<Pdu>, Rejection>;

/// A row: what it is about, the room versions it holds in, the room, what is tried there, and what comes of it.
pub struct Case(
    pub &'static str,
    pub RangeInclusive<u8>,
    pub fn(u8) -> Room,
    pub fn(&mut Room) -> Attempt,
    pub Outcome,
);

/// Runs a table.
pub fn run(cases: &[Case]) {
    for Case(name, versions, room, attempt, expected) in cases {
        for version in versions.clone() {
            let answer = attempt(&mut room(version));
            let outcome = if answer.is_ok() { Allowed } else { Rejected };
            assert_eq!(outcome, *expected, "{name}, room version {version}: {answer:?}");
        }
    }
}
