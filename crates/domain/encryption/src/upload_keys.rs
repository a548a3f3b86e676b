//! A device publishes its keys: identity, one-time, fallback.

use std::collections::{BTreeMap, BTreeSet};

use herold_storage::one_time_keys::{self, KeyRow};
use herold_storage::{Transaction, cross_signing, device_keys, device_lists};
use ruma::canonical_json::CanonicalJsonValue;
use ruma::encryption::{DeviceKeys, OneTimeKey};
use ruma::serde::Raw;
use ruma::{OneTimeKeyAlgorithm, OwnedOneTimeKeyId, UInt};

use crate::canonical::{SignedObject, canonical, device_signing_key, is_public_key};
use crate::cross_signing_key::{Usage, find};
use crate::{Caller, Encryption, EncryptionError, is_name};

/// One-time keys the server keeps for a device at most; clients hold 50 to 100.
pub const ONE_TIME_KEYS_MAX: i64 = 1_000;
/// Algorithms of fallback keys of a device at most.
const FALLBACK_KEYS_MAX: i64 = 16;
/// Bytes of a key's id, of a session's id, of a device's id and the like at most.
pub const NAME_MAX: usize = 255;
/// How long a one-time key that was handed out is remembered, for uploads that are asked again.
const CLAIMED_KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// What a device publishes; each part may be absent.
#[derive(Clone, Debug, Default)]
pub struct KeysUpload {
    /// The identity keys.
    pub device_keys: Option<Raw<DeviceKeys>>,
    /// Keys to be handed out once each.
    pub one_time_keys: BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>,
    /// For when these run out: one per algorithm.
    pub fallback_keys: BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>,
}

/// How many one-time keys are left, by algorithm.
pub type KeyCountsByAlgorithm = BTreeMap<OneTimeKeyAlgorithm, UInt>;

/// Identity keys that were checked.
pub(crate) struct CheckedDeviceKeys {
    signed: SignedObject,
    /// Signatures of the user's own keys that are right.
    signatures: BTreeMap<String, String>,
}

impl Encryption {
    /// Keeps what a device publishes, and says how many one-time keys it has then. Publishing the
    /// same again changes nothing.
    pub async fn upload_keys(
        &self,
        caller: &Caller,
        upload: KeysUpload,
    ) -> Result<KeyCountsByAlgorithm, EncryptionError> {
        let one_time = one_time_keys(&upload.one_time_keys)?;
        let fallback = fallback_keys(&upload.fallback_keys)?;
        let device_keys = match upload.device_keys {
            Some(raw) => Some(self.check_device_keys(caller, raw).await?),
            None => None,
        };
        let device = caller.device_number;
        if device_keys.is_none() && one_time.is_empty() && fallback.is_empty() {
            let counts = self.storage().read(move |session| one_time_keys::counts(session, device)).await;
            return counts.map(counts_by_algorithm).map_err(EncryptionError::from);
        }
        let (caller, now_ms) = (caller.clone(), self.now_ms());
        let write = move |transaction: &mut Transaction<'_>| {
            if device_keys::lock(transaction, &[device])?.is_empty() {
                return Err(EncryptionError::SignedOut);
            }
            if let Some(keys) = device_keys {
                put_device_keys(transaction, &caller, &keys)?;
            }
            let count_changed = !one_time.is_empty() || !fallback.is_empty();
            put_one_time_keys(transaction, device, one_time, now_ms)?;
            put_fallback_keys(transaction, device, &fallback)?;
            if count_changed {
                one_time_keys::announce(transaction, [device]);
            }
            Ok(one_time_keys::counts(transaction, device)?)
        };
        self.storage().write(write).await.map(counts_by_algorithm)
    }

    /// Checks identity keys: whose they are, and that they are signed by themselves. Of other
    /// signatures only right ones of the user's self-signing key stay.
    pub(crate) async fn check_device_keys(
        &self,
        caller: &Caller,
        raw: Raw<DeviceKeys>,
    ) -> Result<CheckedDeviceKeys, EncryptionError> {
        let caller = caller.clone();
        self.storage()
            .read(move |session| {
                let signed = own_device_keys(&caller, &raw)?;
                let rows = cross_signing::of_users(session, &[caller.user_number])?;
                if rows.iter().any(|row| row.public_key == caller.device_id.as_str()) {
                    return Err(EncryptionError::NameInUse);
                }
                let user_id = caller.user_id.as_str();
                let own = format!("ed25519:{}", caller.device_id);
                let mut signatures = BTreeMap::new();
                if let Some(signature) = signed.signature(user_id, &own) {
                    signatures.insert(own, signature.to_owned());
                }
                if let Some(key) = find(&rows, caller.user_number, Usage::SelfSigning)
                    && signed.has_signature(user_id, &key.public_key, &key.public_key)
                {
                    let key_id = format!("ed25519:{}", key.public_key);
                    signatures.extend(
                        signed.signature(user_id, &key_id).map(|found| (key_id.clone(), found.to_owned())),
                    );
                }
                Ok(CheckedDeviceKeys { signed, signatures })
            })
            .await
    }
}

/// Identity keys of the right shape that are the caller's and signed by themselves.
fn own_device_keys(caller: &Caller, raw: &Raw<DeviceKeys>) -> Result<SignedObject, EncryptionError> {
    let keys = raw.deserialize().map_err(|error| EncryptionError::bad_json(&error))?;
    if keys.user_id != caller.user_id || keys.device_id != caller.device_id {
        let text = "The device keys name another user or another device than the one that is signed in.";
        return Err(EncryptionError::InvalidParam(text.to_owned()));
    }
    let signed = SignedObject::parse(raw.json().get())?;
    let device_id = caller.device_id.as_str();
    let Some(key) = device_signing_key(&signed.object, device_id).filter(|key| is_public_key(key)) else {
        return Err(EncryptionError::InvalidParam(
            "The device keys hold no ed25519 key of the device.".to_owned(),
        ));
    };
    if signed.has_signature(caller.user_id.as_str(), device_id, key) {
        Ok(signed)
    } else {
        let text = "The device keys are not signed by the device's own ed25519 key.";
        Err(EncryptionError::InvalidSignature(text.to_owned()))
    }
}

/// Keeps identity keys. Signatures that are there already stay while the content is the same. The keys themselves stay
/// what they were: other devices go on with those they know, so that new ones are a mistake, or somebody who took the
/// token. Who lost theirs signs in as a new device.
pub(crate) fn put_device_keys(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    keys: &CheckedDeviceKeys,
) -> Result<(), EncryptionError> {
    let user_id = caller.user_id.as_str();
    let device = caller.device_number;
    let mut signatures = keys.signatures.clone();
    let stored_json = device_keys::of_device(transaction, device)?;
    if let Some(stored) = stored_json.as_deref().and_then(|json| SignedObject::parse(json).ok()) {
        if stored.content() == keys.signed.content() {
            for (key_id, signature) in stored.signatures(user_id) {
                signatures.entry(key_id.to_owned()).or_insert_with(|| signature.to_owned());
            }
        } else if stored.object.get("keys") != keys.signed.object.get("keys") {
            let text =
                "This device has other identity keys already. Sign in as a new device to have new ones.";
            return Err(EncryptionError::InvalidParam(text.to_owned()));
        }
    }
    let pairs = signatures.iter().map(|(key_id, signature)| (key_id.as_str(), signature.as_str()));
    let json = keys.signed.with_signatures(user_id, pairs);
    if stored_json.as_ref() != Some(&json) {
        device_keys::put(transaction, &[(device, json)])?;
        device_lists::record(transaction, &[caller.user_number])?;
    }
    Ok(())
}

/// Adds one-time keys. One that is there, or was handed out lately, is not added again; one whose id
/// is taken by other content that waits to be handed out is an error.
pub(crate) fn put_one_time_keys(
    transaction: &mut Transaction<'_>,
    device: i64,
    keys: Vec<KeyRow>,
    now_ms: i64,
) -> Result<(), EncryptionError> {
    if keys.is_empty() {
        return Ok(());
    }
    one_time_keys::forget_claimed(transaction, device, now_ms - CLAIMED_KEPT_MS)?;
    let key_ids: Vec<String> = keys.iter().map(|key| key.key_id.clone()).collect();
    let stored = one_time_keys::stored(transaction, device, &key_ids)?;
    let (mut new, mut reused) = (Vec::with_capacity(keys.len()), Vec::new());
    for key in keys {
        match stored.get(&key.key_id) {
            Some(old) if old.json == key.json => {}
            Some(old) if !old.claimed => {
                return Err(EncryptionError::OneTimeKeyExists { key_id: key.key_id });
            }
            old => {
                reused.extend(old.map(|old| old.key_number));
                new.push(key);
            }
        }
    }
    if !reused.is_empty() {
        one_time_keys::remove(transaction, &reused)?;
    }
    one_time_keys::add(transaction, device, &new)?;
    let kept: i64 = one_time_keys::counts(transaction, device)?.one_time.values().sum();
    if kept > ONE_TIME_KEYS_MAX {
        let text = format!("A device can have {ONE_TIME_KEYS_MAX} one-time keys here, not more.");
        return Err(EncryptionError::TooLarge(text));
    }
    Ok(())
}

pub(crate) fn put_fallback_keys(
    transaction: &mut Transaction<'_>,
    device: i64,
    keys: &[KeyRow],
) -> Result<(), EncryptionError> {
    if keys.is_empty() {
        return Ok(());
    }
    one_time_keys::put_fallback(transaction, device, keys)?;
    if one_time_keys::count_fallback(transaction, device)? > FALLBACK_KEYS_MAX {
        let text =
            format!("A device can have fallback keys of {FALLBACK_KEYS_MAX} algorithms here, not more.");
        return Err(EncryptionError::TooLarge(text));
    }
    Ok(())
}

pub(crate) fn one_time_keys(
    keys: &BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>,
) -> Result<Vec<KeyRow>, EncryptionError> {
    if keys.len() as i64 > ONE_TIME_KEYS_MAX {
        let text = format!("A device can have {ONE_TIME_KEYS_MAX} one-time keys here, not more.");
        return Err(EncryptionError::TooLarge(text));
    }
    keys.iter().map(|(key_id, key)| key_row(key_id, key)).collect()
}

pub(crate) fn fallback_keys(
    keys: &BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>,
) -> Result<Vec<KeyRow>, EncryptionError> {
    let rows: Vec<KeyRow> =
        keys.iter().map(|(key_id, key)| key_row(key_id, key)).collect::<Result<_, _>>()?;
    let algorithms: BTreeSet<&str> = rows.iter().map(|key| key.algorithm.as_str()).collect();
    if algorithms.len() == rows.len() {
        Ok(rows)
    } else {
        Err(EncryptionError::InvalidParam("There can be one fallback key for each algorithm.".to_owned()))
    }
}

fn key_row(key_id: &OwnedOneTimeKeyId, key: &Raw<OneTimeKey>) -> Result<KeyRow, EncryptionError> {
    let algorithm = key_id.algorithm();
    let invalid = |what: &str| Err(EncryptionError::InvalidParam(format!("The key {key_id} {what}.")));
    if !is_name(key_id.as_str()) {
        return invalid("has a name that is too long or not plain text");
    }
    let json = canonical(key.json())?;
    let is_key = match (&algorithm, &json) {
        (OneTimeKeyAlgorithm::SignedCurve25519, CanonicalJsonValue::Object(object)) => {
            object.get("key").and_then(CanonicalJsonValue::as_str).is_some_and(is_public_key)
                && object.get("signatures").is_some_and(|signatures| signatures.as_object().is_some())
        }
        (OneTimeKeyAlgorithm::SignedCurve25519, _) => false,
        (_, CanonicalJsonValue::Object(_) | CanonicalJsonValue::String(_)) => true,
        _ => false,
    };
    if !is_key {
        return invalid("is not a key of its algorithm");
    }
    Ok(KeyRow {
        algorithm: algorithm.as_ref().to_owned(),
        key_id: key_id.as_str().to_owned(),
        json: json.to_string(),
    })
}

fn counts_by_algorithm(counts: one_time_keys::KeyCounts) -> KeyCountsByAlgorithm {
    let count = |count: i64| UInt::try_from(count).unwrap_or_default();
    counts.one_time.into_iter().map(|(algorithm, left)| (algorithm.into(), count(left))).collect()
}
