//! A device that receives while its owner is signed in nowhere (MSC3814): others encrypt for it as for any
//! device, and whoever holds the owner's recovery key wakes it up and reads what came. It has no token.

use herold_storage::dehydrated_devices::{self, DehydratedRow};
use herold_storage::{Session, Transaction, devices, to_device};
use ruma::events::AnyToDeviceEvent;
use ruma::serde::Raw;
use ruma::{DeviceId, OwnedDeviceId};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::upload_keys::{
    fallback_keys, one_time_keys, put_device_keys, put_fallback_keys, put_one_time_keys,
};
use crate::{Caller, Encryption, EncryptionError, KeysUpload, NAME_MAX, is_name};

/// Bytes of what the owner puts by at most: an account of vodozemac with all its keys has about 30 KiB.
pub const DEHYDRATED_DATA_MAX: usize = 256 * 1024;
/// Messages of one answer.
const EVENTS_PER_PAGE: i64 = 100;

/// A device about to be dehydrated.
#[derive(Clone, Debug)]
pub struct DehydratedUpload {
    /// Its id, new within the account.
    pub device_id: OwnedDeviceId,
    /// What others call it.
    pub display_name: Option<String>,
    /// What its owner alone can open: a JSON object with an `algorithm`.
    pub data: Box<RawValue>,
    /// Its keys, identity keys among them.
    pub keys: KeysUpload,
}

/// The dehydrated device of an account.
#[derive(Clone, Debug)]
pub struct Dehydrated {
    /// Its id.
    pub device_id: OwnedDeviceId,
    /// What its owner put by.
    pub data: Box<RawValue>,
}

/// Messages that wait for a dehydrated device.
#[derive(Clone, Debug)]
pub struct DehydratedEvents {
    /// The messages, oldest first.
    pub events: Vec<Raw<AnyToDeviceEvent>>,
    /// Where the next page begins; none once a page was empty.
    pub next_batch: Option<String>,
}

impl Encryption {
    /// Makes a device of the caller's account that receives while nobody is signed in. One that was there
    /// before is gone, with what waited for it.
    pub async fn dehydrate(&self, caller: &Caller, upload: DehydratedUpload) -> Result<(), EncryptionError> {
        check(&upload)?;
        let DehydratedUpload { device_id, display_name, data, keys } = upload;
        let one_time = one_time_keys(&keys.one_time_keys)?;
        let fallback = fallback_keys(&keys.fallback_keys)?;
        let identity = keys.device_keys.ok_or_else(|| {
            EncryptionError::BadJson("A dehydrated device is nothing without its identity keys.".to_owned())
        })?;
        // Its row number is known only once it is written.
        let mut owner = Caller { device_id, device_number: 0, ..caller.clone() };
        let identity = self.check_device_keys(&owner, identity).await?;
        let now_ms = self.now_ms();
        let write = move |transaction: &mut Transaction<'_>| {
            let user = owner.user_number;
            let before = dehydrated_devices::of_user(transaction, user)?;
            if let Some(before) = before {
                devices::delete(transaction, user, &[before.device_number])?;
            }
            let device_id = owner.device_id.to_string();
            if !devices::by_id(transaction, user, std::slice::from_ref(&device_id))?.is_empty() {
                let text = "You are signed in with a device of this id: a dehydrated one needs its own.";
                return Err(EncryptionError::InvalidParam(text.to_owned()));
            }
            let device = devices::ensure(transaction, user, &device_id, display_name.as_deref(), now_ms)?;
            owner.device_number = device;
            put_device_keys(transaction, &owner, &identity)?;
            put_one_time_keys(transaction, device, one_time, now_ms)?;
            put_fallback_keys(transaction, device, &fallback)?;
            Ok(dehydrated_devices::insert(transaction, user, device, data.get())?)
        };
        self.storage().write(write).await
    }

    /// The dehydrated device of the caller's account.
    pub async fn dehydrated(&self, caller: &Caller) -> Result<Dehydrated, EncryptionError> {
        let user = caller.user_number;
        let found = self.storage().read(move |session| of_user(session, user)).await?;
        let data = RawValue::from_string(found.data).map_err(|error| EncryptionError::bad_json(&error))?;
        Ok(Dehydrated { device_id: found.device_id.into(), data })
    }

    /// Forgets the dehydrated device of the caller's account; says which it was.
    pub async fn forget_dehydrated(&self, caller: &Caller) -> Result<OwnedDeviceId, EncryptionError> {
        let user = caller.user_number;
        let write = move |transaction: &mut Transaction<'_>| {
            let found = of_user(transaction, user)?;
            devices::delete(transaction, user, &[found.device_number])?;
            Ok::<_, EncryptionError>(found.device_id)
        };
        Ok(self.storage().write(write).await?.into())
    }

    /// A page of what waits for the dehydrated device `device_id`; it goes on waiting, so that somebody
    /// else can begin again when this waking up is never finished.
    pub async fn dehydrated_events(
        &self,
        caller: &Caller,
        device_id: &DeviceId,
        from: Option<&str>,
    ) -> Result<DehydratedEvents, EncryptionError> {
        let after = from.map_or(Ok(0), str::parse::<i64>).map_err(|_| {
            EncryptionError::InvalidParam("This is not a token of an earlier answer.".to_owned())
        })?;
        let (user, device_id) = (caller.user_number, device_id.to_string());
        let read = move |session: &mut Session| {
            let found = dehydrated_devices::of_user(session, user)?;
            let found = found.filter(|found| found.device_id == device_id).ok_or_else(|| {
                EncryptionError::Forbidden("This is not the dehydrated device of your account.".to_owned())
            })?;
            Ok::<_, EncryptionError>(to_device::messages(
                session,
                found.device_number,
                after,
                i64::MAX,
                EVENTS_PER_PAGE,
            )?)
        };
        let messages = self.storage().read(read).await?;
        let next_batch = messages.last().map(|message| message.position.to_string());
        let event =
            |json: String| Raw::from_json_string(json).map_err(|error| EncryptionError::bad_json(&error));
        let events = messages.into_iter().map(|message| event(message.json)).collect::<Result<_, _>>()?;
        Ok(DehydratedEvents { events, next_batch })
    }
}

fn of_user(session: &mut Session, user_number: i64) -> Result<DehydratedRow, EncryptionError> {
    let found = dehydrated_devices::of_user(session, user_number)?;
    found.ok_or_else(|| EncryptionError::NotFound("You have no dehydrated device.".to_owned()))
}

fn check(upload: &DehydratedUpload) -> Result<(), EncryptionError> {
    if !is_name(upload.device_id.as_str()) {
        let text = format!("The id of a device has 1 to {NAME_MAX} bytes and no NUL.");
        return Err(EncryptionError::InvalidParam(text));
    }
    if upload.display_name.as_deref().is_some_and(|name| name.len() > NAME_MAX || name.contains('\0')) {
        let text = format!("The name of a device has at most {NAME_MAX} bytes and no NUL.");
        return Err(EncryptionError::InvalidParam(text));
    }
    if upload.data.get().len() > DEHYDRATED_DATA_MAX {
        let text = format!("The data of a dehydrated device has at most {DEHYDRATED_DATA_MAX} bytes.");
        return Err(EncryptionError::TooLarge(text));
    }
    let data = serde_json::from_str::<Map<String, Value>>(upload.data.get());
    match data.map_err(|error| EncryptionError::bad_json(&error))?.get("algorithm") {
        Some(Value::String(_)) => Ok(()),
        _ => Err(EncryptionError::BadJson("The data of a dehydrated device names its algorithm.".to_owned())),
    }
}
