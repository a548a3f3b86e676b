//! What changed, in the order of the log: the newest announcements of committed commands, in memory.
//!
//! A command announces what it touched (`Transaction::announce`); the announcement is seen here
//! when its commit is durable, before anybody is answered and before the new position shows in
//! `Storage::committed`. So whoever has read position n finds everything up to n here, or learns
//! that it has been forgotten and asks the tables instead. Nothing here is a source of truth.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

/// Announcements kept; older ones are forgotten.
pub const CHANGES_MAX: usize = 262_144;

/// What a position of the log is about. Numbers are row numbers (`rooms.room_number` and so on).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// An event was appended to a room's timeline.
    Event {
        /// The room.
        room: i64,
    },
    /// A user's membership in a room changed (any membership, local or remote user).
    Membership {
        /// The room.
        room: i64,
        /// The user whose membership it is.
        user: i64,
    },
    /// Messages of a room were purged: nobody may be shown them from memory.
    Purged {
        /// The room.
        room: i64,
    },
    /// A receipt in a room changed.
    Receipt {
        /// The room.
        room: i64,
        /// Whose receipt.
        user: i64,
        /// Whether only the user may see it.
        private: bool,
    },
    /// Account data of a user changed, of the user or of one of their rooms.
    AccountData {
        /// The user.
        user: i64,
    },
    /// What a user follows of the threads in a room changed.
    ThreadSubscription {
        /// The user.
        user: i64,
        /// The room.
        room: i64,
    },
    /// Messages wait for a device.
    ToDevice {
        /// The device.
        device: i64,
    },
    /// The devices or keys of a user changed, as others see them.
    DeviceKeys {
        /// The user.
        user: i64,
    },
    /// A user signed the keys of another, which only the signer sees.
    UserSignature {
        /// The user who signed.
        signer: i64,
    },
    /// One-time or fallback keys of a device were uploaded or used.
    KeyCounts {
        /// The device.
        device: i64,
    },
    /// A device was signed out or its account closed; waiting requests of the user end.
    SignedOut {
        /// The user.
        user: i64,
    },
}

/// One announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The log position it was announced at.
    pub position: i64,
    /// What it is about.
    pub topic: Topic,
}

/// The newest announcements; clones share them.
#[derive(Clone)]
pub struct Changes(Arc<RwLock<Ring>>);

struct Ring {
    /// Everything announced after this position is still here.
    complete_after: i64,
    kept: VecDeque<Change>,
}

impl Changes {
    /// Remembers nothing yet; everything up to `position` counts as forgotten.
    pub(crate) fn new(position: i64) -> Self {
        Self(Arc::new(RwLock::new(Ring { complete_after: position, kept: VecDeque::new() })))
    }

    /// Adds the announcements of one commit, in the order of their positions.
    pub(crate) fn extend(&self, committed: &[Change]) {
        let mut ring = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for change in committed {
            if ring.kept.len() == CHANGES_MAX
                && let Some(forgotten) = ring.kept.pop_front()
            {
                ring.complete_after = forgotten.position;
            }
            ring.kept.push_back(*change);
        }
    }

    /// Forgets everything up to `position`: some of it was never announced here.
    pub(crate) fn forget_until(&self, position: i64) {
        let mut ring = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *ring = Ring { complete_after: position, kept: VecDeque::new() };
    }

    /// Shows `visit` every change after position `since`, oldest first. Answers false, having shown
    /// nothing, when some of them are forgotten.
    pub fn visit_since(&self, since: i64, mut visit: impl FnMut(&Change)) -> bool {
        let ring = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if since < ring.complete_after {
            return false;
        }
        let first = ring.kept.partition_point(|change| change.position <= since);
        ring.kept.range(first..).for_each(&mut visit);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(changes: &Changes, since: i64) -> Option<Vec<i64>> {
        let mut positions = Vec::new();
        changes.visit_since(since, |change| positions.push(change.position)).then_some(positions)
    }

    fn change(position: i64) -> Change {
        Change { position, topic: Topic::Event { room: 1 } }
    }

    #[test]
    fn what_came_after_a_position_is_shown_and_what_is_forgotten_is_said() {
        let changes = Changes::new(10);
        changes.extend(&[change(11), change(11), change(13)]);
        assert_eq!(seen(&changes, 9), None);
        assert_eq!(seen(&changes, 10), Some(vec![11, 11, 13]));
        assert_eq!(seen(&changes, 12), Some(vec![13]));
        assert_eq!(seen(&changes, 13), Some(vec![]));
    }

    #[test]
    fn what_was_never_announced_counts_as_forgotten() {
        let changes = Changes::new(10);
        changes.extend(&[change(11)]);
        changes.forget_until(14);
        assert_eq!(seen(&changes, 13), None);
        changes.extend(&[change(15)]);
        assert_eq!(seen(&changes, 14), Some(vec![15]));
    }

    #[test]
    fn only_the_newest_are_kept() {
        let changes = Changes::new(0);
        let all: Vec<Change> = (1..=CHANGES_MAX as i64 + 2).map(change).collect();
        changes.extend(&all);
        assert_eq!(seen(&changes, 1), None);
        assert_eq!(seen(&changes, 2).map(|positions| positions.len()), Some(CHANGES_MAX));
    }
}
