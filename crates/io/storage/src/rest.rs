//! The pause after a connection could not be opened: meanwhile whoever asks is told at once, so that a queue of
//! requests does not wait for one attempt after the other.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long nobody tries again.
const PAUSE: Duration = Duration::from_secs(1);

/// When the last attempt failed, and how. Shared by those who open connections to the same database: the first
/// whose connection works ends the pause of all.
#[derive(Default)]
pub(crate) struct Rest(Mutex<Option<(Instant, String)>>);

impl Rest {
    /// An attempt failed `now`.
    pub(crate) fn begin(&self, now: Instant, why: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, why));
    }

    /// The database answers.
    pub(crate) fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Why not to try yet.
    pub(crate) fn why(&self, now: Instant) -> Option<String> {
        let rest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, why) = rest.as_ref()?;
        (now.saturating_duration_since(*since) < PAUSE).then(|| why.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_by_itself_or_by_the_first_success() {
        let (rest, begin) = (Rest::default(), Instant::now());
        assert_eq!(rest.why(begin), None);
        rest.begin(begin, "gone".to_owned());
        assert_eq!(rest.why(begin), Some("gone".to_owned()));
        assert_eq!(rest.why(begin + PAUSE), None);
        rest.end();
        assert_eq!(rest.why(begin), None);
    }
}
