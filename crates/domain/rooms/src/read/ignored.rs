//! What people do not want to see whose senders they ignore (client-server API, "Ignoring Users").

use std::collections::HashSet;

pub use herold_accounts::{IGNORED_USERS, ignored_users};

use super::ClientEvent;

/// Whether somebody who ignores these users wants to see `event`: states are shown whoever sent them.
pub(super) fn wants(ignored: &HashSet<String>, event: &ClientEvent) -> bool {
    event.state_key().is_some() || !ignored.contains(event.sender().as_str())
}
