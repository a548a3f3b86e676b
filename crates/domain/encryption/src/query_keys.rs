//! What users' keys look like to one who asks.

use std::collections::{BTreeMap, HashMap};

use herold_storage::cross_signing::{self, CrossSigningRow, UserSignature};
use herold_storage::device_keys::{self, DeviceKeysRow};
use herold_storage::{Session, users};
use ruma::encryption::{CrossSigningKey, DeviceKeys};
use ruma::serde::Raw;
use ruma::{OwnedDeviceId, OwnedServerName, OwnedUserId};

use crate::canonical::SignedObject;
use crate::cross_signing_key::Usage;
use crate::{Caller, Encryption, EncryptionError};

/// Keys as the one who asked may see them. Unknown users and devices are missing.
#[derive(Clone, Debug, Default)]
pub struct QueriedKeys {
    /// Keys of devices; a known user without any has an empty entry.
    pub device_keys: BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, Raw<DeviceKeys>>>,
    /// Master keys.
    pub master_keys: BTreeMap<OwnedUserId, Raw<CrossSigningKey>>,
    /// Self-signing keys.
    pub self_signing_keys: BTreeMap<OwnedUserId, Raw<CrossSigningKey>>,
    /// The user-signing key of the one who asked.
    pub user_signing_keys: BTreeMap<OwnedUserId, Raw<CrossSigningKey>>,
    /// Servers that could not be asked.
    pub unreachable: Vec<OwnedServerName>,
}

/// Which devices are wanted of which users; no device named means all.
type Wanted = BTreeMap<OwnedUserId, Vec<OwnedDeviceId>>;

impl Encryption {
    /// The keys of users and their devices, as `caller` may see them.
    pub async fn query_keys(&self, caller: &Caller, wanted: Wanted) -> Result<QueriedKeys, EncryptionError> {
        let unreachable = self.remote_servers(wanted.keys());
        let local: Wanted = wanted.into_iter().filter(|(user, _)| self.is_local(user)).collect();
        let asker = caller.clone();
        let found = self.storage().read(move |session| local_keys(session, &asker, &local)).await?;
        Ok(QueriedKeys { unreachable, ..found })
    }
}

fn local_keys(
    session: &mut Session,
    asker: &Caller,
    wanted: &Wanted,
) -> Result<QueriedKeys, EncryptionError> {
    let names: Vec<String> = wanted.keys().map(|user| user.to_string()).collect();
    let by_name = users::numbers(session, &names)?;
    let numbers: Vec<i64> = by_name.values().copied().collect();
    let mut found = QueriedKeys::default();
    let mut by_number: HashMap<i64, (&OwnedUserId, &Vec<OwnedDeviceId>)> =
        HashMap::with_capacity(numbers.len());
    for (user_id, devices) in wanted {
        if let Some(number) = by_name.get(user_id.as_str()) {
            by_number.insert(*number, (user_id, devices));
            found.device_keys.insert(user_id.clone(), BTreeMap::new());
        }
    }
    for row in device_keys::of_users(session, &numbers)? {
        let Some((user_id, devices)) = by_number.get(&row.user_number) else { continue };
        if devices.is_empty() || devices.iter().any(|device| device.as_str() == row.device_id) {
            let device_id = OwnedDeviceId::from(row.device_id.as_str());
            let of_user = found.device_keys.entry((*user_id).clone()).or_default();
            of_user.insert(device_id, raw(with_display_name(row))?);
        }
    }
    let signatures = cross_signing::user_signatures(session, asker.user_number, &numbers)?;
    for row in cross_signing::of_users(session, &numbers)? {
        let Some((user_id, _)) = by_number.get(&row.user_number) else { continue };
        let (keys, json) = if row.usage == Usage::Master.as_str() {
            let signature = signatures.get(&row.user_number);
            (&mut found.master_keys, with_user_signature(row, asker, signature)?)
        } else if row.usage == Usage::SelfSigning.as_str() {
            (&mut found.self_signing_keys, row.json)
        } else if row.user_number == asker.user_number {
            (&mut found.user_signing_keys, row.json)
        } else {
            continue;
        };
        keys.insert((*user_id).clone(), raw(json)?);
    }
    Ok(found)
}

fn raw<T>(json: String) -> Result<Raw<T>, EncryptionError> {
    Raw::from_json_string(json).map_err(|error| EncryptionError::bad_json(&error))
}

/// The device's keys with its name beside them. The stored object is never empty and has no `unsigned`.
fn with_display_name(row: DeviceKeysRow) -> String {
    let Some(name) = row.display_name else { return row.json };
    let mut json = row.json;
    json.pop();
    json.push_str(r#","unsigned":{"device_display_name":"#);
    json.push_str(&serde_json::Value::String(name).to_string());
    json.push_str("}}");
    json
}

/// A master key with what the asker's user-signing key says about it.
fn with_user_signature(
    row: CrossSigningRow,
    asker: &Caller,
    signature: Option<&UserSignature>,
) -> Result<String, EncryptionError> {
    let Some(signature) = signature else { return Ok(row.json) };
    let master = SignedObject::parse(&row.json)?;
    Ok(master.adding_signature(asker.user_id.as_str(), &signature.key_id, &signature.signature))
}
