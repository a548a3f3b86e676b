//! A user signs keys: own devices, the own master key, other users' master keys.
//!
//! Each signed object is judged by itself: one that fails does not keep the others from being stored.

use std::collections::{BTreeMap, HashMap};

use herold_storage::cross_signing::{self, CrossSigningRow, UserSignature};
use herold_storage::device_keys::{self, DeviceKeysRow};
use herold_storage::{Session, Transaction, device_lists, users};
use ruma::OwnedUserId;
use serde_json::value::RawValue;

use crate::canonical::SignedObject;
use crate::cross_signing_key::{Usage, find};
use crate::upload_signing_keys::device_key;
use crate::{Caller, Encryption, EncryptionError, RACES_MAX};

/// Signed objects in one request at most.
pub const SIGNED_KEYS_MAX: usize = 1_000;

/// Signed objects, by user and key: a device's id, or a master key's public part.
pub type SignedKeys = BTreeMap<OwnedUserId, BTreeMap<String, Box<RawValue>>>;

/// What failed and why, by user and key.
pub type SignatureFailures = BTreeMap<OwnedUserId, BTreeMap<String, EncryptionError>>;

/// What signatures are judged by.
#[derive(PartialEq)]
struct Known {
    numbers: HashMap<String, i64>,
    devices: Vec<DeviceKeysRow>,
    keys: Vec<CrossSigningRow>,
}

/// What is to be written.
#[derive(Default)]
struct Signed {
    devices: Vec<(i64, String)>,
    master: Option<CrossSigningRow>,
    others: Vec<UserSignature>,
}

impl Signed {
    fn is_empty(&self) -> bool {
        self.devices.is_empty() && self.master.is_none() && self.others.is_empty()
    }
}

impl Encryption {
    /// Adds signatures to keys that are known, and says which could not be.
    pub async fn upload_signatures(
        &self,
        caller: &Caller,
        signed_keys: SignedKeys,
    ) -> Result<SignatureFailures, EncryptionError> {
        if signed_keys.values().map(BTreeMap::len).sum::<usize>() > SIGNED_KEYS_MAX {
            let text = format!("One request can sign {SIGNED_KEYS_MAX} keys, not more.");
            return Err(EncryptionError::TooLarge(text));
        }
        let mut signed_keys = signed_keys;
        for _ in 0..RACES_MAX {
            let asker = caller.clone();
            let names: Vec<String> = signed_keys.keys().map(|user| user.to_string()).collect();
            let again = names.clone();
            let judge = move |session: &mut Session| {
                let known = load(session, &asker, &names)?;
                let (signed, failures) = judge(&asker, &signed_keys, &known);
                Ok::<_, EncryptionError>((signed_keys, known, signed, failures))
            };
            let (sent, known, signed, failures) = self.storage().read(judge).await?;
            if signed.is_empty() {
                return Ok(failures);
            }
            signed_keys = sent;
            let asker = caller.clone();
            let write = move |transaction: &mut Transaction<'_>| {
                cross_signing::lock(transaction, asker.user_number)?;
                if load(transaction, &asker, &again)? != known {
                    return Ok::<bool, EncryptionError>(false);
                }
                put(transaction, asker.user_number, signed)?;
                Ok(true)
            };
            if self.storage().write(write).await? {
                return Ok(failures);
            }
        }
        Err(EncryptionError::Busy)
    }
}

fn load(session: &mut Session, caller: &Caller, names: &[String]) -> Result<Known, EncryptionError> {
    let numbers = users::numbers(session, names)?;
    let mut wanted: Vec<i64> = numbers.values().copied().chain([caller.user_number]).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut keys = cross_signing::of_users(session, &wanted)?;
    keys.sort_unstable_by(|one, other| (one.user_number, &one.usage).cmp(&(other.user_number, &other.usage)));
    Ok(Known { numbers, devices: device_keys::of_users(session, &[caller.user_number])?, keys })
}

fn put(transaction: &mut Transaction<'_>, user_number: i64, signed: Signed) -> Result<(), EncryptionError> {
    let own_changed = !signed.devices.is_empty() || signed.master.is_some();
    device_keys::put(transaction, &signed.devices)?;
    cross_signing::put(transaction, signed.master.as_slice())?;
    if own_changed {
        device_lists::record(transaction, &[user_number])?;
    }
    Ok(cross_signing::put_user_signatures(transaction, &signed.others)?)
}

/// Decides about each signed object; changes nothing.
fn judge(caller: &Caller, sent: &SignedKeys, known: &Known) -> (Signed, SignatureFailures) {
    let mut signed = Signed::default();
    let mut failures = SignatureFailures::new();
    for (user_id, keys) in sent {
        for (name, raw) in keys {
            let judged = SignedObject::parse(raw.get()).and_then(|object| {
                if user_id == &caller.user_id {
                    judge_own(caller, name, &object, known, &mut signed)
                } else {
                    judge_other(caller, user_id, name, &object, known, &mut signed)
                }
            });
            if let Err(error) = judged {
                failures.entry(user_id.clone()).or_default().insert(name.clone(), error);
            }
        }
    }
    (signed, failures)
}

/// A device of the caller's, signed by the self-signing key, or the master key, signed by devices.
fn judge_own(
    caller: &Caller,
    name: &str,
    object: &SignedObject,
    known: &Known,
    signed: &mut Signed,
) -> Result<(), EncryptionError> {
    let user_id = caller.user_id.as_str();
    if let Some(device) = known.devices.iter().find(|device| device.device_id == name) {
        let stored = same(&device.json, object)?;
        let key = find(&known.keys, caller.user_number, Usage::SelfSigning).ok_or_else(no_signing_key)?;
        let signature = signature_by(object, user_id, &key.public_key)?;
        let json = stored.adding_signature(user_id, &format!("ed25519:{}", key.public_key), signature);
        if json != device.json {
            signed.devices.push((device.device_number, json));
        }
        return Ok(());
    }
    let master = find(&known.keys, caller.user_number, Usage::Master);
    let master = master.filter(|master| master.public_key == name).ok_or_else(unknown_key)?;
    let mut stored = same(&master.json, object)?;
    for (key_id, signature) in object.signatures(user_id) {
        if stored.signature(user_id, key_id) == Some(signature) {
            continue;
        }
        let device_id = key_id.strip_prefix("ed25519:").unwrap_or_default();
        if !device_key(&known.devices, device_id).is_some_and(|key| object.is_signed_by(&key, signature)) {
            return Err(invalid_signature());
        }
        stored = SignedObject::parse(&stored.adding_signature(user_id, key_id, signature))?;
    }
    let json = stored.json();
    if json != master.json {
        signed.master = Some(CrossSigningRow { json, ..master.clone() });
    }
    Ok(())
}

/// Another user's master key, signed by the caller's user-signing key.
fn judge_other(
    caller: &Caller,
    user_id: &OwnedUserId,
    name: &str,
    object: &SignedObject,
    known: &Known,
    signed: &mut Signed,
) -> Result<(), EncryptionError> {
    let target_number = *known.numbers.get(user_id.as_str()).ok_or_else(unknown_key)?;
    let master = find(&known.keys, target_number, Usage::Master);
    let master = master.filter(|master| master.public_key == name).ok_or_else(unknown_key)?;
    same(&master.json, object)?;
    let key = find(&known.keys, caller.user_number, Usage::UserSigning).ok_or_else(no_signing_key)?;
    let signature = signature_by(object, caller.user_id.as_str(), &key.public_key)?;
    signed.others.push(UserSignature {
        signer_number: caller.user_number,
        target_number,
        key_id: format!("ed25519:{}", key.public_key),
        signature: signature.to_owned(),
    });
    Ok(())
}

/// The stored key, when what was signed is the same.
fn same(stored: &str, object: &SignedObject) -> Result<SignedObject, EncryptionError> {
    let stored = SignedObject::parse(stored)?;
    if stored.content() == object.content() {
        Ok(stored)
    } else {
        Err(EncryptionError::InvalidSignature(
            "What was signed is not the key that is known here.".to_owned(),
        ))
    }
}

/// The right signature of `user_id` by the key `public_key`, which is named after itself.
fn signature_by<'a>(
    object: &'a SignedObject,
    user_id: &str,
    public_key: &str,
) -> Result<&'a str, EncryptionError> {
    let signature = object.signature(user_id, &format!("ed25519:{public_key}"));
    signature.filter(|signature| object.is_signed_by(public_key, signature)).ok_or_else(invalid_signature)
}

fn invalid_signature() -> EncryptionError {
    EncryptionError::InvalidSignature("The signature is not by a key that may sign this.".to_owned())
}

fn unknown_key() -> EncryptionError {
    EncryptionError::NotFound("No such key is known here.".to_owned())
}

fn no_signing_key() -> EncryptionError {
    EncryptionError::NotFound("You have no cross-signing keys: upload them first.".to_owned())
}
