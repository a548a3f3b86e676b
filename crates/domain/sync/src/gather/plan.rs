//! What an answer is made from.

use std::sync::Arc;

use herold_rooms::read::Person;

use crate::filter::SyncFilter;
use crate::lazy::Sent;
use crate::news::News;
use crate::people::Known;
use crate::token::Token;

/// What is asked for, and what is known before the tables are asked.
pub(crate) struct Plan {
    pub(crate) person: Person,
    /// Where the client goes on from; none at its first sync.
    pub(crate) since: Option<Token>,
    /// What the answer tells: everything up to here.
    pub(crate) until: i64,
    pub(crate) ephemeral: i64,
    pub(crate) full_state: bool,
    pub(crate) state_after: bool,
    pub(crate) filter: Arc<SyncFilter>,
    pub(crate) known: Known,
    pub(crate) news: News,
    /// The position after which `news` is complete.
    pub(crate) news_since: i64,
    /// Which members the client has; where members are loaded lazily.
    pub(crate) sent: Option<Arc<Sent>>,
    pub(crate) now_ms: i64,
}

impl Plan {
    /// The log position the client has seen; 0 at its first sync.
    pub(crate) fn since(&self) -> i64 {
        self.since.map_or(0, |token| token.position)
    }

    /// Whether rooms without news are told of as well.
    pub(super) fn whole(&self) -> bool {
        self.since.is_none() || self.full_state
    }
}
