//! A server process, started and ended from outside.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Where a server keeps its data: all that outlives the process.
pub(crate) struct Place {
    data: PathBuf,
    database_url: Option<String>,
    /// Further variables of the server's environment.
    settings: Vec<(&'static str, String)>,
    /// Removed with this, where the test did not bring its own.
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    /// Data and database in a new folder.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            data: folder.path().to_owned(),
            database_url: None,
            settings: Vec::new(),
            _folder: Some(folder),
        }
    }

    /// A new database `name` on the PostgreSQL server of the tests.
    pub(crate) fn postgresql(name: &str) -> Self {
        let server = std::env::var("HEROLD_TEST_POSTGRESQL")
            .expect("HEROLD_TEST_POSTGRESQL is not set: run the tests through `make test`");
        let mut admin =
            postgres::Client::connect(&format!("{server} dbname=postgres"), postgres::NoTls).unwrap();
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self::at(&format!("{server} dbname={name}"))
    }

    /// The database behind `url`.
    pub(crate) fn at(url: &str) -> Self {
        Self { database_url: Some(url.to_owned()), ..Self::sqlite() }
    }
}

/// A server process. Killed when dropped, so that a test that fails leaves none behind.
pub(crate) struct Running {
    process: Child,
    /// Its base URL.
    pub(crate) url: String,
}

impl Running {
    /// Starts `herold serve` on a port the system chooses and waits until clients can connect.
    pub(crate) fn start(place: &Place) -> Self {
        let mut process = Self::command(place).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            if let Some(ready) = line.strip_prefix("READY ") {
                let ready: Value = serde_json::from_str(ready).unwrap();
                return Self { process, url: ready["url"].as_str().unwrap().to_owned() };
            }
        }
        panic!("the server ended before it was ready: {:?}", process.wait());
    }

    /// Starts a server that cannot start; gives what it said.
    pub(crate) fn refuse(place: &Place) -> String {
        let output = Self::command(place).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    fn command(place: &Place) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_herold"));
        command
            .arg("serve")
            .envs(place.environment())
            .env("HEROLD_LISTEN_PORT", "0")
            .env("HEROLD_OPERATIONS_ENABLED", "false")
            .env("HEROLD_RATE_LIMITS_ENABLED", "false")
            .env("HEROLD_REGISTRATION_MODE", "open")
            .env("HEROLD_PASSWORDS_MEMORY_KIB", "8")
            .env("HEROLD_PASSWORDS_PASSES", "1")
            .env("HEROLD_LOG_LEVEL", "error");
        command.envs(place.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// SIGKILL: no destructor, no flush, nothing.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a test that waits.
pub(crate) fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(test);
}

impl Place {
    /// The same place, with a variable of the server's environment set.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.settings.push((name, value.to_owned()));
        self
    }

    /// What tells a program where data and database are.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let data = ("HEROLD_DATA", self.data.to_string_lossy().into_owned());
        let database = self.database_url.clone().map(|url| ("HEROLD_DATABASE_URL", url));
        std::iter::once(data).chain(database).collect()
    }

    /// The folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }
}
