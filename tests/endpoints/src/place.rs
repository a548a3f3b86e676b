//! A server with a database of its own, on a port the system chooses.

use std::path::Path;

use herold_accounts::Accounts;
use herold_base::{Clock, ManualClock, Random};
use herold_server::Server;
use herold_server::config::{
    Config, DatabasePlace, Listen, Media, Operations, Passwords, Push, RateLimits, Registration,
    RegistrationMode, WellKnown,
};
use serde_json::json;

use crate::{Client, Damage};

/// When a test begins, milliseconds since the Unix epoch.
const START_MS: i64 = 1_700_000_000_000;

/// Bytes of an uploaded file at most.
pub const UPLOAD_SIZE_MAX: u64 = 1_000_000;

/// The password of everybody in the tests.
pub const PASSWORD: &str = "correct horse battery staple";

/// A database and a folder of one test, gone afterwards.
pub struct Place {
    database: DatabasePlace,
    folder: tempfile::TempDir,
}

/// A fresh place on SQLite.
pub fn sqlite() -> Place {
    let folder = tempfile::tempdir().unwrap();
    Place { database: DatabasePlace::default(), folder }
}

/// A fresh place on the PostgreSQL server named by HEROLD_TEST_POSTGRESQL; `name` tells tests apart.
pub fn postgresql(name: &str) -> Place {
    let server = std::env::var("HEROLD_TEST_POSTGRESQL")
        .expect("HEROLD_TEST_POSTGRESQL is not set: run the tests through `make test`");
    let mut client =
        postgres::Client::connect(&format!("{server} dbname=postgres"), postgres::NoTls).unwrap();
    // PostgreSQL cuts names after 63 bytes: the end tells more than the beginning.
    let plain: String =
        name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let name = format!("e_{}", &plain[plain.len().saturating_sub(60)..]);
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let database = DatabasePlace { url: Some(format!("{server} dbname={name}")), ..DatabasePlace::default() };
    Place { database, folder: tempfile::tempdir().unwrap() }
}

/// A running server and what a test may do with it.
pub struct TestServer {
    _folder: tempfile::TempDir,
    /// The server's configuration; a changed one holds from the next `restart` on.
    pub config: Config,
    server: Option<Server>,
    /// Moves the server's clock.
    pub clock: ManualClock,
}

impl TestServer {
    async fn start(place: Place) -> Self {
        Self::start_with(place, |_| {}).await
    }

    /// Starts a server in `place` whose configuration `change` completes before anything is kept.
    pub async fn start_with(place: Place, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            data: place.folder.path().to_owned(),
            listen: Listen { port: 0, ..Listen::default() },
            operations: Operations { enabled: false, ..Operations::default() },
            database: place.database.clone(),
            registration: Registration { mode: RegistrationMode::Open, ..Registration::default() },
            well_known: well_known(),
            // Cheap hashing: the tests sign many people in.
            passwords: Passwords { memory_kib: 8, passes: 1, ..Passwords::default() },
            rate_limits: RateLimits { enabled: false, ..RateLimits::default() },
            push: Push {
                allowed_networks: vec!["127.0.0.0/8".to_owned().try_into().unwrap()],
                ..Push::default()
            },
            media: Media { upload_size_max: UPLOAD_SIZE_MAX, ..Media::default() },
            ..Config::default()
        };
        change(&mut config);
        let clock = ManualClock::new(START_MS);
        let mut server = Self { _folder: place.folder, config, server: None, clock };
        server.open().await;
        server
    }

    async fn open(&mut self) {
        let clock = Clock::Manual(self.clock.clone());
        self.server = Some(Server::start(self.config.clone(), clock, Random::System).await.unwrap());
    }

    /// Another server of its own, on SQLite; to be stopped by whoever asked for it.
    pub async fn another() -> Self {
        Self::start(sqlite()).await
    }

    /// Stops the server in good order and starts it again on the same data.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.open().await;
    }

    /// Stops the server in good order.
    pub async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await.unwrap();
        }
    }

    /// The server's accounts, for what administrators do beside HTTP.
    pub fn accounts(&self) -> &Accounts {
        self.server.as_ref().unwrap().accounts()
    }

    /// A new account with its first device signed in, and [`PASSWORD`].
    pub async fn register(&self, username: &str) -> Client {
        let request = json!({
            "username": username, "password": PASSWORD, "auth": { "type": "m.login.dummy" },
        });
        let body = self.visitor().post("/_matrix/client/v3/register", request).await.ok();
        self.visitor().signed_in(&body)
    }

    /// Another device of an account that `register` made; `device_id` where it must have a certain one.
    pub async fn sign_in(&self, username: &str, device_id: Option<&str>) -> Client {
        let mut request = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": username },
            "password": PASSWORD,
        });
        if let Some(device_id) = device_id {
            request["device_id"] = json!(device_id);
        }
        let body = self.visitor().post("/_matrix/client/v3/login", request).await.ok();
        self.visitor().signed_in(&body)
    }

    /// The folder where the server keeps its files.
    pub fn data(&self) -> &Path {
        &self.config.data
    }

    /// Its database, to be damaged.
    pub fn damage(&self) -> Damage {
        Damage::of(self)
    }

    /// What operators see at `path`, where they may look.
    pub async fn operations(&self, path: &str) -> (u16, String) {
        let address = self.server.as_ref().and_then(Server::operations_address).unwrap();
        let operator = Client::new(format!("http://{address}"));
        let answer = operator.raw(http::Method::GET, path).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Client {
        let address = self.server.as_ref().unwrap().address();
        Client::new(format!("http://{address}"))
    }
}

/// Runs one test against a server in `place`; the server is stopped afterwards and must end in good order.
pub fn run<A: Future<Output = TestServer>>(place: Place, test: impl FnOnce(TestServer) -> A) {
    run_in(place, async |place| test(TestServer::start(place).await).await);
}

/// [`run`], where the test starts its server itself.
pub fn run_in(place: Place, test: impl AsyncFnOnce(Place) -> TestServer) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async move { test(place).await.stop().await });
}

/// What every server of the tests publishes.
fn well_known() -> WellKnown {
    WellKnown {
        client_base_url: Some("https://matrix.example.org".to_owned()),
        server: Some("matrix.example.org:443".try_into().unwrap()),
        support_page: None,
        admins: vec!["@admin:localhost".to_owned()],
        security: vec!["security@example.org".to_owned()],
    }
}
