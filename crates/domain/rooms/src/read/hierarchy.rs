//! GET /rooms/{roomId}/hierarchy: the rooms of a space, depth first, as far as somebody may know of them.
//!
//! The edges are those of the moment of the first page, which the line of states still knows later: so
//! pages fit together while spaces change. What the rooms tell is as it is now.

mod walk;

use herold_storage::Session;
use ruma::RoomId;
use ruma::api::client::space::SpaceHierarchyRoomsChunk;

use super::{Person, ReadError};
use crate::Rooms;
use walk::Walk;

/// Rooms in one page at most.
const PAGE_MAX: usize = 500;
/// Rooms in one page where nobody says how many.
const PAGE_USUAL: usize = 100;
/// Levels below the first space that are walked at most.
const DEPTH_MAX: u64 = 64;

/// What is wanted of a space.
#[derive(Clone, Debug, Default)]
pub struct HierarchyQuery {
    /// The token of an earlier page.
    pub from: Option<String>,
    /// Rooms in the page at most; more than none.
    pub limit: Option<usize>,
    /// Levels below the space.
    pub max_depth: Option<u64>,
    /// Whether only suggested rooms are wanted.
    pub suggested_only: bool,
}

/// A page of a space's rooms.
pub struct HierarchyPage {
    /// The rooms, the space itself first.
    pub rooms: Vec<SpaceHierarchyRoomsChunk>,
    /// The token of the page after.
    pub next: Option<String>,
}

impl Rooms {
    /// A page of the rooms of a space. [`ReadError::Forbidden`] where `person` may not know of the space
    /// or there is none.
    pub async fn hierarchy(
        &self,
        person: Person,
        room_id: &RoomId,
        query: HierarchyQuery,
    ) -> Result<HierarchyPage, ReadError> {
        let committed = *self.storage().committed().borrow();
        let token = match &query.from {
            Some(from) => Token::read(from).filter(|token| token.position <= committed),
            None => Some(Token::first(&query, committed)),
        };
        let asked = (query.max_depth, query.suggested_only);
        let token = token.filter(|token| (token.max_depth, token.suggested_only) == asked);
        let token = token.ok_or(ReadError::InvalidToken)?;
        let limit = query.limit.unwrap_or(PAGE_USUAL).min(PAGE_MAX);
        let root = room_id.to_string();
        self.storage().read(move |session| page(session, &person, root, token, limit)).await
    }
}

fn page(
    session: &mut Session,
    person: &Person,
    root: String,
    token: Token,
    limit: usize,
) -> Result<HierarchyPage, ReadError> {
    let depth = token.max_depth.unwrap_or(DEPTH_MAX).min(DEPTH_MAX);
    let walk = Walk::load(session, person, root, token.position, depth, token.suggested_only)?;
    let mut rooms = walk.depth_first(token.told.saturating_add(limit).saturating_add(1));
    let more = rooms.len() > token.told.saturating_add(limit);
    if more {
        rooms.pop();
    }
    let told = rooms.len();
    let chunk = rooms.into_iter().skip(token.told).filter_map(walk::Node::chunk).collect();
    Ok(HierarchyPage { rooms: chunk, next: more.then(|| Token { told, ..token }.write()) })
}

/// What the next page needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token {
    /// The position of the log whose edges are walked.
    position: i64,
    /// Rooms on the pages before.
    told: usize,
    max_depth: Option<u64>,
    suggested_only: bool,
}

impl Token {
    /// That of the first page.
    fn first(query: &HierarchyQuery, position: i64) -> Self {
        Self { position, told: 0, max_depth: query.max_depth, suggested_only: query.suggested_only }
    }

    fn write(&self) -> String {
        let depth = self.max_depth.map_or_else(String::new, |depth| depth.to_string());
        format!("{}_{}_{depth}_{}", self.position, self.told, u8::from(self.suggested_only))
    }

    fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('_');
        let position = parts.next()?.parse().ok().filter(|position| *position >= 0)?;
        let told = parts.next()?.parse().ok()?;
        let max_depth = match parts.next()? {
            "" => None,
            depth => Some(depth.parse().ok()?),
        };
        let suggested_only = match (parts.next()?, parts.next()) {
            ("0", None) => false,
            ("1", None) => true,
            _ => return None,
        };
        Some(Self { position, told, max_depth, suggested_only })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is() {
        for max_depth in [None, Some(3)] {
            let token = Token { position: 12, told: 34, max_depth, suggested_only: max_depth.is_some() };
            assert_eq!(Token::read(&token.write()), Some(token));
        }
        for odd in ["", "1", "1_2_3", "1_2_3_2", "1_2_3_1_", "-1_2__0", "1_x__0", "1_2_x_0"] {
            assert_eq!(Token::read(odd), None, "{odd}");
        }
    }
}
