//! Who the server is: its name, which never changes, and the keys it signs with. All of it lies in the
//! database, so that every node of the server and every backup of it has it.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use herold_accounts::LinkKey;
use herold_base::Random;
use herold_push::VapidKey;
use herold_storage::server::{self, Secret, SigningKey};
use herold_storage::{Storage, StorageError};
use ruma::ServerName;
use ruma::signatures::Ed25519KeyPair;

use crate::ServerError;

/// What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410).
const PKCS8_HEAD: &[u8; 16] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
/// Letters of a key's version.
const VERSION_LETTERS: usize = 8;

/// What the server signs with.
pub(crate) struct Keys {
    /// Events.
    pub(crate) events: Arc<Ed25519KeyPair>,
    /// Notifications to browsers.
    pub(crate) push: VapidKey,
    /// Links by which people agree to terms.
    pub(crate) links: LinkKey,
}

/// Checks that the database belongs to the server `name`, and reads its keys. An empty database gets all of it.
pub(crate) async fn establish(
    storage: &Storage,
    name: &ServerName,
    random: &Random,
    now_ms: i64,
) -> Result<Keys, ServerError> {
    let mut seed = vec![0; 32];
    random.fill(&mut seed);
    let fresh = SigningKey { key_id: format!("ed25519:{}", random.letters(VERSION_LETTERS)), seed };
    let wanted = name.to_string();
    let fresh_push = URL_SAFE_NO_PAD.encode(VapidKey::generate(random));
    let fresh_links = LinkKey::generate(random);
    let established = storage.write(move |transaction| {
        let found = match server::name(transaction)? {
            Some(found) => found,
            None => {
                server::insert_name(transaction, &wanted)?;
                wanted
            }
        };
        let key = match server::current_signing_key(transaction)? {
            Some(key) => key,
            None => {
                server::insert_signing_key(transaction, &fresh, now_ms)?;
                fresh
            }
        };
        let push = server::kept_secret(transaction, Secret::PushKey, fresh_push)?;
        let links = server::kept_secret(transaction, Secret::TermsKey, fresh_links)?;
        Ok::<_, StorageError>((found, key, push, links))
    });
    let (found, key, push, links) = established.await?;
    if found != name.as_str() {
        return Err(ServerError::OtherName { found, configured: name.to_owned() });
    }
    let push = URL_SAFE_NO_PAD.decode(push).unwrap_or_default();
    Ok(Keys {
        events: Arc::new(key_pair(&key).ok_or(ServerError::SigningKey)?),
        push: VapidKey::read(&push).map_err(|_| ServerError::PushKey)?,
        links: LinkKey::read(&links),
    })
}

fn key_pair(key: &SigningKey) -> Option<Ed25519KeyPair> {
    let version = key.key_id.strip_prefix("ed25519:")?;
    let document = [PKCS8_HEAD.as_slice(), &key.seed].concat();
    Ed25519KeyPair::from_der(&document, version.to_owned()).ok()
}

#[cfg(test)]
mod tests {
    use herold_storage::Database;
    use ruma::server_name;
    use ruma::signatures::KeyPair;

    use super::*;

    #[tokio::test]
    async fn a_server_keeps_its_keys_and_another_name_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite { path: folder.path().join("herold.db") };
        let mut signed = Vec::new();
        for seed in [1, 2] {
            let (storage, threads) = Storage::open(&database, 1, 0).unwrap();
            let random = Random::seeded(seed);
            let keys = establish(&storage, server_name!("example.org"), &random, 0).await.unwrap();
            let (events, push) = (keys.events.sign(b"x").into_parts().1, keys.push.public());
            signed.push((keys.events.version().to_owned(), events, push, keys.links));
            let refused = establish(&storage, server_name!("example.com"), &random, 0).await.err().unwrap();
            assert!(refused.to_string().contains("example.org"), "{refused}");
            drop(storage);
            threads.join();
        }
        assert!(signed[0] == signed[1]);
    }
}
