//! What end-to-end encryption needs of a server: keys, signatures, to-device messages, key backup.
//!
//! The server hands keys around and checks what it is told to check; it never holds a secret. What
//! others see of a user's keys is kept ready as JSON, so that asking for keys parses nothing.
//! Nothing here knows of rooms: who is told of a changed device list is decided by the sync.

mod canonical;
mod claim_keys;
mod cross_signing_key;
mod dehydrated_device;
mod error;
mod query_keys;
mod room_keys;
mod send_to_device;
mod upload_keys;
mod upload_signatures;
mod upload_signing_keys;

use std::sync::Arc;

use herold_base::Clock;
use herold_storage::Storage;
use ruma::{OwnedDeviceId, OwnedServerName, OwnedUserId, ServerName, UserId};

pub use claim_keys::{ALGORITHMS_MAX, ClaimedKeys, OneTimeKeysToClaim};
pub use dehydrated_device::{DEHYDRATED_DATA_MAX, Dehydrated, DehydratedEvents, DehydratedUpload};
pub use error::EncryptionError;
pub use query_keys::QueriedKeys;
pub use room_keys::{Backup, BackupState, NewBackup, RoomKeysFilter, RoomsKeys};
pub use send_to_device::{CONTENT_MAX, Messages};
pub use upload_keys::{KeyCountsByAlgorithm, KeysUpload, NAME_MAX, ONE_TIME_KEYS_MAX};
pub use upload_signatures::{SIGNED_KEYS_MAX, SignatureFailures, SignedKeys};
pub use upload_signing_keys::{SigningKeysOutcome, SigningKeysUpload};

/// Bytes of the keys in all versions of one account's backup: about a million keys as clients send them.
const BACKUP_BYTES_MAX: i64 = 1024 * 1024 * 1024;

/// What an operator decides about encryption.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's own name, the part after the colon of its users' ids.
    pub server_name: OwnedServerName,
    /// Bytes of the keys in all versions of one account's backup at most.
    pub backup_bytes_max: i64,
}

impl Settings {
    /// The usual ones.
    pub fn new(server_name: OwnedServerName) -> Self {
        Self { server_name, backup_bytes_max: BACKUP_BYTES_MAX }
    }
}

/// The device that asks: signed in, proven by the edge.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub user_id: OwnedUserId,
    /// The account's row number.
    pub user_number: i64,
    /// The device's id.
    pub device_id: OwnedDeviceId,
    /// The device's row number.
    pub device_number: i64,
}

/// The door to everything in this crate. Clones share everything.
#[derive(Clone)]
pub struct Encryption(Arc<Inner>);

struct Inner {
    storage: Storage,
    clock: Clock,
    settings: Settings,
}

/// How often a command that lost a race against another is decided anew.
const RACES_MAX: usize = 8;

impl Encryption {
    /// Works on what lies in `storage`.
    pub fn new(storage: Storage, clock: Clock, settings: Settings) -> Self {
        Self(Arc::new(Inner { storage, clock, settings }))
    }

    fn storage(&self) -> &Storage {
        &self.0.storage
    }

    fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    fn is_local(&self, user_id: &UserId) -> bool {
        user_id.server_name() == self.server_name()
    }

    fn server_name(&self) -> &ServerName {
        &self.0.settings.server_name
    }
}

/// Whether a name that others chose may be stored and looked up: not empty, not long, without NUL.
fn is_name(name: &str) -> bool {
    (1..=NAME_MAX).contains(&name.len()) && !name.contains('\0')
}
