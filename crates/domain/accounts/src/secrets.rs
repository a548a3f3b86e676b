//! Tokens: made of chance, kept as hashes only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use herold_base::Random;
use herold_storage::tokens::NewToken;
use hmac::{Hmac, Mac};
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

/// From a refresh token to the tokens that answer it: the same for everybody who asks within one
/// [`Renewals::WINDOW_MS`], though no token is ever kept. The key is of this process and never leaves it.
pub(crate) struct Renewals([u8; 64]);

impl Renewals {
    /// For how long requests at once, and those that lost the answer, are told the same, milliseconds.
    pub(crate) const WINDOW_MS: i64 = 60_000;

    pub(crate) fn new(random: &Random) -> Self {
        let mut key = [0; 64];
        key[..32].copy_from_slice(&hash(&random.letters(SECRET_LETTERS)));
        Self(key)
    }

    /// The answers to a refresh token that may be given at `now_ms`, the earlier one first: whoever asks just
    /// after a window ended is told what was told in it.
    pub(crate) fn answers(&self, refresh_token: &str, now_ms: i64, lifetime_ms: i64) -> [Pair; 2] {
        let window = now_ms.div_euclid(Self::WINDOW_MS);
        [window.saturating_sub(1), window].map(|window| Pair {
            access: format!("hat_{}", self.derived("access", refresh_token, window)),
            refresh: Some(format!("hrt_{}", self.derived("refresh", refresh_token, window))),
            lifetime_ms: Some(lifetime_ms),
        })
    }

    fn derived(&self, kind: &str, refresh_token: &str, window: i64) -> String {
        let mut mac = Hmac::<Sha256>::new((&self.0).into());
        mac.update(kind.as_bytes());
        mac.update(&window.to_be_bytes());
        mac.update(&hash(refresh_token));
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

/// Tokens about to be given to a device.
#[derive(Clone)]
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
