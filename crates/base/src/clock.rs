//! The time of day, as a value. Nothing else in the workspace may ask the operating system for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time in milliseconds since the Unix epoch.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The operating system's clock.
    System,
    /// A clock that moves only when told to.
    Manual(ManualClock),
}

impl Clock {
    /// The current time, milliseconds since the Unix epoch; 0 where the system clock lies before it.
    #[allow(clippy::disallowed_methods, reason = "the one place where the system clock is read")]
    pub fn now_ms(&self) -> i64 {
        match self {
            Clock::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Clock::Manual(clock) => clock.0.load(Ordering::SeqCst),
        }
    }
}

/// The hands of a [`Clock::Manual`]; clones share them.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows `now_ms`.
    pub fn new(now_ms: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now_ms)))
    }

    /// Moves the clock forward.
    pub fn advance_ms(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let hands = ManualClock::new(1_000);
        let clock = Clock::Manual(hands.clone());
        assert_eq!(clock.now_ms(), 1_000);
        hands.advance_ms(25);
        assert_eq!(clock.now_ms(), 1_025);
    }
}
