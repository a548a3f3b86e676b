//! Places in a timeline as clients hold them: opaque to them, a letter and a log position to us. The
//! tokens of `/sync` begin with a letter and the log position too, and are understood here.

use super::ReadError;

/// The token of the place right after `position`.
pub fn token_at(position: i64) -> String {
    format!("t{position}")
}

/// The log position in a token of this server's.
pub fn position_of(token: &str) -> Result<i64, ReadError> {
    let digits = token.strip_prefix(['t', 's']).ok_or(ReadError::InvalidToken)?;
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().map_err(|_| ReadError::InvalidToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_back_and_others_refused() {
        assert_eq!(position_of(&token_at(42)).unwrap(), 42);
        assert_eq!(position_of("s7_99").unwrap(), 7);
        for wrong in ["", "t", "7", "x7", "t-1", "t99999999999999999999"] {
            assert!(position_of(wrong).is_err(), "{wrong}");
        }
    }
}
