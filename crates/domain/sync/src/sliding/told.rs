//! What a connection has been told: which rooms, how much of each, and whether something of them is still to be
//! told. Positions of the log are in the client's token; a room without news costs nothing here.

use std::collections::HashMap;

use super::required::Wants;

/// The format of the bytes.
const FORMAT: u8 = 1;
/// The room is told to be a direct chat.
pub(crate) const DIRECT: u8 = 1;
/// The client has the receipts of the room as far as it has the room.
pub(crate) const RECEIPTS: u8 = 2;
/// The same of its account data.
pub(crate) const ACCOUNT_DATA: u8 = 4;

/// What a client has of a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ToldRoom {
    /// Only what came up to this log position; the client's token tells where there is none.
    pub(crate) behind: Option<i64>,
    /// So many of the newest events at least, without a gap.
    pub(crate) depth: usize,
    /// Which state, a place in `Told::wants`.
    pub(crate) wants: usize,
    pub(crate) flags: u8,
}

/// What a client has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) rooms: HashMap<i64, ToldRoom>,
    wants: Vec<Wants>,
    /// Whether it has the account data of no room, up to its token.
    pub(crate) account_data: bool,
}

impl Told {
    /// The place of `wants`.
    pub(crate) fn intern(&mut self, wants: &Wants) -> usize {
        self.wants.iter().position(|known| known == wants).unwrap_or_else(|| {
            self.wants.push(wants.clone());
            self.wants.len() - 1
        })
    }

    /// What is at a place.
    pub(crate) fn wants(&self, place: usize) -> Option<&Wants> {
        self.wants.get(place)
    }

    /// Forgets what no room is told by any more.
    pub(crate) fn tidy(&mut self) {
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut kept = Vec::new();
        for room in self.rooms.values_mut() {
            let place = *places.entry(room.wants).or_insert_with(|| {
                kept.push(self.wants.get(room.wants).cloned().unwrap_or_default());
                kept.len() - 1
            });
            room.wants = place;
        }
        self.wants = kept;
    }

    /// As bytes: small numbers take few, and rooms are told by how far they are from each other.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![FORMAT, u8::from(self.account_data)];
        let wants = serde_json::to_vec(&self.wants).unwrap_or_default();
        number(&mut out, wants.len() as u64);
        out.extend(wants);
        let mut rooms: Vec<(&i64, &ToldRoom)> = self.rooms.iter().collect();
        rooms.sort_unstable_by_key(|(room, _)| **room);
        let mut last = 0;
        for (room, told) in rooms {
            number(&mut out, room.abs_diff(last));
            last = *room;
            number(&mut out, told.behind.map_or(0, |behind| behind.unsigned_abs() + 1));
            number(&mut out, told.depth as u64);
            number(&mut out, told.wants as u64);
            out.push(told.flags);
        }
        out
    }

    /// Reads what `to_bytes` wrote; none when it was not this format.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let rest = &mut rest;
        if byte(rest)? != FORMAT {
            return None;
        }
        let account_data = byte(rest)? == 1;
        let length = usize::try_from(read(rest)?).ok()?;
        let (wants, rooms) = rest.split_at_checked(length)?;
        let mut told =
            Self { rooms: HashMap::new(), wants: serde_json::from_slice(wants).ok()?, account_data };
        *rest = rooms;
        let mut last = 0i64;
        while !rest.is_empty() {
            last = last.checked_add_unsigned(read(rest)?)?;
            let behind = read(rest)?.checked_sub(1).map(i64::try_from).transpose().ok()?;
            let (depth, wants) = (usize::try_from(read(rest)?).ok()?, usize::try_from(read(rest)?).ok()?);
            told.rooms.insert(last, ToldRoom { behind, depth, wants, flags: byte(rest)? });
        }
        Some(told)
    }
}

/// Seven bits at a time, the lowest first.
fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, others) = rest.split_first()?;
    *rest = others;
    Some(*first)
}

fn read(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let next = byte(rest)?;
        value |= u64::from(next & 0x7f) << shift;
        if next & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::required::{RequiredState, StatePattern};
    use super::*;

    fn wants(kind: &str) -> Wants {
        let pattern = StatePattern { kind: Some(kind.to_owned()), state_key: None };
        Wants::new(RequiredState { include: vec![pattern], ..RequiredState::default() })
    }

    #[test]
    fn what_is_written_is_read_back_and_what_is_broken_is_not() {
        let mut told = Told { account_data: true, ..Told::default() };
        let places = [told.intern(&wants("a")), told.intern(&wants("b")), told.intern(&wants("a"))];
        assert_eq!(places, [0, 1, 0]);
        for (room, behind, depth, flags) in [
            (3, None, 20, DIRECT),
            (1_000_000_007, Some(0), 0, RECEIPTS),
            (i64::MAX, Some(i64::MAX - 1), 1, 7),
        ] {
            told.rooms.insert(room, ToldRoom { behind, depth, wants: 1, flags });
        }
        let bytes = told.to_bytes();
        assert_eq!(Told::from_bytes(&bytes), Some(told.clone()));
        for length in 0..bytes.len() {
            assert_ne!(Told::from_bytes(&bytes[..length]), Some(told.clone()));
        }
        told.tidy();
        assert_eq!((told.wants(0), told.wants(1)), (Some(&wants("b")), None));
        assert!(told.rooms.values().all(|room| room.wants == 0));
        assert_eq!(Told::from_bytes(&[9]), None);
    }
}
