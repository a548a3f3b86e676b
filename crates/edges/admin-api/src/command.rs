//! The commands and their answers.

use serde::{Deserialize, Serialize};

/// Something an administrator wants. Names are user ids of this server or the part before the colon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Makes an account.
    AddUser {
        /// The part before the colon.
        name: String,
        /// Its password; without one the server makes one up.
        password: Option<String>,
        /// Whether it administers this server.
        admin: bool,
    },
    /// A page of all accounts, by their ids.
    ListUsers {
        /// The last id of the page before; empty for the first page.
        after: String,
    },
    /// Gives an account a new password and signs all its devices out.
    ResetPassword {
        /// Whose.
        name: String,
        /// The password; without one the server makes one up.
        password: Option<String>,
    },
    /// Closes an account for good and takes it out of all rooms.
    Deactivate {
        /// Whose.
        name: String,
        /// Whether what it kept is deleted as well.
        erase: bool,
    },
    /// Says whether an account administers this server.
    SetAdmin {
        /// Whose.
        name: String,
        /// Whether it shall.
        admin: bool,
    },
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It is done to this account.
    Done {
        /// The user id.
        user_id: String,
        /// The password that the server made up; it is told this once.
        password: Option<String>,
    },
    /// A page of accounts; an empty one is the end.
    Users {
        /// The accounts.
        users: Vec<User>,
    },
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The user id.
    pub user_id: String,
    /// When it was made, milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Whether it administers this server.
    pub admin: bool,
    /// Whether it is locked.
    pub locked: bool,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether it was closed for good.
    pub deactivated: bool,
}
