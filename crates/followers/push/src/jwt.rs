//! Signed tokens (JWT) that say who sends: to push services of browsers (ES256), to Apple's (ES256), and to Google when
//! it is asked for access (RS256). Pure, but for the chance in a signature.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// What signs.
pub(crate) enum Signer<'a> {
    Es256(&'a EcdsaKeyPair),
    Rs256(&'a RsaKeyPair),
}

impl Signer<'_> {
    fn sign(&self, signed: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Es256(key) => Some(key.sign(&SystemRandom::new(), signed).ok()?.as_ref().to_vec()),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

/// The token with these parts.
pub(crate) fn token(header: &Value, claims: &Value, signer: &Signer<'_>) -> Option<String> {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = signer.sign(signed.as_bytes())?;
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
