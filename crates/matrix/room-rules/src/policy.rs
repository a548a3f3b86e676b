//! Policy servers: whom a room lets judge its events, and whether they have agreed to one (server-server API, "Policy
//! Servers"). Whether the server has somebody in the room, and asking it, is the caller's business.

use ruma::events::TimelineEventType;
use ruma::room_version_rules::RoomVersionRules;
use ruma::serde::Base64;
use ruma::serde::base64::{Standard, UrlSafe};
use ruma::signatures::verify_canonical_json_bytes;
use ruma::{OwnedServerName, SigningKeyAlgorithm};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::canonical::Value;
use crate::pdu::limits::EVENT_BYTES_MAX;
use crate::pdu::{Draft, Pdu};
use crate::signatures::SignatureError;

/// The id of the key that policy servers sign with.
const KEY_ID: &str = "ed25519:policy_server";

/// The server that judges the events of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyServer {
    /// Its name.
    pub via: OwnedServerName,
    /// Its public key. Empty where it is none: then nothing was ever signed with it.
    key: Vec<u8>,
}

impl PolicyServer {
    /// Reads the content of the `m.room.policy` with an empty state key; `None` where it names no server.
    pub fn read(content: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Content {
            via: OwnedServerName,
            public_keys: Keys,
        }
        #[derive(Deserialize)]
        struct Keys {
            ed25519: String,
        }
        let content: Content = serde_json::from_str(content.get()).ok()?;
        Some(Self { via: content.via, key: decode(&content.public_keys.ed25519).unwrap_or_default() })
    }

    /// Whether policy servers are asked about such an event: about all but the one that names them, so that a room
    /// can always do without.
    pub fn judges(event: &Pdu) -> bool {
        *event.kind() != TimelineEventType::RoomPolicy || event.state_key() != Some("")
    }

    /// Whether the event bears the server's signature.
    pub fn has_signed(&self, rules: &RoomVersionRules, event: &Pdu) -> bool {
        let Ok(draft) = Draft::parse(rules, event.json()) else { return false };
        let signatures = draft.top.get("signatures").and_then(Value::as_object);
        let of_server = signatures.and_then(|all| all.get(self.via.as_str())).and_then(Value::as_object);
        let signature = of_server.and_then(|of_server| of_server.get(KEY_ID)).and_then(Value::as_str);
        signature.is_some_and(|signature| self.verifies(&draft.signable(rules), signature))
    }

    /// The event with the server's signature.
    ///
    /// # Errors
    ///
    /// [`SignatureError::NotSignedBy`] when it is not one of this event by the server's key;
    /// [`SignatureError::TooLarge`] when the event has no room for it.
    pub fn add_signature(
        &self,
        rules: &RoomVersionRules,
        event: Pdu,
        signature: &str,
    ) -> Result<Pdu, SignatureError> {
        let json = {
            let mut draft = Draft::parse(rules, event.json())?;
            if !self.verifies(&draft.signable(rules), signature) {
                return Err(SignatureError::NotSignedBy(self.via.clone()));
            }
            draft.add_signature(self.via.as_str(), KEY_ID, signature);
            draft.json()
        };
        if json.len() > EVENT_BYTES_MAX {
            return Err(SignatureError::TooLarge);
        }
        Ok(event.with_json(json))
    }

    fn verifies(&self, signable: &str, signature: &str) -> bool {
        let Ok(signature) = Base64::<Standard>::parse(signature) else { return false };
        let algorithm = SigningKeyAlgorithm::Ed25519;
        verify_canonical_json_bytes(&algorithm, &self.key, signature.as_bytes(), signable.as_bytes()).is_ok()
    }
}

/// Keys are written in base64 like everything else, but the specification's own example is of the other alphabet.
fn decode(key: &str) -> Option<Vec<u8>> {
    let usual = Base64::<Standard>::parse(key).map(Base64::into_inner);
    usual.or_else(|_| Base64::<UrlSafe>::parse(key).map(Base64::into_inner)).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(content: &serde_json::Value) -> Option<PolicyServer> {
        PolicyServer::read(&serde_json::value::to_raw_value(content).unwrap())
    }

    #[test]
    fn what_lacks_a_name_or_a_key_names_no_server() {
        let none = [
            json!({}),
            json!({ "via": "policy.example" }),
            json!({ "via": "policy.example", "public_keys": {} }),
            json!({ "via": "policy.example", "public_keys": { "ed25519": 7 } }),
            json!({ "via": "policy.example", "public_keys": "key" }),
            json!({ "via": 7, "public_keys": { "ed25519": "key" } }),
            json!({ "via": "no server", "public_keys": { "ed25519": "key" } }),
            json!({ "public_keys": { "ed25519": "key" } }),
        ];
        for content in none {
            assert_eq!(read(&content), None, "{content}");
        }
    }

    #[test]
    fn a_key_may_be_of_either_alphabet_and_one_that_is_none_verifies_nothing() {
        let of = |key: &str| {
            let content = json!({ "via": "policy.example", "public_keys": { "ed25519": key, "x": "y" } });
            read(&content).unwrap()
        };
        let usual = of("6yhHGKhCiXTSEN2ksjV7kX/N6rBQZ3Xb+M7LlC6NS+s");
        assert_eq!(usual, of("6yhHGKhCiXTSEN2ksjV7kX_N6rBQZ3Xb-M7LlC6NS-s"));
        assert_eq!(usual.key.len(), 32);
        assert!(of("?").key.is_empty());
        assert!(!of("?").verifies("{}", "AAAA"));
    }
}
