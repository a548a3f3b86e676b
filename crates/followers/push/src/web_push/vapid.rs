//! Who sends: a token for the push service, signed with the key that subscriptions are made for (RFC 8292).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use herold_base::Random;
use serde_json::json;

use crate::jwt::{self, Signer};

/// How long a token holds, milliseconds: a day is the most that is allowed, and clocks differ.
const HOLDS_MS: i64 = 12 * 60 * 60 * 1_000;

/// The key that the server's notifications are signed with. Browsers subscribe to its public half.
pub struct VapidKey(EcdsaKeyPair);

/// What was kept as a key is none.
#[derive(Debug, thiserror::Error)]
#[error("the key that notifications are signed with cannot be read")]
pub struct VapidKeyError;

impl VapidKey {
    /// A new private key, 32 bytes.
    pub fn generate(random: &Random) -> Vec<u8> {
        super::private_key(random)
    }

    /// Reads a private key.
    pub fn read(private: &[u8]) -> Result<Self, VapidKeyError> {
        let public = super::public_key(private).ok_or(VapidKeyError)?;
        let signing = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(signing, private, &public);
        pair.map(Self).map_err(|_| VapidKeyError)
    }

    /// The public half as browsers want it: an uncompressed point, base64url.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key())
    }

    /// The `Authorization` for a push service at `origin`, whose operator finds us at `contact`.
    pub(crate) fn authorization(&self, origin: &str, contact: &str, now_ms: i64) -> Option<String> {
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let claims = json!({ "aud": origin, "exp": (now_ms + HOLDS_MS) / 1_000, "sub": contact });
        let token = jwt::token(&header, &claims, &Signer::Es256(&self.0))?;
        Some(format!("vapid t={token}, k={}", self.public()))
    }
}
