//! A client's side of encryption: key pairs that sign what the server is told.

use herold_endpoint_tests::Client;
use ruma::CanonicalJsonObject;
use ruma::serde::Base64;
use ruma::serde::base64::Standard;
use ruma::signatures::{Ed25519KeyPair, sign_json};
use serde_json::{Value, json};

/// An ed25519 key pair and the name it signs under.
pub struct Signer {
    pair: Ed25519KeyPair,
    /// The public key, unpadded base64.
    pub public: String,
}

impl Signer {
    fn named(name: impl FnOnce(&str) -> String) -> Self {
        let der = Ed25519KeyPair::generate();
        let public = Ed25519KeyPair::from_der(&der, String::new()).unwrap().public_key();
        let public = Base64::<Standard>::new(public.to_vec()).encode();
        Self { pair: Ed25519KeyPair::from_der(&der, name(&public)).unwrap(), public }
    }

    /// The signing key of a device.
    pub fn device(client: &Client) -> Self {
        Self::named(|_| client.device_id.clone())
    }

    /// A cross-signing key, which is named after itself.
    pub fn cross_signing() -> Self {
        Self::named(str::to_owned)
    }

    /// The object with a signature of `user_id` more.
    pub fn sign(&self, user_id: &str, object: &Value) -> Value {
        let mut object: CanonicalJsonObject = serde_json::from_value(object.clone()).unwrap();
        sign_json(user_id, &self.pair, &mut object).unwrap();
        serde_json::to_value(object).unwrap()
    }

    /// The signed identity keys of the device of `client`.
    pub fn device_keys(&self, client: &Client) -> Value {
        let id = &client.device_id;
        let keys = json!({
            "user_id": client.user_id,
            "device_id": id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": { (format!("ed25519:{id}")): self.public, (format!("curve25519:{id}")): curve_key(id) },
        });
        self.sign(&client.user_id, &keys)
    }

    /// A cross-signing key object of this key.
    pub fn key(&self, client: &Client, usage: &str) -> Value {
        let keys = json!({ (format!("ed25519:{}", self.public)): self.public });
        json!({ "user_id": client.user_id, "usage": [usage], "keys": keys })
    }
}

/// Something that looks like a curve25519 key.
pub fn curve_key(seed: &str) -> String {
    let bytes: Vec<u8> = seed.bytes().cycle().take(32).collect();
    Base64::<Standard>::new(bytes).encode()
}

/// A one-time key: its id and the key.
pub fn one_time_key(name: &str) -> (String, Value) {
    (format!("signed_curve25519:{name}"), json!({ "key": curve_key(name), "signatures": {} }))
}

/// One-time keys with these names, as they are uploaded.
pub fn one_time_keys<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Value {
    Value::Object(names.into_iter().map(|name| one_time_key(name.as_ref())).collect())
}

/// A user with cross-signing keys.
pub struct Identity {
    /// Signs the two others.
    pub master: Signer,
    /// Signs devices.
    pub self_signing: Signer,
    /// Signs other users.
    pub user_signing: Signer,
}

impl Identity {
    /// Fresh keys.
    pub fn new() -> Self {
        Self {
            master: Signer::cross_signing(),
            self_signing: Signer::cross_signing(),
            user_signing: Signer::cross_signing(),
        }
    }

    /// What is uploaded to publish them.
    pub fn upload(&self, client: &Client) -> Value {
        let signed = |signer: &Signer, usage| self.master.sign(&client.user_id, &signer.key(client, usage));
        json!({
            "master_key": self.master.key(client, "master"),
            "self_signing_key": signed(&self.self_signing, "self_signing"),
            "user_signing_key": signed(&self.user_signing, "user_signing"),
        })
    }
}

/// What `client` sees of the keys of `users`.
pub async fn query(client: &Client, users: &[&str]) -> Value {
    let wanted: Value =
        users.iter().map(|user| ((*user).to_owned(), json!([]))).collect::<serde_json::Map<_, _>>().into();
    client.post("/_matrix/client/v3/keys/query", json!({ "device_keys": wanted })).await.ok()
}
