//! Rooms, members and messages that a load needs before it is measured.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::accounts::Accounts;
use crate::api::{Account, Api, percent_encoded};
use crate::error::LoadError;
use crate::process::Processes;
use crate::side_by_side::all;

/// A room and who is in it, its owner first.
pub struct Room {
    /// Id.
    pub id: String,
    /// Members.
    pub members: Vec<Account>,
}

/// A server with what is needed to put a load on it.
pub struct Bench {
    /// The server.
    pub api: Api,
    /// Its processes.
    pub processes: Processes,
    accounts: Mutex<Accounts>,
    numbers: AtomicU64,
    run: String,
}

impl Bench {
    /// A server that is idle.
    pub async fn new(api: Api, processes: Processes, accounts: Option<PathBuf>) -> Result<Self, LoadError> {
        let accounts = Mutex::new(Accounts::open(&api, accounts).await?);
        let run = herold_base::Random::System.letters(8);
        Ok(Self { api, processes, accounts, numbers: AtomicU64::new(0), run })
    }

    /// `count` accounts, the same ones whenever asked.
    pub async fn accounts(&self, count: usize) -> Result<Vec<Account>, LoadError> {
        self.accounts.lock().await.take(&self.api, count).await
    }

    /// An account that has never been in a room: whoever is measured must not bring a past along.
    pub async fn newcomer(&self) -> Result<Account, LoadError> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        self.api.register(&format!("newcomer-{}-{number}", self.run.to_lowercase())).await
    }

    /// `count` accounts, a newcomer first.
    pub async fn newcomer_and_others(&self, count: usize) -> Result<Vec<Account>, LoadError> {
        let mut people = vec![self.newcomer().await?];
        people.extend(self.accounts(count.saturating_sub(1)).await?);
        Ok(people)
    }

    /// The query of a synchronisation from nothing, with the `room` part of a filter. Some servers
    /// remember the answer to the same question, so that each is a little different.
    pub fn initial_query(&self, room_filter: &Value) -> String {
        let nothing = format!("herold.nothing.{}", self.transaction());
        let filter = json!({ "room": room_filter, "account_data": { "not_types": [nothing] } });
        format!("timeout=0&filter={}", percent_encoded(&filter.to_string()))
    }

    /// A transaction id that no account has used.
    pub fn transaction(&self) -> String {
        format!("{}{}", self.run, self.numbers.fetch_add(1, Ordering::Relaxed))
    }

    /// A room with all of `members`; the first of them owns it.
    pub async fn room(&self, members: &[Account]) -> Result<Room, LoadError> {
        let [owner, others @ ..] = members else {
            return Err(LoadError::Arguments("a room needs at least one member"));
        };
        let id = self.api.create_room(owner).await?;
        for member in others {
            self.api.join(member, &id).await?;
        }
        Ok(Room { id, members: members.to_vec() })
    }

    /// A room with very many members, who join side by side.
    pub async fn crowded_room(&self, members: &[Account]) -> Result<Room, LoadError> {
        let [owner, others @ ..] = members else {
            return Err(LoadError::Arguments("a room needs at least one member"));
        };
        let id = self.api.create_room(owner).await?;
        all(others, |member| self.api.join(member, &id)).await?;
        Ok(Room { id, members: members.to_vec() })
    }

    /// `count` rooms of `size` of these people, who are in about equally many of them.
    pub async fn rooms(&self, count: usize, size: usize, people: &[Account]) -> Result<Vec<Room>, LoadError> {
        if size == 0 || size > people.len() {
            return Err(LoadError::Arguments("a room needs between one member and all accounts"));
        }
        all(0..count, |room| {
            let members: Vec<Account> =
                (0..size).map(|seat| people[(room * size + seat) % people.len()].clone()).collect();
            async move { self.room(&members).await }
        })
        .await
    }

    /// Sends one text.
    pub async fn send(&self, account: &Account, room: &str, body: &str) -> Result<(), LoadError> {
        self.api.send(account, room, &self.transaction(), body).await
    }
}
