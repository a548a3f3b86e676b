//! The words of the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Herold, the messenger of sovereigns: a Matrix homeserver in one program.
#[derive(Parser)]
#[command(name = "herold", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// The configuration file (TOML). Without one the defaults hold.
    #[arg(long, short, global = true, env = "HEROLD_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Starts the server.
    Serve,
    /// Checks the configuration, or writes an example of it.
    Config {
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Says the version.
    Version,
}

#[derive(Subcommand)]
pub(crate) enum ConfigAction {
    /// Checks the configuration and starts nothing.
    Check,
    /// Writes a configuration file with every key, its meaning and its default.
    Example,
}
