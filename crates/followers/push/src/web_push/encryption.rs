//! Messages that only the browser can read (RFC 8291), as one record of `aes128gcm` (RFC 8188). Pure: the key of
//! the message and the salt are arguments.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};

/// Bytes of a whole record at most; push services take no more.
const RECORD_BYTES_MAX: u32 = 4_096;
/// Bytes of an uncompressed point on P-256.
pub(crate) const POINT_BYTES: usize = 65;
/// Bytes of the secret that a browser shares with whoever may write to it.
pub(crate) const AUTH_BYTES: usize = 16;
/// Bytes of the salt of a message.
pub(crate) const SALT_BYTES: usize = 16;
/// What stands behind the last record before its padding.
const LAST: u8 = 2;

/// The keys of a browser: its point on the curve, and the secret it shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) point: [u8; POINT_BYTES],
    pub(crate) auth: [u8; AUTH_BYTES],
}

/// The keys are none, or the message is too long.
#[derive(Debug, thiserror::Error)]
#[error("the message cannot be encrypted for this browser")]
pub(crate) struct NotEncrypted;

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

/// Whether `point` is one of the curve.
pub(crate) fn is_on_curve(point: &[u8]) -> bool {
    let any = PrivateKey::from_private_key(&ECDH_P256, &[1; 32]);
    any.is_ok_and(|any| agree(&any, UnparsedPublicKey::new(&ECDH_P256, point), (), |_| Ok(())).is_ok())
}

/// Encrypts `text`, made at least `padded_to` bytes long, with `own`, which serves for this message alone.
pub(crate) fn encrypt(
    keys: &Keys,
    text: &[u8],
    padded_to: usize,
    own: &PrivateKey,
    salt: [u8; SALT_BYTES],
) -> Result<Vec<u8>, NotEncrypted> {
    let own_point = own.compute_public_key().map_err(|_| NotEncrypted)?;
    let info = [b"WebPush: info\0", keys.point.as_slice(), own_point.as_ref()].concat();
    let point = UnparsedPublicKey::new(&ECDH_P256, keys.point);
    let secret = agree(own, point, NotEncrypted, |shared| derive(&keys.auth, shared, &info, 32))?;
    let key = derive(&salt, &secret, b"Content-Encoding: aes128gcm\0", 16)?;
    let nonce = derive(&salt, &secret, b"Content-Encoding: nonce\0", 12)?;
    let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| NotEncrypted)?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(|_| NotEncrypted)?);
    let mut record = text.to_vec();
    record.push(LAST);
    record.resize(record.len().max(padded_to + 1), 0);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record).map_err(|_| NotEncrypted)?;
    let mut message = salt.to_vec();
    message.extend(RECORD_BYTES_MAX.to_be_bytes());
    message.push(POINT_BYTES as u8);
    message.extend(own_point.as_ref());
    message.extend(record);
    if message.len() > RECORD_BYTES_MAX as usize { Err(NotEncrypted) } else { Ok(message) }
}

fn derive(salt: &[u8], secret: &[u8], info: &[u8], bytes: usize) -> Result<Vec<u8>, NotEncrypted> {
    let mut out = vec![0; bytes];
    let extracted = Salt::new(HKDF_SHA256, salt).extract(secret);
    let info = [info];
    let expanded = extracted.expand(&info, Bytes(bytes)).map_err(|_| NotEncrypted)?;
    expanded.fill(&mut out).map_err(|_| NotEncrypted)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        URL_SAFE_NO_PAD.decode(text).unwrap().try_into().unwrap()
    }

    fn keys() -> Keys {
        Keys {
            point: bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            ),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        }
    }

    fn own() -> PrivateKey {
        let key: [u8; 32] = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        PrivateKey::from_private_key(&ECDH_P256, &key).unwrap()
    }

    #[test]
    fn the_example_of_the_standard_is_encrypted_as_it_says() {
        let text = b"When I grow up, I want to be a watermelon";
        let message = encrypt(&keys(), text, 0, &own(), bytes("DGv6ra1nlYgDCS1FRnbzlw")).unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T\
                        lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(message), expected);
    }

    #[test]
    fn short_texts_are_as_long_as_others_and_long_ones_are_refused() {
        let length = |text: usize, padded_to: usize| {
            encrypt(&keys(), &vec![b'x'; text], padded_to, &own(), [7; 16]).map(|message| message.len())
        };
        assert_eq!(length(1, 1_000).unwrap(), length(1_000, 0).unwrap());
        assert_eq!(length(3_993, 0).unwrap(), 4_096);
        assert!(length(3_994, 0).is_err());
    }

    #[test]
    fn what_is_no_point_of_the_curve_is_told_apart() {
        assert!(is_on_curve(&keys().point));
        assert!(!is_on_curve(&keys().point[..64]) && !is_on_curve(&[4; POINT_BYTES]) && !is_on_curve(&[]));
    }
}
