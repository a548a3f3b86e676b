//! Names of blobs.

use std::fmt::Write as _;

use herold_base::Random;

/// Random bytes in a key.
const KEY_BYTES: usize = 16;

/// The name of a blob: 32 lower-case hexadecimal digits, so that it is a file name everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BlobKey(String);

impl BlobKey {
    /// A key that nobody has.
    pub fn random(random: &Random) -> Self {
        let mut bytes = [0; KEY_BYTES];
        random.fill(&mut bytes);
        let mut text = String::with_capacity(2 * KEY_BYTES);
        for byte in bytes {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// Reads a key that was written down; `None` for anything else, in particular for paths.
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 2 * KEY_BYTES && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder among 256 that the blob lies in.
    pub(crate) fn shard(&self) -> &str {
        &self.0[..2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_a_path_is_not_a_key() {
        let key = BlobKey::random(&Random::seeded(1));
        assert_eq!(BlobKey::parse(key.as_str()), Some(key));
        for wrong in ["", "../../../etc/passwd", "ABCDEFABCDEFABCDEFABCDEFABCDEFAB", "0123"] {
            assert_eq!(BlobKey::parse(wrong), None);
        }
    }
}
