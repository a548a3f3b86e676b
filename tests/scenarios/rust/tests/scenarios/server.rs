//! The server under test: a fresh Herold with its own data for each scenario, or any other server
//! whose address is in HEROLD_TEST_SERVER (it must allow registration with m.login.dummy).

use std::fs::{File, read_to_string};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::patience::within;

/// The address of a server that is not ours to start.
const FOREIGN: &str = "HEROLD_TEST_SERVER";
/// The binary to test, where it is not the debug build in the target folder.
const BINARY: &str = "HEROLD_TEST_BINARY";
/// A PostgreSQL server (`.ci/with-postgresql`), as libpq writes it, without a database.
const POSTGRESQL: &str = "HEROLD_TEST_POSTGRESQL";

/// Where a server keeps its data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgresql,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgresql => "postgresql",
        }
    }
}

/// A server that answers. What is ours is killed with this value, unless it was stopped before.
pub struct Server {
    url: String,
    engine: Engine,
    ours: Option<Ours>,
}

/// A Herold that we started.
struct Ours {
    process: Child,
    log: PathBuf,
    _data: tempfile::TempDir,
}

impl Server {
    /// Starts a server for a scenario and waits until it is ready.
    pub async fn start(scenario: &str, engine: Engine) -> Self {
        if let Ok(url) = std::env::var(FOREIGN) {
            return Self { url, engine, ours: None };
        }
        let data = tempfile::tempdir().expect("a temporary folder");
        let log = log_path(&format!("{scenario}-{}", engine.name()));
        let mut command = Command::new(binary());
        command
            .arg("serve")
            .env("HEROLD_DATA", data.path())
            .env("HEROLD_LISTEN_PORT", "0")
            .env("HEROLD_OPERATIONS_ADDRESS", "127.0.0.1:0")
            .env("HEROLD_REGISTRATION_MODE", "open")
            .env("HEROLD_LOG_FORMAT", "json")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a log file"))
            .kill_on_drop(true);
        if engine == Engine::Postgresql {
            command.env("HEROLD_DATABASE_URL", create_database(scenario).await);
        }
        let mut process = command.spawn().expect("herold is missing: cargo build --package herold-cli");
        let output = process.stdout.take().expect("piped");
        let Some(url) = within("herold to be ready", ready(output)).await else {
            panic!("herold did not start: {}", read_to_string(&log).unwrap_or_default());
        };
        Self { url, engine, ours: Some(Ours { process, log, _data: data }) }
    }

    /// Base address of the client-server API, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A name for a new account: a foreign server keeps the accounts of earlier runs.
    pub fn username(&self, role: &str) -> String {
        match self.ours {
            Some(_) => role.to_owned(),
            None => format!("{role}-{}-{}", self.engine.name(), std::process::id()),
        }
    }

    /// Herold's rooms have version 12; what others choose is theirs to say.
    pub fn assert_default_room_version(&self, version: &str) {
        assert!(self.ours.is_none() || version == "12", "a new room has version {version}");
    }

    /// Ends the server politely. It must go in peace and have had nothing to complain of.
    pub async fn stop(self) {
        let Some(Ours { mut process, log, _data }) = self.ours else { return };
        let id = process.id().expect("herold still runs").to_string();
        Command::new("kill").arg(id).status().await.expect("kill");
        let status = within("herold to stop", process.wait()).await.expect("a status");
        assert!(status.success(), "herold ended with {status}");
        let complaints: Vec<String> = read_to_string(&log)
            .expect("a log file")
            .lines()
            .filter(|line| is_complaint(line))
            .map(str::to_owned)
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}

/// The address in the line that says that clients can connect; nothing when herold ended before.
async fn ready(output: ChildStdout) -> Option<String> {
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await.ok()? {
        if let Some(ready) = line.strip_prefix("READY ") {
            let ready: Value = serde_json::from_str(ready).ok()?;
            return ready["url"].as_str().map(str::to_owned);
        }
    }
    None
}

/// A line of the log that should not be there; what is not JSON is a panic.
fn is_complaint(line: &str) -> bool {
    match serde_json::from_str::<Value>(line) {
        Ok(entry) => matches!(entry["level"].as_str(), Some("WARN" | "ERROR")),
        Err(_) => true,
    }
}

/// A fresh database; returns how to connect to it.
async fn create_database(scenario: &str) -> String {
    let server = std::env::var(POSTGRESQL)
        .unwrap_or_else(|_| panic!("{POSTGRESQL} is not set: run the tests through .ci/with-postgresql"));
    let parameters = format!("{server} dbname=postgres");
    let (client, connection) =
        tokio_postgres::connect(&parameters, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    let connection = tokio::spawn(connection);
    let name = format!("scenario_{scenario}_{}", std::process::id());
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database");
    drop(client);
    connection.await.expect("no panic").expect("a clean end");
    format!("{server} dbname={name}")
}

fn binary() -> PathBuf {
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/debug/herold");
    std::env::var_os(BINARY).map_or_else(built, PathBuf::from)
}

/// The project's folder for what the tests need (`.ci/prepare-scenarios`).
pub fn test_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../.test")
}

/// Where the messages of a process go; kept for whoever looks into a failure.
pub fn log_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.log"))
}
