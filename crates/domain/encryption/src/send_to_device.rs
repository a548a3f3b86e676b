//! Messages from device to device.

use std::collections::{BTreeMap, HashMap};

use herold_storage::{Transaction, device_keys, to_device, transaction_ids};
use ruma::events::{AnyToDeviceEventContent, ToDeviceEventType};
use ruma::serde::Raw;
use ruma::to_device::DeviceIdOrAllDevices;
use ruma::{OwnedUserId, TransactionId};

use crate::{Caller, Encryption, EncryptionError, is_name};

/// Bytes of one message's content at most, as of an event.
pub const CONTENT_MAX: usize = 65_536;

/// What is sent to which devices of which users.
pub type Messages = BTreeMap<OwnedUserId, BTreeMap<DeviceIdOrAllDevices, Raw<AnyToDeviceEventContent>>>;

impl Encryption {
    /// Puts messages into the queues of devices. The same transaction id again sends nothing. Users
    /// and devices that are unknown here are passed over; a device that is named gets what is
    /// addressed to it and not what is for all devices.
    pub async fn send_to_device(
        &self,
        caller: &Caller,
        event_type: &ToDeviceEventType,
        transaction_id: &TransactionId,
        messages: &Messages,
    ) -> Result<(), EncryptionError> {
        let kind = event_type.to_string();
        if !is_name(&kind) || !is_name(transaction_id.as_str()) {
            let text = "The event type or the transaction id is too long or not plain text.";
            return Err(EncryptionError::InvalidParam(text.to_owned()));
        }
        check_contents(messages)?;
        let queued = self.addressed(caller, &kind, messages).await?;
        let (device, id, now_ms) = (caller.device_number, transaction_id.to_string(), self.now_ms());
        let write = move |transaction: &mut Transaction<'_>| {
            if transaction_ids::claim(transaction, device, &format!("sendToDevice/{kind}"), &id, now_ms)? {
                to_device::append(transaction, &queued)?;
            }
            Ok(())
        };
        self.storage().write(write).await
    }

    /// The messages by device number, each as the device will get it.
    async fn addressed(
        &self,
        caller: &Caller,
        kind: &str,
        messages: &Messages,
    ) -> Result<Vec<(i64, String)>, EncryptionError> {
        let users: Vec<String> =
            messages.keys().filter(|user| self.is_local(user)).map(|user| user.to_string()).collect();
        let addresses = self.storage().read(move |session| device_keys::addresses(session, &users)).await;
        let by_user: HashMap<&str, _> =
            messages.iter().map(|(user, devices)| (user.as_str(), devices)).collect();
        let kind = serde_json::Value::from(kind).to_string();
        let sender = serde_json::Value::from(caller.user_id.as_str()).to_string();
        let mut queued = Vec::new();
        for address in addresses.map_err(EncryptionError::from)? {
            let Some(devices) = by_user.get(address.user_id.as_str()) else { continue };
            let named = DeviceIdOrAllDevices::DeviceId(address.device_id.as_str().into());
            let content = devices.get(&named).or_else(|| devices.get(&DeviceIdOrAllDevices::AllDevices));
            if let Some(content) = content {
                let content = content.json().get();
                let json = format!(r#"{{"content":{content},"sender":{sender},"type":{kind}}}"#);
                queued.push((address.device_number, json));
            }
        }
        Ok(queued)
    }
}

fn check_contents(messages: &Messages) -> Result<(), EncryptionError> {
    for content in messages.values().flat_map(BTreeMap::values) {
        let content = content.json().get();
        if !content.starts_with('{') {
            return Err(EncryptionError::BadJson("The content of a message must be an object.".to_owned()));
        }
        if content.len() > CONTENT_MAX {
            let text = format!("The content of a message can have {CONTENT_MAX} bytes, not more.");
            return Err(EncryptionError::TooLarge(text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
