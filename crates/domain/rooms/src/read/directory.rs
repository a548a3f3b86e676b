//! The room directory: the published rooms of this server, those with most members first, then by name.
//!
//! A page names the room it begins after or ends before, so that rooms which grow, shrink, come or go
//! meanwhile move no other room from one page to the next.

use std::fmt::Write;

use herold_base::fold;
use herold_storage::Session;
use herold_storage::room_summaries::{self, Place, StoredSummary, Wanted};
use ruma::directory::{Filter, PublicRoomsChunk, RoomTypeFilter};

use super::ReadError;
use super::summary::presented;
use crate::Rooms;

/// Rooms in one page of the directory at most, and where nobody says how many.
const PAGE_MAX: usize = 500;
/// Letters of a search term that count.
const TERM_MAX: usize = 256;
/// Types of rooms that one filter may name.
const TYPES_MAX: usize = 64;

/// What is wanted of the directory.
#[derive(Clone, Debug, Default)]
pub struct DirectoryQuery {
    /// Rooms in the page at most.
    pub limit: Option<usize>,
    /// A token of an earlier page.
    pub since: Option<String>,
    /// Which rooms.
    pub filter: Filter,
}

/// A page of the directory.
#[derive(Clone, Debug, Default)]
pub struct DirectoryPage {
    /// The rooms.
    pub rooms: Vec<PublicRoomsChunk>,
    /// The token of the page after.
    pub next: Option<String>,
    /// The token of the page before.
    pub previous: Option<String>,
    /// Rooms on all pages.
    pub total: usize,
}

impl Rooms {
    /// A page of the published rooms.
    pub async fn public_rooms(&self, query: DirectoryQuery) -> Result<DirectoryPage, ReadError> {
        let since = query.since.as_deref().map(|token| Start::read(token).ok_or(ReadError::InvalidToken));
        let (since, wanted) = (since.transpose()?, wanted(&query.filter));
        let limit = query.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
        self.storage().read(move |session| page(session, since, &wanted, limit)).await
    }
}

fn wanted(filter: &Filter) -> Wanted {
    let term = filter.generic_search_term.as_deref().unwrap_or_default();
    let term: String = fold(term.trim()).chars().filter(|letter| *letter != '\0').take(TERM_MAX).collect();
    let named = |kind: &RoomTypeFilter| kind.as_str().unwrap_or_default().to_owned();
    let types: Vec<String> = filter.room_types.iter().take(TYPES_MAX).map(named).collect();
    Wanted { term, room_types: (!types.is_empty()).then_some(types) }
}

fn page(
    session: &mut Session,
    since: Option<Start>,
    wanted: &Wanted,
    limit: usize,
) -> Result<DirectoryPage, ReadError> {
    // One more than wanted tells whether there is another page in this direction.
    let asked = limit as i64 + 1;
    let (mut found, forward) = match &since {
        Some(Start::Before(place)) => (room_summaries::page_before(session, wanted, place, asked)?, false),
        Some(Start::After(place)) => (room_summaries::page_after(session, wanted, Some(place), asked)?, true),
        None => (room_summaries::page_after(session, wanted, None, asked)?, true),
    };
    let more = found.len() > limit;
    if more {
        found.remove(if forward { limit } else { 0 });
    }
    let (has_next, has_previous) = if forward { (more, since.is_some()) } else { (true, more) };
    let next = found.last().filter(|_| has_next).map(|last| Start::After(place(last)).token());
    let previous = found.first().filter(|_| has_previous).map(|first| Start::Before(place(first)).token());
    let total = usize::try_from(room_summaries::count(session, wanted)?).unwrap_or_default();
    let rooms = found.iter().filter_map(|stored| Some(presented(stored)?.into())).collect();
    Ok(DirectoryPage { rooms, next, previous, total })
}

fn place(stored: &StoredSummary) -> Place {
    Place {
        joined_members: stored.joined_members,
        sort_name: stored.sort_name.clone(),
        room_number: stored.room_number,
    }
}

/// Where a page begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Start {
    After(Place),
    Before(Place),
}

impl Start {
    /// The token: the direction, members, number and the folded name in hexadecimal digits.
    fn token(&self) -> String {
        let (direction, place) = match self {
            Self::After(place) => ('n', place),
            Self::Before(place) => ('p', place),
        };
        let mut token = format!("{direction}{}_{}_", place.joined_members, place.room_number);
        for byte in &place.sort_name {
            // Writing into a String cannot fail.
            let _ = write!(token, "{byte:02x}");
        }
        token
    }

    fn read(token: &str) -> Option<Self> {
        let mut parts = token.get(1..)?.splitn(3, '_');
        let joined_members = parts.next()?.parse().ok()?;
        let room_number = parts.next()?.parse().ok()?;
        let digits = parts.next()?.as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let sort_name = digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>()?;
        let place = Place { joined_members, sort_name, room_number };
        match token.as_bytes()[0] {
            b'n' => Some(Self::After(place)),
            b'p' => Some(Self::Before(place)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is() {
        let place = Place { joined_members: 7, sort_name: "tee_ö".into(), room_number: 42 };
        for start in [Start::After(place.clone()), Start::Before(place)] {
            assert_eq!(Start::read(&start.token()), Some(start));
        }
        for odd in ["", "n", "x1_2_", "n1", "n1_2", "n1_x_", "n1_2_zz", "\u{e4}1_2_", "p1_2_\u{e4}"] {
            assert_eq!(Start::read(odd), None, "{odd}");
        }
    }
}
