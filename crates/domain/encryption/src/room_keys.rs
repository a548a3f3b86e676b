//! Key backup: versions, and encrypted room keys in them.

mod keys;
mod replacement;

use herold_storage::key_backups::{self, BackupRow};
use herold_storage::{Session, Transaction};
use ruma::UInt;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Caller, Encryption, EncryptionError, is_name};

pub use keys::{RoomKeysFilter, RoomsKeys};

/// Bytes of a version's `auth_data` at most.
const AUTH_DATA_MAX: usize = 65_536;
/// Versions of one account's backup at most, deleted ones counted: with the next one the oldest goes. Clients can
/// neither list old versions nor know that they should delete them.
const VERSIONS_MAX: i64 = 100;

/// A version to be made, or to be changed.
#[derive(Debug, Deserialize)]
pub struct NewBackup {
    /// How the keys are encrypted.
    pub algorithm: String,
    /// What the algorithm needs, a JSON object.
    pub auth_data: Box<RawValue>,
    /// The version, where a change names it in its body.
    pub version: Option<String>,
}

impl NewBackup {
    /// Parses the body of a request.
    pub fn parse(json: &RawValue) -> Result<Self, EncryptionError> {
        let new: Self =
            serde_json::from_str(json.get()).map_err(|error| EncryptionError::bad_json(&error))?;
        if !new.auth_data.get().starts_with('{') {
            return Err(EncryptionError::BadJson("`auth_data` must be an object.".to_owned()));
        }
        if new.auth_data.get().len() > AUTH_DATA_MAX {
            let text = format!("`auth_data` can have {AUTH_DATA_MAX} bytes, not more.");
            return Err(EncryptionError::TooLarge(text));
        }
        if !is_name(&new.algorithm) {
            return Err(EncryptionError::InvalidParam("The algorithm has no proper name.".to_owned()));
        }
        Ok(new)
    }
}

/// A version of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The version.
    pub version: String,
    /// How its keys are encrypted.
    pub algorithm: String,
    /// What the algorithm needs, a JSON object.
    pub auth_data: String,
    /// What is in it.
    pub state: BackupState,
}

/// What is in a version of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupState {
    /// Changes with every change of the keys.
    pub etag: String,
    /// How many keys there are.
    pub count: UInt,
}

impl From<&BackupRow> for BackupState {
    fn from(row: &BackupRow) -> Self {
        Self { etag: row.etag.to_string(), count: UInt::try_from(row.key_count).unwrap_or_default() }
    }
}

impl From<BackupRow> for Backup {
    fn from(row: BackupRow) -> Self {
        let state = BackupState::from(&row);
        let version = row.backup_number.to_string();
        Self { version, algorithm: row.algorithm, auth_data: row.auth_data, state }
    }
}

impl Encryption {
    /// Makes a new version, which is the current one from then on.
    pub async fn create_backup(&self, caller: &Caller, new: NewBackup) -> Result<String, EncryptionError> {
        let user = caller.user_number;
        let write = move |transaction: &mut Transaction<'_>| {
            let number = key_backups::create(transaction, user, &new.algorithm, new.auth_data.get())?;
            Ok::<_, EncryptionError>((number, key_backups::delete_surplus(transaction, user, VERSIONS_MAX)?))
        };
        let (number, surplus) = self.storage().write(write).await?;
        for old in &surplus {
            self.sweep_backup(*old).await?;
        }
        if !surplus.is_empty() {
            let forget = move |transaction: &mut Transaction<'_>| key_backups::forget(transaction, &surplus);
            self.storage().write(forget).await.map_err(EncryptionError::from)?;
        }
        Ok(number.to_string())
    }

    /// Takes away the keys of a deleted version, in steps between which others write.
    async fn sweep_backup(&self, number: i64) -> Result<(), EncryptionError> {
        let sweep = move |transaction: &mut Transaction<'_>| key_backups::sweep(transaction, number);
        while self.storage().write(sweep).await.map_err(EncryptionError::from)?
            == key_backups::SWEEP_MAX.unsigned_abs()
        {}
        Ok(())
    }

    /// The current version.
    pub async fn current_backup(&self, caller: &Caller) -> Result<Backup, EncryptionError> {
        let user = caller.user_number;
        let row = self.storage().read(move |session| key_backups::current(session, user)).await;
        row.map_err(EncryptionError::from)?.map(Backup::from).ok_or_else(no_backup)
    }

    /// One version.
    pub async fn backup(&self, caller: &Caller, version: &str) -> Result<Backup, EncryptionError> {
        let (user, number) = (caller.user_number, number(version)?);
        self.storage().read(move |session| existing(session, user, number)).await.map(Backup::from)
    }

    /// Replaces a version's `auth_data`; nothing else of it can change.
    pub async fn update_backup(
        &self,
        caller: &Caller,
        version: &str,
        changed: NewBackup,
    ) -> Result<(), EncryptionError> {
        let (user, number) = (caller.user_number, number(version)?);
        if changed.version.as_deref().is_some_and(|named| named != version) {
            let text = "The version in the body is not the one in the path.";
            return Err(EncryptionError::InvalidParam(text.to_owned()));
        }
        let write = move |transaction: &mut Transaction<'_>| {
            if existing(transaction, user, number)?.algorithm != changed.algorithm {
                let text = "The algorithm of a backup cannot change: create a new version.";
                return Err(EncryptionError::InvalidParam(text.to_owned()));
            }
            Ok(key_backups::set_auth_data(transaction, number, changed.auth_data.get())?)
        };
        self.storage().write(write).await
    }

    /// Deletes a version with its keys: it is gone at once, they go in steps between which others write. Deleting it
    /// again is no error, and takes away what a crash may have left.
    pub async fn delete_backup(&self, caller: &Caller, version: &str) -> Result<(), EncryptionError> {
        let (user, number) = (caller.user_number, number(version)?);
        let write = move |transaction: &mut Transaction<'_>| {
            match key_backups::get(transaction, user, number)? {
                None => return Err(no_such_version()),
                Some(row) if row.deleted => {}
                Some(_) => key_backups::delete(transaction, number)?,
            }
            Ok(())
        };
        self.storage().write(write).await?;
        self.sweep_backup(number).await
    }
}

/// A version that exists and is not deleted.
fn existing(session: &mut Session, user: i64, number: i64) -> Result<BackupRow, EncryptionError> {
    key_backups::get(session, user, number)?.filter(|row| !row.deleted).ok_or_else(no_such_version)
}

/// Versions are numbers; what is none is no version.
fn number(version: &str) -> Result<i64, EncryptionError> {
    version.parse().ok().filter(|number: &i64| number.to_string() == version).ok_or_else(no_such_version)
}

fn no_such_version() -> EncryptionError {
    EncryptionError::NotFound("There is no such version of the key backup.".to_owned())
}

fn no_backup() -> EncryptionError {
    EncryptionError::NotFound("There is no key backup.".to_owned())
}

#[cfg(test)]
mod tests;
