//! Places in a connection, as clients hold them. They begin like the tokens of the other sync, so that paging
//! understands them: `s`, the log position, the ephemeral position, the connection's number and the version of
//! what the connection was told, joined by `_`.

use std::fmt;
use std::str::FromStr;

use crate::SyncError;

/// Letters at most; longer ones are nobody's.
const POS_BYTES_MAX: usize = 96;

/// Where a client goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pos {
    /// Everything in the log up to this position, of the rooms that are not behind.
    pub(crate) position: i64,
    /// Typing up to this position.
    pub(crate) ephemeral: i64,
    pub(crate) connection: i64,
    pub(crate) version: i64,
}

impl fmt::Display for Pos {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, ephemeral, connection, version } = self;
        write!(out, "s{position}_{ephemeral}_{connection}_{version}")
    }
}

impl FromStr for Pos {
    type Err = SyncError;

    fn from_str(text: &str) -> Result<Self, SyncError> {
        let read = || {
            let text = text.strip_prefix('s').filter(|text| text.len() <= POS_BYTES_MAX)?;
            let mut numbers = text.split('_').map(|digits| {
                digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
            });
            let mut next = || numbers.next().flatten();
            let (position, ephemeral, connection, version) = (next()?, next()?, next()?, next()?);
            numbers.next().is_none().then_some(Self { position, ephemeral, connection, version })
        };
        read().ok_or(SyncError::UnknownConnection)
    }
}

/// The log position of a `pos` that a client holds.
pub(crate) fn position_of_pos(pos: &str) -> Result<i64, SyncError> {
    pos.parse::<Pos>().map(|pos| pos.position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_back_and_others_refused() {
        let pos = Pos { position: 7, ephemeral: 1_700_000_000_001, connection: 3, version: 0 };
        assert_eq!(pos.to_string().parse::<Pos>().unwrap(), pos);
        for wrong in
            ["", "s", "s1_2_3", "s1_2_3_", "s1_2_3_4_5", "t1_2_3_4", "s-1_2_3_4", "s1_2_3_+4", "1_2_3_4"]
        {
            assert!(wrong.parse::<Pos>().is_err(), "{wrong}");
        }
    }
}
