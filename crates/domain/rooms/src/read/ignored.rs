//! Whom a person ignores (client-server API, "Ignoring Users").

use std::collections::HashSet;

use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::{Session, StorageError};
use ruma::UserId;
use serde_json::Value;

use super::ClientEvent;

/// The type of account data that says whom a user ignores.
pub const IGNORED_USERS: &str = "m.ignored_user_list";

/// The users whom a user ignores, by id. Nobody ignores themselves.
pub fn ignored_users(
    session: &mut Session,
    user_number: i64,
    user_id: &UserId,
) -> Result<HashSet<String>, StorageError> {
    let content = account_data::get(session, user_number, NO_ROOM, IGNORED_USERS)?;
    let mut ignored = content.as_deref().map(ignored_in).unwrap_or_default();
    ignored.remove(user_id.as_str());
    Ok(ignored)
}

fn ignored_in(content: &str) -> HashSet<String> {
    let content: Value = serde_json::from_str(content).unwrap_or_default();
    let users = content["ignored_users"].as_object();
    let valid = |id: &&String| <&UserId>::try_from(id.as_str()).is_ok();
    users.into_iter().flat_map(|users| users.keys()).filter(valid).cloned().collect()
}

/// Whether somebody who ignores these users wants to see `event`: states are shown whoever sent them.
pub(super) fn wants(ignored: &HashSet<String>, event: &ClientEvent) -> bool {
    event.state_key().is_some() || !ignored.contains(event.sender().as_str())
}
