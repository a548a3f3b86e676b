//! The key that signs this server's events.

use herold_base::Random;
use ruma::signatures::Ed25519KeyPair;

use crate::ServerError;

/// What stands before an Ed25519 private key of 32 bytes in PKCS#8 (RFC 8410).
const PKCS8_BEGIN: &[u8; 16] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// A new key, for this run only.
pub(crate) fn generate(random: &Random) -> Result<Ed25519KeyPair, ServerError> {
    let mut document = PKCS8_BEGIN.to_vec();
    let mut seed = [0; 32];
    random.fill(&mut seed);
    document.extend(seed);
    let name = random.letters(8);
    Ok(Ed25519KeyPair::from_der(&document, name).map_err(std::io::Error::other)?)
}
