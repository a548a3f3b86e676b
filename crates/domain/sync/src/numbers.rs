//! The numbers that rooms, people and state keys have in the tables.

use std::collections::{HashMap, HashSet};

use herold_storage::{Session, StorageError, room_state, users};
use ruma::OwnedUserId;

/// Numbers without repetition, in order.
pub(crate) fn sorted(numbers: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut numbers: Vec<i64> = numbers.into_iter().collect::<HashSet<i64>>().into_iter().collect();
    numbers.sort_unstable();
    numbers
}

/// The keys of the member events of users, as far as there are any.
pub(crate) fn member_keys(
    session: &mut Session,
    user_ids: impl IntoIterator<Item = String>,
) -> Result<Vec<i64>, StorageError> {
    let keys: Vec<(String, String)> =
        user_ids.into_iter().map(|id| ("m.room.member".to_owned(), id)).collect();
    Ok(room_state::key_numbers(session, &keys)?.into_values().collect())
}

/// The ids behind `numbers`; those that are no user ids are left out.
pub(crate) fn ids(session: &mut Session, numbers: &[i64]) -> Result<HashMap<i64, OwnedUserId>, StorageError> {
    let ids = users::ids(session, numbers)?;
    Ok(ids.into_iter().filter_map(|(number, id)| Some((number, OwnedUserId::try_from(id).ok()?))).collect())
}
