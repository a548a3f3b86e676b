//! Where a search goes on: opaque to clients.

use crate::SearchError;
use crate::request::{GroupBy, Order};

/// The place of the next results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) order: Order,
    /// Only events with lower numbers.
    pub(crate) before: i64,
    /// Results told already.
    pub(crate) told: usize,
    /// Only results of this group: an id of a room or a person.
    pub(crate) group: Option<(GroupBy, String)>,
}

impl Token {
    pub(crate) fn write(&self) -> String {
        let order = if self.order == Order::Rank { 'k' } else { 'r' };
        let place = format!("{order}{}.{}", self.before, self.told);
        match &self.group {
            None => place,
            Some((GroupBy::Room, id)) => format!("{place}.r.{id}"),
            Some((GroupBy::Sender, id)) => format!("{place}.s.{id}"),
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, SearchError> {
        let mut parts = text.splitn(4, '.');
        let place = parts.next().unwrap_or_default();
        let (order, before) = match place.split_at_checked(1) {
            Some(("k", before)) => (Order::Rank, before),
            Some(("r", before)) => (Order::Recent, before),
            _ => return Err(SearchError::InvalidToken),
        };
        let before = before.parse().map_err(|_| SearchError::InvalidToken)?;
        let told = parts.next().and_then(|told| told.parse::<u32>().ok()).ok_or(SearchError::InvalidToken)?;
        let group = match (parts.next(), parts.next()) {
            (None, None) => None,
            (Some("r"), Some(id)) => Some((GroupBy::Room, id.to_owned())),
            (Some("s"), Some(id)) => Some((GroupBy::Sender, id.to_owned())),
            _ => return Err(SearchError::InvalidToken),
        };
        Ok(Self { order, before, told: told as usize, group })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_back_and_others_refused() {
        let groups =
            [None, Some((GroupBy::Room, "!a.b:c.d".to_owned())), Some((GroupBy::Sender, "@a:b".to_owned()))];
        for group in groups {
            let token = Token { order: Order::Recent, before: 7, told: 3, group };
            assert_eq!(Token::read(&token.write()).unwrap(), token);
        }
        for wrong in ["", "x", "r", "r1", "r1.", "rx.1", "r1.x", "r1.2.r", "r1.2.x.!a:b", "ä1.2", "r1.-2"] {
            assert!(Token::read(wrong).is_err(), "{wrong}");
        }
    }
}
