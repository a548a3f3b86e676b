//! Server-side key backup.

mod add_backup_keys;
mod add_backup_keys_for_room;
mod add_backup_keys_for_session;
mod create_backup_version;
mod delete_backup_keys;
mod delete_backup_keys_for_room;
mod delete_backup_keys_for_session;
mod delete_backup_version;
mod get_backup_info;
mod get_backup_keys;
mod get_backup_keys_for_room;
mod get_backup_keys_for_session;
mod get_latest_backup_info;
mod update_backup_version;

use std::collections::BTreeMap;

use herold_encryption::{Backup, RoomsKeys};
use ruma::OwnedRoomId;
use ruma::api::client::backup::{BackupAlgorithm, KeyBackupData};
use ruma::serde::Raw;
use serde_json::value::RawValue;

use crate::error::ApiError;
use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Keys, create_backup_version::serve)
        .signed_in(Class::Keys, get_latest_backup_info::serve)
        .signed_in(Class::Keys, get_backup_info::serve)
        .signed_in(Class::Keys, update_backup_version::serve)
        .signed_in(Class::Keys, delete_backup_version::serve)
        .signed_in(Class::Keys, add_backup_keys::serve)
        .signed_in(Class::Keys, add_backup_keys_for_room::serve)
        .signed_in(Class::Keys, add_backup_keys_for_session::serve)
        .signed_in(Class::Keys, get_backup_keys::serve)
        .signed_in(Class::Keys, get_backup_keys_for_room::serve)
        .signed_in(Class::Keys, get_backup_keys_for_session::serve)
        .signed_in(Class::Keys, delete_backup_keys::serve)
        .signed_in(Class::Keys, delete_backup_keys_for_room::serve)
        .signed_in(Class::Keys, delete_backup_keys_for_session::serve)
}

/// Keys of sessions, as ruma has them.
type Sessions = BTreeMap<String, Raw<KeyBackupData>>;

fn rooms_keys(rooms: impl IntoIterator<Item = (OwnedRoomId, Sessions)>) -> RoomsKeys {
    let plain = |sessions: Sessions| sessions.into_iter().map(|(id, key)| (id, key.into_json())).collect();
    rooms.into_iter().map(|(room, sessions)| (room, plain(sessions))).collect()
}

fn sessions(keys: BTreeMap<String, Box<RawValue>>) -> Sessions {
    keys.into_iter().map(|(id, key)| (id, Raw::from_json(key))).collect()
}

/// A version's algorithm and its data, as ruma wants them.
fn algorithm(backup: &Backup) -> Result<Raw<BackupAlgorithm>, ApiError> {
    let name = serde_json::Value::from(backup.algorithm.as_str());
    let json = format!(r#"{{"algorithm":{name},"auth_data":{}}}"#, backup.auth_data);
    Raw::from_json_string(json).map_err(|error| ApiError::internal(&error))
}
