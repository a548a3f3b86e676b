//! What rows about accounts say: who it is, and whether they may come in.

use herold_storage::accounts::Account;
use ruma::OwnedUserId;

use crate::AccountsError;

/// Refuses accounts that nobody may sign in to.
pub(crate) fn check_open(account: &Account) -> Result<(), AccountsError> {
    match account {
        Account { deactivated_at: Some(_), .. } => Err(AccountsError::Deactivated),
        Account { locked: true, .. } => Err(AccountsError::Locked),
        _ => Ok(()),
    }
}

/// A user id from the database.
pub(crate) fn parse_user_id(user_id: &str) -> Result<OwnedUserId, AccountsError> {
    OwnedUserId::try_from(user_id).map_err(|_| AccountsError::NotFound("There is no such user.".to_owned()))
}
