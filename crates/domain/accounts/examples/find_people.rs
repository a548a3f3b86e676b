//! How long it takes to find people among 50,000: `cargo run --release -p herold-accounts --example find_people`.
//! Prints JSON: milliseconds of one search by the searched text, the slowest of 20 after the first.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use herold_accounts::{Accounts, LinkKey, NewDevice, Settings};
use herold_base::{Clock, Random};
use herold_storage::{Database, Storage, StorageError, accounts, profiles};
use serde_json::json;

/// People in the directory.
const PEOPLE: usize = 50_000;
/// Searches of each text.
const ROUNDS: usize = 20;

const FIRST: [&str; 20] = [
    "Anna", "Björn", "Céline", "David", "Élodie", "Fatma", "Günter", "Hélène", "Ines", "Jürgen", "Katrin",
    "Léo", "Mehmet", "Nadia", "Olaf", "Paul", "Renée", "Søren", "Thomas", "Zoë",
];
const LAST: [&str; 10] =
    ["Müller", "Schmidt", "Dupont", "Yılmaz", "Kowalski", "Nguyễn", "Strauß", "Lefèvre", "Becker", "Øberg"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let database = Database::Sqlite { path: folder.path().join("people.db") };
    let (storage, threads) = Storage::open(&database, 1, 0)?;
    storage
        .write(|transaction| -> Result<(), StorageError> {
            for number in 0..PEOPLE {
                let name = format!("{} {}", FIRST[number % 20], LAST[number / 20 % 10]);
                let user_id = format!("@user{number}:localhost");
                let user = accounts::insert(transaction, &user_id, None, false, 0)?;
                let user = user.ok_or(StorageError::Unknown("user"))?;
                profiles::set(transaction, user, "displayname", &json!(name).to_string())?;
            }
            Ok(())
        })
        .await?;
    let settings = Settings::new("localhost".try_into()?);
    let accounts = Accounts::new(storage, Clock::System, Random::System, LinkKey::read("chance"), settings);
    let began = Instant::now();
    accounts.settle().await?;
    let mut figures = json!({ "people": PEOPLE, "indexed_ms": began.elapsed().as_secs_f64() * 1000.0 });
    let account = accounts.create(Some("searcher"), None, false).await?;
    let signed_in = accounts.sign_in_new(&account, NewDevice::default()).await?;
    let device = accounts.device(&signed_in.access_token, IpAddr::V4(Ipv4Addr::LOCALHOST)).await?;
    for term in ["user4711", "zoe ob", "anna mul", "mull", "a", "l y", "user", "nobody"] {
        let mut slowest = 0.0_f64;
        for round in 0..ROUNDS {
            let began = Instant::now();
            accounts.search_people(&device, term, 10).await?;
            if round > 0 {
                slowest = slowest.max(began.elapsed().as_secs_f64() * 1000.0);
            }
        }
        figures[term] = json!(slowest);
    }
    println!("{figures}");
    drop(accounts);
    threads.join();
    Ok(())
}
