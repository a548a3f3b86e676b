//! Commands to a server, running or not: what the words of the command line have in common.

use std::path::Path;

use herold_admin_api::{Answer, Command};
use herold_base::{Clock, Random};
use herold_server::{Config, administer};

/// Runs `act` with the configuration.
pub(crate) fn run(
    file: Option<&Path>,
    act: impl AsyncFnOnce(&Config) -> Result<(), String>,
) -> Result<(), String> {
    let config = crate::config::load(file)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(act(&config))
}

/// Gives one command. The error is a text for people.
pub(crate) async fn ask(config: &Config, command: Command) -> Result<Answer, String> {
    administer(config, Clock::System, Random::System, command).await.map_err(|error| error.to_string())
}

/// A moment for people, in UTC.
pub(crate) fn time(ms: i64) -> String {
    let since = std::time::Duration::from_millis(u64::try_from(ms).unwrap_or_default());
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + since)
}
