//! A running server: its services, its listeners, and its orderly end.

use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use herold_accounts::Accounts;
use herold_admin_api::Admin;
use herold_base::{Clock, Random};
use herold_blobs::Blobs;
use herold_client_api::Api;
use herold_media::Media;
use herold_operations_api::{Readiness, measure};
use herold_push::Push;
use herold_search::Search;
use herold_storage::{Storage, StorageError, StorageThreads};
use herold_sync::Sync;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::ServerError;
use crate::chores;
use crate::config::{Config, MediaStore};
use crate::followers::FollowerWatch;
use crate::http::{Certificates, Connections, Patience, TrustedProxies, observed, serve};
use crate::identity::establish;
use crate::push::push_apps;
use crate::services::services;
use crate::web::web;

/// Reading connections to the database.
const READERS: usize = 4;
/// The socket for administrators' commands, in the data folder.
pub const SOCKET: &str = "herold.sock";
/// Connections of operators at most.
const OPERATORS_MAX: usize = 64;

/// A server that is running. Dropping it without [`Server::stop`] leaves its threads to the process.
pub struct Server {
    address: SocketAddr,
    operations_address: Option<SocketAddr>,
    accounts: Accounts,
    stopping: watch::Sender<bool>,
    sync: Sync,
    search: Search,
    push: Push,
    media: Media,
    /// Ends when everything that was accepted is answered.
    serving: JoinHandle<()>,
    /// What goes on beside; aborted at the end.
    beside: Vec<JoinHandle<()>>,
    threads: StorageThreads,
}

impl Server {
    /// Opens the database, starts the services and listens.
    pub async fn start(config: Config, clock: Clock, random: Random) -> Result<Self, ServerError> {
        let mut beside = Vec::new();
        let certificates = certificates(&config)?;
        beside.extend(certificates.clone().map(|certificates| tokio::spawn(certificates.keep_up())));
        let metrics = config.operations.enabled.then(measure);
        beside.extend(metrics.clone().map(|metrics| tokio::spawn(metrics.keep_up())));

        let Opened { storage, threads, api } = Opened::open(&config, clock.clone(), random.clone()).await?;
        let (stopping, stop) = watch::channel(false);
        let (accounts, sync, media) = (api.accounts.clone(), api.sync.clone(), api.media.clone());
        let search = api.search.clone();
        beside.push(tokio::spawn(api.delayed_events.clone().run()));
        // Rooms may ask other servers about it, which answer when they like: the start waits for none of them.
        beside.push(tokio::spawn(leave_for_closed(Arc::clone(&api))));
        let admin =
            Admin::new(accounts.clone(), api.rooms.clone(), api.moderation.clone(), media.clone(), random);
        let push = api.push.clone();
        beside.extend(chores::begin(&config, &api, &admin));
        beside.extend(listen_for_commands(&config, admin));
        let pages = herold_web::router(web(&config, push.subscribing()), accounts.clone());
        let router = observed(herold_client_api::router(api).merge(pages));
        let listener = bind((config.listen.address, config.listen.port).into()).await?;
        let address = listener.local_addr()?;
        let mut operations_address = None;
        if let Some(metrics) = metrics {
            let listener = bind(config.operations.address).await?;
            operations_address = Some(listener.local_addr()?);
            let watch = FollowerWatch::new(storage.clone(), clock);
            beside.push(tokio::spawn(watch.clone().keep_up()));
            let operations = herold_operations_api::router(
                metrics,
                readiness(storage, watch, media.clone(), stop.clone()),
            );
            beside.push(tokio::spawn(serve(listener, operations, for_operators(), stop.clone())));
        }
        let connections = for_clients(&config, certificates);
        let serving = tokio::spawn(serve(listener, router, connections, stop));
        push.start();
        Ok(Self {
            address,
            operations_address,
            accounts,
            stopping,
            sync,
            search,
            push,
            media,
            serving,
            beside,
            threads,
        })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where operators look, if anywhere.
    pub fn operations_address(&self) -> Option<SocketAddr> {
        self.operations_address
    }

    /// The accounts, for what is done beside HTTP.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Accepts nothing more, finishes what was accepted, then ends.
    pub async fn stop(self) -> Result<(), ServerError> {
        self.stopping.send_replace(true);
        // What is being sent to push gateways comes to its end while the log is still walked.
        self.push.close().await;
        drop(self.push);
        // Requests that wait for news or for a file are answered now.
        self.sync.close();
        drop(self.sync);
        self.search.close();
        drop(self.search);
        self.media.close();
        drop(self.media);
        let served = self.serving.await.map_err(std::io::Error::other);
        for task in self.beside {
            task.abort();
            // Cancelled, which is what was asked for.
            let _ = task.await;
        }
        if let Err(error) = self.accounts.flush().await {
            tracing::warn!(%error, "cannot note when devices were last seen");
        }
        drop(self.accounts);
        let threads = self.threads;
        tokio::task::spawn_blocking(move || threads.join()).await.map_err(std::io::Error::other)?;
        Ok(served?)
    }
}

/// The services of a server, without its listeners. Nobody else writes to the database meanwhile.
pub(crate) struct Opened {
    pub(crate) storage: Storage,
    pub(crate) threads: StorageThreads,
    pub(crate) api: Arc<Api>,
}

impl Opened {
    /// Opens the database and starts the services.
    pub(crate) async fn open(config: &Config, clock: Clock, random: Random) -> Result<Self, ServerError> {
        make_folder(&config.data)?;
        let (database, now_ms) = (config.database(), clock.now_ms());
        let opening = tokio::task::spawn_blocking(move || Storage::open(&database, READERS, now_ms));
        let (storage, threads) = opening.await.map_err(std::io::Error::other)??;
        let keys = establish(&storage, &config.server_name, &random, now_ms).await?;
        tracing::debug!(key = keys.events.version(), "events are signed with this key");
        let blobs = open_blobs(config).await?;
        let api = Arc::new(services(config, keys, push_apps(config)?, &storage, blobs, &clock, &random)?);
        if config.media.store == MediaStore::Files {
            api.media.settle().await?;
        }
        api.accounts.settle().await?;
        Ok(Self { storage, threads, api })
    }
}

/// Takes closed accounts out of the rooms that the end of the last run left them in. A server that cannot still serves.
async fn leave_for_closed(api: Arc<Api>) {
    let closed = match api.accounts.closed_in_rooms().await {
        Ok(closed) => closed,
        Err(error) => {
            return tracing::warn!(%error, "cannot look for closed accounts that are still in rooms");
        }
    };
    for user_id in closed {
        if let Err(error) = api.rooms.leave_all(&user_id).await {
            tracing::warn!(%error, "a closed account stays in its rooms until the next start");
        }
    }
}

/// Takes commands from this machine. A server without them still serves.
fn listen_for_commands(config: &Config, admin: Admin) -> Option<JoinHandle<()>> {
    match herold_admin_api::listen(&config.data.join(SOCKET)) {
        Ok(listener) => Some(tokio::spawn(herold_admin_api::serve(listener, admin))),
        Err(error) => {
            tracing::warn!(%error, "commands like `herold user` cannot reach this server while it runs");
            None
        }
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

/// Reads the certificate and the key that `config` names, if any, and says what is wrong with them.
pub fn check_certificates(config: &Config) -> Result<(), ServerError> {
    certificates(config).map(drop)
}

fn certificates(config: &Config) -> Result<Option<Certificates>, ServerError> {
    match (&config.listen.tls_certificate, &config.listen.tls_key) {
        (Some(certificate), Some(key)) => Ok(Some(Certificates::read(certificate, key)?)),
        _ => Ok(None),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).await.map_err(|error| ServerError::Listen { address, error })
}

fn for_clients(config: &Config, certificates: Option<Certificates>) -> Connections {
    let listen = &config.listen;
    Connections {
        connections_max: usize::try_from(listen.connections_max).unwrap_or(usize::MAX),
        finish_within: Duration::from_secs(listen.finish_within_seconds),
        certificates,
        proxies: TrustedProxies(listen.trusted_proxies.iter().map(|network| network.0).collect()),
        patience: Patience::default(),
    }
}

fn for_operators() -> Connections {
    Connections {
        connections_max: OPERATORS_MAX,
        finish_within: Duration::ZERO,
        certificates: None,
        proxies: TrustedProxies::default(),
        patience: Patience::default(),
    }
}

/// Whether the database answers, those who follow the log come along, and nobody asked the server to stop. Without the
/// store for files everything else goes on, so that is told and no reason to send people elsewhere.
fn readiness(storage: Storage, watch: FollowerWatch, media: Media, stop: watch::Receiver<bool>) -> Readiness {
    Arc::new(move || {
        let (storage, watch, stopping) = (storage.clone(), watch.clone(), *stop.borrow());
        let settled = media.is_settled();
        Box::pin(async move {
            let asked: Result<_, StorageError> =
                storage.read(|session| session.query("SELECT position FROM positions LIMIT 1", &[])).await;
            if stopping || asked.is_err() {
                return Err("starting or stopping, or the database does not answer".to_owned());
            }
            watch.look()?;
            let missing =
                "the store for files has not answered since the start: no file can be uploaded or removed";
            Ok((!settled).then(|| missing.to_owned()))
        })
    })
}

/// Opens the store for uploaded files.
async fn open_blobs(config: &Config) -> Result<Blobs, ServerError> {
    let place = config.media.place(&config.data)?;
    let opening = tokio::task::spawn_blocking(move || Blobs::open(&place));
    Ok(opening.await.map_err(std::io::Error::other)??)
}

/// Whether the store for uploaded files that `config` names can be used. What is written on the way is removed.
pub async fn check_media(config: &Config, random: &Random) -> Result<(), ServerError> {
    Ok(Blobs::beside(&config.media.place(&config.data)?)?.check(random).await?)
}
