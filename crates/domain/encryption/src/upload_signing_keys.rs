//! A user publishes cross-signing keys.
//!
//! The first set is free, and so is the same set again; whoever replaces keys has to prove who they
//! are, because with a new master key one could pose as the user.

use std::collections::HashMap;

use herold_storage::cross_signing::{self, CrossSigningRow};
use herold_storage::device_keys::{self, DeviceKeysRow};
use herold_storage::{Session, Transaction, device_lists};
use ruma::encryption::CrossSigningKey;
use ruma::serde::Raw;

use crate::canonical::{SignedObject, device_signing_key};
use crate::cross_signing_key::{ParsedKey, Usage, find};
use crate::{Caller, Encryption, EncryptionError, RACES_MAX};

/// The keys of one upload; each may be absent.
#[derive(Clone, Debug, Default)]
pub struct SigningKeysUpload {
    /// The user's identity.
    pub master_key: Option<Raw<CrossSigningKey>>,
    /// Signs the user's devices.
    pub self_signing_key: Option<Raw<CrossSigningKey>>,
    /// Signs other users.
    pub user_signing_key: Option<Raw<CrossSigningKey>>,
}

/// What became of an upload of cross-signing keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningKeysOutcome {
    /// The keys are stored, or were already.
    Stored,
    /// Keys would be replaced: the user must authenticate first. Nothing was changed.
    NeedsAuthentication,
}

/// What an upload is judged by.
struct Known {
    rows: Vec<CrossSigningRow>,
    devices: Vec<DeviceKeysRow>,
    device_ids: Vec<String>,
}

/// An upload that was judged.
enum Judged {
    Same,
    NeedsAuthentication,
    Put(Vec<CrossSigningRow>),
}

impl Encryption {
    /// Keeps cross-signing keys. `authenticated` says whether the user just proved who they are.
    pub async fn upload_signing_keys(
        &self,
        caller: &Caller,
        upload: &SigningKeysUpload,
        authenticated: bool,
    ) -> Result<SigningKeysOutcome, EncryptionError> {
        for _ in 0..RACES_MAX {
            let (asker, sent) = (caller.clone(), upload.clone());
            let judge = move |session: &mut Session| {
                let known = load(session, &asker)?;
                let judged = judge(&asker, &sent, &known, authenticated)?;
                Ok::<_, EncryptionError>((known.rows, judged))
            };
            let (seen, judged) = self.storage().read(judge).await?;
            let new = match judged {
                Judged::Same => return Ok(SigningKeysOutcome::Stored),
                Judged::NeedsAuthentication => return Ok(SigningKeysOutcome::NeedsAuthentication),
                Judged::Put(new) => new,
            };
            let user_number = caller.user_number;
            let user_id = caller.user_id.to_string();
            let write = move |transaction: &mut Transaction<'_>| {
                replace(transaction, user_number, &user_id, &seen, &new)
            };
            if self.storage().write(write).await? {
                return Ok(SigningKeysOutcome::Stored);
            }
        }
        Err(EncryptionError::Busy)
    }
}

fn load(session: &mut Session, caller: &Caller) -> Result<Known, EncryptionError> {
    let addresses = device_keys::addresses(session, &[caller.user_id.to_string()])?;
    Ok(Known {
        rows: sorted(cross_signing::of_users(session, &[caller.user_number])?),
        devices: device_keys::of_users(session, &[caller.user_number])?,
        device_ids: addresses.into_iter().map(|address| address.device_id).collect(),
    })
}

fn sorted(mut rows: Vec<CrossSigningRow>) -> Vec<CrossSigningRow> {
    rows.sort_unstable_by(|one, other| one.usage.cmp(&other.usage));
    rows
}

/// Decides about an upload; changes nothing.
fn judge(
    caller: &Caller,
    upload: &SigningKeysUpload,
    known: &Known,
    authenticated: bool,
) -> Result<Judged, EncryptionError> {
    let sent = [&upload.master_key, &upload.self_signing_key, &upload.user_signing_key];
    let mut keys = Vec::with_capacity(sent.len());
    for (usage, raw) in Usage::ALL.into_iter().zip(sent) {
        if let Some(raw) = raw {
            keys.push(ParsedKey::parse(raw, usage, &caller.user_id)?);
        }
    }
    if keys.iter().any(|key| known.device_ids.contains(&key.public_key)) {
        return Err(EncryptionError::NameInUse);
    }
    let stored_master = find(&known.rows, caller.user_number, Usage::Master);
    let sent_master = keys.iter().find(|key| key.usage == Usage::Master);
    let Some(master) =
        sent_master.map(|key| &key.public_key).or(stored_master.map(|row| &row.public_key)).cloned()
    else {
        return Err(EncryptionError::NoMasterKey);
    };
    let user_id = caller.user_id.as_str();
    for key in keys.iter().filter(|key| key.usage != Usage::Master) {
        if !key.signed.has_signature(user_id, &master, &master) {
            let text = format!("The {} key is not signed by the master key.", key.usage.as_str());
            return Err(EncryptionError::InvalidSignature(text));
        }
    }
    let all_stored = keys.iter().all(|key| known.rows.iter().any(|row| key.is(row)));
    if stored_master.is_some() {
        if sent_master.is_some() && all_stored {
            return Ok(Judged::Same);
        }
        if !authenticated {
            return Ok(Judged::NeedsAuthentication);
        }
    }
    let keeps = |public_key: &str, key: &ParsedKey, key_id: &str, signature: &str| match key.usage {
        Usage::Master => {
            let name = key_id.strip_prefix("ed25519:").unwrap_or_default();
            let signer = if name == public_key {
                Some(public_key.to_owned())
            } else {
                device_key(&known.devices, name)
            };
            signer.is_some_and(|signer| key.signed.is_signed_by(&signer, signature))
        }
        Usage::SelfSigning | Usage::UserSigning => key_id == format!("ed25519:{master}"),
    };
    let new = keys.iter().filter(|key| !known.rows.iter().any(|row| key.is(row)));
    let rows = new.map(|key| {
        key.row(&caller.user_id, caller.user_number, |key_id, signature| {
            keeps(&key.public_key, key, key_id, signature)
        })
    });
    let rows: Vec<CrossSigningRow> = rows.collect();
    Ok(if rows.is_empty() { Judged::Same } else { Judged::Put(rows) })
}

/// The ed25519 key of the device `device_id` among `devices`.
pub(crate) fn device_key(devices: &[DeviceKeysRow], device_id: &str) -> Option<String> {
    let row = devices.iter().find(|row| row.device_id == device_id)?;
    let keys = SignedObject::parse(&row.json).ok()?;
    device_signing_key(&keys.object, device_id).map(str::to_owned)
}

/// Writes `new` in place of what there is, when that is still `seen`; answers whether it was. What
/// the replaced keys had signed goes with them.
fn replace(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    user_id: &str,
    seen: &[CrossSigningRow],
    new: &[CrossSigningRow],
) -> Result<bool, EncryptionError> {
    cross_signing::lock(transaction, user_number)?;
    if sorted(cross_signing::of_users(transaction, &[user_number])?) != seen {
        return Ok(false);
    }
    let is_new = |usage: Usage| find(new, user_number, usage).is_some();
    let new_master = is_new(Usage::Master);
    // Without a new master the others stay; with one, those not sent along are signed by nobody.
    let gone = |usage: Usage| {
        find(seen, user_number, usage).filter(|_| is_new(usage) || (new_master && usage != Usage::Master))
    };
    if gone(Usage::Master).is_some() {
        cross_signing::forget_signatures_about(transaction, user_number)?;
    }
    if gone(Usage::UserSigning).is_some() {
        cross_signing::forget_signatures_by(transaction, user_number)?;
    }
    if let Some(old) = gone(Usage::SelfSigning) {
        remove_device_signatures(transaction, user_number, user_id, &format!("ed25519:{}", old.public_key))?;
    }
    let removed: Vec<String> = Usage::ALL
        .into_iter()
        .filter(|usage| gone(*usage).is_some() && !is_new(*usage))
        .map(|usage| usage.as_str().to_owned())
        .collect();
    if !removed.is_empty() {
        cross_signing::remove(transaction, user_number, &removed)?;
    }
    cross_signing::put(transaction, new)?;
    device_lists::record(transaction, &[user_number])?;
    Ok(true)
}

/// Takes the signatures made with `key_id` off the user's devices.
fn remove_device_signatures(
    transaction: &mut Transaction<'_>,
    user_number: i64,
    user_id: &str,
    key_id: &str,
) -> Result<(), EncryptionError> {
    let mut changed = Vec::new();
    for row in device_keys::of_users(transaction, &[user_number])? {
        let keys = SignedObject::parse(&row.json)?;
        let mut signatures: HashMap<&str, &str> = keys.signatures(user_id).collect();
        if signatures.remove(key_id).is_some() {
            changed.push((row.device_number, keys.with_signatures(user_id, signatures)));
        }
    }
    Ok(device_keys::put(transaction, &changed)?)
}
