//! How rooms and people are found.

use serde::Deserialize;

/// How rooms and people are found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Directory {
    /// Who may list rooms in the room directory.
    pub publish: Publishers,
    /// Whether only those see the room directory and the summaries of rooms who are signed in.
    pub rooms_need_sign_in: bool,
    /// Whom people find who search for others.
    pub people: FindPeople,
}

impl Default for Directory {
    fn default() -> Self {
        Self { publish: Publishers::default(), rooms_need_sign_in: true, people: FindPeople::default() }
    }
}

/// Who may list rooms in the room directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publishers {
    /// Whoever may set the aliases of the room.
    #[default]
    Everybody,
    /// Administrators of the server.
    Administrators,
}

/// Whom people find who search for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindPeople {
    /// Everybody who has an account here.
    #[default]
    Everybody,
    /// Those with whom they share a room, and those in rooms that all may join or read.
    Seen,
    /// Nobody.
    Nobody,
}
