//! What passes: typing and presence live in memory only. Their changes are counted apart from the log,
//! from the time of the start on, so that the count never goes back when the server starts again.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Changes remembered; whoever has seen less is told of everything that is going on.
const CHANGES_MAX: usize = 65_536;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Passing {
    /// Who types in a room.
    Typing {
        /// The room's row number.
        room: i64,
    },
    /// A user's presence.
    Presence {
        /// The user's row number.
        user: i64,
    },
}

/// Changes of what passes, in order.
pub(crate) struct Ephemeral {
    ring: Mutex<Ring>,
    position: watch::Sender<i64>,
}

struct Ring {
    /// Everything after this position is still here.
    complete_after: i64,
    kept: VecDeque<(i64, Passing)>,
}

impl Ephemeral {
    /// Counts from `now_ms` on.
    pub(crate) fn new(now_ms: i64) -> Self {
        Self {
            ring: Mutex::new(Ring { complete_after: now_ms, kept: VecDeque::new() }),
            position: watch::Sender::new(now_ms),
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of changes that have been made already, and gives the position they are told at.
    pub(crate) fn tell(&self, changes: &[Passing]) -> i64 {
        let mut ring = self.ring();
        let mut position = *self.position.borrow();
        for change in changes {
            position += 1;
            if ring.kept.len() == CHANGES_MAX
                && let Some((forgotten, _)) = ring.kept.pop_front()
            {
                ring.complete_after = forgotten;
            }
            ring.kept.push_back((position, *change));
        }
        // Inside the lock: positions are seen in order.
        self.position.send_replace(position);
        position
    }

    /// The position of the newest change.
    pub(crate) fn position(&self) -> i64 {
        *self.position.borrow()
    }

    /// Moves with every change.
    pub(crate) fn positions(&self) -> watch::Receiver<i64> {
        self.position.subscribe()
    }

    /// Shows every change after `since`, or answers false, having shown nothing, when some are forgotten.
    pub(crate) fn visit_since(&self, since: i64, mut visit: impl FnMut(Passing)) -> bool {
        let ring = self.ring();
        if since < ring.complete_after {
            return false;
        }
        let first = ring.kept.partition_point(|(position, _)| *position <= since);
        ring.kept.range(first..).for_each(|(_, change)| visit(*change));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_once_and_forgotten_ones_are_admitted() {
        let ephemeral = Ephemeral::new(1_000);
        let first = ephemeral.tell(&[Passing::Typing { room: 1 }]);
        let second = ephemeral.tell(&[Passing::Presence { user: 2 }, Passing::Typing { room: 1 }]);
        assert_eq!((first, second), (1_001, 1_003));
        let seen = |since| {
            let mut changes = Vec::new();
            ephemeral.visit_since(since, |change| changes.push(change)).then_some(changes)
        };
        assert_eq!(seen(first), Some(vec![Passing::Presence { user: 2 }, Passing::Typing { room: 1 }]));
        assert_eq!(seen(second), Some(vec![]));
        assert_eq!(seen(999), None);
    }
}
