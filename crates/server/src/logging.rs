//! The log: structured, to standard error. Never a token, a password or the content of a message.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Starts the log of this process. A second call changes nothing.
pub fn start_logging(settings: &Log) {
    // ruma-state-res tells every decision it takes, and warns of every event that it refuses: not our news.
    // What calls other places would tell at its lower levels which.
    let others = "ruma_state_res=error,reqwest=warn,hyper_util=warn,h2=warn";
    let level = format!("{:?},{others}", settings.level).to_lowercase();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // An error means that a log is running already.
    let _ = match settings.format {
        LogFormat::Text => builder.finish().try_init(),
        LogFormat::Json => builder.json().finish().try_init(),
    };
}
