//! Who the server is: its name, which never changes, and the keys it signs with. All of it lies in the
//! database, so that every node of the server and every backup of it has it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use herold_base::Random;
use herold_push::VapidKey;
use herold_storage::server::{self, SigningKey};
use herold_storage::{Storage, StorageError};
use ruma::ServerName;
use ruma::signatures::Ed25519KeyPair;

use crate::ServerError;

/// What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410).
const PKCS8_HEAD: &[u8; 16] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
/// Letters of a key's version.
const VERSION_LETTERS: usize = 8;

/// Checks that the database belongs to the server `name`, and reads its key. An empty database gets both.
pub(crate) async fn establish(
    storage: &Storage,
    name: &ServerName,
    random: &Random,
    now_ms: i64,
) -> Result<Ed25519KeyPair, ServerError> {
    let mut seed = vec![0; 32];
    random.fill(&mut seed);
    let fresh = SigningKey { key_id: format!("ed25519:{}", random.letters(VERSION_LETTERS)), seed };
    let wanted = name.to_string();
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
        Ok::<_, StorageError>((found, key))
    });
    let (found, key) = established.await?;
    if found != name.as_str() {
        return Err(ServerError::OtherName { found, configured: name.to_owned() });
    }
    key_pair(&key).ok_or(ServerError::SigningKey)
}

/// Reads the key that notifications to browsers are signed with. A database without one gets it.
pub(crate) async fn push_key(storage: &Storage, random: &Random) -> Result<VapidKey, ServerError> {
    let fresh = URL_SAFE_NO_PAD.encode(VapidKey::generate(random));
    let established = storage.write(move |transaction| match server::push_key(transaction)? {
        Some(key) => Ok(key),
        None => {
            server::insert_push_key(transaction, &fresh)?;
            Ok::<_, StorageError>(fresh)
        }
    });
    let key = URL_SAFE_NO_PAD.decode(established.await?).unwrap_or_default();
    VapidKey::read(&key).map_err(|_| ServerError::PushKey)
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
    async fn a_server_keeps_its_key_and_another_name_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite { path: folder.path().join("herold.db") };
        let mut signed = Vec::new();
        for seed in [1, 2] {
            let (storage, threads) = Storage::open(&database, 1, 0).unwrap();
            let random = Random::seeded(seed);
            let key = establish(&storage, server_name!("example.org"), &random, 0).await.unwrap();
            let push_key = push_key(&storage, &random).await.unwrap().public();
            signed.push((key.version().to_owned(), key.sign(b"x").into_parts().1, push_key));
            let refused = establish(&storage, server_name!("example.com"), &random, 0).await.err().unwrap();
            assert!(refused.to_string().contains("example.org"), "{refused}");
            drop(storage);
            threads.join();
        }
        assert_eq!(signed[0], signed[1]);
    }
}
