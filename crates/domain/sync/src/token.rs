//! Places in the stream of a user's news. Opaque to clients, short, and understood by the rooms' paging too:
//! `s`, the log position, `_`, the ephemeral position, and for a queue that was not given whole `_` and the
//! position up to which it was. With several writers the log position becomes one per writer, joined by dots.

use std::fmt;
use std::str::FromStr;

use crate::SyncError;

/// Letters of a token at most; longer ones are nobody's.
const TOKEN_BYTES_MAX: usize = 64;

/// What somebody has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Everything in the log up to this position.
    pub position: i64,
    /// Typing and presence up to this position, which counts apart from the log.
    pub ephemeral: i64,
    /// To-device messages only up to this log position, where more were waiting.
    pub to_device: Option<i64>,
}

impl Token {
    /// The log position up to which to-device messages were given.
    pub fn to_device_position(&self) -> i64 {
        self.to_device.unwrap_or(self.position)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "s{}_{}", self.position, self.ephemeral)?;
        self.to_device.map_or(Ok(()), |position| write!(out, "_{position}"))
    }
}

impl FromStr for Token {
    type Err = SyncError;

    fn from_str(text: &str) -> Result<Self, SyncError> {
        let number = |digits: Option<&str>| match digits {
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits.parse().ok(),
            _ => None,
        };
        let read = || {
            let mut parts = text.strip_prefix('s').filter(|_| text.len() <= TOKEN_BYTES_MAX)?.split('_');
            let (position, ephemeral) = (number(parts.next())?, number(parts.next())?);
            let to_device = match parts.next() {
                Some(digits) => Some(number(Some(digits))?),
                None => None,
            };
            parts.next().is_none().then_some(Self { position, ephemeral, to_device })
        };
        read().ok_or(SyncError::InvalidToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_back() {
        for to_device in [None, Some(3)] {
            let token = Token { position: 7, ephemeral: 1_700_000_000_001, to_device };
            assert_eq!(token.to_string().parse::<Token>().unwrap(), token);
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for wrong in [
            "",
            "s",
            "s1",
            "s1_",
            "s_1",
            "t1_1",
            "s1_2_3_4",
            "s-1_2",
            "s1_+2",
            "s99999999999999999999_1",
            "s1_2_",
        ] {
            assert!(wrong.parse::<Token>().is_err(), "{wrong}");
        }
    }
}
