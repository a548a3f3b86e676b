//! Keys of devices and users.

mod claim_keys;
mod get_key_changes;
mod get_keys;
mod upload_keys;
mod upload_signatures;
mod upload_signing_keys;

use std::collections::BTreeMap;

use herold_accounts::Device;
use herold_encryption::Caller;
use ruma::OwnedServerName;
use serde_json::{Value, json};

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .signed_in(Class::Keys, upload_keys::serve)
        .signed_in(Class::Keys, get_keys::serve)
        .signed_in(Class::Keys, get_key_changes::serve)
        .signed_in(Class::Keys, claim_keys::serve)
        .signed_in(Class::Keys, upload_signing_keys::serve)
        .signed_in(Class::Keys, upload_signatures::serve)
}

/// The signed-in device, as the keys know it.
pub(crate) fn caller(device: Device) -> Caller {
    Caller {
        user_id: device.user_id,
        user_number: device.user_number,
        device_id: device.device_id,
        device_number: device.device_number,
    }
}

/// What an answer says about servers that could not be asked.
fn failures(unreachable: Vec<OwnedServerName>) -> BTreeMap<String, Value> {
    let failure = json!({ "errcode": "M_UNAVAILABLE", "error": "This server cannot be reached from here." });
    unreachable.into_iter().map(|server| (server.to_string(), failure.clone())).collect()
}
