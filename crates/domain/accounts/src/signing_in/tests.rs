//! Signing in, with a database and nothing else.

use herold_base::{Clock, ManualClock, Random};
use herold_storage::{Database, Storage};
use ruma::owned_server_name;

use super::*;
use crate::{Hashing, LinkKey, Settings};

const PASSWORD: &str = "correct horse";

/// Accounts that hash at this cost, and whose tokens last for a second.
fn accounts_on(storage: &Storage, memory_kib: u32, clock: &ManualClock) -> Accounts {
    let hashing = Hashing { memory_kib, passes: 1, lanes: 1, workers: 1, waiting_max: 4 };
    let settings =
        Settings { hashing, plain_token_ms: Some(1_000), ..Settings::new(owned_server_name!("example.org")) };
    let links = LinkKey::read("chance");
    Accounts::new(storage.clone(), Clock::Manual(clock.clone()), Random::seeded(1), links, settings)
}

async fn kept_hash(storage: &Storage) -> String {
    let read = storage.read(|session| accounts::by_id(session, &["@anna:example.org".to_owned()]));
    let found: Result<Vec<Account>, StorageError> = read.await;
    found.unwrap().pop().unwrap().password_hash.unwrap()
}

fn on(device_id: &str) -> NewDevice {
    NewDevice { device_id: Some(device_id.into()), ..NewDevice::default() }
}

#[tokio::test]
async fn a_sign_in_keeps_the_password_at_the_new_cost() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite { path: folder.path().join("herold.db") };
    let (storage, _threads) = Storage::open(&database, 1, 0).unwrap();
    let clock = ManualClock::new(0);
    let before = accounts_on(&storage, 8, &clock);
    before.create(Some("anna"), Some(PASSWORD.to_owned()), false).await.unwrap();
    assert!(kept_hash(&storage).await.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    let now = accounts_on(&storage, 16, &clock);
    let wrong = now.sign_in_with_password("anna", "wrong horse".to_owned(), on("A")).await;
    assert!(matches!(wrong, Err(AccountsError::WrongCredentials)));
    assert!(kept_hash(&storage).await.contains("$m=8,"), "only who proves it changes it");
    now.sign_in_with_password("anna", PASSWORD.to_owned(), on("A")).await.unwrap();
    let renewed = kept_hash(&storage).await;
    assert!(renewed.starts_with("$argon2id$v=19$m=16,t=1,p=1$"), "{renewed}");
    now.sign_in_with_password("anna", PASSWORD.to_owned(), on("A")).await.unwrap();
    assert_eq!(kept_hash(&storage).await, renewed, "what is up to date stays");
}

#[tokio::test]
async fn of_too_many_devices_the_one_goes_that_nobody_can_use() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite { path: folder.path().join("herold.db") };
    let (storage, _threads) = Storage::open(&database, 1, 0).unwrap();
    let clock = ManualClock::new(0);
    let all = accounts_on(&storage, 8, &clock);
    let anna = all.create(Some("anna"), Some(PASSWORD.to_owned()), false).await.unwrap().user_number;
    let sign_in = async |device: &str| {
        all.sign_in_with_password("anna", PASSWORD.to_owned(), on(device)).await.map(drop)
    };
    sign_in("OLD").await.unwrap();
    let fill = move |transaction: &mut Transaction<'_>| {
        for number in 1..DEVICES_MAX {
            let device = devices::ensure(transaction, anna, &format!("D{number}"), None, 500)?;
            let lasting = Pair::new(&Random::seeded(number.unsigned_abs()), false, None).row(500);
            tokens::replace(transaction, device, &lasting, 500)?;
        }
        Ok::<_, StorageError>(())
    };
    storage.write(fill).await.unwrap();
    let refused = sign_in("NEW").await;
    assert!(matches!(refused, Err(AccountsError::TooManyDevices { limit: DEVICES_MAX })));
    clock.advance_ms(1_000);
    sign_in("NEW").await.unwrap();
    let left = all.devices(anna).await.unwrap();
    assert_eq!(left.len(), usize::try_from(DEVICES_MAX).unwrap());
    assert!(left.iter().all(|device| device.device_id != "OLD"), "its token had ended");
    sign_in("NEW").await.unwrap();
}
