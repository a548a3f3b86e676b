//! Signed JSON: canonical form, and signatures over it. Pure.
//!
//! See the appendices of the specification, "Signing JSON".

use ruma::canonical_json::CanonicalJsonValue;
use ruma::serde::Base64;
use ruma::serde::base64::Standard;
use ruma::signatures::{to_canonical_json_string_for_signing, verify_canonical_json_bytes};
use ruma::{CanonicalJsonObject, SigningKeyAlgorithm};
use serde_json::value::RawValue;

use crate::EncryptionError;

/// Bytes of an ed25519 or curve25519 public key.
const PUBLIC_KEY_BYTES: usize = 32;

/// A JSON object as it is signed: parsed, and the bytes that signatures are made over.
pub(crate) struct SignedObject {
    pub(crate) object: CanonicalJsonObject,
    signed: String,
}

impl SignedObject {
    /// Takes the object apart. `unsigned` is not covered by signatures and is left out.
    pub(crate) fn new(mut object: CanonicalJsonObject) -> Result<Self, EncryptionError> {
        object.remove("unsigned");
        let signed = to_canonical_json_string_for_signing(&object)
            .map_err(|error| EncryptionError::BadJson(error.to_string()))?;
        Ok(Self { object, signed })
    }

    /// Parses and takes apart.
    pub(crate) fn parse(json: &str) -> Result<Self, EncryptionError> {
        Self::new(serde_json::from_str(json).map_err(|error| EncryptionError::bad_json(&error))?)
    }

    /// The bytes that signatures are made over: equal for equal content.
    pub(crate) fn content(&self) -> &str {
        &self.signed
    }

    /// The object, canonical JSON.
    pub(crate) fn json(&self) -> String {
        CanonicalJsonValue::Object(self.object.clone()).to_string()
    }

    /// The signature of `user_id` under `key_id`.
    pub(crate) fn signature(&self, user_id: &str, key_id: &str) -> Option<&str> {
        signatures_of(&self.object, user_id)?.get(key_id)?.as_str()
    }

    /// All signatures of `user_id`, as key id and signature.
    pub(crate) fn signatures(&self, user_id: &str) -> impl Iterator<Item = (&str, &str)> {
        let signatures = signatures_of(&self.object, user_id).into_iter().flatten();
        signatures.filter_map(|(key_id, signature)| Some((key_id.as_str(), signature.as_str()?)))
    }

    /// Whether `signature` is one over this object by the ed25519 key `public_key`.
    pub(crate) fn is_signed_by(&self, public_key: &str, signature: &str) -> bool {
        let (Ok(key), Ok(signature)) =
            (Base64::<Standard>::parse(public_key), Base64::<Standard>::parse(signature))
        else {
            return false;
        };
        let (key, signature) = (key.as_bytes(), signature.as_bytes());
        verify_canonical_json_bytes(&SigningKeyAlgorithm::Ed25519, key, signature, self.signed.as_bytes())
            .is_ok()
    }

    /// Whether it carries a signature of `user_id` by the ed25519 key `public_key` named `name`.
    pub(crate) fn has_signature(&self, user_id: &str, name: &str, public_key: &str) -> bool {
        self.signature(user_id, &format!("ed25519:{name}"))
            .is_some_and(|signature| self.is_signed_by(public_key, signature))
    }

    /// The object with one more signature of `user_id`, canonical JSON.
    pub(crate) fn adding_signature(&self, user_id: &str, key_id: &str, signature: &str) -> String {
        let mut object = self.object.clone();
        let empty = || CanonicalJsonValue::Object(CanonicalJsonObject::new());
        if let CanonicalJsonValue::Object(users) = object.entry("signatures".to_owned()).or_insert_with(empty)
            && let CanonicalJsonValue::Object(keys) = users.entry(user_id.to_owned()).or_insert_with(empty)
        {
            keys.insert(key_id.to_owned(), CanonicalJsonValue::String(signature.to_owned()));
        }
        CanonicalJsonValue::Object(object).to_string()
    }

    /// The object with these signatures of `user_id` and no others, canonical JSON.
    pub(crate) fn with_signatures<'a>(
        &self,
        user_id: &str,
        signatures: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let mut object = self.object.clone();
        object.remove("signatures");
        let of_user: CanonicalJsonObject = signatures
            .into_iter()
            .map(|(key_id, signature)| (key_id.to_owned(), CanonicalJsonValue::String(signature.to_owned())))
            .collect();
        if !of_user.is_empty() {
            let of_users = [(user_id.to_owned(), CanonicalJsonValue::Object(of_user))].into();
            object.insert("signatures".to_owned(), CanonicalJsonValue::Object(of_users));
        }
        CanonicalJsonValue::Object(object).to_string()
    }
}

fn signatures_of<'a>(object: &'a CanonicalJsonObject, user_id: &str) -> Option<&'a CanonicalJsonObject> {
    object.get("signatures")?.as_object()?.get(user_id)?.as_object()
}

/// Any JSON in canonical form; numbers with a fraction are refused.
pub(crate) fn canonical(raw: &RawValue) -> Result<CanonicalJsonValue, EncryptionError> {
    serde_json::from_str(raw.get()).map_err(|error| EncryptionError::bad_json(&error))
}

/// Whether `text` is base64 of 32 bytes.
pub(crate) fn is_public_key(text: &str) -> bool {
    Base64::<Standard>::parse(text).is_ok_and(|key| key.as_bytes().len() == PUBLIC_KEY_BYTES)
}

/// The device's own ed25519 key in its key object.
pub(crate) fn device_signing_key<'a>(object: &'a CanonicalJsonObject, device_id: &str) -> Option<&'a str> {
    object.get("keys")?.as_object()?.get(&format!("ed25519:{device_id}"))?.as_str()
}

#[cfg(test)]
mod tests;
