//! Whom people want nothing from, as their account data says: ignored users, and no invites.

use std::collections::{HashMap, HashSet};

use herold_storage::account_data::{self, NO_ROOM};
use herold_storage::{Session, StorageError, users};
use ruma::{OwnedUserId, UserId};
use serde_json::Value;

use crate::{Accounts, AccountsError};

/// The kind of account data that says whom a user ignores.
pub const IGNORED_USERS: &str = "m.ignored_user_list";
/// The kinds that say whether a user wants invites: the specification's, and that of MSC4380 before it.
const INVITE_PERMISSION: [&str; 2] =
    ["m.invite_permission_config", "org.matrix.msc4380.invite_permission_config"];

/// Whom a user ignores (client-server API, "Ignoring Users"): user ids, never their own.
pub fn ignored_users(
    session: &mut Session,
    user_number: i64,
    user_id: &UserId,
) -> Result<HashSet<String>, StorageError> {
    let content = account_data::get(session, user_number, NO_ROOM, IGNORED_USERS)?;
    let content: Value = content.and_then(|content| serde_json::from_str(&content).ok()).unwrap_or_default();
    let users = content["ignored_users"].as_object();
    let valid = |id: &&String| **id != *user_id.as_str() && <&UserId>::try_from(id.as_str()).is_ok();
    Ok(users.into_iter().flat_map(|users| users.keys()).filter(valid).cloned().collect())
}

/// Of `user_numbers`, those who want no invites (client-server API, "Invite permission").
pub fn without_invites(session: &mut Session, user_numbers: &[i64]) -> Result<HashSet<i64>, StorageError> {
    let mut blocking = HashSet::new();
    // The specification's kind wins: it is asked for last.
    for kind in INVITE_PERMISSION.into_iter().rev() {
        for (user, content) in account_data::of_users(session, user_numbers, kind)? {
            let content: Value = serde_json::from_str(&content).unwrap_or_default();
            if content["default_action"] == "block" {
                blocking.insert(user);
            } else {
                blocking.remove(&user);
            }
        }
    }
    Ok(blocking)
}

impl Accounts {
    /// Checks that everybody of `user_ids` who has an account here takes invites.
    pub async fn check_invitable(&self, user_ids: &[OwnedUserId]) -> Result<(), AccountsError> {
        if user_ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = user_ids.iter().map(ToString::to_string).collect();
        let read = self.0.storage.read(move |session| {
            let numbers: HashMap<String, i64> = users::numbers(session, &ids)?;
            let numbers: Vec<i64> = numbers.into_values().collect();
            without_invites(session, &numbers)
        });
        let blocking: Result<HashSet<i64>, StorageError> = read.await;
        if blocking?.is_empty() { Ok(()) } else { Err(AccountsError::InviteBlocked) }
    }
}
