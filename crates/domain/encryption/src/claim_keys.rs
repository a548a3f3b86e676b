//! Handing out one-time keys, each once.

use std::collections::BTreeMap;

use herold_storage::{device_keys, one_time_keys};
use ruma::encryption::OneTimeKey;
use ruma::serde::Raw;
use ruma::{OneTimeKeyAlgorithm, OwnedDeviceId, OwnedOneTimeKeyId, OwnedServerName, OwnedUserId};

use crate::{Encryption, EncryptionError, is_name};

/// Algorithms that one request may name at most; there is one in use.
pub const ALGORITHMS_MAX: usize = 8;
/// Devices whose keys are claimed by one command at most, so that others get their turn in between.
const DEVICES_PER_COMMAND: usize = 500;

/// Which algorithm of key is wanted of which device.
pub type OneTimeKeysToClaim = BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, OneTimeKeyAlgorithm>>;

/// The keys of one user's devices.
type OneTimeKeysOfUser = BTreeMap<OwnedDeviceId, BTreeMap<OwnedOneTimeKeyId, Raw<OneTimeKey>>>;

/// Keys that were handed out. Devices that are unknown or have no key left are missing.
#[derive(Clone, Debug, Default)]
pub struct ClaimedKeys {
    /// The keys.
    pub one_time_keys: BTreeMap<OwnedUserId, OneTimeKeysOfUser>,
    /// Servers that could not be asked.
    pub unreachable: Vec<OwnedServerName>,
}

impl Encryption {
    /// Hands out a key for each device asked for: the oldest one-time key, else the fallback key.
    pub async fn claim_keys(&self, wanted: &OneTimeKeysToClaim) -> Result<ClaimedKeys, EncryptionError> {
        let mut claimed =
            ClaimedKeys { unreachable: self.remote_servers(wanted.keys()), ..Default::default() };
        for (algorithm, devices) in self.devices_by_algorithm(wanted).await? {
            for part in devices.chunks(DEVICES_PER_COMMAND) {
                let (numbers, now_ms) =
                    (part.iter().map(|device| device.number).collect::<Vec<_>>(), self.now_ms());
                let algorithm = algorithm.clone();
                let claim = move |transaction: &mut herold_storage::Transaction<'_>| {
                    one_time_keys::claim(transaction, &numbers, algorithm.as_ref(), now_ms)
                };
                let mut keys = self.storage().write(claim).await.map_err(EncryptionError::from)?;
                for device in part {
                    let Some(key) = keys.remove(&device.number) else { continue };
                    let raw =
                        Raw::from_json_string(key.json).map_err(|error| EncryptionError::bad_json(&error))?;
                    let Ok(key_id) = OwnedOneTimeKeyId::try_from(key.key_id) else { continue };
                    let of_user = claimed.one_time_keys.entry(device.user_id.clone()).or_default();
                    of_user.entry(device.device_id.clone()).or_default().insert(key_id, raw);
                }
            }
        }
        Ok(claimed)
    }

    /// The local devices of a claim, by the algorithm wanted of them.
    async fn devices_by_algorithm(
        &self,
        wanted: &OneTimeKeysToClaim,
    ) -> Result<BTreeMap<OneTimeKeyAlgorithm, Vec<WantedDevice>>, EncryptionError> {
        let local: Vec<String> =
            wanted.keys().filter(|user| self.is_local(user)).map(|user| user.to_string()).collect();
        let addresses = self.storage().read(move |session| device_keys::addresses(session, &local)).await;
        let mut numbers: BTreeMap<(String, String), i64> = BTreeMap::new();
        for address in addresses.map_err(EncryptionError::from)? {
            numbers.insert((address.user_id, address.device_id), address.device_number);
        }
        let mut by_algorithm: BTreeMap<OneTimeKeyAlgorithm, Vec<WantedDevice>> = BTreeMap::new();
        for (user_id, devices) in wanted {
            for (device_id, algorithm) in devices {
                let Some(number) = numbers.get(&(user_id.to_string(), device_id.to_string())) else {
                    continue;
                };
                if !is_name(algorithm.as_ref()) {
                    continue;
                }
                by_algorithm.entry(algorithm.clone()).or_default().push(WantedDevice {
                    user_id: user_id.clone(),
                    device_id: device_id.clone(),
                    number: *number,
                });
            }
        }
        if by_algorithm.len() > ALGORITHMS_MAX {
            let text = format!("One request can claim keys of {ALGORITHMS_MAX} algorithms, not more.");
            return Err(EncryptionError::InvalidParam(text));
        }
        Ok(by_algorithm)
    }

    /// The other servers among those of `users`: until there is federation, none can be reached.
    pub(crate) fn remote_servers<'a>(
        &self,
        users: impl Iterator<Item = &'a OwnedUserId>,
    ) -> Vec<OwnedServerName> {
        let mut servers: Vec<OwnedServerName> =
            users.filter(|user| !self.is_local(user)).map(|user| user.server_name().to_owned()).collect();
        servers.sort_unstable();
        servers.dedup();
        servers
    }
}

/// A device whose key is wanted.
struct WantedDevice {
    user_id: OwnedUserId,
    device_id: OwnedDeviceId,
    number: i64,
}
