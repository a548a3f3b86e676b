//! The numbers behind the texts of a batch: users, state keys, events that are known already.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::Append;
use crate::{StorageError, Transaction, Value, users};

pub(super) struct Numbers {
    users: HashMap<String, i64>,
    state_keys: HashMap<(String, String), i64>,
    events: HashMap<String, i64>,
}

impl Numbers {
    /// Finds the numbers of everything the appends name; users and state keys not known yet get one.
    pub(super) fn intern(
        transaction: &mut Transaction<'_>,
        appends: &[&Append],
    ) -> Result<Self, StorageError> {
        let (mut users, mut keys) = (HashSet::new(), HashSet::new());
        let (mut named, mut own) = (HashSet::new(), HashSet::new());
        for append in appends {
            for event in &append.events {
                if event.was_outlier {
                    named.insert(event.event_id.as_str());
                } else {
                    own.insert(event.event_id.as_str());
                }
                users.insert(event.sender.clone());
                users.extend(event.memberships.iter().map(|change| change.user_id.clone()));
                named.extend(event.memberships.iter().map(|change| change.event_id.as_str()));
                if let Some(state_key) = &event.state_key {
                    keys.insert((event.kind.clone(), state_key.clone()));
                }
                for change in event.line.iter().chain(&event.differences) {
                    keys.insert((change.kind.clone(), change.state_key.clone()));
                    named.extend(change.event_id.as_deref());
                }
                named.extend(event.auth_events.iter().map(String::as_str));
                named.extend(event.redacted_by.as_deref());
            }
            named.extend(append.extremities.iter().map(String::as_str));
        }
        let users: Vec<String> = users.into_iter().collect();
        let named = named.difference(&own).map(|id| (*id).to_owned()).collect();
        Ok(Self {
            users: users::intern(transaction, &users)?,
            state_keys: intern_state_keys(transaction, keys)?,
            events: event_numbers(transaction, named)?,
        })
    }

    /// Adds an event that just got its number.
    pub(super) fn add_event(&mut self, event_id: &str, number: i64) {
        self.events.insert(event_id.to_owned(), number);
    }

    /// The number of a known event.
    pub(super) fn event(&self, event_id: &str) -> Option<i64> {
        self.events.get(event_id).copied()
    }

    /// The number of a user that the batch names.
    pub(super) fn user(&self, user_id: &str) -> Result<i64, StorageError> {
        self.users.get(user_id).copied().ok_or(StorageError::Unknown("user"))
    }

    /// The number of a state key that the batch names.
    pub(super) fn state_key(&self, kind: &str, state_key: &str) -> Result<i64, StorageError> {
        let key = (kind.to_owned(), state_key.to_owned());
        self.state_keys.get(&key).copied().ok_or(StorageError::Unknown("state key"))
    }
}

fn intern_state_keys(
    transaction: &mut Transaction<'_>,
    keys: HashSet<(String, String)>,
) -> Result<HashMap<(String, String), i64>, StorageError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let (kinds, state_keys): (Vec<String>, Vec<String>) = keys.iter().cloned().unzip();
    let sql = "SELECT kind, state_key, state_key_number FROM state_keys \
               WHERE kind = ANY($1) AND state_key = ANY($2)";
    let mut found = HashMap::with_capacity(keys.len());
    for row in transaction.query(sql, &[Value::from(kinds), Value::from(state_keys)])? {
        found.insert((row.get(0)?, row.get(1)?), row.get(2)?);
    }
    let mut rows = Vec::new();
    for key in keys {
        if let Entry::Vacant(vacant) = found.entry(key) {
            let number = transaction.next_position();
            let (kind, state_key) = vacant.key();
            rows.push(vec![number.into(), kind.as_str().into(), state_key.as_str().into()]);
            vacant.insert(number);
        }
    }
    let insert = "INSERT INTO state_keys (state_key_number, kind, state_key) VALUES ($1, $2, $3)";
    transaction.execute_many(insert, &rows)?;
    Ok(found)
}

fn event_numbers(
    transaction: &mut Transaction<'_>,
    event_ids: Vec<String>,
) -> Result<HashMap<String, i64>, StorageError> {
    if event_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT event_id, event_number FROM events WHERE event_id = ANY($1)";
    let rows = transaction.query(sql, &[Value::from(event_ids)])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
