//! The log: structured, to standard error. Never a token, a password or the content of a message.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat, LogLevel};

/// Starts the log of this process. A second call changes nothing.
pub fn start_logging(settings: &Log) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter(settings.level)))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // An error means that a log is running already.
    let _ = match settings.format {
        LogFormat::Text => builder.finish().try_init(),
        LogFormat::Json => builder.json().finish().try_init(),
    };
}

/// What is written at `level`, which is Herold's alone. Other crates tell at their lower levels what must not be written
/// down: the PostgreSQL client each statement with its values, HTTP clients which places they call. ruma-state-res warns of
/// every event that it refuses: not our news.
fn filter(level: LogLevel) -> String {
    let others = level.min(LogLevel::Warn);
    format!("{others:?},ruma_state_res=error,herold={level:?}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::registry;

    use super::*;

    #[test]
    fn whatever_the_level_other_crates_tell_no_more_than_warnings() {
        for level in [LogLevel::Info, LogLevel::Debug, LogLevel::Trace] {
            let subscriber = registry().with(EnvFilter::new(filter(level)));
            tracing::subscriber::with_default(subscriber, || {
                // PostgreSQL's client writes statements with their values at this level.
                assert!(!tracing::enabled!(target: "tokio_postgres::query", tracing::Level::DEBUG));
                assert!(!tracing::enabled!(target: "reqwest::connect", tracing::Level::INFO));
                assert!(tracing::enabled!(target: "rustls", tracing::Level::WARN));
                let debug = level >= LogLevel::Debug;
                assert_eq!(tracing::enabled!(target: "herold_sync::following", tracing::Level::DEBUG), debug);
                assert!(tracing::enabled!(target: "herold_server::serve", tracing::Level::INFO));
            });
        }
        assert_eq!(filter(LogLevel::Error), "error,ruma_state_res=error,herold=error");
    }
}
