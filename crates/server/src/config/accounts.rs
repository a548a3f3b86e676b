//! What an operator decides about accounts and their passwords.

use serde::Deserialize;

/// Who may make an account, and how long sign-ins last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// Who may make an account without an administrator.
    pub mode: RegistrationMode,
    /// The tokens that `mode = "token"` asks for; each lets any number of people in.
    pub tokens: Vec<String>,
    /// Whether people may look around without an account, as guests.
    pub guests: bool,
    /// Days after which guests are gone who were not seen any more; 0 keeps them.
    pub guests_kept_days: u32,
}

impl Registration {
    /// How long guests are kept who are not seen any more, milliseconds.
    pub fn guests_kept_ms(&self) -> Option<i64> {
        const DAY_MS: i64 = 24 * 60 * 60 * 1000;
        (self.guests_kept_days > 0).then(|| i64::from(self.guests_kept_days) * DAY_MS)
    }
}

impl Default for Registration {
    fn default() -> Self {
        Self { mode: RegistrationMode::Closed, tokens: Vec::new(), guests: false, guests_kept_days: 90 }
    }
}

/// Who may make an account without an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationMode {
    /// Nobody.
    Closed,
    /// Whoever knows one of the tokens.
    Token,
    /// Everybody.
    Open,
}

/// How passwords are chosen and kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Passwords {
    /// Characters of a new password at least.
    pub characters_min: usize,
    /// Memory of one hashing with argon2id, KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Passwords hashed at the same time.
    pub workers: usize,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { characters_min: 8, memory_kib: 19_456, passes: 2, workers: 2 }
    }
}
