//! What an operator decides about accounts.

use ruma::OwnedServerName;

use crate::{Findable, Terms};

/// Who may make an account without an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Nobody.
    Closed,
    /// Whoever knows one of these tokens.
    Token(Vec<String>),
    /// Everybody.
    Open,
}

/// The cost of hashing a password with argon2id, and how much of it may happen at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// Memory of one hashing, KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes of that memory.
    pub lanes: u32,
    /// Passwords hashed at the same time, each on a thread of its own.
    pub workers: usize,
    /// Requests that may wait for a worker; more are refused.
    pub waiting_max: usize,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1, workers: 2, waiting_max: 100 }
    }
}

/// What an operator decides about accounts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's own name, the part after the colon of its users' ids.
    pub server_name: OwnedServerName,
    /// Who may make an account.
    pub registration: Registration,
    /// Whether there are guests.
    pub guests: bool,
    /// How long guests are kept who are not seen any more, milliseconds; without it, for ever.
    pub guests_kept_ms: Option<i64>,
    /// What people have to agree to.
    pub terms: Terms,
    /// What the account is called by which the server itself writes to people.
    pub notices_name: String,
    /// Whom people find who search for others.
    pub findable: Findable,
    /// Characters of a password at least.
    pub password_min: usize,
    /// The cost of hashing passwords.
    pub hashing: Hashing,
    /// How long an access token lasts for a client that can refresh it, milliseconds.
    pub refreshable_token_ms: i64,
    /// How long an access token lasts for a client that cannot, milliseconds; without it, for ever.
    pub plain_token_ms: Option<i64>,
    /// How long a token lasts that signs another device in, milliseconds.
    pub login_token_ms: i64,
}

impl Settings {
    /// The usual settings: nobody may make an account without an administrator.
    pub fn new(server_name: OwnedServerName) -> Self {
        Self {
            server_name,
            registration: Registration::Closed,
            guests: false,
            guests_kept_ms: None,
            terms: Terms::default(),
            notices_name: "Server notices".to_owned(),
            findable: Findable::default(),
            password_min: 8,
            hashing: Hashing::default(),
            refreshable_token_ms: 60 * 60 * 1000,
            plain_token_ms: None,
            login_token_ms: 2 * 60 * 1000,
        }
    }
}
