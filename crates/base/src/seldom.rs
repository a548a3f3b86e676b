//! Lines of the log that many requests would write at once, written seldom. Nothing is forgotten: each line
//! can say how many were left out before it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lets one line through in each interval.
pub struct Seldom {
    every: Duration,
    state: Mutex<State>,
}

struct State {
    /// When the last line was written.
    last: Option<Instant>,
    left_out: u64,
}

impl Seldom {
    /// One line in `every`.
    pub const fn new(every: Duration) -> Self {
        Self { every, state: Mutex::new(State { last: None, left_out: 0 }) }
    }

    /// Whether to write a line `now`: how many were left out since the last one, or `None`, which counts as
    /// left out.
    pub fn now(&self, now: Instant) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.last.is_some_and(|last| now.saturating_duration_since(last) < self.every) {
            state.left_out += 1;
            return None;
        }
        state.last = Some(now);
        Some(std::mem::take(&mut state.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_in_each_interval_says_how_many_were_left_out() {
        let seldom = Seldom::new(Duration::from_secs(10));
        let begin = Instant::now();
        let after = |seconds| seldom.now(begin + Duration::from_secs(seconds));
        assert_eq!(after(0), Some(0), "the first is written at once");
        assert_eq!((after(1), after(9)), (None, None));
        assert_eq!(after(10), Some(2));
        assert_eq!(after(11), None);
        assert_eq!(after(60), Some(1));
        assert_eq!(after(70), Some(0));
    }
}
