//! Signatures that fit, and all the ways not to.

use ruma::signatures::{Ed25519KeyPair, sign_json};
use serde_json::json;

use super::*;

/// A key pair and its public key.
fn key_pair(name: &str) -> (Ed25519KeyPair, String) {
    let pair = Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), name.to_owned()).unwrap();
    let public = Base64::<Standard>::new(pair.public_key().to_vec()).encode();
    (pair, public)
}

fn object(json: serde_json::Value) -> CanonicalJsonObject {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_signature_holds_for_its_object_its_key_and_its_name_only() {
    let (pair, public) = key_pair("DEV");
    let (_, other) = key_pair("DEV");
    let mut signed = object(json!({ "b": 1, "a": { "z": "ü" }, "unsigned": { "x": 1 } }));
    sign_json("@a:x", &pair, &mut signed).unwrap();
    let right = SignedObject::new(signed.clone()).unwrap();
    assert!(right.has_signature("@a:x", "DEV", &public));
    assert!(!right.has_signature("@a:x", "DEV", &other));
    assert!(!right.has_signature("@a:x", "VED", &public));
    assert!(!right.has_signature("@b:x", "DEV", &public));
    assert!(!right.has_signature("@a:x", "DEV", "no key"));
    signed.insert("b".to_owned(), CanonicalJsonValue::Integer(2.into()));
    assert!(!SignedObject::new(signed).unwrap().has_signature("@a:x", "DEV", &public));
}

#[test]
fn signatures_and_unsigned_are_no_content() {
    let one =
        SignedObject::parse(r#"{"a":1,"signatures":{"@a:x":{"ed25519:K":"s"}},"unsigned":{"n":1}}"#).unwrap();
    let two = SignedObject::parse(r#"{ "a": 1 }"#).unwrap();
    assert_eq!(one.content(), two.content());
    assert_eq!(one.signatures("@a:x").collect::<Vec<_>>(), [("ed25519:K", "s")]);
    assert_eq!(one.with_signatures("@a:x", []), r#"{"a":1}"#);
    assert_eq!(two.adding_signature("@a:x", "ed25519:K", "s"), one.json());
}

#[test]
fn what_is_no_canonical_json_is_refused() {
    for bad in ["[]", "{", r#"{"a":1.5}"#, r#"{"a":1e99}"#, "1", &"[".repeat(100_000)] {
        assert!(matches!(SignedObject::parse(bad), Err(EncryptionError::BadJson(_))), "{bad:.9}");
    }
}

#[test]
fn signatures_of_a_wrong_shape_are_none() {
    for odd in [r#"{"signatures":1}"#, r#"{"signatures":{"@a:x":[]}}"#, r#"{"signatures":{"@a:x":{"k":1}}}"#]
    {
        match SignedObject::parse(odd) {
            Ok(object) => assert_eq!(object.signatures("@a:x").count(), 0),
            Err(error) => assert!(matches!(error, EncryptionError::BadJson(_))),
        }
    }
}
