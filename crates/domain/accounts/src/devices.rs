//! Devices as their owner manages them.

use std::collections::HashMap;

use herold_storage::devices::{self, DeviceRow, Sighting};
use herold_storage::{StorageError, Transaction};
use ruma::{DeviceId, MilliSecondsSinceUnixEpoch, OwnedDeviceId, UInt};

use crate::signing_in::check_device_name;
use crate::{Accounts, AccountsError, Device};

/// A device as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnDevice {
    /// The device's row number.
    pub device_number: i64,
    /// Its id.
    pub device_id: OwnedDeviceId,
    /// What its owner calls it.
    pub display_name: Option<String>,
    /// When it last called, to about a minute; of one that only signed in, when it did.
    pub last_seen_at: Option<MilliSecondsSinceUnixEpoch>,
    /// From which address.
    pub last_seen_ip: Option<String>,
}

impl Accounts {
    /// All devices of an account, in the order they were made.
    pub async fn devices(&self, user_number: i64) -> Result<Vec<OwnDevice>, AccountsError> {
        let read = self.0.storage.read(move |session| devices::of_user(session, user_number));
        let rows: Result<Vec<DeviceRow>, StorageError> = read.await;
        Ok(self.as_seen(rows?))
    }

    /// One device of an account.
    pub async fn own_device(
        &self,
        user_number: i64,
        device_id: &DeviceId,
    ) -> Result<OwnDevice, AccountsError> {
        let wanted = vec![device_id.to_string()];
        let read = self.0.storage.read(move |session| devices::by_id(session, user_number, &wanted));
        let rows: Result<Vec<DeviceRow>, StorageError> = read.await;
        self.as_seen(rows?).pop().ok_or_else(no_such_device)
    }

    /// Renames a device of an account.
    pub async fn rename_device(
        &self,
        user_number: i64,
        device_id: &DeviceId,
        display_name: String,
    ) -> Result<(), AccountsError> {
        check_device_name(Some(&display_name))?;
        let wanted = device_id.to_string();
        let write = move |transaction: &mut Transaction<'_>| {
            devices::rename(transaction, user_number, &wanted, &display_name)
        };
        let renamed: bool = self.0.storage.write(write).await?;
        if renamed { Ok(()) } else { Err(no_such_device()) }
    }

    /// Signs devices of an account out and forgets them; ids it does not have are passed over.
    pub async fn delete_devices(
        &self,
        user_number: i64,
        device_ids: &[OwnedDeviceId],
    ) -> Result<(), AccountsError> {
        // No id holds a NUL, and PostgreSQL is not to be asked for one.
        let wanted = device_ids.iter().map(ToString::to_string).filter(|id| !id.contains('\0'));
        let wanted: Vec<String> = wanted.collect();
        let write = move |transaction: &mut Transaction<'_>| {
            let found = devices::by_id(transaction, user_number, &wanted)?;
            let numbers: Vec<i64> = found.iter().map(|device| device.device_number).collect();
            devices::delete(transaction, user_number, &numbers)
        };
        let ended: Vec<Vec<u8>> = self.0.storage.write(write).await?;
        self.0.callers.forget(&ended);
        Ok(())
    }

    /// Whether `device` is still signed in: a waiting request looks when [`herold_storage::Topic::SignedOut`]
    /// was announced for its user.
    pub async fn is_signed_in(&self, device: &Device) -> Result<bool, AccountsError> {
        match self.own_device(device.user_number, &device.device_id).await {
            Ok(found) => Ok(found.device_number == device.device_number),
            Err(AccountsError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Rows, with what was seen since they were written.
    fn as_seen(&self, rows: Vec<DeviceRow>) -> Vec<OwnDevice> {
        let numbers: Vec<i64> = rows.iter().map(|row| row.device_number).collect();
        let newer = self.0.callers.unwritten(&numbers);
        let mut newer: HashMap<i64, Sighting> =
            newer.into_iter().map(|sighting| (sighting.device_number, sighting)).collect();
        let as_seen = |row: DeviceRow| {
            let sighting =
                newer.remove(&row.device_number).map(|sighting| (sighting.seen_at, sighting.seen_ip));
            let (at, ip) = sighting.or(row.seen).unzip();
            OwnDevice {
                device_number: row.device_number,
                device_id: row.device_id.into(),
                display_name: row.display_name,
                // Whoever signed in called at that moment.
                last_seen_at: at
                    .or(Some(row.created_at))
                    .and_then(|at| UInt::try_from(at).ok())
                    .map(MilliSecondsSinceUnixEpoch),
                last_seen_ip: ip,
            }
        };
        rows.into_iter().map(as_seen).collect()
    }
}

fn no_such_device() -> AccountsError {
    AccountsError::NotFound("You have no such device.".to_owned())
}
