//! Tokens: made of chance, kept as hashes only.

use herold_base::Random;
use herold_storage::tokens::NewToken;
use sha2::{Digest, Sha256};

/// Letters of a secret: 43 letters and digits carry 256 bits.
const SECRET_LETTERS: usize = 43;

/// SHA-256 of a token.
pub(crate) type TokenHash = [u8; 32];

/// The form in which a token is kept.
pub(crate) fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// A new secret; `kind` says in front what it is, for people and for programs that look for leaks.
pub(crate) fn secret(random: &Random, kind: &str) -> String {
    format!("{kind}_{}", random.letters(SECRET_LETTERS))
}

/// Tokens about to be given to a device.
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    /// How long the access token lasts, milliseconds.
    pub(crate) lifetime_ms: Option<i64>,
}

impl Pair {
    pub(crate) fn new(random: &Random, refreshable: bool, lifetime_ms: Option<i64>) -> Self {
        let refresh = refreshable.then(|| secret(random, "hrt"));
        Self { access: secret(random, "hat"), refresh, lifetime_ms }
    }

    /// What is kept of it.
    pub(crate) fn row(&self, now_ms: i64) -> NewToken {
        NewToken {
            access_hash: hash(&self.access).to_vec(),
            refresh_hash: self.refresh.as_deref().map(|token| hash(token).to_vec()),
            expires_at: self.lifetime_ms.map(|lifetime| now_ms.saturating_add(lifetime)),
        }
    }
}
