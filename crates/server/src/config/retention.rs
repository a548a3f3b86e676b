//! How long rooms keep messages.

use serde::Deserialize;

/// How long rooms keep messages. Days; 0 sets no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Whether old messages are purged.
    pub enabled: bool,
    /// Where a room says nothing.
    pub usual_days: u32,
    /// No room keeps them shorter than this.
    pub shortest_days: u32,
    /// No room keeps them longer than this.
    pub longest_days: u32,
    /// What was redacted is kept so long for those who may redact; 0: it is gone at once. Needs no `enabled`.
    pub redacted_days: u32,
}

/// As the rooms want it; `None` for 0.
fn ms(days: u32) -> Option<i64> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    (days > 0).then(|| i64::from(days) * DAY_MS)
}

impl Retention {
    /// How long what was redacted is kept, milliseconds.
    pub fn redacted_ms(&self) -> Option<i64> {
        ms(self.redacted_days)
    }

    /// The same as the rooms want it; `None` where nothing is purged.
    pub fn of_rooms(&self) -> Option<herold_rooms::Retention> {
        self.enabled.then(|| herold_rooms::Retention {
            usual_ms: ms(self.usual_days),
            shortest_ms: ms(self.shortest_days),
            longest_ms: ms(self.longest_days),
        })
    }
}
