//! What an operator may set. Every key stands, with its default, in `config/example.toml`; a key
//! that is missing there is refused. Nothing here may do more than read and check.

mod accounts;
mod calls;
mod directory;
mod example;
mod federation;
mod listen;
mod load;
mod media;
pub(crate) mod push;
mod rate_limits;
mod retention;
mod terms;
mod url_previews;
mod web;
mod well_known;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use herold_storage::{Database, Postgresql};
use ruma::{OwnedServerName, owned_server_name};
use serde::Deserialize;

pub use accounts::{Passwords, Registration, RegistrationMode};
pub use calls::Calls;
pub use directory::{Directory, FindPeople, Publishers};
pub use example::EXAMPLE;
pub use federation::Federation;
pub use listen::{Listen, Network};
pub use load::{ConfigError, load};
pub use media::{Media, MediaStore, S3};
pub use push::{AppleApp, GoogleApp, Push};
pub use rate_limits::{RateLimit, RateLimits};
pub use retention::Retention;
pub use terms::{Document, Terms, Translation};
pub use url_previews::UrlPreviews;
pub use web::Web;
pub use well_known::WellKnown;

/// The configuration of one server.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Config {
    /// The server's own name: the part after the colon of its users' ids.
    pub server_name: OwnedServerName,
    /// The folder for everything the server keeps beside a PostgreSQL database.
    pub data: PathBuf,
    /// Where clients connect.
    pub listen: Listen,
    /// Where operators look.
    pub operations: Operations,
    /// Where the database lies.
    pub database: DatabasePlace,
    /// Who may make an account.
    pub registration: Registration,
    /// What people have to agree to.
    pub terms: Terms,
    /// How passwords are chosen and kept.
    pub passwords: Passwords,
    /// Uploaded files.
    pub media: Media,
    /// What people see in a browser.
    pub web: Web,
    /// What links show.
    pub url_previews: UrlPreviews,
    /// How other servers are reached.
    pub federation: Federation,
    /// What others find of this server.
    pub well_known: WellKnown,
    /// What calls need beside the room.
    pub calls: Calls,
    /// How rooms and people are found.
    pub directory: Directory,
    /// How long rooms keep messages.
    pub retention: Retention,
    /// What the server itself writes to people.
    pub notices: Notices,
    /// How often somebody may ask.
    pub rate_limits: RateLimits,
    /// Whether people see how others are.
    pub presence: Presence,
    /// Where notifications may be sent.
    pub push: Push,
    /// What is logged.
    pub log: Log,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            server_name: owned_server_name!("localhost"),
            data: PathBuf::from("data"),
            listen: Listen::default(),
            operations: Operations::default(),
            database: DatabasePlace::default(),
            registration: Registration::default(),
            terms: Terms::default(),
            passwords: Passwords::default(),
            media: Media::default(),
            web: Web::default(),
            url_previews: UrlPreviews::default(),
            federation: Federation::default(),
            well_known: WellKnown::default(),
            calls: Calls::default(),
            directory: Directory::default(),
            retention: Retention::default(),
            notices: Notices::default(),
            rate_limits: RateLimits::default(),
            presence: Presence::default(),
            push: Push::default(),
            log: Log::default(),
        }
    }
}

impl Config {
    /// The database: PostgreSQL where a URL is set, else a file of the embedded engine.
    pub fn database(&self) -> Database {
        match (&self.database.url, &self.database.path) {
            (Some(url), _) => Database::Postgresql(Postgresql {
                url: url.clone(),
                root_certificates: self.database.root_certificates.clone(),
                answer_within: Duration::from_secs(self.database.answer_within_seconds),
            }),
            (None, Some(path)) => Database::Sqlite { path: path.clone() },
            (None, None) => Database::Sqlite { path: self.data.join("herold.db") },
        }
    }
}

/// Whether people see how others are: online, idle, away.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Presence {
    /// Whether they do.
    pub enabled: bool,
}

impl Default for Presence {
    fn default() -> Self {
        Self { enabled: true }
    }
}

/// What the server itself writes to people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Notices {
    /// What the sender and the room of such notices are called.
    pub name: String,
}

impl Default for Notices {
    fn default() -> Self {
        Self { name: "Server notices".to_owned() }
    }
}

/// Where operators look: health and metrics.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Operations {
    /// Whether there is such a listener.
    pub enabled: bool,
    /// Its address; port 0 lets the system choose.
    pub address: SocketAddr,
}

impl Default for Operations {
    fn default() -> Self {
        Self { enabled: true, address: (Ipv4Addr::LOCALHOST, 9008).into() }
    }
}

/// Where the database lies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DatabasePlace {
    /// The file of the embedded database, where it is not `herold.db` in the data folder.
    pub path: Option<PathBuf>,
    /// A PostgreSQL server instead of the embedded database, as libpq writes it.
    pub url: Option<String>,
    /// PEM file of the certificates that may sign the PostgreSQL server's.
    pub root_certificates: Option<PathBuf>,
    /// How long the PostgreSQL server may take for one statement.
    pub answer_within_seconds: u64,
}

impl Default for DatabasePlace {
    fn default() -> Self {
        let answer_within_seconds = Postgresql::ANSWER_WITHIN.as_secs();
        Self { path: None, url: None, root_certificates: None, answer_within_seconds }
    }
}

/// What is logged, to standard error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Log {
    /// The least important level that is logged.
    pub level: LogLevel,
    /// For people or for programs.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: LogLevel::Info, format: LogFormat::Text }
    }
}

/// How important a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Something is broken and somebody must look.
    Error,
    /// Something is wrong and may break.
    Warn,
    /// What an operator wants to know of a healthy server.
    Info,
    /// What helps to find a fault.
    Debug,
    /// Everything.
    Trace,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// One JSON object a line.
    Json,
}
