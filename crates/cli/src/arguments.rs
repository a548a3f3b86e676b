//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
    /// Saves the database and all files of one moment, while the server runs.
    Backup {
        /// A folder that does not exist yet.
        folder: PathBuf,
    },
    /// Fills an empty data folder and database from a backup, of either database engine.
    Restore {
        /// The folder that `backup` made.
        folder: PathBuf,
    },
    /// Looks for what is wrong with this server and says what to do.
    Doctor {
        /// Asks this address for the well-known files, not `https://SERVER_NAME`: for before the name points here.
        #[arg(long, value_name = "URL")]
        origin: Option<String>,
    },
    /// Makes, lists and changes accounts, whether the server runs or not.
    User {
        #[command(subcommand)]
        action: UserAction,
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

#[derive(Subcommand)]
pub(crate) enum UserAction {
    /// Makes an account.
    Add {
        /// The part before the colon of the user id.
        name: String,
        /// The account administers this server.
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Lists all accounts.
    List,
    /// Gives an account a new password and signs all its devices out.
    ResetPassword {
        /// The user id, or the part before its colon.
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Closes an account for good and takes it out of all rooms.
    Deactivate {
        /// The user id, or the part before its colon.
        name: String,
        /// Deletes what the account kept as well.
        #[arg(long)]
        erase: bool,
    },
    /// Makes an account an administrator of this server.
    MakeAdmin {
        /// The user id, or the part before its colon.
        name: String,
        /// Takes it back instead.
        #[arg(long)]
        revoke: bool,
    },
}

/// Where a password comes from. Never the command line, which others on the machine can read.
#[derive(Args)]
pub(crate) struct PasswordSource {
    /// Reads the password from the first line of standard input; without this the server makes one up.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}
