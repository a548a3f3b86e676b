//! The keys in a backup.

use std::collections::{BTreeMap, BTreeSet};

use herold_storage::key_backups::{self, Amount, BackupKeyRow, KeyRank};
use herold_storage::{Session, Transaction};
use ruma::{OwnedRoomId, RoomId, UInt};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::replacement::replaces;
use super::{BackupState, existing, no_backup, number};
use crate::{Caller, Encryption, EncryptionError, is_name};

/// Bytes of one key at most; what clients send has about a thousand.
const KEY_MAX: usize = 16 * 1024;
/// Keys in one backup at most.
const KEYS_MAX: i64 = 2_000_000;

/// Keys by room and session; each key as the client sent it.
pub type RoomsKeys = BTreeMap<OwnedRoomId, BTreeMap<String, Box<RawValue>>>;

/// Which keys of a backup are meant: all, those of a room, or that of a session.
#[derive(Clone, Debug, Default)]
pub struct RoomKeysFilter {
    /// Only keys of this room.
    pub room_id: Option<OwnedRoomId>,
    /// Only the key of this session of the room.
    pub session_id: Option<String>,
}

/// The parts of a key that the server looks at.
#[derive(Deserialize)]
struct KeyHead<'a> {
    first_message_index: UInt,
    forwarded_count: UInt,
    is_verified: bool,
    #[serde(borrow)]
    session_data: &'a RawValue,
}

impl Encryption {
    /// Puts keys into the current version of the backup, which must be `version`. A key that is there
    /// already stays unless the new one is better.
    pub async fn put_room_keys(
        &self,
        caller: &Caller,
        version: &str,
        keys: &RoomsKeys,
    ) -> Result<BackupState, EncryptionError> {
        let (user, number) = (caller.user_number, number(version)?);
        let (rows, bytes_max) = (rows(keys)?, self.0.settings.backup_bytes_max);
        self.storage().write(move |transaction| put(transaction, user, number, rows, bytes_max)).await
    }

    /// Keys of a version.
    pub async fn room_keys(
        &self,
        caller: &Caller,
        version: &str,
        filter: RoomKeysFilter,
    ) -> Result<RoomsKeys, EncryptionError> {
        let (user, number) = (caller.user_number, number(version)?);
        let read = move |session: &mut Session| {
            existing(session, user, number)?;
            let room = filter.room_id.as_deref().map(RoomId::as_str);
            Ok::<_, EncryptionError>(key_backups::keys(session, number, room, filter.session_id.as_deref())?)
        };
        let mut rooms = RoomsKeys::new();
        for ((room_id, session_id), json) in self.storage().read(read).await? {
            let Ok(room_id) = OwnedRoomId::try_from(room_id) else { continue };
            let json = RawValue::from_string(json).map_err(|error| EncryptionError::bad_json(&error))?;
            rooms.entry(room_id).or_default().insert(session_id, json);
        }
        Ok(rooms)
    }

    /// The key of one session.
    pub async fn room_key(
        &self,
        caller: &Caller,
        version: &str,
        room_id: OwnedRoomId,
        session_id: String,
    ) -> Result<Box<RawValue>, EncryptionError> {
        let missing =
            || EncryptionError::NotFound("There is no key of this session in the backup.".to_owned());
        if !is_name(&session_id) {
            return Err(missing());
        }
        let filter = RoomKeysFilter { room_id: Some(room_id), session_id: Some(session_id) };
        let rooms = self.room_keys(caller, version, filter).await?;
        rooms.into_values().flat_map(BTreeMap::into_values).next().ok_or_else(missing)
    }

    /// Deletes keys of a version, in steps between which others write. Who asks again after a crash deletes the
    /// rest.
    pub async fn delete_room_keys(
        &self,
        caller: &Caller,
        version: &str,
        filter: RoomKeysFilter,
    ) -> Result<BackupState, EncryptionError> {
        let (user, number) = (caller.user_number, number(version)?);
        // What no key can be called is not there.
        let is_possible = filter.session_id.as_deref().is_none_or(is_name);
        loop {
            let filter = filter.clone();
            let write = move |transaction: &mut Transaction<'_>| {
                existing(transaction, user, number)?;
                let room = filter.room_id.as_deref().map(RoomId::as_str);
                let mut deleted = Amount::default();
                if is_possible {
                    deleted =
                        key_backups::delete_keys(transaction, number, room, filter.session_id.as_deref())?;
                }
                if deleted.keys > 0 {
                    key_backups::changed(transaction, number, -deleted)?;
                }
                let state = BackupState::from(&existing(transaction, user, number)?);
                Ok::<_, EncryptionError>((state, deleted.keys))
            };
            let (state, deleted) = self.storage().write(write).await?;
            if deleted < key_backups::SWEEP_MAX {
                return Ok(state);
            }
        }
    }
}

fn put(
    transaction: &mut Transaction<'_>,
    user: i64,
    number: i64,
    rows: Vec<BackupKeyRow>,
    bytes_max: i64,
) -> Result<BackupState, EncryptionError> {
    existing(transaction, user, number)?;
    let current = key_backups::current(transaction, user)?.ok_or_else(no_backup)?;
    if current.backup_number != number {
        return Err(EncryptionError::WrongBackupVersion { current: current.backup_number.to_string() });
    }
    let rooms: BTreeSet<&str> = rows.iter().map(|row| row.room_id.as_str()).collect();
    let rooms: Vec<String> = rooms.into_iter().map(str::to_owned).collect();
    let sessions: Vec<String> = rows.iter().map(|row| row.session_id.clone()).collect();
    let stored = key_backups::stored(transaction, number, &rooms, &sessions)?;
    let mut added = Amount::default();
    let better: Vec<BackupKeyRow> = rows
        .into_iter()
        .filter(|row| {
            let old = stored.get(&(row.room_id.clone(), row.session_id.clone()));
            let is_better = old.is_none_or(|old| replaces(row.rank, old.rank));
            if is_better {
                added.keys += i64::from(old.is_none());
                added.bytes += row.json.len() as i64 - old.map_or(0, |old| old.bytes);
            }
            is_better
        })
        .collect();
    if added.keys > 0 && current.key_count.saturating_add(added.keys) > KEYS_MAX {
        return Err(EncryptionError::TooLarge(format!("A key backup holds at most {KEYS_MAX} keys.")));
    }
    if added.bytes > 0
        && key_backups::bytes_of_user(transaction, user)?.saturating_add(added.bytes) > bytes_max
    {
        let text =
            format!("The key backups of an account hold at most {bytes_max} bytes: delete old versions.");
        return Err(EncryptionError::TooLarge(text));
    }
    if better.is_empty() {
        return Ok(BackupState::from(&current));
    }
    key_backups::put_keys(transaction, number, &better)?;
    key_backups::changed(transaction, number, added)?;
    Ok(BackupState::from(&existing(transaction, user, number)?))
}

fn rows(keys: &RoomsKeys) -> Result<Vec<BackupKeyRow>, EncryptionError> {
    let sessions =
        keys.iter().flat_map(|(room, sessions)| sessions.iter().map(move |(id, key)| (room, id, key)));
    sessions.map(|(room_id, session_id, key)| row(room_id, session_id, key)).collect()
}

fn row(room_id: &RoomId, session_id: &str, key: &RawValue) -> Result<BackupKeyRow, EncryptionError> {
    let head: KeyHead<'_> =
        serde_json::from_str(key.get()).map_err(|error| EncryptionError::bad_json(&error))?;
    if !head.session_data.get().starts_with('{') {
        return Err(EncryptionError::BadJson("`session_data` must be an object.".to_owned()));
    }
    if !is_name(session_id) {
        return Err(EncryptionError::InvalidParam(
            "A session's id is too long or not plain text.".to_owned(),
        ));
    }
    if key.get().len() > KEY_MAX {
        return Err(EncryptionError::TooLarge(format!("A key in a backup has at most {KEY_MAX} bytes.")));
    }
    Ok(BackupKeyRow {
        room_id: room_id.to_string(),
        session_id: session_id.to_owned(),
        rank: KeyRank {
            is_verified: head.is_verified,
            first_message_index: head.first_message_index.into(),
            forwarded_count: head.forwarded_count.into(),
        },
        json: key.get().to_owned(),
    })
}
