//! A running server: its services, its listeners, and its orderly end.

use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use herold_accounts::Accounts;
use herold_base::{Clock, Random};
use herold_client_api::Api;
use herold_encryption::Encryption;
use herold_media::Media;
use herold_rooms::Rooms;
use herold_storage::{Storage, StorageThreads};
use herold_sync::Sync;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::ServerError;
use crate::config::{Config, RegistrationMode};

/// Reading connections to the database.
const READERS: usize = 4;

/// A server that is running. Dropping it without [`Server::stop`] leaves its threads to the process.
pub struct Server {
    address: SocketAddr,
    stopping: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    threads: StorageThreads,
}

impl Server {
    /// Opens the database, starts the services and listens.
    pub async fn start(config: Config, clock: Clock, random: Random) -> Result<Self, ServerError> {
        make_folder(&config.data)?;
        let (database, now_ms) = (config.database(), clock.now_ms());
        let opening = tokio::task::spawn_blocking(move || Storage::open(&database, READERS, now_ms));
        let (storage, threads) = opening.await.map_err(std::io::Error::other)??;
        let api = Arc::new(services(&config, &storage, &clock, &random));
        let listener = bind((config.listen.address, config.listen.port).into()).await?;
        let address = listener.local_addr()?;
        let (stopping, mut stop) = watch::channel(false);
        let service = herold_client_api::router(api).into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move {
            let stopped = async move {
                // An error means that the server was dropped: stop as well.
                let _ = stop.wait_for(|stop| *stop).await;
            };
            axum::serve(listener, service).with_graceful_shutdown(stopped).await
        });
        Ok(Self { address, stopping, serving, threads })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Finishes what was accepted, then ends.
    pub async fn stop(self) -> Result<(), ServerError> {
        self.stopping.send_replace(true);
        self.serving.await.map_err(std::io::Error::other)??;
        let threads = self.threads;
        tokio::task::spawn_blocking(move || threads.join()).await.map_err(std::io::Error::other)?;
        Ok(())
    }
}

/// Makes the data folder, for the server's own eyes only.
fn make_folder(folder: &Path) -> Result<(), ServerError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| ServerError::Folder { folder: folder.to_owned(), error })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).await.map_err(|error| ServerError::Listen { address, error })
}

fn services(config: &Config, storage: &Storage, clock: &Clock, random: &Random) -> Api {
    let (storage, clock, random) = (storage.clone(), clock.clone(), random.clone());
    let accounts = Accounts::new(storage.clone(), clock.clone(), random.clone(), accounts_settings(config));
    Api {
        accounts,
        rooms: Rooms::new(storage.clone(), clock.clone(), random.clone()),
        sync: Sync::new(storage.clone(), clock.clone(), random.clone()),
        encryption: Encryption::new(storage.clone(), clock.clone(), random.clone()),
        media: Media::new(storage, clock.clone(), random),
        clock,
        limits: herold_client_api::Limits::default(),
    }
}

fn accounts_settings(config: &Config) -> herold_accounts::Settings {
    let registration = match config.registration.mode {
        RegistrationMode::Closed => herold_accounts::Registration::Closed,
        RegistrationMode::Token => herold_accounts::Registration::Token(config.registration.tokens.clone()),
        RegistrationMode::Open => herold_accounts::Registration::Open,
    };
    let hashing = herold_accounts::Hashing {
        memory_kib: config.passwords.memory_kib,
        passes: config.passwords.passes,
        workers: config.passwords.workers,
        ..herold_accounts::Hashing::default()
    };
    herold_accounts::Settings {
        registration,
        hashing,
        password_min: config.passwords.characters_min,
        ..herold_accounts::Settings::new(config.server_name.clone())
    }
}
